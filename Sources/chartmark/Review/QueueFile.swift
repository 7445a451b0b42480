import ClinicalText
import ReviewUI

/// The findings that `check --json` printed, as places to open one after another.
enum QueueFile {
    /// The findings about notes; those about files of the project are passed over.
    ///
    /// - Parameter annotator: who looks at them: findings about other annotators' spans are left out.
    /// - Returns: the queue, and how many are about other annotators.
    /// - Throws: ``BadInput`` with `file:line` for a line that is no finding, or if none is left.
    static func read(_ path: String, annotator: String) throws(BadInput) -> (queue: ReviewQueue, others: Int) {
        var targets: [ReviewQueue.Target] = []
        var names: Set<String> = []
        var others = 0
        for (line, value) in try JSONLines.values(try NoteReader.bytes(of: path), file: path) {
            guard value.objectValue != nil else {
                throw BadInput(SourceLocation(path, line: line), "is no finding: check --json prints an object a line")
            }
            guard let note = value["note"]?.stringValue else { continue }
            if let name = value["annotator"]?.stringValue, name != annotator {
                names.insert(name)
                others += 1
                continue
            }
            var span: TextSpan?
            if let start = value["start"]?.intValue, let end = value["end"]?.intValue { span = TextSpan(start, end) }
            targets.append(.init(note: note, span: span, reason: value["reason"]?.stringValue ?? ""))
        }
        guard !targets.isEmpty else {
            throw BadInput(
                SourceLocation(path),
                names.isEmpty
                    ? "holds no finding about a note; check --json PROJECT prints them"
                    : "its findings are about the spans of \(names.sorted().joined(separator: ", ")); "
                        + "open it with --annotator NAME")
        }
        return (ReviewQueue(targets), others)
    }
}
