import Annotation
import ClinicalText

/// Finds annotators and days on which much more or less was marked than by the others.
///
/// For each label the spans of each thousand words, note by note; Welch's test of one group's notes against all others'
/// (B. L. Welch, Biometrika 1947;34:28). Notes are the units, not spans, since spans of a note come together.
enum GroupDifferences {
    /// A mean of fewer notes says nothing.
    private static let leastNotes = 5
    /// With twenty labels and ten annotators, chance passes this once in a hundred projects.
    private static let leastZ = 4.0
    /// And a difference smaller than this is nothing to talk about.
    private static let leastRatio = 1.5

    static func findings(_ readings: [LabelReading]) -> [LabelFinding] {
        let done = readings.filter { $0.record.answer == .accept && $0.wordCount > 0 }
        return findings(done, .annotator, in: "reading") { $0.record.annotator }
            + findings(done, .day, in: "day") { $0.day }
    }

    private static func findings(
        _ readings: [LabelReading], _ kind: LabelFinding.Kind, in unit: String, by key: (LabelReading) -> String?
    ) -> [LabelFinding] {
        let known = readings.filter { key($0) != nil }
        let groups = Dictionary(grouping: known.indices) { key(known[$0]) ?? "" }
        guard groups.count > 1 else { return [] }
        let labels = Set(known.flatMap { $0.record.spans.map(\.content.label) }).sorted()
        var findings: [LabelFinding] = []
        for label in labels {
            let rates = known.map { rate(of: label, in: $0) }
            for (name, members) in groups.sorted(by: { $0.key < $1.key }) {
                let inside = Set(members)
                let own = Moments(members.map { rates[$0] })
                let others = Moments(rates.indices.filter { !inside.contains($0) }.map { rates[$0] })
                guard own.count >= leastNotes, others.count >= leastNotes, differ(own, others),
                    // The note that shows it best: the farthest from what others do.
                    let shown = members.max(by: {
                        abs(rates[$0] - others.mean) < abs(rates[$1] - others.mean)
                    })
                else { continue }
                let record = known[shown].record
                let first = record.spans.first { $0.content.label == label }?.content.span
                let who = kind == .day ? "on \(name)" : "\(name)"
                findings.append(
                    LabelFinding(
                        kind, note: record.id, annotator: record.annotator, span: first, label: label, about: name,
                        reason: "\(label): \(who) \(oneDigit(own.mean)) in a thousand words over \(own.count) notes, "
                            + "others \(oneDigit(others.mean)) over \(others.count)"))
            }
        }
        return findings
    }

    private static func rate(of label: String, in reading: LabelReading) -> Double {
        1000 * Double(reading.record.spans.count { $0.content.label == label }) / Double(reading.wordCount)
    }

    private static func differ(_ one: Moments, _ other: Moments) -> Bool {
        let error = (one.variance / Double(one.count) + other.variance / Double(other.count)).squareRoot()
        let (low, high) = (min(one.mean, other.mean), max(one.mean, other.mean))
        guard high > 0, high >= leastRatio * low else { return false }
        return error == 0 || (high - low) / error >= leastZ
    }

    private static func oneDigit(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private struct Moments {
        let count: Int
        let mean: Double
        let variance: Double

        init(_ values: [Double]) {
            count = values.count
            let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
            self.mean = mean
            variance =
                values.count > 1
                ? values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1) : 0
        }
    }
}
