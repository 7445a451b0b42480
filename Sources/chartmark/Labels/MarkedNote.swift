import ClinicalBERT
import ClinicalText
import LabelQuality

/// A note with every stretch that anybody marked in it, for a model to judge.
struct MarkedNote {
    let id: String
    let text: NoteText
    let marked: [TextSpan]

    /// Each note once, with all annotators' spans.
    static func notes(of readings: [LabelReading]) -> [MarkedNote] {
        var places: [String: Int] = [:]
        var notes: [MarkedNote] = []
        for reading in readings {
            let spans = reading.record.spans.map(\.content.span)
            if let place = places[reading.record.id] {
                let known = notes[place]
                notes[place] = MarkedNote(
                    id: known.id, text: known.text, marked: known.marked + spans.filter { !known.marked.contains($0) })
            } else {
                places[reading.record.id] = notes.count
                notes.append(MarkedNote(id: reading.record.id, text: reading.text, marked: spans))
            }
        }
        return notes
    }

    /// Notes that go through the engine together: enough windows for all its workers, few enough to show how far it is.
    private static let atOnce = 16

    /// What a model reads in notes, by id.
    ///
    /// - Parameter name: what the notes call a label of the model's; `nil` for one that they have no use for.
    /// - Throws: ``BadInput`` for a model that marks no spans.
    static func read(
        _ notes: [MarkedNote], with model: ClinicalModel, threads: Int, name: (String) -> String?
    ) throws -> [String: ModelReading] {
        guard model.configuration.task == .tokenClassification else {
            throw BadInput(SourceLocation(model.folder), "is a classifier of whole notes and contradicts no span")
        }
        var readings: [String: ModelReading] = [:]
        let bar = ProgressBar("model", total: notes.count)
        for start in stride(from: 0, to: notes.count, by: atOnce) {
            let part = notes[start..<min(notes.count, start + atOnce)]
            let judged = try model.judgements(of: part.map(\.text), marked: part.map(\.marked), threads: threads)
            for (note, judgement) in zip(part, judged) {
                readings[note.id] = ModelReading(
                    spans: judgement.spans.compactMap { span in
                        name(span.label).map { ModelSpan(span.span, label: $0, score: span.score) }
                    },
                    outside: Dictionary(
                        zip(note.marked, judgement.outside).compactMap { span, outside in outside.map { (span, $0) } },
                        uniquingKeysWith: { first, _ in first }))
            }
            bar.show(start + part.count)
        }
        return readings
    }
}
