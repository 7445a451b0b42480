import ClinicalText

extension Document {
    /// Turns what a person wants into what becomes true, without changing the document.
    ///
    /// The events are one batch: written together, undone together. A finished or skipped note is reopened by any edit,
    /// in the same batch.
    ///
    /// - Parameters:
    ///   - command: what is wanted.
    ///   - schema: which labels, attributes and note labels there are.
    ///   - newID: gives each event its id, in order.
    /// - Returns: at least one event.
    /// - Throws: ``CommandRejected`` with the reason.
    public func decide(
        _ command: Command, schema: LabelSchema, newID: () -> EventID
    ) throws(CommandRejected) -> [IdentifiedEvent] {
        var events: [IdentifiedEvent] = []
        @discardableResult func add(_ event: Event) -> EventID {
            let id = newID()
            events.append(IdentifiedEvent(id: id, event: event))
            return id
        }
        if status != .pending, command.isEdit { add(.reopened) }
        switch command {
        case .create(let span, let label):
            add(.created(try newContent(span, label: label, schema: schema)))
        case .accept(let suggestion):
            try checkOffer(suggestion, schema)
            add(.accepted(suggestion))
        case .acceptRelabelled(let suggestion, let label):
            try checkLabel(label, schema)
            var content = suggestion.content
            content.label = label
            try checkFree(content, besides: nil)
            let id = add(.accepted(suggestion))
            add(.relabelled(target: id, from: suggestion.content.label, to: label))
        case .acceptEdited(let suggestion, let span):
            let content = try edited(suggestion.content, to: span)
            try checkLabel(content.label, schema)
            try checkFree(content, besides: nil)
            let id = add(.accepted(suggestion))
            add(.edited(target: id, from: suggestion.content, to: content))
        case .acceptAll(let suggestions):
            try addAll(suggestions, add: { add(.accepted($0)) }, verb: "accept")
        case .reject(let suggestion):
            add(.rejected(suggestion))
        case .rejectAll(let suggestions):
            try addAll(suggestions, add: { add(.rejected($0)) }, verb: "reject")
        case .rejectAccepted(let id):
            guard try standing(id).offered != nil else {
                throw CommandRejected("this span is your own, not a suggestion: use d to delete it")
            }
            add(removal(of: try standing(id)))
        case .relabel(let id, let label):
            let span = try standing(id)
            try checkLabel(label, schema)
            guard span.content.label != label else { throw CommandRejected("the span already is \(label)") }
            var content = span.content
            content.label = label
            try checkFree(content, besides: id)
            add(.relabelled(target: id, from: span.content.label, to: label))
        case .edit(let id, let span):
            let old = try standing(id).content
            let new = try edited(old, to: span)
            try checkFree(new, besides: id)
            add(.edited(target: id, from: old, to: new))
        case .addPart(let part, let target):
            try addPart(part, to: target, schema: schema, add: add)
        case .split(let target, let place):
            try split(target, before: place, schema: schema, add: add)
        case .markEach(let stretches, let label, let offers):
            try markEach(stretches, label: label, offers: offers, schema: schema, add: add)
        case .delete(let id):
            add(removal(of: try standing(id)))
        case .setAttribute(let targets, let name, let value):
            try attributeEvents(targets, name: name, value: value, schema: schema, add: add)
        case .setNoteLabel(let name, let values):
            try checkNoteLabel(name, values, schema)
            add(.noteLabel(name: name, values: values))
        case .comment(let target, let remark):
            if let target { _ = try standing(target) }
            guard !remark.allSatisfy(\.isWhitespace) else { throw CommandRejected("an empty comment is not kept") }
            add(.comment(target: target, text: remark))
        case .complete(let accepting, let rejecting):
            guard status != .completed || !accepting.isEmpty || !rejecting.isEmpty else {
                throw CommandRejected("the note is complete already")
            }
            for suggestion in undecided(accepting) { add(.accepted(suggestion)) }
            for suggestion in undecided(rejecting) { add(.rejected(suggestion)) }
            add(.completed)
        case .skip:
            guard status != .skipped else { throw CommandRejected("the note is skipped already") }
            add(.skipped)
        case .reopen:
            guard status != .pending else { throw CommandRejected("the note is open") }
            add(.reopened)
        case .carryOver(let comparison, let completing):
            try carryOver(comparison, completing: completing, add: add)
        case .take(let reading, let disagreement):
            try take(reading, of: disagreement, schema: schema, add: add)
        case .undo:
            guard let step = undoable.last else { throw CommandRejected("nothing to undo in this note") }
            add(.undone(target: step))
        case .redo:
            guard let step = redoable.last else { throw CommandRejected("nothing to redo in this note") }
            add(.redone(target: step))
        case .undoStep(let step):
            guard undoable.contains(step) else { throw CommandRejected("that step does not stand in this note") }
            add(.undone(target: step))
        case .redoStep(let step):
            guard redoable.contains(step) else {
                throw CommandRejected("that step cannot be brought back in this note")
            }
            add(.redone(target: step))
        }
        return events
    }

    func standing(_ id: EventID) throws(CommandRejected) -> EntitySpan {
        guard let span = span(id) else { throw CommandRejected("the span is not there any more") }
        return span
    }

    private func newContent(
        _ span: TextSpan, label: String, schema: LabelSchema
    ) throws(CommandRejected) -> SpanContent {
        guard text.holds(span) else { throw CommandRejected("a span needs at least one character of the note") }
        try checkLabel(label, schema)
        let content = SpanContent(span, in: text, label: label)
        try checkFree(content, besides: nil)
        return content
    }

    func checkLabel(_ label: String, _ schema: LabelSchema) throws(CommandRejected) {
        guard schema.spanLabel(named: label) != nil else {
            throw CommandRejected("the schema has no label '\(label)'")
        }
    }

    func checkFree(_ content: SpanContent, besides id: EventID?) throws(CommandRejected) {
        if spans.contains(where: { $0.id != id && $0.content.marksTheSame(as: content) }) {
            throw CommandRejected("these words are marked \(content.label) already")
        }
    }

    func checkOffer(_ suggestion: Suggestion, _ schema: LabelSchema) throws(CommandRejected) {
        try checkLabel(suggestion.content.label, schema)
        try checkFree(suggestion.content, besides: nil)
    }

    /// What is not decided yet, each span and label once, however many models offer it.
    private func undecided(_ suggestions: [Suggestion]) -> [Suggestion] {
        var seen = decided
        return suggestions.filter { seen.insert(DecidedMark($0.content)).inserted }
    }

    private func addAll(
        _ suggestions: [Suggestion], add: (Suggestion) -> Void, verb: String
    ) throws(CommandRejected) {
        let open = undecided(suggestions)
        guard !open.isEmpty else { throw CommandRejected("no undecided suggestion to \(verb)") }
        open.forEach(add)
    }

    private func checkNoteLabel(
        _ name: String, _ values: [String], _ schema: LabelSchema
    ) throws(CommandRejected) {
        guard let label = schema.noteLabel(named: name) else {
            throw CommandRejected("the schema has no note label '\(name)'")
        }
        for value in values where !label.values.contains(value) {
            throw CommandRejected("'\(value)' is not a value of \(name)")
        }
        if label.choose == .one, values.count > 1 { throw CommandRejected("\(name) takes one value") }
    }
}

extension Command {
    /// Whether it changes what is marked, and so reopens a finished note.
    var isEdit: Bool {
        switch self {
        case .complete(let accepting, let rejecting): return !accepting.isEmpty || !rejecting.isEmpty
        case .skip, .reopen, .undo, .redo, .undoStep, .redoStep, .comment: return false
        default: return true
        }
    }
}
