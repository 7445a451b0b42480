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
        abstract: "Print what a model says of each note: spans, label scores, filled masks, or an answer.",
        discussion: """
            One JSON object a line, in input order: the input record plus what the model's head gives.

            Token classifier: "spans":[{"start","end","text","label","score"}…]; "spans" that were in the input are kept \
            as "gold_spans".

            Sequence classifier: "scores":{label: score}, by softmax, or sigmoid, or as they are, as the checkpoint says.

            Masked language model: for each [MASK] (or <mask>) of the text, "masks":[{"start","end",\
            "candidates":[{"token","id","score"}…]}…], \
            "token" as the vocabulary writes it.

            Question answerer: for a record with a "question", "answer":{"start","end","text","score"}, and \
            "no_answer_score"; where that is larger, a model trained on questions without answers means that there is none.
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

    @Option(help: ArgumentHelp("Candidates for each mask.", valueName: "k"))
    var top: Int = 5

    @OptionGroup var numbers: PrecisionOption

    @Option(help: ArgumentHelp("Take notes and model from a project where none are named.", valueName: "dir"))
    var project: String?

    @Argument(help: "Folders of .txt, .txt files, .jsonl files; - for JSON lines on standard input, the default.")
    var notes: [String] = []

    func validate() throws {
        if let maxLength, maxLength < 1 { throw ValidationError("--max-length must be at least 1") }
        if let stride, stride < 0 { throw ValidationError("--stride must not be negative") }
        guard top >= 1 else { throw ValidationError("--top must be at least 1") }
    }

    func run() throws {
        let project = project.map(Project.init(folder:))
        let paths = notes.isEmpty ? try project?.notePaths() ?? [NoteReader.standardInput] : notes
        let notes = try NoteReader.read(paths, acceptsEmptyRecords: true)
        let model = try options.load(
            project: try project?.settings()?.model, precision: numbers.precision)
        let progress = ProgressBar("predict", total: notes.count)
        for start in Swift.stride(from: 0, to: notes.count, by: Self.notesAtOnce) {
            progress.show(start)
            let group = Array(notes[start..<min(notes.count, start + Self.notesAtOnce)])
            for line in try lines(group, model) { standardOutput(json: line) }
        }
        progress.show(notes.count)
    }

    /// Enough notes to keep every worker busy to the end of a group, few enough that results come as a stream.
    private static let notesAtOnce = 16

    private func lines(_ notes: [Note], _ model: ClinicalModel) throws -> [String] {
        do {
            return try zip(notes, try results(notes, model)).map { try Self.line($0, $1) }
        } catch let error as WindowError {
            throw ValidationError(error.description)
        }
    }

    /// What is added to each record.
    private func results(_ notes: [Note], _ model: ClinicalModel) throws -> [[String: JSONValue]] {
        let texts = notes.map(\.text)
        let spanOptions = ClinicalModel.SpanOptions(
            aggregation: aggregation, maximumLength: maxLength, stride: stride)
        for note in notes { try check(note, model) }
        switch model.configuration.task {
        case .tokenClassification:
            let spans = try model.spans(in: texts, options: spanOptions, threads: options.threads) ?? []
            return zip(texts, spans).map { text, spans in
                ["spans": .array(spans.map { .object(Self.place($0.span, in: text, $0.score, label: $0.label)) })]
            }
        case .sequenceClassification:
            return model.scores(of: texts, maximumLength: maxLength, threads: options.threads).map { scores in
                ["scores": .object(scores.mapValues { .number(Self.rounded($0)) })]
            }
        case .maskedLanguageModel:
            let masks = try model.filledMasks(
                in: texts, candidates: top, options: spanOptions, threads: options.threads)
            return (masks ?? []).map { ["masks": .array($0.map { Self.json($0, model) })] }
        case .questionAnswering:
            let answers = try model.answers(
                to: try notes.map(Self.question), options: .init(maximumLength: maxLength, stride: stride),
                threads: options.threads)
            return zip(texts, answers ?? []).map { text, answer in
                [
                    "answer": answer.span.map { .object(Self.place($0, in: text, answer.score)) } ?? .null,
                    "no_answer_score": .number(Self.rounded(answer.noAnswerScore)),
                ]
            }
        }
    }

    /// Makes sure that the model has a row for every token of a note, as far as it will be read.
    private func check(_ note: Note, _ model: ClinicalModel) throws(BadInput) {
        let maximum = min(maxLength ?? model.maximumLength, model.maximumLength)
        var cut: Int?
        switch model.configuration.task {
        case .tokenClassification: cut = aggregation == .viterbi || stride != nil ? nil : maximum
        case .sequenceClassification: cut = maximum
        case .maskedLanguageModel, .questionAnswering: break
        }
        do throws(UnreadableToken) {
            if model.configuration.task == .questionAnswering, let question = note.fields["question"]?.stringValue {
                try model.check(NoteText(question), pair: note.text)
            } else {
                try model.check(note.text, truncatedTo: cut)
            }
        } catch { throw note.bad(error) }
    }

    private static func question(_ note: Note) throws(BadInput) -> Question {
        guard let question = note.fields["question"]?.stringValue else {
            throw BadInput(
                note.location ?? SourceLocation("note '\(note.id)'"),
                "the model answers questions, and the record has no \"question\"")
        }
        return Question(NoteText(question), of: note.text)
    }

    private static func line(_ note: Note, _ results: [String: JSONValue]) throws -> String {
        var record = note.fields
        if let gold = record.removeValue(forKey: "spans") { record["gold_spans"] = gold }
        record["id"] = .string(note.id)
        record["text"] = .string(note.text.string)
        record.merge(results) { $1 }
        return try JSONValue.line(record)
    }

    private static func place(
        _ span: TextSpan, in text: NoteText, _ score: Double, label: String? = nil
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "start": .integer(Int64(span.start.value)), "end": .integer(Int64(span.end.value)),
            "text": .string(text[span]), "score": .number(rounded(score)),
        ]
        if let label { members["label"] = .string(label) }
        return members
    }

    private static func json(_ mask: FilledMask, _ model: ClinicalModel) -> JSONValue {
        let candidates = mask.candidates.map { candidate in
            JSONValue.object([
                "token": .string(model.tokenizer.piece(candidate.id) ?? ""), "id": .integer(Int64(candidate.id)),
                "score": .number(rounded(candidate.score)),
            ])
        }
        return .object([
            "start": .integer(Int64(mask.span.start.value)), "end": .integer(Int64(mask.span.end.value)),
            "candidates": .array(candidates),
        ])
    }

    /// Six digits: what float32 is good for.
    private static func rounded(_ score: Double) -> Double { (score * 1e6).rounded() / 1e6 }
}

extension Aggregation: ExpressibleByArgument {}
