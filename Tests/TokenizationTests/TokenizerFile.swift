import ClinicalText
import Tokenization

/// Writes a `tokenizer.json` of parts and reads it.
struct TokenizerFile {
    var model = Self.words
    var normalizer = "null"
    var preTokenizer = "null"
    var postProcessor = "null"
    var addedTokens = "[]"

    /// Every word is one unknown piece: for tests of how a text is divided.
    static let words = #"{"type":"WordPiece","vocab":{"[UNK]":0},"unk_token":"[UNK]","max_input_chars_per_word":0}"#

    /// A byte-pair encoding without merges, whose pieces are these characters from id 1 on.
    static func characters(_ text: String) -> String {
        var entries = [#""?":0"#]
        for scalar in Set(text.unicodeScalars.filter { $0 != "?" }).sorted() {
            entries.append(
                "\"\\u{\(scalar.value)}\":\(entries.count)".replacing("\\u{\(scalar.value)}", with: quoted(scalar)))
        }
        return #"{"type":"BPE","unk_token":"?","vocab":{"# + entries.joined(separator: ",") + #"},"merges":[]}"#
    }

    private static func quoted(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return String(scalar)
    }

    var json: String {
        #"{"version":"1.0","added_tokens":\#(addedTokens),"normalizer":\#(normalizer),"#
            + #""pre_tokenizer":\#(preTokenizer),"post_processor":\#(postProcessor),"model":\#(model)}"#
    }

    func tokenizer() throws -> Tokenizer {
        let folder = try CheckpointFolder(["tokenizer.json": json])
        return try Tokenizer(checkpoint: folder.path)
    }

    /// What a normaliser makes of a text.
    static func normalized(_ text: String, _ normalizer: String, alphabet: String) throws -> String {
        let tokenizer = try TokenizerFile(model: characters(alphabet), normalizer: normalizer).tokenizer()
        return tokenizer.encode(NoteText(text)).ids.map { tokenizer.piece(Int($0)) ?? "" }.joined()
    }

    /// The parts of a text that a pre-tokenizer divides it into.
    static func words(_ text: String, _ preTokenizer: String) throws -> [String] {
        words(text, try TokenizerFile(preTokenizer: preTokenizer).tokenizer())
    }

    /// What each token of a text stands for.
    static func words(_ text: String, _ tokenizer: Tokenizer) -> [String] {
        let note = NoteText(text)
        return tokenizer.encode(note).offsets.map { note[$0] }
    }
}
