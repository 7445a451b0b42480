import ClinicalText

/// Krippendorff's alpha for unitising: agreement on where units are, not only on what they are called.
///
/// alpha_U of K. Krippendorff, "On the reliability of unitizing continuous data", Sociological Methodology 1995;25:47, in the
/// form of "Measuring the reliability of qualitative text analysis data", Quality & Quantity 2004;38:787. The continuum is the
/// notes one after the other, in code points, divided between notes: no unit and no gap reaches over a note's end. Spans of
/// one annotator and label that overlap are one unit.
public struct UnitisingAlpha: Hashable, Sendable {
    /// What is summed for one label.
    private struct Sums: Hashable {
        /// Squared differences of each two annotators' sections, each pair once.
        var observed = 0.0
        /// The units' lengths, of all annotators.
        var units: [Double] = []
        /// The gaps' lengths, of all annotators.
        var gaps: [Double] = []
    }

    /// Annotators.
    public let raters: Int
    private var length = 0.0
    private var sums: [String: Sums] = [:]
    /// Lengths of the notes so far: a label that turns up later has a gap over each of them.
    private var earlier: [Double] = []

    /// Nothing counted yet.
    public init(raters: Int) { self.raters = raters }

    /// The labels that were given, in alphabetical order.
    public var labels: [String] { sums.keys.sorted() }

    /// Counts a note.
    ///
    /// - Parameters:
    ///   - count: the note's code points.
    ///   - readings: one list of spans an annotator, in a fixed order; a note with more or fewer readings is not counted.
    public mutating func add(length count: Int, _ readings: [[LabelledSpan]]) {
        guard readings.count == raters, count > 0 else { return }
        let given = Set(readings.joined().map(\.label))
        for label in given.subtracting(sums.keys) {
            sums[label] = Sums(gaps: earlier.flatMap { Array(repeating: $0, count: raters) })
        }
        for label in sums.keys {
            let sections = readings.map { Section.dividing(count, by: $0.filter { $0.label == label }.map(\.span)) }
            for (index, first) in sections.enumerated() {
                for section in first {
                    if section.isUnit {
                        sums[label]?.units.append(section.length)
                    } else {
                        sums[label]?.gaps.append(section.length)
                    }
                }
                for second in sections[(index + 1)...] {
                    sums[label]?.observed += Section.difference(first, second)
                }
            }
        }
        earlier.append(Double(count))
        length += Double(count)
    }

    /// Alpha of one label, or of all together.
    ///
    /// - Returns: 1 for perfect agreement, 0 for chance, less for worse than chance; `nil` where nobody marked anything or
    ///   there is one annotator only.
    public func alpha(label: String? = nil) -> Double? {
        let chosen = label.map { sums[$0].map { [$0] } ?? [] } ?? sums.keys.sorted().compactMap { sums[$0] }
        let expected = chosen.map(expectedDisagreement).reduce(0, +)
        guard raters > 1, expected > 0 else { return nil }
        return 1 - chosen.map(observedDisagreement).reduce(0, +) / expected
    }

    /// D_o of one label: 0 where all sections are the same.
    package func observedDisagreement(label: String) -> Double { sums[label].map(observedDisagreement) ?? 0 }

    /// D_e of one label.
    package func expectedDisagreement(label: String) -> Double { sums[label].map(expectedDisagreement) ?? 0 }

    private func observedDisagreement(_ sums: Sums) -> Double {
        let judges = Double(raters)
        // Each pair of annotators is counted once above and twice in the formula.
        return 2 * sums.observed / (judges * (judges - 1) * length * length)
    }

    private func expectedDisagreement(_ sums: Sums) -> Double {
        let gaps = sums.gaps.sorted(by: >)
        var longer: [Double] = [0]
        for gap in gaps { longer.append((longer.last ?? 0) + gap) }
        let count = Double(sums.units.count)
        var total = 0.0
        for unit in sums.units {
            let amongUnits = (count - 1) / 3 * (2 * unit * unit * unit - 3 * unit * unit + unit)
            // The gaps that hold the unit, each in (gap - unit + 1) places.
            let holding = Self.prefix(of: gaps, notShorterThan: unit)
            let places = longer[holding] - Double(holding) * (unit - 1)
            total += amongUnits + unit * unit * places
        }
        let whole = Double(raters) * length
        let within = sums.units.reduce(0) { $0 + $1 * ($1 - 1) }
        let divisor = whole * (whole - 1) - within
        return divisor > 0 && length > 0 ? 2 / length * total / divisor : 0
    }

    /// How many of some falling lengths are not shorter than `length`.
    private static func prefix(of lengths: [Double], notShorterThan length: Double) -> Int {
        var low = 0
        var high = lengths.count
        while low < high {
            let middle = (low + high) / 2
            if lengths[middle] >= length { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A unit or a gap of one annotator's continuum.
private struct Section {
    let start: Double
    let length: Double
    let isUnit: Bool
    var end: Double { start + length }

    /// The units and gaps of a note: overlapping spans are one unit, spans outside are cut.
    static func dividing(_ count: Int, by spans: [TextSpan]) -> [Section] {
        var units: [(start: Int, end: Int)] = []
        for span in spans.sorted() {
            let (start, end) = (max(0, span.start.value), min(count, span.end.value))
            guard start < end else { continue }
            if let last = units.last, start < last.end {
                units[units.count - 1].end = max(last.end, end)
            } else {
                units.append((start, end))
            }
        }
        var sections: [Section] = []
        var place = 0
        func add(to end: Int, isUnit: Bool) {
            guard end > place else { return }
            sections.append(Section(start: Double(place), length: Double(end - place), isUnit: isUnit))
            place = end
        }
        for unit in units {
            add(to: unit.start, isUnit: false)
            add(to: unit.end, isUnit: true)
        }
        add(to: count, isUnit: false)
        return sections
    }

    /// The sum of the squared differences between the sections of two annotators that meet.
    static func difference(_ first: [Section], _ second: [Section]) -> Double {
        var sum = 0.0
        var (left, right) = (0, 0)
        while left < first.count, right < second.count {
            let (one, other) = (first[left], second[right])
            if one.isUnit, other.isUnit {
                sum +=
                    (one.start - other.start) * (one.start - other.start) + (one.end - other.end)
                    * (one.end - other.end)
            } else if one.isUnit, other.start <= one.start, one.end <= other.end {
                sum += one.length * one.length
            } else if other.isUnit, one.start <= other.start, other.end <= one.end {
                sum += other.length * other.length
            }
            if one.end <= other.end { left += 1 }
            if other.end <= one.end { right += 1 }
        }
        return sum
    }
}
