import ClinicalText

extension Note {
    /// The spans that the note's own record carries, from a model or from a person, or `nil` if it has no `spans`.
    ///
    /// Each may name its `model` (else the record's, else `imported`) and `score` (else 1), the `fragments` that a discontinuous
    /// one consists of, `[[start, end], …]`, and where it carries its `text`, that must stand at its offsets.
    ///
    /// - Parameter field: `spans`, or `gold_spans` in what `predict` wrote.
    /// - Throws: ``BadInput`` listing what does not fit the note.
    public func carriedSpans(_ field: String = "spans") throws(BadInput) -> [Suggestion]? {
        guard let value = fields[field] else { return nil }
        func bad(_ reason: String) -> BadInput {
            location.map { BadInput($0, "in the note '\(id)' \(reason)") }
                ?? BadInput(SourceLocation("note '\(id)'"), reason)
        }
        guard let elements = value.arrayValue else { throw bad("'\(field)' must be an array") }
        let recordModel = fields["model"]?.stringValue
        var spans: [Suggestion] = []
        var misfits: [String] = []
        for (index, element) in elements.enumerated() {
            guard let start = element["start"]?.intValue, let end = element["end"]?.intValue,
                let label = element["label"]?.stringValue, !label.isEmpty
            else { throw bad("'\(field)[\(index)]' needs a number 'start', a number 'end' and a string 'label'") }
            let span = TextSpan(start, end)
            guard text.holds(span) else {
                misfits.append("[\(start), \(end)) of \(text.scalarCount) characters")
                continue
            }
            let surface = text[span]
            if let stated = element["text"]?.stringValue, stated != surface {
                // Neither is repeated: both may be a patient's words.
                misfits.append("[\(start), \(end)) has other words in the note")
                continue
            }
            var content = SpanContent(span: span, text: surface, label: label)
            if let fragments = element["fragments"], fragments != .null {
                guard let pairs = fragments.arrayValue?.map({ $0.arrayValue?.compactMap(\.intValue) ?? [] }),
                    pairs.allSatisfy({ $0.count == 2 })
                else { throw bad("'\(field)[\(index)].fragments' must be an array of [start, end]") }
                // One part that is all of it is a whole span.
                let parts = pairs.map { TextSpan($0[0], $0[1]) }
                content.fragments = parts.isEmpty || parts == [span] ? nil : parts
                if content.misfit(in: text) != nil || !parts.allSatisfy(text.holds) {
                    misfits.append("[\(start), \(end)) has parts that are out of order or outside of it")
                    continue
                }
            }
            spans.append(
                Suggestion(
                    content: content,
                    model: element["model"]?.stringValue ?? recordModel ?? Suggestion.importedModel,
                    score: element["score"]?.doubleValue ?? 1))
        }
        guard misfits.isEmpty else {
            let shown = misfits.prefix(Self.shownMisfits).joined(separator: "; ")
            let more = misfits.count > Self.shownMisfits ? "; and \(misfits.count - Self.shownMisfits) more" : ""
            throw bad(
                "\(misfits.count) of \(elements.count) spans do not fit the text: \(shown)\(more). "
                    + "Offsets must count Unicode code points")
        }
        return spans
    }

    /// Enough to see the pattern of a shift, few enough to read.
    private static let shownMisfits = 5
}
