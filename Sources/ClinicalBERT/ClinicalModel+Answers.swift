import ClinicalText
import Tokenization

/// A question about a text.
public struct Question: Sendable, Hashable {
    /// What is asked.
    public let question: NoteText
    /// Where the answer is looked for.
    public let text: NoteText

    /// Asks `question` of `text`.
    public init(_ question: NoteText, of text: NoteText) {
        self.question = question
        self.text = text
    }
}

/// Where a model finds the answer to a question.
public struct PredictedAnswer: Sendable, Hashable {
    /// The likeliest answer, whole words of the text; `nil` if the text has no tokens.
    public let span: TextSpan?
    /// How sure the model is of it, 0 to 1.
    public let score: Double
    /// The score of the text holding no answer: the least of any of its windows.
    ///
    /// Where it is larger than ``score``, the reference's `handle_impossible_answer` answers with nothing. Only a model
    /// trained on questions without answers (SQuAD 2) means something by it.
    public let noAnswerScore: Double
}

extension ClinicalModel {
    /// How a text is searched for an answer.
    public struct AnswerOptions: Sendable, Hashable {
        /// Tokens of a window, question and special tokens included; `nil` for the reference's 384.
        public var maximumLength: Int?
        /// Tokens of the text that windows share; `nil` for the reference's 128.
        public var stride: Int?
        /// Tokens of the longest answer.
        public var longestAnswer: Int

        /// Makes options; without arguments, the reference's.
        public init(maximumLength: Int? = nil, stride: Int? = nil, longestAnswer: Int = 15) {
            self.maximumLength = maximumLength
            self.stride = stride
            self.longestAnswer = longestAnswer
        }
    }

    /// The best answer to each question, in their order: the surest one of any window of its text.
    ///
    /// - Returns: `nil` if `isCancelled` said yes.
    /// - Throws: ``WindowError`` if question and overlap leave a window no step.
    public func answers(
        to questions: [Question], options: AnswerOptions = AnswerOptions(),
        threads: Int = ClinicalModel.defaultThreads, isCancelled: @Sendable () -> Bool = { false },
        onProgress: @Sendable (Double) -> Void = { _ in }
    ) throws(WindowError) -> [PredictedAnswer]? {
        var windows: [[QuestionWindow]] = []
        for question in questions { windows.append(try self.windows(of: question, options)) }
        let encodings = windows.flatMap { $0.map(\.encoding) }
        guard
            var logits = logits(
                for: encodings, threads: threads, isCancelled: isCancelled, onProgress: onProgress)?[...]
        else { return nil }
        let decoder = AnswerDecoder(longest: max(1, options.longestAnswer))
        return windows.map { windows in
            let outputs = logits.prefix(windows.count)
            logits = logits.dropFirst(windows.count)
            var answer = PredictedAnswer(span: nil, score: 0, noAnswerScore: 1)
            for (window, output) in zip(windows, outputs) {
                let reading = decoder.decode(output, text: window.text)
                let isSurer = reading.tokens != nil && (answer.span == nil || reading.score > answer.score)
                answer = PredictedAnswer(
                    span: isSurer ? reading.tokens.map(window.words) : answer.span,
                    score: isSurer ? reading.score : answer.score,
                    noAnswerScore: min(answer.noAnswerScore, reading.noAnswer))
            }
            return answer
        }
    }

    /// The reference's windows are this long, and share this much, where the model takes as many tokens.
    private static let answerWindow = ModelConfiguration.Windows(window: 384, stride: 128)

    private func windows(
        of question: Question, _ options: AnswerOptions
    ) throws(WindowError) -> [QuestionWindow] {
        let maximum = min(options.maximumLength ?? Self.answerWindow.window, maximumLength)
        let whole = tokenizer.encode(question.question, pair: question.text)
        let asked = tokenizer.encode(question.question).special.filter { !$0 }.count
        let content = whole.special.indices.filter { !whole.special[$0] }
        guard content.count > asked else { return [QuestionWindow(whole, text: 0..<0)] }
        let text = content[asked]..<content[content.count - 1] + 1
        let around = whole.count - text.count
        let stride = options.stride ?? min(Self.answerWindow.stride, maximum / 2)
        guard maximum - around > stride, stride >= 0 else {
            throw WindowError(window: maximum, around: around, shared: stride)
        }
        var windows: [QuestionWindow] = []
        var start = text.lowerBound
        repeat {
            let end = min(text.upperBound, start + maximum - around)
            windows.append(QuestionWindow(whole, before: text.lowerBound, start..<end, after: text.upperBound))
            if end == text.upperBound { return windows }
            start += maximum - around - stride
        } while true
    }
}

/// A question with a stretch of the text, as the model is given them.
private struct QuestionWindow {
    let encoding: Encoding
    /// The tokens of the text.
    let text: Range<Int>

    init(_ encoding: Encoding, text: Range<Int>) {
        self.encoding = encoding
        self.text = text
    }

    /// Takes all of `whole` before `before` and from `after` on, and of what is between them the tokens `stretch`.
    init(_ whole: Encoding, before: Int, _ stretch: Range<Int>, after: Int) {
        func pick<Element>(_ values: [Element]) -> [Element] {
            Array(values[..<before] + values[stretch] + values[after...])
        }
        var encoding = Encoding()
        encoding.ids = pick(whole.ids)
        encoding.types = pick(whole.types)
        encoding.offsets = pick(whole.offsets)
        encoding.words = pick(whole.words)
        encoding.special = pick(whole.special)
        self.init(encoding, text: before..<before + stretch.count)
    }

    /// The text of `tokens`, widened to whole words as far as they stand in this window.
    func words(_ tokens: ClosedRange<Int>) -> TextSpan {
        var first = tokens.lowerBound
        var last = tokens.upperBound
        while first > text.lowerBound, encoding.words[first - 1] == encoding.words[first] { first -= 1 }
        while last + 1 < text.upperBound, encoding.words[last + 1] == encoding.words[last] { last += 1 }
        return TextSpan(encoding.offsets[first].start, encoding.offsets[last].end)
    }
}
