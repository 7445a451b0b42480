import ClinicalBERT
import ClinicalText
import Tokenization

/// Turns notes into windows of tokens with the label of each word at its first piece.
///
/// Words are the tokenizer's; a word belongs to a span if any of it does. Other pieces of a word have no label, as the decoder
/// does not ask them (Devlin and others 2019, section 5.3), unless all are labelled: then they go on with their word's.
package struct TaggedWindows: Sendable {
    let tokenizer: Tokenizer
    /// Tokens of a window, special ones included.
    let window: Int
    /// Whether every piece of a word has a label, as with `label_all_tokens` of transformers' examples.
    let labelsAllPieces: Bool
    private let labels: [String]
    /// By `B-…` and `I-…` and `O`.
    private let numbers: [String: Int]

    package init(tokenizer: Tokenizer, window: Int, labels: [String], labelsAllPieces: Bool = false) {
        self.tokenizer = tokenizer
        self.window = window
        self.labelsAllPieces = labelsAllPieces
        self.labels = labels
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
            guard !targets.isEmpty else { return nil }
            var sequence = TrainingSequence(ids: encoding.ids, types: encoding.types, targets: targets)
            sequence.words = MaskableWindow(encoding).words
            return sequence
        }
    }

    /// How often which label follows which, word by word, in the complete ones of these notes.
    package func transitions(in notes: [TrainingNote]) -> TransitionCounts {
        var transitions = TransitionCounts()
        for note in notes where note.isComplete && note.spans != nil {
            let tags = tags(of: note)
            var previous: String? = "O"
            for word in words(of: note.text) {
                let tag = tags[word.tokens.lowerBound].flatMap { $0.excluded.isEmpty ? labels[$0.label] : nil }
                if let previous, let tag { transitions.add(tag, after: previous) }
                previous = tag
            }
        }
        return transitions
    }

    /// What is known of each token of the note that has a label, by the token's number.
    private func tags(of note: TrainingNote) -> [Int: TrainingSequence.Target] {
        let words = words(of: note.text)
        var tags: [Int: TrainingSequence.Target] = [:]
        for rejected in note.rejected {
            let classes = ["B-", "I-"].compactMap { numbers[$0 + rejected.label] }
            guard !classes.isEmpty else { continue }
            for word in words where rejected.span.overlaps(word.span) {
                for token in labelled(word.tokens) { tags[token] = .init(token: token, excluding: classes) }
            }
        }
        let spans = note.flatSpans
        var next = 0
        var open: Int?
        for word in words {
            while next < spans.count, spans[next].span.end <= word.span.start { next += 1 }
            guard next < spans.count, spans[next].span.overlaps(word.span) else {
                guard note.isComplete, let outside = numbers["O"] else { continue }
                for token in labelled(word.tokens) { tags[token] = .init(token: token, label: outside) }
                continue
            }
            for token in labelled(word.tokens) {
                let isBeginning = open != next && token == word.tokens.lowerBound
                tags[token] = numbers[(isBeginning ? "B-" : "I-") + spans[next].label].map {
                    .init(token: token, label: $0)
                }
            }
            open = next
        }
        return tags
    }

    /// Those of a word's pieces that have a label.
    private func labelled(_ tokens: Range<Int>) -> Range<Int> { labelsAllPieces ? tokens : tokens.prefix(1) }

    /// The words of a text: the numbers of each one's tokens, and where it stands.
    private func words(of text: NoteText) -> [(tokens: Range<Int>, span: TextSpan)] {
        let encoding = tokenizer.encode(text)
        var words: [(tokens: Range<Int>, span: TextSpan)] = []
        var token = 0
        var last: Int?
        for index in 0..<encoding.count where !encoding.special[index] {
            if let word = encoding.words[index] {
                if word == last, let open = words.popLast() {
                    words.append(
                        (
                            open.tokens.lowerBound..<token + 1,
                            TextSpan(open.span.start, encoding.offsets[index].end)
                        ))
                } else {
                    words.append((token..<token + 1, encoding.offsets[index]))
                }
                last = word
            }
            token += 1
        }
        return words
    }
}
