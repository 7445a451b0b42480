import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Journal

/// A folder of a test's own, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, to name: String) throws {
        let file = file(name)
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/" + folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    func text(_ name: String) throws -> String { String(decoding: try NoteReader.bytes(of: file(name)), as: UTF8.self) }

    /// The rights of a file, as `0o600`.
    func mode(_ name: String) -> UInt32 {
        var status = stat()
        return stat(file(name), &status) == 0 ? status.st_mode & 0o777 : 0
    }
}

let note = Note(id: "note-17", text: NoteText("Denies chest pain."))

func created(_ id: String, _ start: Int, _ end: Int, _ label: String = "Sign_symptom") -> IdentifiedEvent {
    IdentifiedEvent(
        id: EventID(id), event: .created(SpanContent(TextSpan(start, end), in: note.text, label: label)))
}

extension JournalWriter {
    /// Appends to the note of the tests, at a fixed time.
    func add(_ batch: String, _ events: [IdentifiedEvent]) throws {
        try append(events, batch: EventID(batch), note: note.id, digest: note.digest, at: 1_795_313_326_120)
    }
}
