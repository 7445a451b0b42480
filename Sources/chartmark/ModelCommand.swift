import ArgumentParser
import ClinicalBERT
import ClinicalText
import FoundationEssentials

/// `model`: what a checkpoint is, whether it runs, and what it takes.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Show what a checkpoint is: architecture, labels, tokenizer, weights, memory; and try it.",
        discussion: "Exits with 1 if it cannot be loaded, or if what it puts out in a short test is not sound.")

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Compare the spans of bfloat16 or int8 with those of float32 over the notes.", valueName: "precision"))
    var compare: Precision?

    @Argument(
        help: ArgumentHelp(
            "A Hugging Face checkpoint's folder, the embedded model's by default; with --compare, notes after it.",
            valueName: "dir"))
    var paths: [String] = []

    func validate() throws {
        guard let compare else {
            guard paths.count <= 1 else { throw ValidationError("name one checkpoint's folder; notes need --compare") }
            return
        }
        guard compare != .float32 else {
            throw ValidationError("--compare takes bfloat16 or int8: float32 is what they are held against")
        }
        if let reason = compare.unavailableReason { throw ValidationError("--compare \(compare.rawValue): \(reason)") }
        guard !notes.isEmpty else {
            throw ValidationError("--compare needs notes: chartmark model [DIR] --compare \(compare.rawValue) NOTES")
        }
    }

    /// The first path, where it is a checkpoint's folder or no notes are looked for.
    private var named: String? {
        guard let first = paths.first else { return nil }
        return compare == nil || FileManager.default.fileExists(atPath: "\(first)/config.json") ? first : nil
    }

    private var notes: [String] { named == nil ? paths : Array(paths.dropFirst()) }

    func run() throws {
        guard let folder = named ?? ModelLocation.standard else { throw ValidationError("name a checkpoint's folder") }
        let report = try ModelReport(
            folder: folder, comparing: compare, over: compare == nil ? [] : try NoteReader.read(notes))
        if json {
            standardOutput(json: try JSONValue.line(report))
        } else {
            for line in report.lines { standardOutput(line) }
        }
        if !report.selfTest.passed { throw ExitCode(1) }
    }
}

extension ModelReport {
    /// The report for a person to read.
    var lines: [String] {
        var lines = [name]
        func add(_ title: String, _ text: String) {
            lines.append(title + String(repeating: " ", count: max(1, 14 - title.count)) + text)
        }
        add("architecture", "\(architecture): \(sizes.layers) layers, \(sizes.hidden) wide, \(sizes.heads) heads")
        add("", "\(sizes.intermediate) intermediate, \(activation); \(sizes.positions) positions")
        add("head", task + (problemType.map { ", \($0)" } ?? ""))
        add("labels", "\(labels.count): \(Self.shortened(labels.names))")
        add(
            "tokenizer",
            "\(tokenizer.kind), \(tokenizer.vocabulary) pieces (\(sizes.vocabulary) rows), "
                + (tokenizer.lowercases ? "lower case" : "case kept")
                + (tokenizer.maximumLength.map { ", at most \($0) tokens" } ?? ""))
        add("windows", "\(windows.window) tokens that share \(windows.stride); temperature \(windows.temperature)")
        add(
            "weights", "\(weights.form), \(Self.megabytes(weights.bytes)): \(Self.shortened(weights.files.map(\.name)))"
        )
        add("", "\(parameters) parameters in use, stored as \(weights.precision.keys.sorted().joined(separator: ", "))")
        add("engine", "\(engine.vectors); \(engine.precisions.joined(separator: ", "))")
        for (index, kernel) in engine.kernels.enumerated() { add(index == 0 ? "kernels" : "", Self.line(kernel)) }
        let resident = [memory.beforeLoading, memory.afterLoading, memory.afterSelfTest].map {
            $0.map(Self.megabytes) ?? "unknown"
        }
        add("memory", "up to \(Self.megabytes(memory.estimate)) of float32 weights; resident \(resident[0]) before,")
        add("", "\(resident[1]) after loading, \(resident[2]) after the self-test")
        if selfTest.passed {
            add(
                "self-test",
                "passed: \(selfTest.texts) texts, \(selfTest.tokens) tokens; the same bits from one worker and two, "
                    + "alone and in a batch")
        } else {
            for problem in selfTest.problems { add("self-test", "FAILED: \(problem)") }
        }
        if let comparison {
            add(
                comparison.precision,
                "\(comparison.spansOfBoth) of \(comparison.spans) spans identical "
                    + "(\(Self.percent(comparison.identical))), \(comparison.spansRounded) found; F1 against float32 "
                    + "\(Self.percent(comparison.f1))")
            add("", "largest logit difference \(comparison.largestLogitDifference), over \(comparison.notes) notes")
        }
        for warning in warnings { add("warning", warning) }
        return lines
    }

    /// An operation, whose copy is used, and how it was checked.
    private static func line(_ kernel: Engine.Kernel) -> String {
        let used = kernel.instructionSet.map { "\($0), checked against plain C" } ?? "none on this processor"
        return kernel.operation + ": " + used + (kernel.refused.map { "; \($0) REFUSED: it disagrees" } ?? "")
    }

    /// The first of many names.
    private static func shortened(_ names: [String]) -> String {
        let shown = 12
        return names.prefix(shown).map(\.printable).joined(separator: ", ")
            + (names.count > shown ? ", and \(names.count - shown) more" : "")
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}
