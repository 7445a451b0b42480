import Annotation
import ClinicalText
import Effort
import ReviewUI
import Screen
import Testing

@Suite("Effort")
struct EffortOracleTests {
    private static let schema = LabelSchema(
        spans: [
            SpanLabel(label: "Sign_symptom", key: "S"), SpanLabel(label: "Medication", key: "M"),
            SpanLabel(label: "Disease_disorder", key: "D"), SpanLabel(label: "Unreachable"),
        ])

    /// Counts for one note: `offered` and `gold` name words of the text with their label, as `chest pain/Sign_symptom`.
    private func effort(
        _ text: String, offered: [String], gold: [String], batches: EffortOracle.Batches = .never
    ) throws -> EffortOracle.Effort {
        let note = Note(id: "note", text: NoteText(text))
        func labelled(_ marked: String) throws -> LabelledSpan {
            let parts = marked.split(separator: "/").map(String.init)
            let (all, words) = (Array(text.unicodeScalars), Array(parts[0].unicodeScalars))
            let start = try #require((0...(all.count - words.count)).first { all[$0...].starts(with: words) })
            return LabelledSpan(TextSpan(start, start + words.count), parts[1])
        }
        let suggestions = try offered.map { marked in
            let span = try labelled(marked)
            return Suggestion(
                content: SpanContent(span.span, in: note.text, label: span.label), model: "m@1", score: 0.9)
        }
        return try EffortOracle(schema: Self.schema, size: ScreenSize(columns: 120, rows: 40)).review(
            note, suggestions: suggestions, gold: Set(try gold.map(labelled)), batches: batches)
    }

    private func keys(_ effort: EffortOracle.Effort) -> String { effort.keys.map(\.name).joined(separator: " ") }

    private let text = "Reports chest pain and fever. Takes aspirin daily, denies cough."

    @Test("what is right takes one key each and Enter")
    func right() throws {
        let spans = ["chest pain/Sign_symptom", "fever/Sign_symptom", "aspirin/Medication"]
        let effort = try effort(text, offered: spans, gold: spans)
        #expect(keys(effort) == "a a a Enter")
        #expect(effort.tally[.accepting] == 3)
        #expect(effort.tally[.finishing] == 1)
        #expect(effort.tally.total == effort.keys.count)
    }

    @Test("with + what is right takes one key together")
    func batch() throws {
        let spans = ["chest pain/Sign_symptom", "fever/Sign_symptom", "aspirin/Medication"]
        #expect(keys(try effort(text, offered: spans, gold: spans, batches: .acceptAll)) == "+ Enter")
    }

    @Test("a wrong suggestion is rejected, and all that are left at once")
    func wrong() throws {
        let offered = ["Reports/Medication", "chest pain/Sign_symptom", "daily/Medication", "denies/Disease_disorder"]
        let effort = try effort(text, offered: offered, gold: ["chest pain/Sign_symptom"])
        #expect(keys(effort) == "x a Enter x")
    }

    @Test("another label takes its capital, which goes on")
    func relabelled() throws {
        let effort = try effort(
            text, offered: ["fever/Medication", "aspirin/Medication"],
            gold: ["fever/Sign_symptom", "aspirin/Medication"])
        #expect(keys(effort) == "S a Enter")
        #expect(effort.tally[.relabelling] == 1)
    }

    @Test("other edges take a key an edge")
    func edges() throws {
        let effort = try effort(text, offered: ["pain and/Sign_symptom"], gold: ["chest pain/Sign_symptom"])
        #expect(effort.tally[.edges] == 2)
        #expect(effort.tally.total == 3)
    }

    @Test("an edge inside a word goes by characters")
    func characters() throws {
        let effort = try effort(text, offered: ["fever/Sign_symptom"], gold: ["feve/Sign_symptom"])
        #expect(keys(effort) == "c } c Enter")
    }

    @Test("a missed span is gone to and marked")
    func missed() throws {
        let effort = try effort(
            text, offered: ["fever/Sign_symptom", "aspirin/Medication"],
            gold: ["chest pain/Sign_symptom", "fever/Sign_symptom", "aspirin/Medication"])
        #expect(effort.tally[.accepting] == 2)
        #expect(effort.tally[.marking] == 2)
        #expect(effort.tally[.finding] > 0)
    }

    @Test("a part of a word that nothing was offered for is found, too")
    func missedPart() throws {
        #expect(try effort(text, offered: [], gold: ["spiri/Medication"]).tally[.marking] > 2)
    }

    @Test("a span with a label that no key gives is an error, not a smaller count")
    func unreachable() throws {
        #expect(throws: BadInput.self) { try effort(text, offered: [], gold: ["cough/Unreachable"]) }
    }

    @Test("its keys, pressed again in a session, make the gold")
    func replay() throws {
        let gold = ["chest pain/Sign_symptom", "cough/Sign_symptom", "aspirin daily/Medication"]
        let offered = ["chest/Sign_symptom", "fever/Disease_disorder", "aspirin/Medication"]
        let effort = try effort(text, offered: offered, gold: gold)
        let note = Note(id: "note", text: NoteText(text))
        let suggestions = [(8, 13, "Sign_symptom"), (23, 28, "Disease_disorder"), (36, 43, "Medication")].map {
            Suggestion(
                content: SpanContent(TextSpan($0.0, $0.1), in: note.text, label: $0.2), model: "m@1", score: 0.9)
        }
        let review = NoteReview(
            note: note, document: Document(note: "note", text: note.text), suggestions: .ready(suggestions))
        var model = try #require(
            Model(
                notes: [review], schema: Self.schema, annotator: "kim", engine: .none, ids: EventIDSource(seed: 3),
                size: ScreenSize(columns: 120, rows: 40)))
        for (index, key) in effort.keys.enumerated() { _ = update(&model, .key(key, at: UInt64(index))) }
        #expect(model.review.document.status == .completed)
        #expect(model.review.document.spans.map(\.content.text) == ["chest pain", "aspirin daily", "cough"])
    }
}
