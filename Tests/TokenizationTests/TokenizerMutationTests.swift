import ClinicalText
import FoundationEssentials
import Testing
import Tokenization

/// A damaged `tokenizer.json` is refused, or means what it says; nothing else may happen.
@Suite("A damaged tokenizer.json")
struct TokenizerMutationTests {
    private static let byteLevel = #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"#

    static let files = [
        TokenizerFile(
            model:
                #"{"type":"WordPiece","vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"pain":3,"@@ful":4,"no":5},"unk_token":"[UNK]","continuing_subword_prefix":"@@","max_input_chars_per_word":100}"#,
            normalizer:
                #"{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"#,
            preTokenizer: #"{"type":"BertPreTokenizer"}"#,
            postProcessor:
                #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]}}}"#,
            addedTokens:
                #"[{"id":1,"content":"[CLS]","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true}]"#
        ).json,
        TokenizerFile(
            model:
                #"{"type":"BPE","dropout":null,"unk_token":"?","continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":true,"byte_fallback":true,"ignore_merges":false,"vocab":{"?":0,"p":1,"a":2,"i":3,"n":4,"Ġ":5,"pa":6,"in":7,"pain":8},"merges":[["p","a"],["i","n"],["pa","in"]]}"#,
            normalizer:
                #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s{2,}|[\\n\\t]"},"content":" "},{"type":"Strip","strip_left":true,"strip_right":true}]}"#,
            preTokenizer: byteLevel,
            postProcessor:
                #"{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":true}"#
        ).json,
        TokenizerFile(
            model:
                #"{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["▁",-2.5],["▁pain",-3.25],["p",-4],["a",-4],["in",-4e0]],"byte_fallback":false}"#,
            normalizer: #"{"type":"NFKC"}"#,
            preTokenizer:
                #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{N}{1,3}| ?[^\\s\\p{L}]+"},"behavior":"Isolated","invert":false},{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]}"#
        ).json,
    ]

    /// Enough to have met every kind of damage in every component; thousands more were run by hand.
    private static let rounds = 500

    private static let text = NoteText("No  painful, pain[CLS]\r\n café 心 \u{301}１２ 😀")

    /// Reads `bytes` as a tokenizer and uses it.
    private func use(_ bytes: [UInt8], _ folder: CheckpointFolder) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder.path)/tokenizer.json"))
        let tokenizer: Tokenizer
        do throws(BadInput) {
            tokenizer = try Tokenizer(checkpoint: folder.path)
        } catch {
            #expect(!error.reason.isEmpty)
            return
        }
        let encoding = tokenizer.encode(Self.text)
        _ = tokenizer.encode(Self.text, pair: Self.text, truncatedTo: 9)
        _ = try? tokenizer.windowsAtSentences(Self.text, maximum: 8, stride: 2)
        for offset in encoding.offsets {
            #expect(offset.start <= offset.end && offset.end.value <= Self.text.scalarCount)
        }
    }

    @Test("in its bytes never crashes the reader", arguments: 0..<3)
    func bytes(_ file: Int) throws {
        let folder = try CheckpointFolder([:])
        let original = Array(Self.files[file].utf8)
        var random = SeededRandom(UInt64(file) + 11)
        for _ in 0..<Self.rounds {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...12, using: &random)))
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            try use(bytes, folder)
        }
    }

    @Test("in its structure never crashes the reader", arguments: 0..<3)
    func structure(_ file: Int) throws {
        let folder = try CheckpointFolder([:])
        let json = try JSONValue.parse(Array(Self.files[file].utf8), file: "tokenizer.json")
        var random = SeededRandom(UInt64(file) + 31)
        for _ in 0..<Self.rounds {
            var changed = json
            for _ in 0..<Int.random(in: 1...3, using: &random) { changed = Self.changed(changed, &random) }
            try use(Array(try JSONValue.line(changed).utf8), folder)
        }
    }

    /// The value with something in it replaced by something of another kind or size.
    private static func changed(_ value: JSONValue, _ random: inout SeededRandom) -> JSONValue {
        let descends = Int.random(in: 0..<6, using: &random) > 0
        if descends, case .object(var members) = value, let key = members.keys.sorted().randomElement(using: &random) {
            if Int.random(in: 0..<12, using: &random) == 0 {
                members[key] = nil
            } else {
                members[key] = members[key].map { changed($0, &random) }
            }
            return .object(members)
        }
        if descends, case .array(var elements) = value, let index = elements.indices.randomElement(using: &random) {
            elements[index] = changed(elements[index], &random)
            return .array(elements)
        }
        let others: [JSONValue] = [
            .null, .bool(true), .integer(-1), .integer(0), .integer(7), .integer(.max), .integer(2_147_483_648),
            .number(1e300), .number(-0.5), .string(""), .string("["), .string("\u{0}"), .string("▁é心😀"),
            .string(String(repeating: "a", count: 300)), .array([]), .array([.string("a"), .integer(1)]), .object([:]),
            .object(["type": .string("Sequence")]),
            .array(Array(repeating: .array([.string("a"), .number(-1)]), count: 9)),
        ]
        return others[Int.random(in: 0..<others.count, using: &random)]
    }

    @Test(
        "that nests without end is refused",
        arguments: ["[", #"{"a":"#, #"{"normalizer":{"type":"Sequence","normalizers":["#])
    func nesting(_ part: String) throws {
        let folder = try CheckpointFolder([:])
        try Data(String(repeating: part, count: 200_000).utf8).write(to: URL(filePath: "\(folder.path)/tokenizer.json"))
        let error = #expect(throws: BadInput.self) { try Tokenizer(checkpoint: folder.path) }
        #expect(error?.reason.contains("nested deeper") == true)
    }

    @Test("that gives a piece a huge id is refused before a table is made for it")
    func hugeTable() throws {
        let folder = try CheckpointFolder([
            "tokenizer.json": TokenizerFile(model: #"{"type":"WordPiece","vocab":{"[UNK]":0,"a":3999999}}"#).json
        ])
        let error = #expect(throws: BadInput.self) { try Tokenizer(checkpoint: folder.path) }
        #expect(error?.reason.contains("'a' has no id") == true)
    }
}
