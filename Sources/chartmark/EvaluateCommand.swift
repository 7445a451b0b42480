import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText

/// Compares predicted spans with gold ones.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Print strict and partial precision, recall and F1 of spans against gold ones.",
        discussion: "Records match by id; an id that only one side has is an error.")

    @Option(help: ArgumentHelp("JSON lines with the right \"spans\".", valueName: "file"))
    var gold: String

    @Option(help: ArgumentHelp("JSON lines with the \"spans\" to judge.", valueName: "file"))
    var predicted: String?

    @OptionGroup var options: ModelOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    private typealias Labelled = (span: TextSpan, label: String)

    func validate() throws {
        if predicted != nil, options.model != nil { throw ValidationError("give --predicted or --model, not both") }
    }

    func run() throws {
        let goldNotes = try NoteReader.read([gold])
        guard !goldNotes.isEmpty else { throw BadInput(SourceLocation(gold), "there are no records in it") }
        let predictions = try predictions(for: goldNotes)
        var scores = SpanScores()
        for note in goldNotes {
            guard let spans = try note.carriedSpans() else {
                throw BadInput(SourceLocation(gold), "the record '\(note.id)' has no 'spans'")
            }
            scores.add(
                predicted: predictions[note.id] ?? [], gold: spans.map { ($0.content.span, $0.content.label) })
        }
        if json { standardOutput(try JSONValue.line(Self.object(scores))) } else { printTable(scores) }
    }

    private func predictions(for goldNotes: [Note]) throws -> [String: [Labelled]] {
        guard let predicted else {
            let model = try options.load()
            guard model.configuration.task == .tokenClassification else {
                throw BadInput(SourceLocation(model.folder), "is a classifier of whole notes and predicts no spans")
            }
            let spans = try model.spans(in: goldNotes.map(\.text), threads: options.threads) ?? []
            return Dictionary(
                zip(goldNotes.map(\.id), spans.map { $0.map { ($0.span, $0.label) } }), uniquingKeysWith: { $1 })
        }
        var predictions: [String: [Labelled]] = [:]
        let digests = Dictionary(goldNotes.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
        for note in try NoteReader.read([predicted]) {
            guard digests[note.id] == nil || digests[note.id] == note.digest else {
                throw BadInput(
                    SourceLocation(predicted), "the text of '\(note.id)' is not the text it has in \(gold)")
            }
            guard let spans = try note.carriedSpans() else {
                throw BadInput(SourceLocation(predicted), "the record '\(note.id)' has no 'spans'")
            }
            predictions[note.id] = spans.map { ($0.content.span, $0.content.label) }
        }
        let goldIDs = Set(goldNotes.map(\.id))
        try require(goldIDs.subtracting(predictions.keys), of: gold, "missing from \(predicted)")
        try require(Set(predictions.keys).subtracting(goldIDs), of: predicted, "not in \(gold)")
        return predictions
    }

    private func require(_ ids: Set<String>, of file: String, _ where: String) throws {
        guard let first = ids.min() else { return }
        throw BadInput(
            SourceLocation(file),
            "\(ids.count) records are \(`where`), '\(first)' for one: both sides need the same ids")
    }

    private static func object(_ scores: SpanScores) -> JSONValue {
        func part(_ counts: [String: SpanScores.Counts]) -> JSONValue {
            .object([
                "micro": numbers(SpanScores.micro(counts)), "macro_f1": .number(SpanScores.macroF1(counts)),
                "labels": .object(counts.mapValues(numbers)),
            ])
        }
        return .object(["strict": part(scores.strict), "partial": part(scores.partial)])
    }

    private static func numbers(_ counts: SpanScores.Counts) -> JSONValue {
        .object([
            "precision": .number(counts.precision), "recall": .number(counts.recall), "f1": .number(counts.f1),
            "matched": .integer(Int64(counts.matched)), "predicted": .integer(Int64(counts.predicted)),
            "gold": .integer(Int64(counts.gold)),
        ])
    }

    private func printTable(_ scores: SpanScores) {
        let labels = scores.strict.keys.sorted()
        let width = (labels.map(\.count) + ["label".count]).max() ?? 0
        func row(_ name: String, _ strict: SpanScores.Counts, _ partial: SpanScores.Counts) -> String {
            let cells = [strict.precision, strict.recall, strict.f1, partial.precision, partial.recall, partial.f1]
            return name.padded(to: width) + cells.map { "  " + $0.threeDigits }.joined() + "  \(strict.gold)"
        }
        standardOutput("".padded(to: width) + "  strict               partial")
        standardOutput("label".padded(to: width) + "  P      R      F1     P      R      F1     gold")
        for label in labels {
            standardOutput(row(label, scores.strict[label] ?? .init(), scores.partial[label] ?? .init()))
        }
        standardOutput(row("micro", SpanScores.micro(scores.strict), SpanScores.micro(scores.partial)))
        let macro = "macro".padded(to: width) + String(repeating: " ", count: 16)
        standardOutput(
            macro + SpanScores.macroF1(scores.strict).threeDigits + String(repeating: " ", count: 16)
                + SpanScores.macroF1(scores.partial).threeDigits)
    }
}

extension String {
    /// Spaces after it up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Double {
    /// `0.631`: three digits after the point.
    var threeDigits: String {
        let thousandths = Int((self * 1000).rounded())
        return "\(thousandths / 1000)." + String(String(1000 + thousandths % 1000).dropFirst())
    }
}
