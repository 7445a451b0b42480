import ClinicalText

/// Reads token-per-line files (CoNLL-2003 and its kin): the token in the first column, its tag in the last.
///
/// Columns stand between tabs, else between spaces. A blank line ends a sentence; a line `-DOCSTART-` starts a note, and
/// without any, each sentence is a note. A note's name is its place. The text of a note is made of its tokens, with a space between two and a line for
/// each sentence. Tags are of BIO, BIOES or BILOU; an `I-` that continues nothing starts a span.
enum TaggedTokens {
    private static let documentStart = "-DOCSTART-"

    static func read(_ bytes: [UInt8], file: String) throws(BadInput) -> [TrainingNote] {
        let text: NoteText
        do {
            text = try NoteText(bytes: bytes)
        } catch {
            throw BadInput(SourceLocation(file, byte: error.offset.value), error.description)
        }
        let lines = text.string.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        let hasDocuments = lines.contains { String($0).hasPrefix(documentStart) }
        var notes: [TrainingNote] = []
        var draft = Draft(start: 1)
        func close(_ next: Int) {
            if !draft.text.isEmpty {
                notes.append(
                    TrainingNote(
                        id: "\(file):\(draft.start)", text: NoteText(draft.text), spans: draft.spans,
                        location: SourceLocation(file, line: draft.start)))
            }
            draft = Draft(start: next)
        }
        for (index, line) in lines.enumerated() {
            let place = SourceLocation(file, line: index + 1)
            let row = String(line).hasSuffix("\r") ? String(line.dropLast()) : String(line)
            if row.hasPrefix(documentStart) {
                close(index + 2)
                continue
            }
            if row.allSatisfy(\.isWhitespace) {
                if hasDocuments { draft.endSentence() } else { close(index + 2) }
                continue
            }
            let separator: Character = row.contains("\t") ? "\t" : " "
            let columns = row.split(separator: separator, omittingEmptySubsequences: separator == " ").map(String.init)
            guard columns.count > 1, let token = columns.first, let tag = columns.last, !token.isEmpty else {
                throw BadInput(place, "a line has a token and, in its last column, a tag")
            }
            guard draft.add(token, tag) else { throw BadInput(place, "the tag '\(tag)' is not O, B-… or I-…") }
        }
        close(lines.count)
        return notes
    }

    /// A note that is being put together.
    private struct Draft {
        let start: Int
        private(set) var text = ""
        private(set) var spans: [TrainingNote.Span] = []
        private var count = 0
        private var isOpen = false
        private var startsLine = false

        init(start: Int) { self.start = start }

        mutating func endSentence() {
            startsLine = count > 0
            isOpen = false
        }

        /// Adds a token; whether its tag is one.
        mutating func add(_ token: String, _ tag: String) -> Bool {
            if count > 0 {
                text += startsLine ? "\n" : " "
                count += 1
            }
            startsLine = false
            let first = count
            text += token
            count += token.unicodeScalars.count
            guard tag != "O" else {
                isOpen = false
                return true
            }
            // `export --format conll` writes a space in a label as %20.
            let label = PercentCoding.decode(tag.dropFirst(2))
            guard let part = tag.first, "BIESLU".contains(part), tag.dropFirst().first == "-", !label.isEmpty else {
                return false
            }
            if "IEL".contains(part), isOpen, let last = spans.last, last.label == label {
                spans[spans.count - 1].span = TextSpan(last.span.start, ScalarOffset(count))
            } else {
                spans.append(.init(TextSpan(first, count), label))
            }
            isOpen = "BI".contains(part)
            return true
        }
    }
}
