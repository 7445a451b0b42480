import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Storage
import Synchronization

/// Suggestions of models kept in a project's `cache` folder, so that a note is read by a model once.
///
/// A line for each note in `suggestions-<model>.jsonl`, found by the note's digest. It may be deleted at any time and is
/// never relied on: what cannot be read is found again, what cannot be written is not kept.
public final class SuggestionCache: Sendable {
    private struct Line: Codable {
        let digest: TextDigest
        let spans: [Suggestion]
    }

    /// What is kept of one model.
    private struct Shelf {
        var file: Int32 = -1
        var byDigest: [TextDigest: [Suggestion]] = [:]
    }

    private let folder: String
    private let fileMode: @Sendable () -> mode_t
    private let shelves = Mutex<[String: Shelf]>([:])

    /// Keeps its files in `folder`.
    ///
    /// - Parameter fileMode: the permissions of a new file, those of the project's other files; asked for when one is made,
    ///   which may be the first of a new project.
    public init(folder: String, fileMode: @escaping @Sendable () -> mode_t = { 0o600 }) {
        self.folder = folder
        self.fileMode = fileMode
    }

    deinit { shelves.withLock { for shelf in $0.values where shelf.file >= 0 { close(shelf.file) } } }

    /// Reads what is kept of `model`, without making anything.
    public func read(model: String) {
        guard shelves.withLock({ $0[model] == nil }) else { return }
        var kept: [TextDigest: [Suggestion]] = [:]
        if let bytes = try? PrivateFile.read(path(of: model), followsLink: false) {
            let decoder = JSONDecoder()
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                // A line cut off by a full disk or a crash is a note to read again.
                guard let line = try? decoder.decode(Line.self, from: Data(line)) else { continue }
                kept[line.digest] = line.spans
            }
        }
        shelves.withLock { $0[model, default: Shelf()].byDigest = kept }
    }

    /// Reads what is kept of `model`, and keeps what it finds from now on.
    func open(model: String) {
        read(model: model)
        // Through no link: in a shared project it may lead to anything.
        guard let (folder, name) = try? Folder.of(path(of: model), followsLink: false),
            let (file, _) = try? folder.change(name, O_WRONLY | O_APPEND, mode: fileMode())
        else { return }
        shelves.withLock { $0[model, default: Shelf()].file = file }
    }

    /// What is kept of a model for this text of the note.
    public func suggestions(for note: Note, of model: String) -> [Suggestion]? {
        shelves.withLock { $0[model]?.byDigest[note.digest] }?.filter { suggestion in
            note.text.holds(suggestion.content.span) && note.text[suggestion.content.span] == suggestion.content.text
        }
    }

    /// Keeps a model's suggestions for this text of the note.
    func keep(_ suggestions: [Suggestion], for note: Note, of model: String) {
        guard let line = try? JSONValue.line(Line(digest: note.digest, spans: suggestions)) else { return }
        let bytes = Array((line + "\n").utf8)
        shelves.withLock { shelves in
            guard var shelf = shelves.removeValue(forKey: model) else { return }
            shelf.byDigest[note.digest] = suggestions
            if shelf.file >= 0 { try? PrivateFile.write(bytes, to: shelf.file) }
            shelves[model] = shelf
        }
    }

    private func path(of model: String) -> String {
        let safe = String(model.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._@-".contains($0)) ? $0 : "_" })
        return "\(folder)/suggestions-\(safe).jsonl"
    }
}
