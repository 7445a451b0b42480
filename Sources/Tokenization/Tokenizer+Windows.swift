import ClinicalText

extension Tokenizer {
    /// A part of a note that a model sees at once.
    public struct Window: Sendable, Hashable {
        /// The window's tokens with its own special ones.
        public let encoding: Encoding
        /// Where its first token, special ones not counted, stands among the tokens of the whole note.
        public let firstToken: Int
    }

    /// Tokenises one text into overlapping windows that together hold all of it.
    ///
    /// Each window has its own special tokens; the next one starts `maximum - stride` tokens (special ones not counted)
    /// after the last, and the last stops at the end of the text.
    ///
    /// - Throws: ``WindowError`` if the overlap leaves a window no step.
    public func windows(_ text: NoteText, maximum: Int, stride: Int) throws(WindowError) -> [Encoding] {
        let room = try room(maximum, stride)
        let pieces = pieces(of: text)
        var windows: [Encoding] = []
        var start = 0
        repeat {
            let end = min(start + room, pieces.count)
            windows.append(encoding(pieces[start..<end]))
            if end == pieces.count { break }
            start += room - stride
        } while true
        return windows
    }

    /// Tokenises one text into overlapping windows that start and end where sentences or lines do, if there is such a
    /// place, else between words.
    ///
    /// A window is at most `maximum` tokens long, special ones included, and shares at least `stride` with the next.
    ///
    /// - Throws: ``WindowError`` if the overlap leaves a window no step.
    public func windowsAtSentences(
        _ text: NoteText, maximum: Int, stride: Int
    ) throws(WindowError) -> [Window] {
        let room = try room(maximum, stride)
        let pieces = pieces(of: text)
        guard pieces.count > room else { return [Window(encoding: encoding(pieces[...]), firstToken: 0)] }
        let breaks = WindowBreaks(pieces, sentences: Sentence.spans(of: text))
        // A break further back would cost more than it gives: a quarter of the window at most is given away.
        let give = room / 4
        var windows: [Window] = []
        var start = 0
        while start + room < pieces.count {
            let end = breaks.last(from: max(start + room - give, start + stride + 1), through: start + room)
            windows.append(Window(encoding: encoding(pieces[start..<end]), firstToken: start))
            start = breaks.last(from: max(end - stride - give, start + 1), through: end - stride)
        }
        windows.append(Window(encoding: encoding(pieces[start...]), firstToken: start))
        return windows
    }

    private func room(_ maximum: Int, _ stride: Int) throws(WindowError) -> Int {
        // A maximum below zero, however far, leaves no room either.
        let room = max(0, maximum) - specialTokenCount
        guard stride >= 0, room > stride else {
            throw WindowError(maximum: maximum, stride: stride, special: specialTokenCount)
        }
        return room
    }
}

/// Where a note may be divided, by the number of the token that comes after.
private struct WindowBreaks {
    private enum Kind: UInt8 {
        case insideWord
        case betweenWords
        case betweenSentences
    }

    private var kinds: [Kind] = []

    init(_ pieces: [Piece], sentences: [TextSpan]) {
        kinds = Array(repeating: .insideWord, count: pieces.count + 1)
        for index in pieces.indices.dropFirst() where pieces[index].word != pieces[index - 1].word {
            kinds[index] = .betweenWords
        }
        // The first token that reaches into a sentence; a byte-level one may start at the space before.
        var index = 0
        for sentence in sentences {
            while index < pieces.count, Int(pieces[index].end) <= sentence.start.value { index += 1 }
            if kinds[index] == .betweenWords { kinds[index] = .betweenSentences }
        }
    }

    /// The last of the best breaks in `first...last`; `last` if all are within words.
    func last(from first: Int, through last: Int) -> Int {
        var best = last
        for index in stride(from: last, to: first - 1, by: -1) where kinds[index].rawValue > kinds[best].rawValue {
            best = index
        }
        return best
    }
}

/// Windows that could never reach the end of a text.
public struct WindowError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Tokens of a window.
    public let maximum: Int
    /// Tokens that neighbouring windows share.
    public let stride: Int
    /// Special tokens of a window.
    public let special: Int

    /// Says which number to change.
    public var description: String {
        "windows of \(maximum) tokens, \(special) of them special, cannot overlap by \(stride): "
            + "choose a stride from 0 to \(max(0, maximum - special - 1)), or a longer window"
    }
}
