import Annotation
import Screen

extension Model {
    /// This session's counts by label.
    var labelCounts: [String: SessionStatistics.LabelCounts] {
        var counts: [String: SessionStatistics.LabelCounts] = [:]
        for position in statistics.touched { statistics.count(notes[position].document, into: &counts) }
        return counts
    }

    /// Notes of this session that are complete or skipped now.
    private var finishedCount: Int { statistics.finished.count { notes[$0].progress.status != .pending } }

    private var minutes: Double { Double(statistics.activeTime) / 60_000 }

    /// The session in a line, for leaving; `nil` if nothing was decided.
    public var sessionSummary: String? {
        guard !statistics.touched.isEmpty else { return nil }
        let decisions = labelCounts.values.reduce(0) { $0 + $1.total }
        // Not "decisions": the journal counts its lines, which are more.
        var line = "\(Self.counted(finishedCount, "note")) finished, \(Self.counted(decisions, "span")) decided"
        line += " in \(Self.duration(minutes))"
        if let rate = rate(of: decisions) { line += " (\(rate) a minute)" }
        if let left = timeLeft { line += "; \(left)" }
        return line
    }

    /// How long the open notes take at this session's pace.
    private var timeLeft: String? {
        let open = notes.count { $0.progress.status == .pending }
        guard open > 0, finishedCount > 0 else { return nil }
        let each = minutes / Double(finishedCount)
        return "about \(Self.duration(each * Double(open))) left for \(Self.counted(open, "note"))"
    }

    private func rate(of decisions: Int) -> String? {
        guard statistics.activeTime >= Self.shortestMeasure else { return nil }
        let tenths = Int((Double(decisions) / minutes * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Milliseconds below which a rate says nothing.
    private static let shortestMeasure: UInt64 = 10_000

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func duration(_ minutes: Double) -> String {
        if minutes < 1 { return "\(Int((minutes * 60).rounded())) s" }
        let whole = Int(min(minutes, 1e6).rounded())
        return whole < 120 ? "\(whole) min" : "\(whole / 60) h \(whole % 60) min"
    }

    /// The page of statistics.
    var statisticsLines: [StyledLine] {
        let counts = labelCounts
        let decisions = counts.values.reduce(0) { $0 + $1.total }
        let open = notes.count { $0.progress.status == .pending }
        var lines: [StyledLine] = [
            [.bold("At work    "), StyledText(Self.duration(minutes)), .dim("  of longer pauses a minute counts")],
            [.bold("Notes      "), StyledText("\(finishedCount) finished, \(open) of \(notes.count) open")],
            [
                .bold("Decisions  "),
                StyledText("\(decisions)" + (rate(of: decisions).map { ", \($0) a minute" } ?? "")),
            ],
            [.bold("Ahead      "), StyledText(timeLeft ?? "said when a note is finished")], [],
        ]
        let known = schema.spans.map(\.label)
        let labels = known.filter { counts[$0] != nil } + counts.keys.filter { !known.contains($0) }.sorted()
        guard !labels.isEmpty else { return lines + [[.dim("nothing was decided yet")]] }
        let heading = " taken  accepted corrected rejected  own"
        let room = max(8, readerWidth - heading.count - 2)
        let width = min(30, room, labels.map { CellWidth.of(DisplayText.line($0)) }.max() ?? 0)
        lines.append([.bold(Self.padded("", to: width + 2) + heading)])
        for label in labels {
            guard let count = counts[label] else { continue }
            let rate = count.acceptRate.map(\.percent) ?? "–"
            let numbers = [count.accepted, count.corrected, count.rejected].map { Self.right("\($0)", 9) }.joined()
            lines.append([
                StyledText(sign(of: label), Style(foreground: hue(of: label), bold: true)),
                StyledText(" " + Self.padded(label, to: width)),
                StyledText(Self.right(rate, 6) + " " + numbers + Self.right("\(count.own)", 5)),
            ])
        }
        return lines
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
