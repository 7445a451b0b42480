import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText
import Training

/// Compares predicted spans with gold ones.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Print precision, recall and F1 of spans, or of notes' labels, against gold ones.",
        discussion: """
            Records match by id; an id that only one side has is an error. Strict: the same start, end and label; partial: the \
            same label and a character in common. The interval holds the F1 of 95 in 100 sets of notes drawn from these with \
            replacement (bootstrap); of two models, the F1 of one less the other's over the same sets. The calibration error \
            says how far scores are from the share that is right.

            --fit-temperature finds what logits must be divided by for scores to say best how often they are right, and writes \
            it to the checkpoint's config.json, where predict and review find it. It changes scores, not spans; where all is \
            right, or nothing, it finds none. Fit it on notes that neither training nor the final figures use.
            """)

    @Option(help: ArgumentHelp("JSON lines with the right \"spans\", or labels.", valueName: "file"))
    var gold: String

    @Option(help: ArgumentHelp("JSON lines to judge, as predict writes them.", valueName: "file"))
    var predicted: String?

    @OptionGroup var options: ModelOptions
    @OptionGroup var numbers: PrecisionOption

    @Option(
        help: ArgumentHelp(
            "Another checkpoint, or a .jsonl of predictions, that the first is compared with.", valueName: "path"))
    var against: String?

    @Option(help: ArgumentHelp("Judge the notes' own label of this name in place of spans.", valueName: "name"))
    var label: String?

    @Flag(help: "Fit a temperature on these notes and write it to the checkpoint of --model.")
    var fitTemperature = false

    @Option(help: ArgumentHelp("Of the sets of notes that are drawn.", valueName: "n"))
    var seed: UInt64 = 1

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if predicted != nil, options.model != nil { throw ValidationError("give --predicted or --model, not both") }
        if fitTemperature, options.model == nil {
            throw ValidationError("--fit-temperature needs --model, whose config.json it changes")
        }
    }

    func run() throws {
        let notes = try GoldNotes(gold, label: label)
        var generator = SplitMix(seed: seed, stream: SplitMix.Purpose.draws)
        let bootstrap = Bootstrap(notes: notes.notes.count, using: &generator)
        var report = EvaluationReport(
            try evaluation(notes), bootstrap: bootstrap, noun: label == nil ? "spans" : "notes")
        if let against {
            report.compare(with: notes.evaluation(try predictions(against, of: notes)), called: against, bootstrap)
        }
        if json { standardOutput(json: try JSONValue.line(report.json)) } else { standardOutput(report.text) }
    }

    private func evaluation(_ notes: GoldNotes) throws -> SpanEvaluation {
        if let predicted { return notes.evaluation(try notes.predictions(from: predicted)) }
        let model = try options.load(precision: numbers.precision)
        let readings = try notes.readings(of: model, threads: options.threads)
        let before = notes.evaluation(readings(model.configuration.temperature))
        guard fitTemperature else { return before }
        let (count, right) = (before.calibration.count, before.calibration.right)
        guard right > 0, right < count else {
            let what = label == nil ? "spans that the model finds in them" : "labels that the model gives them"
            let reason =
                count == 0
                ? "there are no \(what)"
                : "of the \(count) \(what) " + (right > 0 ? "all are right" : "none is right; have labels other names?")
            throw BadInput(SourceLocation(gold), "no temperature can be fitted on these notes: \(reason)")
        }
        let fitted = Float(TemperatureFit.best { notes.evaluation(readings(Float($0))).calibration })
        try CheckpointEntry.write(
            temperature: fitted, checkpoint: model.folder, windows: model.configuration.windows)
        let after = notes.evaluation(readings(fitted))
        standardError(
            "evaluate: temperature \(Double(fitted).threeDigits), calibration error "
                + "\((before.calibration.expectedError ?? 0).threeDigits) → "
                + "\((after.calibration.expectedError ?? 0).threeDigits); wrote \(model.folder)/config.json")
        return after
    }

    private func predictions(_ path: String, of notes: GoldNotes) throws -> [[SpanEvaluation.Prediction]] {
        if path.hasSuffix(".jsonl") { return try notes.predictions(from: path) }
        let model = try ModelLocation.load(path, cased: options.casing.cased)
        return try notes.readings(of: model, threads: options.threads)(model.configuration.temperature)
    }
}
