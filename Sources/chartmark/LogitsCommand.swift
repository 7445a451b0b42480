import ArgumentParser
import ClinicalBERT
import ClinicalText
import Tokenization

/// Prints what a model's head puts out, for comparison with other engines.
struct LogitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits",
        abstract: "Print a model's raw outputs for each record.",
        discussion: """
            Token classifier: {"logits":[[…],…]}, a row for each token, special ones included. Sequence classifier: \
            {"logits":[…]}. Question answerer: {"start":[…],"end":[…]}. Masked language model: the largest logits of each \
            token, {"top_ids":[[…],…],"top_logits":[[…],…]}. A record with "pair" is read as two texts. Texts are cut off \
            at the model's maximum.
            """)

    @OptionGroup var options: ModelOptions
    @OptionGroup var numbers: PrecisionOption

    @Option(help: ArgumentHelp("Cut texts off at this many tokens.", valueName: "n"))
    var maxLength: Int?

    @Option(help: ArgumentHelp("Largest logits of each token of a masked language model.", valueName: "k"))
    var top: Int = 3

    @Argument(help: "A .jsonl file, a .txt file or a folder; - for JSON lines on standard input.")
    var file: String = NoteReader.standardInput

    private struct Rows: Encodable {
        let id: String
        let logits: [[Float]]
    }

    private struct Row: Encodable {
        let id: String
        let logits: [Float]
    }

    private struct Edges: Encodable {
        let id: String
        let start: [Float]
        let end: [Float]
    }

    private struct Top: Encodable {
        let id: String
        let topIds: [[Int]]
        let topLogits: [[Float]]

        enum CodingKeys: String, CodingKey {
            case id
            case topIds = "top_ids"
            case topLogits = "top_logits"
        }
    }

    func validate() throws {
        if let maxLength, maxLength < 1 { throw ValidationError("--max-length must be at least 1") }
        guard top >= 1 else { throw ValidationError("--top must be at least 1") }
    }

    func run() throws {
        let notes = try NoteReader.read([file], acceptsEmptyRecords: true)
        let model = try options.load(precision: numbers.precision)
        for note in notes {
            if let line = try line(note, model) { standardOutput(json: line) }
        }
    }

    private func line(_ note: Note, _ model: ClinicalModel) throws -> String? {
        let encoding = encoding(note, model)
        do { try model.check([encoding]) } catch { throw note.bad(error) }
        if model.configuration.task == .maskedLanguageModel {
            guard let tokens = model.candidates(top, for: [encoding], threads: options.threads)?.first else {
                return nil
            }
            return try JSONValue.line(
                Top(id: note.id, topIds: tokens.map { $0.map(\.id) }, topLogits: tokens.map { $0.map(\.logit) }))
        }
        guard let output = model.logits(for: [encoding], threads: options.threads)?.first else { return nil }
        switch model.configuration.task {
        case .tokenClassification, .maskedLanguageModel:
            return try JSONValue.line(Rows(id: note.id, logits: (0..<output.rows).map { Array(output[$0]) }))
        case .sequenceClassification: return try JSONValue.line(Row(id: note.id, logits: output.values))
        case .questionAnswering:
            return try JSONValue.line(Edges(id: note.id, start: output.column(0), end: output.column(1)))
        }
    }

    private func encoding(_ note: Note, _ model: ClinicalModel) -> Encoding {
        let maximum = min(maxLength ?? model.maximumLength, model.maximumLength)
        guard let pair = note.fields["pair"]?.stringValue else {
            return model.tokenizer.encode(note.text, truncatedTo: maximum)
        }
        return model.tokenizer.encode(note.text, pair: NoteText(pair), truncatedTo: maximum)
    }
}
