import ArgumentParser
import ClinicalText
import Tokenization

/// Prints the tokens of each record.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Print token ids, offsets and words as the reference tokenizer gives them.",
        discussion: """
            Reads records {"id","text"}; one with "pair" is tokenised as two texts. Offsets count Unicode code points; \
            special tokens have [0,0] and the word null.
            """)

    @Option(
        help: ArgumentHelp("A Hugging Face checkpoint's folder; the embedded model's by default.", valueName: "dir"))
    var model: String?

    @OptionGroup var casing: CasingOption

    @Option(help: ArgumentHelp("Print overlapping windows of this many tokens, special ones included.", valueName: "n"))
    var maxLength: Int?

    @Option(help: ArgumentHelp("Tokens that windows share.", valueName: "s"))
    var stride: Int = 0

    @Argument(help: "A .jsonl file, a .txt file or a folder; - for JSON lines on standard input.")
    var file: String = NoteReader.standardInput

    private struct Record: Encodable {
        let id: String
        let ids: [Int32]
        let types: [Int32]
        let offsets: [[Int]]
        let words: [Int?]

        init(_ id: String, _ encoding: Encoding) {
            self.id = id
            ids = encoding.ids
            types = encoding.types
            offsets = encoding.offsets.map { [$0.start.value, $0.end.value] }
            words = encoding.words
        }
    }

    private struct Windows: Encodable {
        struct Window: Encodable {
            let ids: [Int32]
            let offsets: [[Int]]
        }
        let id: String
        let windows: [Window]
    }

    func run() throws {
        guard let folder = model ?? ModelLocation.standard else {
            throw ValidationError("name a checkpoint with --model")
        }
        let tokenizer = try Tokenizer(checkpoint: folder, cased: casing.cased)
        casing.warn(of: tokenizer)
        for note in try NoteReader.read([file], acceptsEmptyRecords: true) {
            if let maxLength {
                standardOutput(json: try JSONValue.line(try windows(note, tokenizer, maxLength)))
            } else if let pair = note.fields["pair"]?.stringValue {
                standardOutput(
                    json: try JSONValue.line(Record(note.id, tokenizer.encode(note.text, pair: NoteText(pair)))))
            } else {
                standardOutput(json: try JSONValue.line(Record(note.id, tokenizer.encode(note.text))))
            }
        }
    }

    private func windows(_ note: Note, _ tokenizer: Tokenizer, _ maximum: Int) throws -> Windows {
        do {
            let windows = try tokenizer.windows(note.text, maximum: maximum, stride: stride)
            return Windows(
                id: note.id,
                windows: windows.map { window in
                    Windows.Window(ids: window.ids, offsets: window.offsets.map { [$0.start.value, $0.end.value] })
                })
        } catch {
            throw ValidationError(error.description)
        }
    }
}
