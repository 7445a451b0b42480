import ClinicalText
import Testing
import Tokenization

@Suite("The reference tokenizer", .enabled(if: ParityFolder.path != nil, ParityFolder.absent))
struct ReferenceTokenizerTests {
    static let folders = ["bert-uncased", "bert-cased", "distilbert", "roberta", "modernbert", "deberta-v2"]

    private func tokenizer(_ folder: String) throws -> Tokenizer {
        try Tokenizer(checkpoint: "\(ParityFolder.path ?? "")/\(folder)")
    }

    private func integers(_ value: JSONValue?) -> [Int] { value?.arrayValue?.compactMap(\.intValue) ?? [] }

    private func pairs(_ value: JSONValue?) -> [[Int]] { value?.arrayValue?.map(integers) ?? [] }

    private func offsets(_ encoding: Encoding) -> [[Int]] { encoding.offsets.map { [$0.start.value, $0.end.value] } }

    @Test("gives the same ids, offsets and words for every text", arguments: folders)
    func texts(_ folder: String) throws {
        let tokenizer = try tokenizer("\(folder)/ner")
        let records = try ParityFolder.expected(folder)["tokenize"]?.arrayValue ?? []
        #expect(!records.isEmpty)
        for record in records {
            let text = try #require(record["text"]?.stringValue)
            let encoding = tokenizer.encode(NoteText(text))
            #expect(encoding.ids.map(Int.init) == integers(record["ids"]), "\(text.debugDescription)")
            #expect(offsets(encoding) == pairs(record["offsets"]), "\(text.debugDescription)")
            #expect(encoding.words == record["words"]?.arrayValue?.map(\.intValue), "\(text.debugDescription)")
        }
    }

    @Test("gives the same ids, types and offsets for two texts", arguments: folders)
    func twoTexts(_ folder: String) throws {
        let tokenizer = try tokenizer("\(folder)/ner")
        let records = try ParityFolder.expected(folder)["pairs"]?.arrayValue ?? []
        #expect(!records.isEmpty)
        for record in records {
            let first = NoteText(try #require(record["first"]?.stringValue))
            let second = NoteText(try #require(record["second"]?.stringValue))
            let encoding = tokenizer.encode(first, pair: second)
            #expect(encoding.ids.map(Int.init) == integers(record["ids"]))
            #expect(offsets(encoding) == pairs(record["offsets"]))
            if let types = record["types"], types != .null { #expect(encoding.types.map(Int.init) == integers(types)) }
        }
    }

    @Test("cuts the same overlapping windows", arguments: folders)
    func windows(_ folder: String) throws {
        let tokenizer = try tokenizer("\(folder)/ner")
        let records = try ParityFolder.expected(folder)["windows"]?.arrayValue ?? []
        #expect(!records.isEmpty)
        for record in records {
            let text = NoteText(try #require(record["text"]?.stringValue))
            let windows = try tokenizer.windows(
                text, maximum: try #require(record["max_length"]?.intValue),
                stride: try #require(record["stride"]?.intValue))
            #expect(windows.map { $0.ids.map(Int.init) } == pairs(record["ids"]))
            #expect(windows.map(offsets) == record["offsets"]?.arrayValue?.map(pairs))
        }
    }

    @Test("reads vocab.txt with tokenizer_config.json to the same tokens")
    func vocabularyText() throws {
        let tokenizer = try tokenizer("checkpoint-forms/vocab-txt")
        for record in try ParityFolder.expected("bert-uncased")["tokenize"]?.arrayValue ?? [] {
            let text = try #require(record["text"]?.stringValue)
            #expect(tokenizer.encode(NoteText(text)).ids.map(Int.init) == integers(record["ids"]), "\(text)")
        }
    }
}
