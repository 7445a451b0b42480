import Annotation
import ClinicalText

extension Model {
    /// Shows what is known of the span under the cursor and asks the model for the rest.
    mutating func askWhy() -> [Effect] {
        guard let mark = focusedMark else { return [] }
        let answer: Why.Answer
        switch engine {
        case .ready: answer = .waiting
        case .loading: answer = .none("the model is still being loaded")
        case .none: answer = .none("there is no model to ask")
        case .failed(let reason): answer = .none(reason)
        }
        context = .why(Why(mark: mark, answer: answer))
        answering = nil
        guard answer == .waiting else { return [] }
        let label = mark.content.label
        let names = Set([label] + (schema.spanLabel(named: label)?.aliases ?? []))
        let model = offered(as: mark)?.model ?? ""
        return [.explain(note: review.note.id, span: mark.span, names: names, model: model)]
    }

    /// Takes the model's answer, unless the question was left meanwhile.
    mutating func show(_ explanation: SpanExplanation?, of span: TextSpan, in note: String) {
        guard case .why(var why) = context, why.answer == .waiting, why.mark.span == span, review.note.id == note
        else { return }
        why.answer = explanation.map { .ready($0) } ?? .none("the model has nothing to say about it")
        context = .why(why)
    }

    /// What the model holds for possible, under the schema's names, the likeliest first.
    func alternatives(_ explanation: SpanExplanation) -> [(label: String?, probability: Double)] {
        var sums: [String?: Double] = [:]
        for item in explanation.labels {
            let name = item.label.map { schema.spanLabel(standingFor: $0)?.label ?? $0 }
            sums[name, default: 0] += item.probability
        }
        return sums.sorted { ($1.value, $0.key ?? "") < ($0.value, $1.key ?? "") }.map { ($0.key, $0.value) }
    }
}
