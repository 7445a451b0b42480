import Annotation
import ArgumentParser
import ClinicalText
import Interchange
import Journal
import LabelQuality

/// `split`: training, development and test, with nothing known from one side to another.
struct SplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Divide labelled notes into train, dev and test by patient, with all labels on every side.",
        discussion: """
            Writes OUTPUT/train.jsonl, dev.jsonl and test.jsonl in the form of labels.jsonl. All notes of a patient \
            (meta.group) are on one side, and notes that are nearly the same too. Each side has its share of every label, as \
            far as whole patients allow. The same seed and notes give the same split, in whatever order they come. Notes that \
            are not complete are left out.
            """)

    @Option(help: ArgumentHelp("The share of notes to measure on while training.", valueName: "share"))
    var dev = 0.1

    @Option(help: ArgumentHelp("The share of notes to measure on at the end.", valueName: "share"))
    var test = 0.1

    @Option(help: ArgumentHelp("Of the order among notes that are alike in their labels.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The new folder.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("The form of a file. Default: found from its content.", valueName: "format"))
    var from: Format?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("A project's folder, or a file of labelled notes.", valueName: "project|file"))
    var path: String

    func validate() throws {
        guard dev >= 0, test >= 0, dev + test < 1 else {
            throw ValidationError("--dev and --test are shares that leave something to train on.")
        }
    }

    func run() throws {
        let all = try LabelReadings.read(path, as: from, onlyFinal: true)
        let complete = all.filter { $0.record.answer == .accept }
        guard !complete.isEmpty else { throw BadInput(SourceLocation(path), "no note in it is complete") }
        let sides = [("train", 1 - dev - test), ("dev", dev), ("test", test)].filter { $0.1 > 0 }
            .map { DataSplit.Side($0.0, share: $0.1) }
        let split = DataSplit(complete, into: sides, seed: seed)
        try write(complete, split)
        let tables = table(complete, split)
        if json {
            return standardOutput(
                json: try JSONValue.line(
                    JSONValue.object([
                        "sides": tables.json, "near_duplicates": .integer(Int64(split.duplicates)),
                        "bundles": .integer(Int64(split.bundles)),
                        "left_out": .integer(Int64(all.count - complete.count)),
                        "seed": .string(String(seed)),
                    ])))
        }
        standardOutput(tables.text)
        let left = all.count - complete.count
        standardOutput(
            "\(split.bundles) bundles that stay together, "
                + "\(split.duplicates) near-duplicate\(split.duplicates == 1 ? "" : "s")"
                + (left > 0 ? "; \(left) not complete, left out" : ""))
    }

    private func write(_ readings: [LabelReading], _ split: DataSplit) throws {
        var output = try DraftOutput(output, isFolder: true)
        do {
            for side in split.sides {
                var writer = try Format.labels.writer(FormatOptions())
                var memory = MemoryOutput()
                var report = LossReport()
                for reading in readings where split.places[reading.record.id] == side.name {
                    try writer.add(Record(reading.record, report: &report), to: &memory, &report)
                }
                try writer.finish(&memory)
                try output.append(memory.files[""] ?? [], to: "\(side.name).jsonl")
            }
            try output.commit()
        } catch {
            output.discard()
            throw error
        }
    }

    private func table(_ readings: [LabelReading], _ split: DataSplit) -> FigureTable {
        var notes: [String: Set<String>] = [:]
        var spans: [String: [String: Int]] = [:]
        for reading in readings {
            guard let side = split.places[reading.record.id] else { continue }
            notes[side, default: []].insert(reading.record.id)
            for span in reading.record.spans { spans[span.content.label, default: [:]][side, default: 0] += 1 }
        }
        let total = notes.values.reduce(0) { $0 + $1.count }
        func row(_ name: String, _ counts: [String: Int]) -> [FigureTable.Cell] {
            let all = max(1, counts.values.reduce(0, +))
            return [.words(name)]
                + split.sides.flatMap { side in
                    let count = counts[side.name] ?? 0
                    return [FigureTable.Cell.count(count), .share(Double(count) / Double(all))]
                }
        }
        let byFrequency = spans.sorted { one, other in
            let (first, second) = (one.value.values.reduce(0, +), other.value.values.reduce(0, +))
            return (second, one.key) < (first, other.key)
        }
        return FigureTable(
            name: "sides", title: "\(total) notes",
            columns: [""] + split.sides.flatMap { [$0.name, "\($0.name) %"] },
            rows: [row("notes", notes.mapValues(\.count))] + byFrequency.map { row($0.key, $0.value) }, bars: nil)
    }
}
