import ArgumentParser
import ClinicalBERT
import ClinicalText

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
            "Compare the spans of 8-bit weights with those of float32 over these notes.", valueName: "notes"))
    var compareInt8: String?

    @Argument(
        help: ArgumentHelp("A Hugging Face checkpoint's folder; the embedded model's by default.", valueName: "dir"))
    var folder: String?

    func run() throws {
        guard let folder = folder ?? ModelLocation.standard else { throw ValidationError("name a checkpoint's folder") }
        let notes = try compareInt8.map { try NoteReader.read([$0]) }
        let report = try ModelReport(folder: folder, comparingInt8Over: notes)
        if json {
            standardOutput(try JSONValue.line(report))
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
        add(
            "engine",
            "\(engine.vectors); float32 by \(engine.float32), int8 by \(engine.int8); "
                + (engine.oneDNN.map { "oneDNN \($0)" } ?? "no oneDNN"))
        let resident = [memory.beforeLoading, memory.afterLoading, memory.afterSelfTest].map {
            $0.map(Self.megabytes) ?? "unknown"
        }
        add("memory", "up to \(Self.megabytes(memory.estimate)) of float32 weights; resident \(resident[0]) before,")
        add("", "\(resident[1]) after loading, \(resident[2]) after the self-test")
        if selfTest.passed {
            add(
                "self-test",
                "passed: \(selfTest.texts) texts, \(selfTest.tokens) tokens; one worker and two differ by at most "
                    + "\(selfTest.largestDifference)")
        } else {
            for problem in selfTest.problems { add("self-test", "FAILED: \(problem)") }
        }
        if let int8 {
            add(
                "int8",
                "\(int8.spansOfBoth) of \(int8.spans) spans identical (\(Self.percent(int8.identical))), "
                    + "\(int8.spansInt8) found; F1 against float32 \(Self.percent(int8.f1))")
            add("", "largest logit difference \(int8.largestLogitDifference), over \(int8.notes) notes")
        }
        for warning in warnings { add("warning", warning) }
        return lines
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
