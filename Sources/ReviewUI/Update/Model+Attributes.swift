import Annotation
import Assertion
import ClinicalText
import Screen

extension Model {
    /// The marks that `t` acts on: those that the selection touches, else the one under the cursor; rejected ones never.
    var attributeMarks: [Mark] {
        let marks = selectedSpan.map { page.marks.overlapping($0) } ?? focusedMark.map { [$0] } ?? []
        return marks.filter { $0.rank < 2 && !schema.attributes(of: $0.content.label).isEmpty }
    }

    var attributeAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        if schema.attributes.isEmpty { return .unavailable("the schema has no attributes") }
        if selection != nil {
            return attributeMarks.isEmpty ? .unavailable("no span with attributes is selected") : .available
        }
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no span here; \(key("select")) and motions select several")
        guard general.isAvailable, let mark else { return general }
        if case .rejected = mark.kind { return .unavailable("rejected; \(key("accept")) accepts it first") }
        let hasAny = !schema.attributes(of: mark.content.label).isEmpty
        return hasAny ? .available : .unavailable("\(mark.content.label) has no attributes")
    }

    /// The rows of the panel: each value of each attribute that the marks have.
    var attributeValues: [(attribute: SpanAttribute, value: SpanAttribute.Value)] {
        let labels = Set(attributeMarks.map(\.content.label))
        return schema.attributes.filter { attribute in labels.contains(where: attribute.isFor) }
            .flatMap { attribute in attribute.values.map { (attribute, $0) } }
    }

    /// What a mark's attribute says now; the default where it was given none.
    func value(of attribute: SpanAttribute, on mark: Mark) -> String? {
        guard case .decided(let span) = mark.kind else { return attribute.default }
        return span.attributes[attribute.name] ?? attribute.default
    }

    /// What the cue engine proposes for a mark, and for which attribute: the one that can say `absent`.
    func proposal(for mark: Mark) -> (attribute: SpanAttribute, proposal: AssertionProposal)? {
        let absent = AssertionValue.absent.rawValue
        let attribute = schema.attributes(of: mark.content.label).first { attribute in
            attribute.values.contains { $0.value == absent }
        }
        guard let attribute else { return nil }
        let proposal = CueEngine.english.proposal(for: mark.span, in: page.text)
        return attribute.values.contains { $0.value == proposal.value.rawValue } ? (attribute, proposal) : nil
    }

    /// Opens the panel on the value that is proposed where none was given, else on the one that holds.
    mutating func startAttributes() {
        guard let mark = attributeMarks.first else { return }
        let values = attributeValues
        let given = schema.withoutDefaults(mark.attributes)
        var row = values.firstIndex { value(of: $0.attribute, on: mark) == $0.value.value } ?? 0
        if let (attribute, proposal) = proposal(for: mark), given[attribute.name] == nil {
            row = values.firstIndex { $0.attribute == attribute && $0.value.value == proposal.value.rawValue } ?? row
        }
        for attribute in schema.attributes(of: mark.content.label) where given[attribute.name] == nil {
            guard let guess = guess(of: attribute, for: mark) else { continue }
            row = values.firstIndex { $0.attribute == attribute && $0.value.value == guess.value } ?? row
        }
        context = .attributes(selected: row)
    }

    /// Gives the value beside a letter.
    mutating func giveAttribute(by key: Key) -> [Effect] {
        guard let row = attributeValues.firstIndex(where: { $0.value.key == key.name }) else {
            refuse("no value is on \(key.name)")
            return []
        }
        return giveAttribute(ofRow: row)
    }

    /// Gives the value of the selected row.
    mutating func giveSelectedAttribute() -> [Effect] {
        guard case .attributes(let selected) = context else { return [] }
        return giveAttribute(ofRow: selected)
    }

    private mutating func giveAttribute(ofRow row: Int) -> [Effect] {
        let values = attributeValues
        guard values.indices.contains(row) else { return [] }
        let (attribute, value) = values[row]
        let marks = attributeMarks.filter { attribute.isFor($0.content.label) }
        let targets = marks.compactMap { mark -> AttributeTarget? in
            switch mark.kind {
            case .decided(let span): .span(span.id)
            case .undecided(let suggestion): .suggestion(suggestion)
            case .rejected: nil
            }
        }
        var effects: [Effect] = []
        context = .note
        let command = Command.setAttribute(targets, name: attribute.name, value: value.value)
        guard let events = decide(command, effects: &effects) else { return effects }
        let wasSelecting = selection != nil
        selection = nil
        if wasSelecting { step = .token }
        let accepted = marks.count(where: \.isUndecided)
        if marks.count == 1, let mark = marks.first {
            keepFocus(on: events)
            // As after `a`: what was undecided is decided now.
            if accepted == 1, !wasSelecting { goOnAfter(mark) }
            inform("\(attribute.name) \(value.value): \(mark.summary)\(accepted == 1 ? ", accepted" : "")")
        } else {
            let also = accepted > 0 ? ", \(accepted) of them accepted" : ""
            inform("\(attribute.name) \(value.value): \(marks.count) spans\(also); \(key("undo")) undoes it")
        }
        return effects
    }
}

extension Mark {
    /// The attributes it was given.
    var attributes: [String: String] {
        guard case .decided(let span) = kind else { return [:] }
        return span.attributes
    }
}
