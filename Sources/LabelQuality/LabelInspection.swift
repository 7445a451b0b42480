import Annotation
import ClinicalText

/// Looks the labels of a project over for what is probably wrong.
public enum LabelInspection {
    /// In smaller collections every label is rare.
    private static let leastSpans = 20
    /// How sure a model must be to contradict a person: nine in ten of what it says is right then, if it is calibrated.
    public static let confidence = 0.9

    /// Everything there is to look at, note by note in the order of `readings`, in each by place.
    ///
    /// - Parameters:
    ///   - readings: each annotator's record of each note.
    ///   - models: what a model reads in notes it has not learned from, by note id.
    ///   - confidence: how sure the model must be, 0 to 1.
    public static func findings(
        _ readings: [LabelReading], models: [String: ModelReading] = [:], confidence: Double = confidence
    ) -> [LabelFinding] {
        let decided = readings.filter { $0.record.answer != .ignore }
        var findings = duplicates(readings)
        findings += SurfaceConsistency(decided).findings
        findings += EdgeHabits(decided).findings
        findings += oneOffs(decided)
        findings += ModelContradictions.findings(decided, models, confidence: confidence)
        findings += GroupDifferences.findings(decided)
        var order: [String: Int] = [:]
        for reading in readings where order[reading.record.id] == nil { order[reading.record.id] = order.count }
        var seen: Set<String> = []
        return findings.filter { seen.insert($0.id).inserted }.sorted { first, second in
            let (one, other) = (order[first.note] ?? 0, order[second.note] ?? 0)
            return one == other ? LabelFinding.isBefore(first, second) : one < other
        }
    }

    /// Notes that are nearly the same as an earlier one; each note once, whoever read it.
    private static func duplicates(_ readings: [LabelReading]) -> [LabelFinding] {
        var search = NearDuplicates()
        var notes: [LabelReading] = []
        var seen: Set<String> = []
        for reading in readings where seen.insert(reading.record.id).inserted {
            search.add(reading)
            notes.append(reading)
        }
        return search.matches().map { match in
            let (note, first) = (notes[match.text].record, notes[match.first].record)
            let name = "‘\(first.id.printable)’"
            let reason =
                note.digest == first.digest
                ? "the same text as \(name)"
                : match.similarity == 1
                    ? "the same words as \(name)"
                    : "\(Int((match.similarity * 100).rounded(.down))) % of the runs of five words in it and in "
                        + "\(name) are in both"
            return LabelFinding(.duplicate, note: note.id, about: first.id, reason: reason)
        }
    }

    private static func oneOffs(_ readings: [LabelReading]) -> [LabelFinding] {
        var places: [String: [(record: LabelRecord, span: TextSpan)]] = [:]
        var total = 0
        for reading in readings {
            for span in reading.record.spans {
                total += 1
                places[span.content.label, default: []].append((reading.record, span.content.span))
            }
        }
        guard total >= leastSpans else { return [] }
        return places.compactMap { label, found in
            guard found.count == 1, let only = found.first else { return nil }
            return LabelFinding(
                .oneOff, note: only.record.id, annotator: only.record.annotator, span: only.span, label: label,
                reason: "\(label.printable) is used here only, among \(total) spans")
        }
    }
}
