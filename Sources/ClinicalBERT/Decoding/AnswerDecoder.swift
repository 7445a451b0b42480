import Glibc

/// Finds the likeliest answer in one window of question and text, as the reference's question-answering pipeline does
/// (transformers 4, `pipelines/question_answering.py`).
///
/// Starts and ends are softmaxes over the text's tokens and the window's first token, which stands for "no answer"; an
/// answer's score is the product of its start's and its end's.
package struct AnswerDecoder {
    /// Tokens of the longest answer.
    package let longest: Int

    /// Finds answers of at most `longest` tokens; the reference's are of 15.
    package init(longest: Int) { self.longest = longest }

    /// What one window says.
    package struct Reading: Hashable {
        /// Tokens of the window; `nil` if there is no text in it.
        package let tokens: ClosedRange<Int>?
        package let score: Double
        /// The score of there being no answer.
        package let noAnswer: Double
    }

    /// - Parameters:
    ///   - logits: [tokens, 2], of starting and of ending the answer.
    ///   - text: the tokens of the text, which come after the question.
    package func decode(_ logits: Logits, text: Range<Int>) -> Reading {
        let text = text.clamped(to: min(1, logits.rows)..<logits.rows)
        guard logits.rows > 0 else { return Reading(tokens: nil, score: 0, noAnswer: 1) }
        let candidates = [0] + Array(text)
        let starts = candidates.map { logits[$0][logits[$0].startIndex] }.softmax().map(Double.init)
        let ends = candidates.map { logits[$0][logits[$0].startIndex + 1] }.softmax().map(Double.init)
        var best: ClosedRange<Int>?
        var score = -1.0
        for start in candidates.indices.dropFirst() {
            for end in start..<min(candidates.count, start + longest) where starts[start] * ends[end] > score {
                score = starts[start] * ends[end]
                best = candidates[start]...candidates[end]
            }
        }
        return Reading(tokens: best, score: max(0, score), noAnswer: starts[0] * ends[0])
    }
}
