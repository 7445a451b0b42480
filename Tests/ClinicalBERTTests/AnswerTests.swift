import ClinicalBERT
import ClinicalText
import Glibc
import Testing
import Tokenization

@Suite("Answers")
struct AnswerTests {
    /// Logits whose softmax over the first token and the text gives these probabilities.
    private func logits(_ starts: [Double], _ ends: [Double]) -> Logits {
        Logits(
            rows: starts.count, columns: 2,
            values: zip(starts, ends).flatMap { [Float(log($0)), Float(log($1))] })
    }

    @Test("are scored by their start and their end, the question left out")
    func score() throws {
        // Token 1 is the question's: however likely, it starts nothing, and takes no share.
        let logits = logits([0.2, 50, 0.1, 0.6, 0.1], [0.1, 50, 0.2, 0.1, 0.6])
        let reading = AnswerDecoder(longest: 15).decode(logits, text: 2..<5)
        #expect(reading.tokens == 3...4)
        #expect(abs(reading.score - 0.36) < 1e-6)
        #expect(abs(reading.noAnswer - 0.02) < 1e-6)
    }

    @Test("do not end before they start, nor grow past the longest")
    func bounds() {
        let backwards = logits([0.1, 0.1, 0.1, 0.7], [0.1, 0.7, 0.1, 0.1])
        let reading = AnswerDecoder(longest: 15).decode(backwards, text: 1..<4)
        // 1…1: .1 × .7; 3…3: .7 × .1, which is no more.
        #expect(reading.tokens == 1...1 || reading.tokens == 3...3)
        #expect(abs(reading.score - 0.07) < 1e-6)
        let wide = logits([0.05, 0.85, 0.05, 0.05], [0.05, 0.1, 0.15, 0.7])
        #expect(AnswerDecoder(longest: 3).decode(wide, text: 1..<4).tokens == 1...3)
        #expect(AnswerDecoder(longest: 2).decode(wide, text: 1..<4).tokens == 1...2)
    }

    @Test("are none in a window without text")
    func noText() {
        let reading = AnswerDecoder(longest: 15).decode(logits([0.5, 0.5], [0.5, 0.5]), text: 2..<2)
        #expect(reading.tokens == nil)
        #expect(reading.noAnswer == 1)
    }

    @Test("are whole words of the text, wherever in a long one", arguments: TinyArchitecture.allCases)
    func longText(_ architecture: TinyArchitecture) throws {
        let checkpoint = try architecture.checkpoint(.answer)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let text = NoteText(String(repeating: "no painful chest. ", count: 120))
        let answers = try #require(
            try model.answers(
                to: [Question(NoteText("a chest"), of: text), Question(NoteText("a"), of: NoteText(""))],
                options: .init(maximumLength: 40, stride: 10)))
        let span = try #require(answers[0].span)
        #expect(text.holds(span))
        let words = ["no", "painful", "chest", "."]
        let answer = text[span]
        #expect(words.contains { answer.hasPrefix($0) } && words.contains { answer.hasSuffix($0) })
        #expect(answers[0].score > 0 && answers[0].score <= 1)
        #expect(answers[0].noAnswerScore > 0 && answers[0].noAnswerScore < 1)
        #expect(answers[1].span == nil)
    }

    @Test("come from the surest window: one window's text alone gives the same")
    func windows() throws {
        let checkpoint = try TinyArchitecture.bert.checkpoint(.answer)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        // 3 special tokens, 1 of the question: windows of 6 of 14 tokens, 2 shared: 0–6, 4–10, 8–14.
        let words = ["chest", "pain", "no", "a", ".", "cafe", "a", "no", "pain", ".", "chest", "a", "a", "no"]
        let text = NoteText(words.joined(separator: " "))
        let options = ClinicalModel.AnswerOptions(maximumLength: 10, stride: 2)
        let question = NoteText("no")
        let whole = try #require(try model.answers(to: [Question(question, of: text)], options: options)?.first)
        var parts: [PredictedAnswer] = []
        for start in [0, 4, 8] {
            let part = NoteText(words[start..<start + 6].joined(separator: " "))
            parts.append(try #require(try model.answers(to: [Question(question, of: part)])?.first))
        }
        #expect(abs(whole.score - (parts.map(\.score).max() ?? 0)) < 1e-6)
        #expect(abs(whole.noAnswerScore - (parts.map(\.noAnswerScore).min() ?? 0)) < 1e-6)
    }

    @Test("need windows that question and overlap leave room for")
    func badWindows() throws {
        let checkpoint = try TinyArchitecture.bert.checkpoint(.answer)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let question = Question(NoteText("no pain no pain no pain"), of: NoteText("chest pain a no"))
        #expect(throws: WindowError.self) {
            try model.answers(to: [question], options: .init(maximumLength: 10, stride: 4))
        }
    }
}
