import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Synchronization

/// Suggestions of one model kept in a project's `cache` folder, so that a note is read by the model once.
///
/// A line for each note in `suggestions-<model>.jsonl`, found by the note's digest. It may be deleted at any time and is
/// never relied on: what cannot be read is found again, what cannot be written is not kept.
public final class SuggestionCache: Sendable {
    private struct Line: Codable {
        let digest: TextDigest
        let spans: [Suggestion]
    }

    private struct State {
        var model = ""
        var file: Int32 = -1
        var byDigest: [TextDigest: [Suggestion]] = [:]
    }

    private let folder: String
    private let fileMode: mode_t
    private let state = Mutex(State())

    /// Keeps its files in `folder`.
    ///
    /// - Parameter fileMode: the permissions of a new file: a project's files are 0600.
    public init(folder: String, fileMode: mode_t = 0o600) {
        self.folder = folder
        self.fileMode = fileMode
    }

    deinit { state.withLock { if $0.file >= 0 { close($0.file) } } }

    /// Reads what is kept of `model`.
    func open(model: String) {
        let safe = String(model.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._@-".contains($0)) ? $0 : "_" })
        let path = "\(folder)/suggestions-\(safe).jsonl"
        var kept: [TextDigest: [Suggestion]] = [:]
        if let bytes = try? NoteReader.bytes(of: path) {
            let decoder = JSONDecoder()
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                // A line cut off by a full disk or a crash is a note to read again.
                guard let line = try? decoder.decode(Line.self, from: Data(line)) else { continue }
                kept[line.digest] = line.spans
            }
        }
        let file = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, fileMode)
        state.withLock { state in
            state.model = model
            state.byDigest = kept
            state.file = file
        }
    }

    /// What is kept for this text of the note.
    func suggestions(for note: Note) -> [Suggestion]? {
        state.withLock { $0.byDigest[note.digest] }?.filter { suggestion in
            note.text.holds(suggestion.content.span) && note.text[suggestion.content.span] == suggestion.content.text
        }
    }

    /// Keeps the suggestions for this text of the note.
    func keep(_ suggestions: [Suggestion], for note: Note) {
        guard let line = try? JSONValue.line(Line(digest: note.digest, spans: suggestions)) else { return }
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            state.byDigest[note.digest] = suggestions
            guard state.file >= 0 else { return }
            _ = bytes.withUnsafeBytes { write(state.file, $0.baseAddress, $0.count) }
        }
    }
}
