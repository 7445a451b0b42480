extension Document {
    /// Folds one event that counts.
    mutating func fold(_ recorded: RecordedEvent) {
        switch recorded.event {
        case .created(let content):
            insert(EntitySpan(id: recorded.id, content: content))
        case .accepted(let suggestion):
            // Only what was decided on before can stand among the rejected: thousands of accepts stay linear.
            if !decided.insert(DecidedMark(suggestion.content)).inserted {
                rejected.removeAll { $0.offered.content.marksTheSame(as: suggestion.content) }
            }
            insert(EntitySpan(id: recorded.id, content: suggestion.content, offered: suggestion))
        case .rejected(let suggestion):
            spans.removeAll { $0.offered?.content.marksTheSame(as: suggestion.content) ?? false }
            decided.insert(DecidedMark(suggestion.content))
            if !rejected.contains(where: { $0.offered.content.marksTheSame(as: suggestion.content) }) {
                rejected.append(RejectedSpan(id: recorded.id, offered: suggestion))
                rejected.sort { $0.offered.content.span < $1.offered.content.span }
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
            spans.removeAll { $0.id == target }
        case .attribute(let target, let name, let value):
            change(target) { $0.attributes[name] = value }
        case .noteLabel(let name, let values):
            noteLabels[name] = values.isEmpty ? nil : values
        case .comment(let target, let text):
            comments.append(Comment(id: recorded.id, target: target, text: text))
        case .completed: status = .completed
        case .skipped: status = .skipped
        case .reopened: status = .pending
        case .undone, .redone: break
        }
    }

    private mutating func insert(_ span: EntitySpan) {
        decided.insert(DecidedMark(span.content))
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if Self.isOrdered(spans[middle], span) { low = middle + 1 } else { high = middle }
        }
        spans.insert(span, at: low)
    }

    private mutating func change(_ id: EventID, _ body: (inout EntitySpan) -> Void) {
        guard let index = spans.firstIndex(where: { $0.id == id }) else { return }
        body(&spans[index])
        decided.insert(DecidedMark(spans[index].content))
        spans.sort(by: Self.isOrdered)
    }

    /// Reading order, the older first of two that mark the same words.
    private static func isOrdered(_ left: EntitySpan, _ right: EntitySpan) -> Bool {
        (left.content.span, left.id) < (right.content.span, right.id)
    }
}
