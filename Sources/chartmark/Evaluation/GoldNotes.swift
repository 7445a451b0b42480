import Annotation
import ClinicalBERT
import ClinicalText
import Glibc

/// Notes whose right spans, or right label, are known.
struct GoldNotes {
    let file: String
    let notes: [Note]
    /// The name of the notes' own label that is judged; `nil` for spans.
    let label: String?
    private let gold: [[LabelledSpan]]

    /// - Throws: ``BadInput`` naming the record that has neither.
    init(_ file: String, label: String?) throws {
        self.file = file
        self.label = label
        notes = try NoteReader.read([file])
        guard !notes.isEmpty else { throw BadInput(SourceLocation(file), "there are no records in it") }
        gold = try notes.map { note in
            guard let label else {
                guard let spans = try note.carriedSpans() else {
                    throw BadInput(SourceLocation(file), "the record '\(note.id)' has no 'spans'")
                }
                return spans.map { LabelledSpan($0.content) }
            }
            guard let value = (note.fields["labels"]?[label] ?? note.fields[label])?.stringValue else {
                throw BadInput(SourceLocation(file), "the record '\(note.id)' has no string '\(label)'")
            }
            return [LabelledSpan(Self.whole(note), value)]
        }
    }

    /// The span that stands for a whole note, so that its label is judged as a span's is.
    private static func whole(_ note: Note) -> TextSpan { TextSpan(0, note.text.scalarCount) }

    /// Judges what was predicted of each note.
    func evaluation(_ predictions: [[SpanEvaluation.Prediction]]) -> SpanEvaluation {
        var evaluation = SpanEvaluation()
        for (predicted, gold) in zip(predictions, gold) { evaluation.add(predicted: predicted, gold: gold) }
        return evaluation
    }

    /// What an oracle has to do in each note where this is offered.
    func work(offering predictions: [[SpanEvaluation.Prediction]]) -> [EffortWork] {
        zip(notes, zip(predictions, gold)).map { note, sides in
            EffortWork(
                note: note,
                suggestions: sides.0.map {
                    Suggestion(
                        content: SpanContent($0.content.span, in: note.text, label: $0.content.label), model: "model",
                        score: $0.score ?? 1)
                }, gold: Set(sides.1))
        }
    }

    /// What a model predicts, at its own temperature and at others.
    func readings(of model: ClinicalModel, threads: Int) throws -> (Float) -> [[SpanEvaluation.Prediction]] {
        for note in notes {
            do throws(UnreadableToken) { try model.check(note.text) } catch { throw note.bad(error) }
        }
        guard label != nil else {
            guard let texts = try model.encoded(notes.map(\.text), threads: threads) else {
                throw BadInput(SourceLocation(model.folder), "is \(model.configuration.task) and predicts no spans")
            }
            return { temperature in
                texts.spans(temperature: temperature).map { spans in
                    spans.map { .init($0.span, $0.label, score: $0.score) }
                }
            }
        }
        guard case .sequenceClassification(.singleLabel) = model.configuration.task else {
            throw BadInput(
                SourceLocation(model.folder), "is \(model.configuration.task), and not one with one label a text")
        }
        let scores = model.scores(of: notes.map(\.text), threads: threads)
        let own = model.configuration.temperature
        return { temperature in
            zip(notes, scores).map { note, scores in Self.best(Self.scores(scores, own / temperature), of: note) }
        }
    }

    /// Probabilities at another temperature: softmax knows the logits but for what all have in common.
    private static func scores(_ scores: [String: Double], _ power: Float) -> [String: Double] {
        let powers = scores.mapValues { $0 > 0 ? pow($0, Double(power)) : 0 }
        let sum = powers.values.reduce(0, +)
        return sum > 0 ? powers.mapValues { $0 / sum } : scores
    }

    private static func best(_ scores: [String: Double], of note: Note) -> [SpanEvaluation.Prediction] {
        scores.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { [.init(whole(note), $0.key, score: $0.value)] }
            ?? []
    }

    /// What a file of predictions holds, as `predict` writes it.
    ///
    /// - Throws: ``BadInput`` for ids that only one side has, or a text that is another one.
    func predictions(from path: String) throws -> [[SpanEvaluation.Prediction]] {
        let digests = Dictionary(notes.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
        var predictions: [String: [SpanEvaluation.Prediction]] = [:]
        for note in try NoteReader.read([path]) {
            guard digests[note.id] == nil || digests[note.id] == note.digest else {
                throw BadInput(SourceLocation(path), "the text of '\(note.id)' is not the text it has in \(file)")
            }
            predictions[note.id] = try prediction(of: note, path)
        }
        let ids = Set(notes.map(\.id))
        try require(ids.subtracting(predictions.keys), of: file, "missing from \(path)")
        try require(Set(predictions.keys).subtracting(ids), of: path, "not in \(file)")
        return notes.map { predictions[$0.id] ?? [] }
    }

    private func prediction(of note: Note, _ path: String) throws -> [SpanEvaluation.Prediction] {
        if label != nil {
            guard let scores = note.fields["scores"]?.objectValue?.compactMapValues(\.doubleValue), !scores.isEmpty
            else {
                throw BadInput(SourceLocation(path), "the record '\(note.id)' has no 'scores' of labels")
            }
            return Self.best(scores, of: note)
        }
        guard let spans = try note.carriedSpans(), let stated = note.fields["spans"]?.arrayValue else {
            throw BadInput(SourceLocation(path), "the record '\(note.id)' has no 'spans'")
        }
        return zip(spans, stated).map { span, stated in
            .init(span.content.span, span.content.label, score: stated["score"] == nil ? nil : span.score)
        }
    }

    private func require(_ ids: Set<String>, of file: String, _ where: String) throws {
        guard let first = ids.min() else { return }
        throw BadInput(
            SourceLocation(file),
            "\(ids.count) records are \(`where`), '\(first)' for one: both sides need the same ids")
    }
}
