import Annotation
import ClinicalText
import FoundationEssentials
import Glibc

/// The `labels.jsonl` of a project: what its journals come to, ready for fine-tuning.
public enum LabelsFile {
    /// A record for each note and annotator with a decision: in the order of `notes`, then by annotator.
    ///
    /// Events of notes that are not among `notes` are left out; `check` reports them.
    ///
    /// - Throws: ``BadInput`` if a note changed since it was annotated.
    public static func records(
        _ state: ProjectState, notes: [Note], schema: LabelSchema
    ) throws(BadInput) -> [LabelRecord] {
        var records: [LabelRecord] = []
        for note in notes {
            for annotator in state.annotators {
                let document = try annotator.document(note)
                guard document.hasDecisions else { continue }
                records.append(LabelRecord(document, note: note, annotator: annotator.annotator, schema: schema))
            }
        }
        return records
    }

    /// The records of a project's journals as they are now, those of annotators under an adjudicator's too; changes nothing.
    ///
    /// - Throws: ``BadInput`` for a bad journal or schema, or a note that changed since it was annotated.
    public static func records(of project: Project, notes: [Note]) throws(BadInput) -> [LabelRecord] {
        let schema = try project.schema() ?? LabelSchema(spans: [])
        return try records(try ProjectState(of: project), notes: notes, schema: schema)
    }

    /// Derives `labels.jsonl` from the journals as they are now and puts it in the place of the old one.
    ///
    /// Of a note that an adjudicator finished only their record is written.
    ///
    /// Waits while another process does the same, so that the last to read the journals is the last to write.
    ///
    /// - Parameters:
    ///   - project: the project.
    ///   - notes: all notes of the project.
    /// - Returns: the records written.
    /// - Throws: ``BadInput`` for a bad journal or schema, a changed note, or a folder that cannot be written.
    @discardableResult
    public static func update(_ project: Project, notes: [Note]) throws(BadInput) -> [LabelRecord] {
        let lock = Glibc.open(project.labelsFile + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, project.fileMode)
        guard lock >= 0 else { throw cannotWrite(project, SystemError.last) }
        defer { Glibc.close(lock) }
        // The umask may have taken the group's bits away; another member's file stays as it is.
        fchmod(lock, project.fileMode)
        while flock(lock, LOCK_EX) != 0 {
            let error = SystemError.last
            guard error.code == EINTR else { throw cannotWrite(project, error) }
        }
        removeDrafts(in: project)
        let records = try preferred(try records(of: project, notes: notes), in: project)
        do {
            var text = ""
            for record in records { text += try JSONValue.line(record) + "\n" }
            try PrivateFile.replace(project.labelsFile, with: Array(text.utf8), mode: project.fileMode)
        } catch {
            throw cannotWrite(project, error)
        }
        return records
    }

    /// Leaves out what an adjudicator's finished record takes the place of.
    ///
    /// - Throws: ``BadInput`` if `project.json` cannot be read.
    public static func preferred(_ records: [LabelRecord], in project: Project) throws(BadInput) -> [LabelRecord] {
        let adjudicators = Set(try project.settings()?.adjudicators ?? [])
        func isFinal(_ record: LabelRecord) -> Bool {
            adjudicators.contains(record.annotator) && record.answer != .pending
        }
        let settled = Set(records.filter(isFinal).map(\.id))
        return records.filter { !settled.contains($0.id) || isFinal($0) }
    }

    /// Removes what a process left that was killed while it wrote; under the lock nobody else is writing.
    private static func removeDrafts(in project: Project) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: project.folder) else { return }
        for name in names where name.hasPrefix("labels.jsonl.") && name.hasSuffix(".new") {
            unlink("\(project.folder)/\(name)")
        }
    }

    /// Reads a labels file.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a line that is no record.
    public static func read(_ path: String) throws(BadInput) -> [LabelRecord] {
        try JSONLines.decode(try NoteReader.bytes(of: path), file: path, as: LabelRecord.self).map(\.value)
    }

    private static func cannotWrite(_ project: Project, _ error: any Error) -> BadInput {
        BadInput(SourceLocation(project.labelsFile), "cannot be written (\(error))")
    }
}
