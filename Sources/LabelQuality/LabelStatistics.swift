import Annotation
import ClinicalText

/// What there is in a collection of labelled notes, counted.
public struct LabelStatistics: Sendable {
    /// Notes, spans and words of a label, an annotator or a day.
    public struct Tally: Hashable, Sendable {
        /// Notes in which it is; each annotator's reading of a note counts.
        public internal(set) var notes = 0
        /// Spans.
        public internal(set) var spans = 0
        /// Words: inside the spans of a label, else of the whole notes.
        public internal(set) var words = 0
    }

    /// What became of the model's suggestions.
    public struct Acceptance: Hashable, Sendable {
        /// Taken as they were.
        public internal(set) var accepted = 0
        /// Taken with other edges or another label.
        public internal(set) var corrected = 0
        /// Refused.
        public internal(set) var rejected = 0

        /// How many were decided.
        public var decided: Int { accepted + corrected + rejected }
        /// The share that was taken as it was; `nil` where nothing was decided.
        public var rate: Double? { decided > 0 ? Double(accepted) / Double(decided) : nil }
    }

    /// How two annotators agree on the notes that both completed.
    public struct PairAgreement: Sendable {
        /// The two, in alphabetical order.
        public let annotators: (String, String)
        /// Their notes laid beside each other.
        public let agreement: Agreement
    }

    /// Notes, whoever read them.
    public private(set) var notes = 0
    /// Readings by their answer.
    public private(set) var answers: [LabelRecord.Answer: Int] = [:]
    /// All readings together.
    public private(set) var all = Tally()
    /// By label.
    public private(set) var labels: [String: Tally] = [:]
    /// By annotator.
    public private(set) var annotators: [String: Tally] = [:]
    /// By day, where it is known.
    public private(set) var days: [String: Tally] = [:]
    /// Words of each note.
    public private(set) var noteLengths: [Int] = []
    /// Words of each span, by label.
    public private(set) var spanLengths: [String: [Int]] = [:]
    /// By label.
    public private(set) var acceptance: [String: Acceptance] = [:]
    /// By tenth of the model's confidence, 0 to 9.
    public private(set) var confidence: [Int: Acceptance] = [:]
    /// Each two annotators who completed a note in common.
    public private(set) var agreement: [PairAgreement] = []

    /// Counts readings.
    public init(_ readings: [LabelReading]) {
        var seen: Set<String> = []
        for reading in readings {
            if seen.insert(reading.record.id).inserted {
                notes += 1
                noteLengths.append(reading.wordCount)
            }
            add(reading)
        }
        compare(readings)
    }

    private mutating func add(_ reading: LabelReading) {
        let record = reading.record
        answers[record.answer, default: 0] += 1
        let tally = Tally(notes: 1, spans: record.spans.count, words: reading.wordCount)
        Self.add(tally, to: &all)
        Self.add(tally, to: &annotators[record.annotator, default: Tally()])
        if let day = reading.day { Self.add(tally, to: &days[day, default: Tally()]) }
        for (label, spans) in Dictionary(grouping: record.spans, by: { $0.content.label }) {
            let lengths = spans.map { span in
                let parts = span.content.fragments ?? [span.content.span]
                return parts.reduce(0) { $0 + reading.tokens(in: $1).count { reading.tokens[$0].isWord } }
            }
            Self.add(
                Tally(notes: 1, spans: spans.count, words: lengths.reduce(0, +)),
                to: &labels[label, default: Tally()])
            spanLengths[label, default: []] += lengths
        }
        for span in record.spans {
            switch span.source {
            case .model: count(span, \.accepted)
            case .corrected: count(span, \.corrected)
            case .human, .imported, nil: break
            }
        }
        for span in record.rejected where span.source == nil || span.source == .model { count(span, \.rejected) }
    }

    private mutating func count(_ span: LabelRecord.Span, _ outcome: WritableKeyPath<Acceptance, Int>) {
        acceptance[span.content.label, default: Acceptance()][keyPath: outcome] += 1
        guard let score = span.score, (0...1).contains(score) else { return }
        confidence[min(9, Int(score * 10)), default: Acceptance()][keyPath: outcome] += 1
    }

    private static func add(_ tally: Tally, to sum: inout Tally) {
        sum.notes += tally.notes
        sum.spans += tally.spans
        sum.words += tally.words
    }

    private mutating func compare(_ readings: [LabelReading]) {
        var completed: [String: [LabelReading]] = [:]
        var order: [String] = []
        for reading in readings where reading.record.answer == .accept {
            if completed[reading.record.id] == nil { order.append(reading.record.id) }
            completed[reading.record.id, default: []].append(reading)
        }
        var pairs: [[String]: Agreement] = [:]
        for id in order {
            let views = (completed[id] ?? []).sorted { $0.record.annotator < $1.record.annotator }
            for (index, first) in views.enumerated() {
                for second in views[(index + 1)...]
                where first.record.annotator != second.record.annotator && first.text == second.text {
                    let names = [first.record.annotator, second.record.annotator]
                    let spans = [first, second].map { $0.record.spans.map { LabelledSpan($0.content) } }
                    pairs[names, default: Agreement(annotators: names)]
                        .add(note: id, text: first.text, readings: spans)
                }
            }
        }
        agreement = pairs.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            PairAgreement(annotators: ($0.key[0], $0.key[1]), agreement: $0.value)
        }
    }
}
