import Annotation
import ClinicalText

/// Finds words that are labelled in one place and otherwise, or not at all, in another.
///
/// What Dickinson and Meurers call variation ("Detecting errors in part-of-speech annotation", EACL 2003): the same words with
/// different labels are an ambiguity or a slip. Words are compared without case and white space.
struct SurfaceConsistency {
    /// A place in the readings.
    private struct Place {
        let reading: Int
        let span: TextSpan
    }

    /// What is known of some words.
    private struct Words {
        /// Where they have each label.
        var labels: [String: [Place]] = [:]
        /// How many tokens they are.
        let length: Int
        var unlabelled: [Place] = []
        var unlabelledCount = 0

        /// The label that they have most often; of equally frequent ones the first of the alphabet.
        var usual: (label: String, count: Int)? {
            labels.map { ($0.key, $0.value.count) }.min { ($1.1, $0.0) < ($0.1, $1.0) }
        }
    }

    /// Longer spans are sentences, and do not come twice.
    private static let longest = 10
    /// A reading is a slip where the other is at least this many times as frequent.
    private static let factor = 2
    /// Words that were labelled once say nothing of where else they should be.
    private static let leastLabelled = 2

    private let readings: [LabelReading]
    private var words: [UInt64: Words] = [:]

    init(_ readings: [LabelReading]) {
        self.readings = readings
        for (index, reading) in readings.enumerated() {
            for span in reading.record.spans where span.content.fragments == nil {
                let range = reading.tokens(in: span.content.span)
                guard !range.isEmpty, range.count <= Self.longest, Self.hasLetters(reading, range) else { continue }
                words[reading.number(of: range), default: Words(length: range.count)]
                    .labels[span.content.label, default: []].append(Place(reading: index, span: span.content.span))
            }
        }
        findUnlabelled()
    }

    /// Whether there is a word of two letters or more: numbers and marks mean something else in each place.
    private static func hasLetters(_ reading: LabelReading, _ range: Range<Int>) -> Bool {
        range.contains { index in
            let token = reading.tokens[index]
            guard token.isWord, token.end - token.start > 1 else { return false }
            var isLetters = false
            reading.text.forEachScalar(in: TextSpan(Int(token.start), Int(token.end))) { _, scalar in
                isLetters = isLetters || scalar.properties.isAlphabetic
            }
            return isLetters
        }
    }

    /// Looks for words that have a label somewhere where nothing is marked, in notes that are complete.
    private mutating func findUnlabelled() {
        var lengths: [UInt64: Set<Int>] = [:]
        for (index, reading) in readings.enumerated() {
            for span in reading.record.spans where span.content.fragments == nil {
                let range = reading.tokens(in: span.content.span)
                guard !range.isEmpty, let known = words[reading.number(of: range)],
                    known.labels.values.reduce(0, { $0 + $1.count }) >= Self.leastLabelled
                else { continue }
                lengths[readings[index].tokens[range.lowerBound].word, default: []].insert(range.count)
            }
        }
        let ordered = lengths.mapValues { $0.sorted(by: >) }
        for (index, reading) in readings.enumerated() where reading.record.answer == .accept {
            let taken = covered(reading)
            var place = 0
            while place < reading.tokens.count {
                guard !taken[place], let candidates = ordered[reading.tokens[place].word] else {
                    place += 1
                    continue
                }
                var step = 1
                for length in candidates where place + length <= reading.tokens.count {
                    let range = place..<place + length
                    let number = reading.number(of: range)
                    guard let known = words[number], known.length == length, !taken[range].contains(true) else {
                        continue
                    }
                    words[number]?.unlabelledCount += 1
                    // So many are no slip any more; the rest is only counted.
                    if known.unlabelled.count <= known.labels.values.reduce(0, { $0 + $1.count }) {
                        words[number]?.unlabelled.append(Place(reading: index, span: reading.span(of: range)))
                    }
                    step = length
                    break
                }
                place += step
            }
        }
    }

    /// The tokens that are marked, or were offered and rejected: those are decided.
    private func covered(_ reading: LabelReading) -> [Bool] {
        var covered = [Bool](repeating: false, count: reading.tokens.count)
        for span in reading.record.spans + reading.record.rejected {
            for part in span.content.fragments ?? [span.content.span] {
                for token in reading.tokens(meeting: part) { covered[token] = true }
            }
        }
        return covered
    }

    var findings: [LabelFinding] {
        var findings: [LabelFinding] = []
        for known in words.values {
            guard let usual = known.usual else { continue }
            for (label, places) in known.labels where label != usual.label {
                // Where none is clearly the usual one, one place stands for all.
                let isSlip = places.count * Self.factor <= usual.count
                for place in isSlip ? places : Array(places.prefix(1)) {
                    let words = readings[place.reading].text[place.span].printable
                    findings.append(
                        finding(
                            .differently, place, label: label, about: usual.label,
                            "“\(words)” is \(usual.label) \(times(usual.count)) and \(label) \(times(places.count))"))
                }
            }
            let labelled = known.labels.values.reduce(0) { $0 + $1.count }
            guard labelled >= Self.leastLabelled, known.unlabelledCount > 0,
                known.unlabelledCount * Self.factor <= labelled
            else { continue }
            for place in known.unlabelled {
                let words = readings[place.reading].text[place.span].printable
                findings.append(
                    finding(
                        .unlabelled, place, label: usual.label,
                        "“\(words)” has a label \(times(labelled)), mostly \(usual.label), and none here"))
            }
        }
        return findings
    }

    private func finding(
        _ kind: LabelFinding.Kind, _ place: Place, label: String, about: String = "", _ reason: String
    ) -> LabelFinding {
        let record = readings[place.reading].record
        return LabelFinding(
            kind, note: record.id, annotator: record.annotator, span: place.span, label: label, about: about,
            reason: reason)
    }
}

/// `once`, `twice`, `14 times`.
func times(_ count: Int) -> String { count == 1 ? "once" : count == 2 ? "twice" : "\(count) times" }
