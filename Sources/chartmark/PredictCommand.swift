import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText
import Journal
import Tokenization

/// Runs a model over notes and prints a record for each.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Print the spans, or the label scores, that a model gives each note.",
        discussion: """
            One JSON object a line, in input order: the input record plus "spans", or "scores" for a classifier. "spans" \
            that were in the input are kept as "gold_spans".
            """)

    @OptionGroup var options: ModelOptions

    @Option(help: "How token labels become spans; all but viterbi behave as the reference pipeline.")
    var aggregation: Aggregation = .viterbi

    @Option(help: ArgumentHelp("Tokens of a window. Default: the checkpoint's own.", valueName: "n"))
    var maxLength: Int?

    @Option(
        help: ArgumentHelp(
            "Tokens that windows share. Default: the checkpoint's own; without it the reference strategies truncate.",
            valueName: "s"))
    var stride: Int?

    @Option(help: "Numbers in the engine.")
    var precision: Precision = .float32

    @Option(help: ArgumentHelp("Take notes and model from a project where none are named.", valueName: "dir"))
    var project: String?

    @Argument(help: "Folders of .txt, .txt files, .jsonl files; - for JSON lines on standard input, the default.")
    var notes: [String] = []

    func validate() throws {
        if let maxLength, maxLength < 1 { throw ValidationError("--max-length must be at least 1") }
        if let stride, stride < 0 { throw ValidationError("--stride must not be negative") }
    }

    func run() throws {
        let project = project.map(Project.init(folder:))
        let paths = notes.isEmpty ? try project?.notePaths() ?? [NoteReader.standardInput] : notes
        let notes = try NoteReader.read(paths)
        let model = try options.load(
            project: try project?.settings()?.model, precision: precision)
        let progress = ProgressBar("predict", total: notes.count)
        for start in Swift.stride(from: 0, to: notes.count, by: Self.notesAtOnce) {
            progress.show(start)
            let group = Array(notes[start..<min(notes.count, start + Self.notesAtOnce)])
            for line in try lines(group, model) { standardOutput(line) }
        }
        progress.show(notes.count)
    }

    /// Enough notes to keep every worker busy to the end of a group, few enough that results come as a stream.
    private static let notesAtOnce = 16

    private func lines(_ notes: [Note], _ model: ClinicalModel) throws -> [String] {
        if case .sequenceClassification = model.configuration.task {
            let scores = model.scores(of: notes.map(\.text), maximumLength: maxLength, threads: options.threads)
            return try zip(notes, scores).map { note, scores in
                try Self.line(note, ["scores": .object(scores.mapValues { .number(Self.rounded($0)) })])
            }
        }
        let spanOptions = ClinicalModel.SpanOptions(
            aggregation: aggregation, maximumLength: maxLength, stride: stride)
        do {
            let spans = try model.spans(in: notes.map(\.text), options: spanOptions, threads: options.threads) ?? []
            return try zip(notes, spans).map { note, spans in
                try Self.line(note, ["spans": .array(spans.map { Self.json($0, in: note.text) })])
            }
        } catch let error as WindowError {
            throw ValidationError(error.description)
        }
    }

    private static func line(_ note: Note, _ results: [String: JSONValue]) throws -> String {
        var record = note.fields
        if let gold = record.removeValue(forKey: "spans") { record["gold_spans"] = gold }
        record["id"] = .string(note.id)
        record["text"] = .string(note.text.string)
        record.merge(results) { $1 }
        return try JSONValue.line(record)
    }

    private static func json(_ span: PredictedSpan, in text: NoteText) -> JSONValue {
        .object([
            "start": .integer(Int64(span.span.start.value)), "end": .integer(Int64(span.span.end.value)),
            "text": .string(text[span.span]), "label": .string(span.label), "score": .number(rounded(span.score)),
        ])
    }

    /// Six digits: what float32 is good for.
    private static func rounded(_ score: Double) -> Double { (score * 1e6).rounded() / 1e6 }
}

extension Aggregation: ExpressibleByArgument {}
