import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("Heads")
struct HeadTests {
    private func task(_ checkpoint: TinyCheckpoint) throws -> ClinicalModel.Task {
        try ClinicalModel(checkpoint: checkpoint.path).configuration.task
    }

    @Test("are told by the tensors where config.json names none", arguments: TinyArchitecture.allCases)
    func byTensors(_ architecture: TinyArchitecture) throws {
        let tasks: [TinyArchitecture.Head: ClinicalModel.Task] = [
            .tokens: .tokenClassification, .language: .maskedLanguageModel,
        ]
        for (head, expected) in tasks {
            #expect(try task(architecture.checkpoint(head, ["architectures": .null])) == expected)
        }
        guard architecture != .modernbert else { return }
        let answer = try architecture.checkpoint(.answer, ["architectures": .null])
        #expect(try task(answer) == .questionAnswering)
        let labels: JSONValue = ["0": "absent", "1": "present", "2": "possible"]
        let sequence = try architecture.checkpoint(.sequence, ["architectures": .null, "id2label": labels])
        #expect(try task(sequence) == .sequenceClassification(.singleLabel))
    }

    @Test("of BERT's pre-training are a masked language model")
    func preTraining() throws {
        let nextSentence = [("cls.seq_relationship.weight", [2, 4]), ("cls.seq_relationship.bias", [2])]
        let checkpoint = try TinyArchitecture.bert.checkpoint(
            .language, ["architectures": ["BertForPreTraining"]], adding: nextSentence)
        #expect(try task(checkpoint) == .maskedLanguageModel)
    }

    @Test("are missed in a bare encoder")
    func bare() throws {
        let checkpoint = try TinyArchitecture.bert.checkpoint(
            .tokens, ["architectures": ["BertModel"]], without: ["classifier.weight", "classifier.bias"])
        let error = #expect(throws: BadInput.self) { try task(checkpoint) }
        #expect(error?.description.contains("bare encoder") == true)
    }

    @Test("score labels by softmax, by sigmoid, or as they are")
    func problems() throws {
        let text = [NoteText("no chest pain.")]
        func scores(_ changes: [String: JSONValue]) throws -> [Double] {
            let checkpoint = try TinyArchitecture.bert.checkpoint(.sequence, changes)
            return try #require(try ClinicalModel(checkpoint: checkpoint.path).scores(of: text).first).values.sorted()
        }
        let logits = try scores(["problem_type": "regression"])
        let exponentials = logits.map { exponential($0) }
        let shares = exponentials.map { $0 / exponentials.reduce(0, +) }
        #expect(close(try scores(["problem_type": "single_label_classification"]), shares))
        #expect(close(try scores(["problem_type": .null]), shares))
        #expect(
            close(try scores(["problem_type": "multi_label_classification"]), exponentials.map { $0 / (1 + $0) }))
    }

    private func close(_ one: [Double], _ other: [Double]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 }
    }

    /// By its series: the logits here are small.
    private func exponential(_ value: Double) -> Double {
        (1...40).reduce((sum: 1.0, term: 1.0)) { ($0.sum + $0.term * value / Double($1), $0.term * value / Double($1)) }
            .sum
    }

    @Test("of a language model use the token table as decoder unless there is another")
    func tiedDecoder() throws {
        let table = "bert.embeddings.word_embeddings.weight"
        let decoder = "cls.predictions.decoder.weight"
        func candidates(_ changes: [String: JSONValue], adding: [(String, [Int])], like: Float?) throws -> [[Float]] {
            let checkpoint = try TinyArchitecture.bert.checkpoint(.language, changes, adding: adding) { name, index in
                name == table || (name == decoder && like == nil)
                    ? Float(index * 17 % 23) / 10 - 1
                    : like
                        .flatMap { name == decoder ? $0 : nil }
            }
            let model = try ClinicalModel(checkpoint: checkpoint.path)
            let encodings = [Encoding(ids: [2, 5, 4, 3])]
            return try #require(model.candidates(12, for: encodings)?.first).map { $0.map(\.logit) }
        }
        let tied = try candidates([:], adding: [], like: nil)
        #expect(try candidates([:], adding: [(decoder, [12, 4])], like: nil) == tied)
        #expect(try candidates([:], adding: [(decoder, [12, 4])], like: 0.5) != tied)
        let untied = ["tie_word_embeddings": JSONValue.bool(false)]
        #expect(throws: BadInput.self) { try candidates(untied, adding: [], like: nil) }
    }

    @Test("of a language model give each mask the likeliest pieces of the whole vocabulary")
    func masks() throws {
        let checkpoint = try TinyArchitecture.bert.checkpoint(.language)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let text = NoteText("no [MASK] pain. a [MASK]")
        let masks = try #require(try model.filledMasks(in: [text], candidates: 12)?.first)
        #expect(masks.map { text[$0.span] } == ["[MASK]", "[MASK]"])
        let logits = try #require(model.logits(for: [model.tokenizer.encode(text)])?.first)
        for (mask, token) in zip(masks, [2, 6]) {
            #expect(mask.candidates.map(\.logit) == logits[token].sorted(by: >))
            #expect(Set(mask.candidates.map(\.id)) == Set(0..<12))
            #expect(abs(mask.candidates.reduce(0) { $0 + $1.score } - 1) < 1e-6)
        }
        let two = try #require(try model.filledMasks(in: [text], candidates: 2)?.first)
        #expect(two.map(\.candidates) == masks.map { Array($0.candidates.prefix(2)) })
    }

    @Test("of a language model fill every mask of a long text once")
    func masksOfALongText() throws {
        let checkpoint = try TinyArchitecture.bert.checkpoint(.language)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let text = NoteText(String(repeating: "a [MASK] chest ", count: 300))
        let masks = try #require(try model.filledMasks(in: [text, NoteText("pain")], candidates: 1))
        #expect(masks.map(\.count) == [300, 0])
        #expect(masks[0].map(\.span.start.value) == (0..<300).map { $0 * 15 + 2 })
    }

    @Test("of other tasks propose no spans and no scores")
    func otherTasks() throws {
        let checkpoint = try TinyArchitecture.bert.checkpoint(.language)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        #expect(try model.spans(in: [NoteText("pain")]) == [[]])
        #expect(model.scores(of: [NoteText("pain")]) == [[:]])
        #expect(model.entityLabels.isEmpty)
        let tokens = try TinyArchitecture.bert.checkpoint(.tokens)
        #expect(try ClinicalModel(checkpoint: tokens.path).filledMasks(in: [NoteText("[MASK]")], candidates: 1) == nil)
    }
}
