import Annotation
import ClinicalText
import Suggestions
import Synchronization
import Testing

/// Explains with the span's words, or works until it is cancelled.
private final class Explainer: Suggester {
    let name = "mini@000000000000"
    let isEndless: Bool
    let dropped = Mutex(0)

    init(isEndless: Bool = false) { self.isEndless = isEndless }

    func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? { .ready([]) }

    func explain(
        _ question: SpanQuestion, of note: Note, onProgress: @escaping @Sendable (Double) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) -> SpanExplanation? {
        if isEndless, question.names.contains("endless") {
            while !isCancelled() {}
            dropped.withLock { $0 += 1 }
            return nil
        }
        return SpanExplanation(model: name, labels: [], pushes: [.init(word: question.span, drop: 0.5)])
    }
}

@Suite("Explanations", .timeLimit(.minutes(1)))
struct ExplanationTests {
    private let note = Note(id: "one", text: NoteText("No fever.\nDenies chest pain or 咳嗽 today. Plan: rest."))

    private func question(_ names: Set<String> = ["S"]) -> SpanQuestion {
        SpanQuestion(note: "one", span: TextSpan(17, 27), names: names, model: "other@1")
    }

    @Test("a question that is dropped, or followed by another, has no answer; the last one has")
    func dropping() async {
        let explainer = Explainer(isEndless: true)
        let queue = SuggestionQueue(note: { [note] id in id == note.id ? note : nil }, cache: nil) { _, _ in }
        let (answers, continuation) = AsyncStream<SpanExplanation?>.makeStream()
        queue.start(load: { explainer }, onLoaded: { _ in })
        queue.explain(question(["endless"])) { continuation.yield($0) }
        queue.dropQuestion()
        queue.explain(question(["endless"])) { continuation.yield($0) }
        queue.explain(question()) { continuation.yield($0) }
        var iterator = answers.makeAsyncIterator()
        #expect(await iterator.next()??.pushes.map(\.drop) == [0.5])
        queue.stop()
    }

    @Test("a note that is not there, and a suggester that cannot explain, answer with nothing")
    func nothing() async {
        for (id, suggester) in [("gone", Explainer() as any Suggester), ("one", Silent())] {
            let queue = SuggestionQueue(note: { [note] id in id == note.id ? note : nil }, cache: nil) { _, _ in }
            queue.start(load: { suggester }, onLoaded: { _ in })
            let answer = await withCheckedContinuation { continuation in
                queue.explain(SpanQuestion(note: id, span: TextSpan(0, 2), names: [], model: "")) {
                    continuation.resume(returning: $0)
                }
            }
            #expect(answer == nil)
        }
    }

    @Test("occlusion leaves out each other word of the sentence, and words of the span where it has several")
    func plan() {
        let plan = OcclusionPlan(TextSpan(17, 27), in: note.text)
        #expect(plan.text[plan.span] == "chest pain")
        #expect(plan.variants.map { note.text[$0.word] } == ["Denies", "chest", "pain", "or", "咳", "嗽", "today"])
        #expect(
            plan.variants.map { $0.text[$0.span] }.map { $0.split(separator: " ").joined(separator: " ") } == [
                "chest pain", "pain", "chest", "chest pain", "chest pain", "chest pain", "chest pain",
            ])
        #expect(!plan.variants[0].text.string.contains("Denies") && plan.variants[0].text.string.contains("fever"))
        let single = OcclusionPlan(TextSpan(3, 8), in: note.text)
        #expect(single.variants.map { note.text[$0.word] } == ["No"])
    }

    @Test("a sentence without end is looked at near the span, and so is what stands around it")
    func longSentence() {
        let words = (0..<500).map { "word\($0)" }.joined(separator: " ")
        let text = NoteText(words)
        let place =
            text.string.firstRange(of: "word250").map {
                text.string.distance(from: text.string.startIndex, to: $0.lowerBound)
            } ?? 0
        let plan = OcclusionPlan(TextSpan(place, place + 7), in: text)
        #expect(plan.variants.count == 60)
        #expect(plan.variants.allSatisfy { $0.text[$0.span] == "word250" })
        #expect(text[plan.variants[0].word] == "word220")
    }

    @Test("a classifier's target stands between signs in its sentence, near it in a long one")
    func markedTarget() {
        let sentences = Sentence.spans(of: note.text)
        func marked(_ start: Int, _ end: Int) -> String {
            MarkedTarget.text(of: TextSpan(start, end), in: note.text, sentences: sentences).string
        }
        #expect(marked(17, 27).contains("Denies [entity] chest pain [entity] or 咳嗽 today."))
        #expect(!marked(17, 27).contains("fever"))
        #expect(marked(0, 2).hasPrefix("[entity] No [entity] fever."))
        let long = NoteText(String(repeating: "ache ", count: 400))
        let text = MarkedTarget.text(of: TextSpan(1_000, 1_004), in: long, sentences: [long.fullSpan]).string
        #expect(text.count == 4 + 800 + 2 * "[entity] ".count)
    }
}

private struct Silent: Suggester {
    let name = "silent@000000000000"
    func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? { .ready([]) }
}
