import ClinicalText

/// The findings about labels that a person looked at and does not want to see again: ids in `dismissed.jsonl`.
///
/// Only added to, like a journal; an id is made of places and labels and holds no word of a note.
public enum DismissedFindings {
    private struct Line: Codable {
        let id: String
        let at: String?
    }

    /// The ids.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a line that is none of this file's.
    public static func ids(in project: Project) throws(BadInput) -> Set<String> {
        guard PrivateFile.exists(project.dismissedFile) else { return [] }
        let lines = try JSONLines.decode(
            try NoteReader.bytes(of: project.dismissedFile), file: project.dismissedFile, as: Line.self)
        return Set(lines.map(\.value.id))
    }

    /// Adds ids.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: ``BadInput`` if they cannot be written.
    public static func add(_ ids: [String], to project: Project, at now: UInt64) throws(BadInput) {
        do {
            var text = ""
            for id in ids { text += try JSONValue.line(Line(id: id, at: JournalLine.timestamp(now))) + "\n" }
            try PrivateFile.append(Array(text.utf8), to: project.dismissedFile, mode: project.fileMode)
        } catch {
            throw BadInput(SourceLocation(project.dismissedFile), "cannot be written (\(error))")
        }
    }
}
