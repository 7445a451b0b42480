import ClinicalText

// A journal of half a million events is read before the first frame when its index is stale. `Codable` is the definition
// of the form and says what is wrong with a line; here the same form is read from a parsed document, ten times faster,
// and whatever looks unusual is left to `Codable`: `nil` is no verdict.

extension Event {
    /// Reads the form that `encode(to:)` writes; `nil` where `init(from:)` has to look.
    package init?(_ json: OrderedJSON) {
        guard let kinds = json.members, let kind = kinds.first, kinds.count == 1, kind.value.members != nil else {
            return nil
        }
        let body = kind.value
        func content(_ key: String) -> SpanContent? { body[key].flatMap(SpanContent.init) }
        func text(_ key: String) -> String? { body[key]?.string }
        let target = text("target").map(EventID.init)
        switch (kind.key, target) {
        case ("created", _):
            guard let span = content("span") else { return nil }
            self = .created(span)
        case ("accepted", _):
            guard let suggestion = Suggestion(decided: body) else { return nil }
            self = .accepted(suggestion)
        case ("rejected", _):
            guard let suggestion = Suggestion(decided: body) else { return nil }
            self = .rejected(suggestion)
        case ("edited", let target?):
            guard let from = content("from"), let to = content("to") else { return nil }
            self = .edited(target: target, from: from, to: to)
        case ("relabelled", let target?):
            guard let from = text("from"), let to = text("to") else { return nil }
            self = .relabelled(target: target, from: from, to: to)
        case ("deleted", let target?): self = .deleted(target: target)
        case ("attribute", let target?):
            guard let name = text("name"), let value = text("value") else { return nil }
            self = .attribute(target: target, name: name, value: value)
        case ("completed", _): self = .completed
        case ("skipped", _): self = .skipped
        case ("reopened", _): self = .reopened
        case ("undone", let target?): self = .undone(target: target)
        case ("redone", let target?): self = .redone(target: target)
        default: return nil
        }
    }
}

extension Suggestion {
    /// Reads the members of an accepted or rejected event.
    fileprivate init?(decided json: OrderedJSON) {
        guard let content = json["span"].flatMap(SpanContent.init), let model = json["model"]?.string,
            let score = json["score"]?.double
        else { return nil }
        self.init(content: content, model: model, score: score)
    }
}

extension SpanContent {
    /// Reads a whole span; `nil` for one in fragments, and where `init(from:)` has to look.
    fileprivate init?(_ json: OrderedJSON) {
        guard let start = json["start"]?.int, let end = json["end"]?.int, let text = json["text"]?.string,
            let label = json["label"]?.string, json["fragments"] == nil
        else { return nil }
        self.init(span: TextSpan(start, end), text: text, label: label)
    }
}
