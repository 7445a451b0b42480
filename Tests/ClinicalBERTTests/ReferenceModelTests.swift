import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("The reference models", .enabled(if: ParityFolder.path != nil, ParityFolder.absent))
struct ReferenceModelTests {
    static let folders = ["bert-uncased", "bert-cased", "distilbert", "roberta", "modernbert", "deberta-v2"]

    private func model(_ folder: String) throws -> ClinicalModel {
        try ClinicalModel(checkpoint: "\(ParityFolder.path ?? "")/\(folder)")
    }

    private func numbers(_ value: JSONValue?) -> [Double] {
        (value?.arrayValue ?? []).flatMap { element in
            element.doubleValue.map { [$0] } ?? numbers(element)
        }
    }

    /// The largest difference of any output from the golden one; infinite if there are more or fewer.
    private func largestDifference(_ model: ClinicalModel, _ record: JSONValue) throws -> Double {
        let text = NoteText(try #require(record["text"]?.stringValue))
        let encoding = model.tokenizer.encode(text, truncatedTo: 128)
        let logits = try #require(model.logits(for: [encoding])?.first)
        let output = (record["start"] == nil ? logits.values : logits.column(0) + logits.column(1)).map(Double.init)
        let golden = numbers(record["logits"]) + numbers(record["start"]) + numbers(record["end"])
        guard output.count == golden.count else { return .infinity }
        return zip(output, golden).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test("give the same logits by every head", arguments: folders)
    func logits(_ folder: String) throws {
        let heads = try #require(try ParityFolder.expected(folder)["heads"]?.objectValue)
        for head in heads.keys where head != "mlm" {
            let model = try model("\(folder)/\(head)")
            let records = heads[head]?["outputs"]?.arrayValue ?? []
            #expect(!records.isEmpty)
            for record in records { #expect(try largestDifference(model, record) < 1e-4, "\(head)") }
        }
    }

    @Test("find the same pieces likeliest in each token's place", arguments: folders.filter { $0 != "deberta-v2" })
    func candidates(_ folder: String) throws {
        let model = try model("\(folder)/mlm")
        let records = try ParityFolder.expected(folder)["heads"]?["mlm"]?["outputs"]?.arrayValue ?? []
        #expect(!records.isEmpty)
        for record in records {
            let text = NoteText(try #require(record["text"]?.stringValue))
            let encoding = model.tokenizer.encode(text, truncatedTo: 128)
            let tokens = try #require(model.candidates(3, for: [encoding])?.first)
            #expect(tokens.flatMap { $0.map { Double($0.id) } } == numbers(record["top_ids"]))
            let golden = numbers(record["top_logits"])
            let logits = tokens.flatMap { $0.map { Double($0.logit) } }
            #expect(logits.count == golden.count)
            for (logit, golden) in zip(logits, golden) { #expect(abs(logit - golden) < 1e-4) }
        }
    }

    @Test(
        "give the same logits from every form of checkpoint",
        arguments: [
            ("float16", 2e-2), ("bfloat16", 2e-2), ("vocab-txt", 1e-4), ("sharded", 1e-4), ("pytorch-zip", 1e-4),
            ("pytorch-legacy", 1e-4), ("gamma-beta", 1e-4),
        ])
    func forms(_ form: String, _ tolerance: Double) throws {
        let model = try model("checkpoint-forms/\(form)")
        let records = try ParityFolder.expected("bert-uncased")["heads"]?["ner"]?["outputs"]?.arrayValue ?? []
        for record in records { #expect(try largestDifference(model, record) < tolerance) }
    }

    @Test("say of a model without its head that this is still to be trained")
    func headless() throws {
        let error = #expect(throws: BadInput.self) { try model("checkpoint-forms/base-no-prefix") }
        #expect(error?.description.contains("'classifier.weight'") == true)
    }

    @Test("give the same entities by every strategy", arguments: folders)
    func pipeline(_ folder: String) throws {
        let model = try model("\(folder)/ner")
        let records = try ParityFolder.expected(folder)["heads"]?["ner"]?["pipeline"]?.arrayValue ?? []
        #expect(!records.isEmpty)
        for record in records { try expectSameEntities(model, record, stride: nil) }
    }

    @Test("give the same entities over overlapping windows", arguments: folders)
    func strided(_ folder: String) throws {
        let model = try model("\(folder)/ner")
        let records = try ParityFolder.expected(folder)["heads"]?["ner"]?["strided"]?.arrayValue ?? []
        #expect(!records.isEmpty)
        for record in records { try expectSameEntities(model, record, stride: record["stride"]?.intValue) }
    }

    private func expectSameEntities(_ model: ClinicalModel, _ record: JSONValue, stride: Int?) throws {
        let text = try #require(record["text"]?.stringValue)
        let strategy = try #require(record["strategy"]?.stringValue.flatMap(Aggregation.init(rawValue:)))
        let options = ClinicalModel.SpanOptions(
            aggregation: strategy, maximumLength: record["max_length"]?.intValue, stride: stride)
        let spans = try #require(try model.spans(in: [NoteText(text)], options: options)?.first)
        let golden = record["entities"]?.arrayValue ?? []
        let place: Comment = "\(strategy) \(text.prefix(40))"
        #expect(spans.map(\.label) == golden.map { $0["label"]?.stringValue }, place)
        #expect(spans.map(\.span.start.value) == golden.map { $0["start"]?.intValue }, place)
        #expect(spans.map(\.span.end.value) == golden.map { $0["end"]?.intValue }, place)
        for (span, entity) in zip(spans, golden) {
            #expect(abs(span.score - (entity["score"]?.doubleValue ?? 2)) < 1e-4, place)
        }
    }
}
