import Annotation

/// A table of figures, which is printed, drawn as bars, or written for a program.
public struct FigureTable: Hashable, Sendable {
    /// What stands in a cell.
    public enum Cell: Hashable, Sendable {
        /// Words.
        case words(String)
        /// A whole number.
        case count(Int)
        /// A number with a point.
        case figure(Double)
        /// A share of one.
        case share(Double)
        /// A measure that is 1 at best.
        case score(Double)
        /// Nothing to say.
        case none
    }

    /// What its JSON member and its anchor are called.
    public let name: String
    /// What stands above it.
    public let title: String
    /// The names of the columns.
    public let columns: [String]
    /// The rows, a cell a column.
    public let rows: [[Cell]]
    /// The column that bars are drawn of.
    public let bars: Int?

    /// Makes a table; every row has a cell a column.
    public init(name: String, title: String, columns: [String], rows: [[Cell]], bars: Int?) {
        self.name = name
        self.title = title
        self.columns = columns
        self.rows = rows
        self.bars = bars
    }
}

extension LabelStatistics {
    /// Everything that was counted, table by table; those of which there is nothing are left out.
    public var tables: [FigureTable] {
        [
            overview, byLabel, tallies("annotators", "Annotators", annotators), tallies("days", "Days", days), lengths,
            noteLengthTable, acceptanceByLabel, acceptanceByConfidence, agreementTable,
        ].filter { !$0.rows.isEmpty }
    }

    private var overview: FigureTable {
        FigureTable(
            name: "all", title: "All", columns: ["", "count"],
            rows: [
                [.words("notes"), .count(notes)], [.words("readings"), .count(all.notes)],
                [.words("complete"), .count(answers[.accept] ?? 0)],
                [.words("not finished"), .count(answers[.pending] ?? 0)],
                [.words("skipped"), .count(answers[.ignore] ?? 0)], [.words("spans"), .count(all.spans)],
                [.words("words"), .count(all.words)],
            ], bars: nil)
    }

    private var byLabel: FigureTable {
        FigureTable(
            name: "labels", title: "Labels", columns: ["label", "spans", "share", "notes", "words"],
            rows: sorted(labels).map { label, tally in
                [
                    .words(label), .count(tally.spans), .share(Double(tally.spans) / Double(max(1, all.spans))),
                    .count(tally.notes), .count(tally.words),
                ]
            }, bars: 1)
    }

    private func sorted(_ tallies: [String: Tally]) -> [(key: String, value: Tally)] {
        tallies.sorted { ($1.value.spans, $0.key) < ($0.value.spans, $1.key) }
    }

    private func tallies(_ name: String, _ title: String, _ tallies: [String: Tally]) -> FigureTable {
        FigureTable(
            name: name, title: title,
            columns: [name == "days" ? "day" : "annotator", "notes", "spans", "words", "spans/1000"],
            rows: tallies.sorted { $0.key < $1.key }.map { key, tally in
                [
                    .words(key), .count(tally.notes), .count(tally.spans), .count(tally.words),
                    tally.words > 0 ? .figure(1000 * Double(tally.spans) / Double(tally.words)) : .none,
                ]
            }, bars: 2)
    }

    /// The smallest, the median, the mean, nine in ten, the largest.
    private static func summary(_ values: [Int]) -> [FigureTable.Cell] {
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return Array(repeating: .none, count: 5) }
        return [
            .count(least), .count(sorted[(sorted.count - 1) / 2]),
            .figure(Double(sorted.reduce(0, +)) / Double(sorted.count)), .count(sorted[(sorted.count - 1) * 9 / 10]),
            .count(most),
        ]
    }

    private var lengths: FigureTable {
        FigureTable(
            name: "span_lengths", title: "Words in a span",
            columns: ["label", "least", "median", "mean", "9 in 10", "most"],
            rows: sorted(labels).map { [.words($0.key)] + Self.summary(spanLengths[$0.key] ?? []) }, bars: 3)
    }

    private var noteLengthTable: FigureTable {
        FigureTable(
            name: "note_lengths", title: "Words in a note",
            columns: ["", "least", "median", "mean", "9 in 10", "most"],
            rows: noteLengths.isEmpty ? [] : [[.words("notes")] + Self.summary(noteLengths)], bars: nil)
    }

    private static func row(_ name: String, _ acceptance: Acceptance) -> [FigureTable.Cell] {
        [
            .words(name), .count(acceptance.decided), .count(acceptance.accepted), .count(acceptance.corrected),
            .count(acceptance.rejected), acceptance.rate.map(FigureTable.Cell.share) ?? .none,
        ]
    }

    private static let acceptanceColumns = ["decided", "as it was", "corrected", "rejected", "rate"]

    private var acceptanceByLabel: FigureTable {
        FigureTable(
            name: "acceptance", title: "The model's suggestions, by label",
            columns: ["label"] + Self.acceptanceColumns,
            rows: acceptance.sorted { ($1.value.decided, $0.key) < ($0.value.decided, $1.key) }
                .map { Self.row($0.key, $0.value) }, bars: 5)
    }

    private var acceptanceByConfidence: FigureTable {
        FigureTable(
            name: "confidence", title: "The model's suggestions, by its confidence",
            columns: ["confidence"] + Self.acceptanceColumns,
            rows: confidence.sorted { $0.key < $1.key }.map {
                Self.row("\($0.key * 10)–\($0.key * 10 + 10) %", $0.value)
            }, bars: 5)
    }

    private var agreementTable: FigureTable {
        FigureTable(
            name: "agreement", title: "Agreement on notes that both completed",
            columns: ["annotators", "notes", "strict F1", "partial F1", "Cohen's kappa", "alpha_U"],
            rows: agreement.map { pair in
                let scores = pair.agreement.pairs.first?.scores ?? SpanScores()
                func cell(_ value: Double?) -> FigureTable.Cell { value.map(FigureTable.Cell.score) ?? .none }
                return [
                    .words("\(pair.annotators.0), \(pair.annotators.1)"), .count(pair.agreement.notes.count),
                    .score(SpanScores.micro(scores.strict).f1), .score(SpanScores.micro(scores.partial).f1),
                    cell(pair.agreement.tokens.cohen(0, 1)), cell(pair.agreement.units.alpha()),
                ]
            }, bars: 2)
    }
}
