import ClinicalText
import FoundationEssentials
import Storage

/// The findings about labels that a person looked at and does not want to see again: ids in `dismissed.jsonl`.
///
/// Only added to, like a journal; an id is made of places and labels and holds no word of a note. A line that was cut off by a
/// full disk or a power cut dismisses nothing: its finding is shown again.
public enum DismissedFindings {
    private struct Line: Codable {
        let id: String
        let at: String?
    }

    /// The ids.
    ///
    /// - Throws: ``BadInput`` if the file cannot be read.
    public static func ids(in project: Project) throws(BadInput) -> Set<String> {
        guard PrivateFile.exists(project.dismissedFile) else { return [] }
        let bytes = try ProjectFile.bytes(of: project.dismissedFile, followsLink: true)
        let decoder = JSONDecoder()
        let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? decoder.decode(Line.self, from: Data($0))
        }
        return Set(lines.map(\.id))
    }

    /// Adds ids.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: ``BadInput`` if they cannot be written.
    public static func add(_ ids: [String], to project: Project, at now: UInt64) throws(BadInput) {
        do {
            var text = ""
            for id in ids { text += try JSONValue.line(Line(id: id, at: JournalLine.timestamp(now))) + "\n" }
            try PrivateFile.appendLines(Array(text.utf8), to: project.dismissedFile, mode: project.fileMode)
        } catch {
            throw BadInput(SourceLocation(project.dismissedFile), "cannot be written (\(error))")
        }
    }
}
