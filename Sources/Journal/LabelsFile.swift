import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Storage

/// The `labels.jsonl` of a project: what its journals come to, ready for fine-tuning.
public enum LabelsFile {
    /// Calls `body` with a record for each note and annotator with a decision: in the order of `notes`, then by annotator.
    ///
    /// Events of notes that are not among `notes` are left out; `check` reports them.
    ///
    /// - Parameter adjudicators: of a note that one of these finished, only their record counts.
    /// - Throws: ``BadInput`` if a note changed since it was annotated, and what `body` throws.
    public static func forEachRecord(
        _ state: ProjectState, notes: [Note], schema: LabelSchema, adjudicators: [String] = [],
        _ body: (LabelRecord) throws(BadInput) -> Void
    ) throws(BadInput) {
        for note in notes {
            var records: [LabelRecord] = []
            for annotator in state.annotators {
                let document = try annotator.document(note)
                guard document.hasDecisions else { continue }
                records.append(LabelRecord(document, note: note, annotator: annotator.annotator, schema: schema))
            }
            let final = records.filter { adjudicators.contains($0.annotator) && $0.answer != .pending }
            for record in final.isEmpty ? records : final { try body(record) }
        }
    }

    /// Calls `body` with the records of a project's journals as they are now; changes nothing.
    ///
    /// - Parameter onlyFinal: whether an adjudicator's finished record takes the place of the annotators'.
    /// - Throws: ``BadInput`` for a bad journal or schema, a note that changed since it was annotated, and what `body` throws.
    public static func forEachRecord(
        of project: Project, notes: [Note], onlyFinal: Bool, _ body: (LabelRecord) throws(BadInput) -> Void
    ) throws(BadInput) {
        let schema = try project.schema() ?? LabelSchema(spans: [])
        let adjudicators = onlyFinal ? try project.settings()?.adjudicators ?? [] : []
        try forEachRecord(
            try ProjectState(of: project), notes: notes, schema: schema, adjudicators: adjudicators, body)
    }

    /// The records of a project's journals as they are now, those of annotators under an adjudicator's too; changes nothing.
    ///
    /// - Throws: ``BadInput`` for a bad journal or schema, or a note that changed since it was annotated.
    public static func records(of project: Project, notes: [Note]) throws(BadInput) -> [LabelRecord] {
        var records: [LabelRecord] = []
        try forEachRecord(of: project, notes: notes, onlyFinal: false) { records.append($0) }
        return records
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
    ///   - body: called with each record that is written.
    /// - Throws: ``BadInput`` for a bad journal or schema, a changed note, or a folder that cannot be written, and what `body`
    ///   throws; the old file stays then.
    public static func update(
        _ project: Project, notes: [Note], each body: (LabelRecord) throws(BadInput) -> Void = { _ in }
    ) throws(BadInput) {
        let lock: FileLock?
        do {
            lock = try FileLock.take(project.labelsFile + ".lock", mode: project.fileMode, waits: true)
        } catch {
            throw cannotWrite(project, error)
        }
        defer { withExtendedLifetime(lock) {} }
        removeOldDrafts(in: project)
        // Looked at before the journals are read, so that what is decided meanwhile leaves the file stale.
        let mark = LabelsMark(of: project)
        do {
            var file = try PrivateDraft(project.labelsFile, mode: project.fileMode)
            try forEachRecord(of: project, notes: notes, onlyFinal: true) { record throws(BadInput) in
                do {
                    try file.append(Array((try JSONValue.line(record) + "\n").utf8))
                } catch {
                    throw cannotWrite(project, error)
                }
                try body(record)
            }
            try file.commit()
            mark.keep(in: project)
        } catch let error as BadInput {
            throw error
        } catch {
            throw cannotWrite(project, error)
        }
    }

    /// Removes the drafts that earlier versions named by their process; under the lock nobody is writing one.
    private static func removeOldDrafts(in project: Project) {
        guard let folder = try? Folder(project.folder) else { return }
        let start = "labels.jsonl."
        for name in folder.names where name.hasPrefix(start) && name.hasSuffix(".new") {
            guard name.dropFirst(start.count).dropLast(".new".count).allSatisfy(\.isNumber),
                let status = folder.status(name)
            else { continue }
            folder.remove(name, if: FileIdentity(status))
        }
    }

    /// Whether the journals say something else than the file, as far as that can be seen without reading them.
    ///
    /// - Returns: `false` for a project in which nothing was decided yet.
    public static func isStale(in project: Project) -> Bool {
        let mark = LabelsMark(of: project)
        return mark.hasDecisions && !mark.isKept(in: project)
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
