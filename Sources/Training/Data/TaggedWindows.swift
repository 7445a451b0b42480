import ClinicalText
import Tokenization

/// Turns notes into windows of tokens with the label of each word at its first piece.
///
/// Words are the tokenizer's; a word belongs to a span if any of it does. Other pieces of a word have no label: the decoder
/// does not ask them (Devlin and others 2019, section 5.3).
package struct TaggedWindows: Sendable {
    let tokenizer: Tokenizer
    /// Tokens of a window, special ones included.
    let window: Int
    /// By `B-…` and `I-…` and `O`.
    private let numbers: [String: Int]

    package init(tokenizer: Tokenizer, window: Int, labels: [String]) {
        self.tokenizer = tokenizer
        self.window = window
        numbers = Dictionary(labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The windows of a note; they share nothing, so that each word counts once.
    ///
    /// - Throws: ``WindowError`` if a window has no room beside the special tokens.
    package func sequences(of note: TrainingNote) throws(WindowError) -> [TrainingSequence] {
        let windows = try tokenizer.windowsAtSentences(note.text, maximum: window, stride: 0)
        let tags = tags(of: note)
        return windows.compactMap { part in
            let encoding = part.encoding
            var targets: [TrainingSequence.Target] = []
            var token = part.firstToken
            for index in 0..<encoding.count where !encoding.special[index] {
                if var target = tags[token] {
                    target.token = index
                    targets.append(target)
                }
                token += 1
            }
            return targets.isEmpty ? nil : TrainingSequence(ids: encoding.ids, types: encoding.types, targets: targets)
        }
    }

    /// What is known of each token of the note, by the token's number, of those that are the first of a word.
    private func tags(of note: TrainingNote) -> [Int: TrainingSequence.Target] {
        let words = words(of: note.text)
        var tags: [Int: TrainingSequence.Target] = [:]
        for rejected in note.rejected {
            let classes = ["B-", "I-"].compactMap { numbers[$0 + rejected.label] }
            guard !classes.isEmpty else { continue }
            for word in words where rejected.span.overlaps(word.span) {
                tags[word.token] = .init(token: word.token, excluding: classes)
            }
        }
        let spans = note.flatSpans
        var next = 0
        var open: Int?
        for word in words {
            while next < spans.count, spans[next].span.end <= word.span.start { next += 1 }
            guard next < spans.count, spans[next].span.overlaps(word.span) else {
                if note.isComplete, let outside = numbers["O"] {
                    tags[word.token] = .init(token: word.token, label: outside)
                }
                continue
            }
            tags[word.token] = numbers[(open == next ? "I-" : "B-") + spans[next].label].map {
                .init(token: word.token, label: $0)
            }
            open = next
        }
        return tags
    }

    /// The words of a text: the number of each one's first token, and where it stands.
    private func words(of text: NoteText) -> [(token: Int, span: TextSpan)] {
        let encoding = tokenizer.encode(text)
        var words: [(token: Int, span: TextSpan)] = []
        var token = 0
        var last: Int?
        for index in 0..<encoding.count where !encoding.special[index] {
            if let word = encoding.words[index] {
                if word == last, let open = words.popLast() {
                    words.append((open.token, TextSpan(open.span.start, encoding.offsets[index].end)))
                } else {
                    words.append((token, encoding.offsets[index]))
                }
                last = word
            }
            token += 1
        }
        return words
    }
}
