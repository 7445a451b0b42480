import ClinicalText

extension LabelRecord {
    /// The record of what `annotator` decided on `note`.
    public init(_ document: Document, note: Note, annotator: String, schema: LabelSchema) {
        let answer: Answer =
            switch document.status {
            case .pending: .pending
            case .completed: .accept
            case .skipped: .ignore
            }
        self.init(
            id: note.id, text: note.text.string,
            spans: document.spans.map { span in
                Span(
                    content: span.content, attributes: schema.withoutDefaults(span.attributes), source: span.source,
                    score: span.offered.flatMap { $0.isFromAnnotators ? nil : $0.score })
            },
            rejected: document.rejected.map { span in
                let offered = span.offered
                // What no model offered says so; of a person's span there is no score.
                let source: SpanSource? =
                    offered.isFromAnnotators ? .human : offered.model == Suggestion.importedModel ? .imported : nil
                return Span(content: offered.content, source: source, score: source == .human ? nil : offered.score)
            },
            labels: Self.labels(document.noteLabels, schema), answer: answer, annotator: annotator,
            model: Self.lastModel(of: document), digest: note.digest,
            comments: document.comments.map { comment in
                let span = comment.target.flatMap { document.span($0)?.content.span }
                return Remark(start: span?.start.value, end: span?.end.value, text: comment.text)
            }, meta: note.meta)
    }

    private static func labels(_ chosen: [String: [String]], _ schema: LabelSchema) -> [String: JSONValue] {
        chosen.reduce(into: [:]) { labels, entry in
            // More values than the schema knows of are still all of them.
            if entry.value.count > 1 || schema.noteLabel(named: entry.key)?.choose == .many {
                labels[entry.key] = .array(entry.value.map(JSONValue.string))
            } else {
                labels[entry.key] = entry.value.first.map(JSONValue.string)
            }
        }
    }

    private static func lastModel(of document: Document) -> String? {
        for recorded in document.log.reversed() {
            switch recorded.event {
            case .accepted(let offered), .rejected(let offered):
                if !offered.isFromAnnotators { return offered.model }
            default: continue
            }
        }
        return nil
    }
}
