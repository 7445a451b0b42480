extension Document {
    /// Folds one event that counts, and notes what it changed.
    mutating func fold(_ recorded: RecordedEvent) {
        if trail.steps.last?.id != recorded.batch { trail.steps.append(ChangeTrail.Step(id: recorded.batch)) }
        switch recorded.event {
        case .created(let content):
            insert(EntitySpan(id: recorded.id, content: content))
        case .accepted(let suggestion):
            // Only what was decided on before can stand among the rejected.
            if !markDecided(suggestion.content) {
                for index in rejectedRange(at: suggestion.content.span).reversed()
                where rejected[index].offered.content.marksTheSame(as: suggestion.content) {
                    trace(.rejectedRemoved(rejected.remove(at: index)))
                }
            }
            insert(EntitySpan(id: recorded.id, content: suggestion.content, offered: suggestion))
        case .rejected(let suggestion):
            for index in standing(offeredAs: suggestion.content).reversed() {
                trace(.removed(removeSpan(at: index)))
            }
            markDecided(suggestion.content)
            let place = suggestion.content.span
            if !rejected(at: place).contains(where: { $0.offered.content.marksTheSame(as: suggestion.content) }) {
                addRejected(RejectedSpan(id: recorded.id, offered: suggestion))
                trace(.rejectedInserted(recorded.id, place))
            }
        case .edited(let target, _, let to):
            change(target) { span in
                span.content.span = to.span
                span.content.text = to.text
                span.content.fragments = to.fragments
            }
        case .relabelled(let target, _, let to):
            change(target) { $0.content.label = to }
        case .deleted(let target):
            if let index = index(of: target) { trace(.removed(removeSpan(at: index))) }
        case .attribute(let target, let name, let value):
            change(target) { $0.attributes[name] = value }
        case .noteLabel(let name, let values):
            trace(.noteLabel(name, noteLabels[name]))
            noteLabels[name] = values.isEmpty ? nil : values
        case .comment(let target, let text):
            comments.append(Comment(id: recorded.id, target: target, text: text))
            trace(.commented)
        case .completed: turn(.completed)
        case .skipped: turn(.skipped)
        case .reopened: turn(.pending)
        case .undone, .redone: break
        }
    }

    private mutating func turn(_ new: Status) {
        trace(.status(status))
        status = new
    }

    /// Notes that a person decided on this span and label.
    ///
    /// - Returns: whether nobody had before.
    @discardableResult
    private mutating func markDecided(_ content: SpanContent) -> Bool {
        let mark = DecidedMark(content)
        guard decided.insert(mark).inserted else { return false }
        trace(.decided(mark))
        return true
    }

    private mutating func insert(_ span: EntitySpan) {
        markDecided(span.content)
        addSpan(span)
        trace(.inserted(span.id))
    }

    private mutating func change(_ id: EventID, _ body: (inout EntitySpan) -> Void) {
        guard let index = index(of: id) else { return }
        var span = removeSpan(at: index)
        trace(.changed(span))
        body(&span)
        markDecided(span.content)
        addSpan(span)
    }
}
