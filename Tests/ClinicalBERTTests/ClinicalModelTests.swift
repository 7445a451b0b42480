import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("The engine")
struct ClinicalModelTests {
    private func embedded() throws -> ClinicalModel {
        try ClinicalModel(checkpoint: "\(ParityFolder.root)/Samples/Models/clinical-mini")
    }

    @Test("gives a text the same logits alone and packed among others, with one worker and with two")
    func packing() throws {
        let checkpoint = try TinyCheckpoint()
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let texts = ["no painful chest.", "a", "chest pain chest pain a a a", ""].map(NoteText.init)
        let encodings = texts.map { model.tokenizer.encode($0) }
        let together = try #require(model.logits(for: encodings, threads: 1))
        let divided = try #require(model.logits(for: encodings, threads: 2))
        for (index, encoding) in encodings.enumerated() {
            let alone = try #require(model.logits(for: [encoding])?.first)
            for other in [together[index], divided[index]] {
                #expect(other.rows == encoding.count)
                #expect(zip(alone.values, other.values).allSatisfy { abs($0 - $1) < 1e-6 })
            }
        }
    }

    @Test("shares the rows of a long text and of many short ones among any number of workers", arguments: 2...5)
    func sharing(_ workers: Int) throws {
        // More tokens than one group of two workers has, in sequences of 4 to 400.
        let model = try embedded()
        let sentence = "She was given acetaminophen for hypertension. "
        let encodings = [40, 1, 7, 3, 40, 0, 20, 25].map { count in
            model.tokenizer.encode(NoteText(String(repeating: sentence, count: count)))
        }.map { Encoding(ids: Array($0.ids.prefix(400))) }
        let one = try #require(model.logits(for: encodings, threads: 1))
        let several = try #require(model.logits(for: encodings, threads: workers))
        #expect(one.map(\.rows) == encodings.map(\.count))
        #expect(one.map(\.rows) == several.map(\.rows))
        let differences = zip(one, several).flatMap { zip($0.values, $1.values).map { abs($0 - $1) } }
        #expect((differences.max() ?? 1) < 1e-4)
    }

    @Test("stops between groups when it is cancelled")
    func cancelled() throws {
        let checkpoint = try TinyCheckpoint()
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let encodings = [model.tokenizer.encode(NoteText("pain"))]
        #expect(model.logits(for: encodings, isCancelled: { true }) == nil)
        #expect(try model.spans(in: [NoteText("pain")], isCancelled: { true }) == nil)
    }

    @Test("reads a note of whose words the vocabulary lacks every character, as if they were not there")
    func wordsWithoutPieces() throws {
        let checkpoint = try TinyCheckpoint()
        let tokenizer = #"""
            {"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},\#
            "post_processor":null,"model":{"type":"BPE","vocab":{"p":0,"a":1,"i":2,"n":3},"merges":[]}}
            """#
        try checkpoint.write("tokenizer.json", Array(tokenizer.utf8))
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let texts = ["é pain é nap", "pain nap", "é é", "pain é"].map { NoteText($0) }
        let spans = try #require(try model.spans(in: texts))
        #expect(spans[0].map(\.label) == spans[1].map(\.label))
        #expect(spans[0].map(\.score) == spans[1].map(\.score))
        #expect(spans[2].isEmpty)
    }

    @Test("takes its windows from the checkpoint")
    func windows() throws {
        let model = try embedded()
        #expect(model.configuration.windows == .init(window: 192, stride: 48))
        #expect(model.maximumLength == 512)
    }

    @Test("marks what a reader would mark")
    func readsANote() throws {
        let text = NoteText("The patient denies chest pain. She takes aspirin 81 mg daily.")
        let spans = try #require(try embedded().spans(in: [text])?.first)
        let found = Dictionary(spans.map { (text[$0.span], $0.label) }, uniquingKeysWith: { $1 })
        #expect(found["aspirin"] == "Medication")
        #expect(found.contains { $0.key.contains("81 mg") && $0.value == "Dosage" })
        #expect(found.keys.contains { $0.hasSuffix("pain") })
        #expect(spans.allSatisfy { $0.score > 0 && $0.score <= 1 })
    }

    @Test("says how likely each label is for the words of a span, and that they have none")
    func labelProbabilities() throws {
        let text = NoteText("She takes aspirin 81 mg daily.")
        let places = [TextSpan(10, 17), TextSpan(18, 23), TextSpan(0, 3), TextSpan(3, 4)]
        let model = try embedded()
        let found = try #require(try model.labelProbabilities(of: places.map { TextPlace($0, in: text) }))
        let best = found.map { $0.max { $0.value < $1.value }?.key }
        #expect(best.dropLast() == ["Medication", "Dosage", ""])
        #expect(found[3].isEmpty, "a space has no label")
        #expect(found.dropLast().allSatisfy { abs($0.values.reduce(0, +) - 1) < 1e-4 })
        #expect(try model.labelProbabilities(of: [TextPlace(places[0], in: text)], isCancelled: { true }) == nil)
        let checkpoint = try TinyArchitecture.bert.checkpoint(.language)
        let other = try ClinicalModel(checkpoint: checkpoint.path)
        #expect(try other.labelProbabilities(of: [TextPlace(places[0], in: text)]) == nil)
    }

    @Test("reads a note of any length, and words at a window's edge as whole words")
    func longNote() throws {
        let sentence = "She was given acetaminophen for hypertension and hypercholesterolemia.\n"
        let text = NoteText(String(repeating: sentence, count: 100))
        let spans = try #require(try embedded().spans(in: [text])?.first)
        let drugs = spans.filter { $0.label == "Medication" }
        #expect(drugs.count == 100)
        #expect(drugs.allSatisfy { text[$0.span] == "acetaminophen" })
        #expect((spans.last?.span.end.value ?? 0) > text.scalarCount - 100)
    }

    @Test("gives several notes their own spans, in order")
    func severalNotes() throws {
        let model = try embedded()
        let texts = ["Aspirin was stopped.", " ", "Fever for two days."].map(NoteText.init)
        let together = try #require(try model.spans(in: texts))
        for (text, spans) in zip(texts, together) {
            let alone = try #require(try model.spans(in: [text])?.first)
            #expect(alone.map(\.span) == spans.map(\.span))
            #expect(alone.map(\.label) == spans.map(\.label))
        }
        #expect(together[1].isEmpty)
    }

    @Test("finds Chinese text unreadable for an English vocabulary")
    func unknownShare() throws {
        let tokenizer = try embedded().tokenizer
        #expect(tokenizer.unknownShare(of: NoteText("患者否认胸痛，既往高血压病史十年。")) > 0.2)
        #expect(tokenizer.unknownShare(of: NoteText("Patient denies chest pain.")) == 0)
    }
}
