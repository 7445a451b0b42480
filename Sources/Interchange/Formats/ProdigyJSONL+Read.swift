import Annotation
import ClinicalText

extension ProdigyJSONL {
    private static let members: Set<String> = [
        "id", "text", "meta", "tokens", "spans", "relations", "labels", "comments", "answer", "_annotator_id", "model",
        "label", "accept",
    ]

    /// Reads tasks, of which only `text` is needed.
    struct Reader: FileReader {
        private var elements: JSONElements
        var source: ByteSource { elements.source }
        private var misfits = Misfits()
        private let file: String
        /// The next task of `textcat`, read to see whether it is about the same text.
        private var ahead: Record?

        init(_ source: ByteSource) {
            file = source.name
            // The tokens are made anew from the text; a tree of them takes longer than all the rest.
            elements = JSONElements(source, unread: ["tokens"])
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            var first = ahead.take()
            if first == nil { first = try task(&report) }
            guard var record = first else {
                try misfits.check(file)
                return nil
            }
            // `textcat` asks about one label a task; the answers on one text are one record.
            while isBinary(record), let following = try task(&report) {
                guard isBinary(following), following.id == record.id, following.text == record.text else {
                    ahead = following
                    break
                }
                record.labels.merge(following.labels) { first, _ in first }
            }
            return record
        }

        private func isBinary(_ record: Record) -> Bool {
            record.native[Format.prodigy.rawValue]?["_view_id"]?.stringValue == ProdigyJSONL.binaryView
        }

        private mutating func task(_ report: inout LossReport) throws(BadInput) -> Record? {
            while let value = try elements.next() {
                let place = "line \(elements.location.line ?? 0)"
                if let record = try ProdigyJSONL.record(value, elements.location, place, &misfits, &report) {
                    return record
                }
            }
            return nil
        }
    }

    private static func record(
        _ value: OrderedJSON, _ location: SourceLocation, _ place: String, _ misfits: inout Misfits,
        _ report: inout LossReport
    ) throws(BadInput) -> Record? {
        guard let text = value["text"]?.string, !text.isEmpty else {
            throw BadInput(location, "a task needs a string 'text' that is not empty")
        }
        var meta = value["meta"]?.value.objectValue ?? [:]
        let named = value["id"]?.name ?? value["meta"]?["id"]?.name
        var record = Record(id: named, text: NoteText(text), annotator: value["_annotator_id"]?.string)
        if meta["id"]?.stringValue == record.id { meta["id"] = nil }
        record.meta = meta
        record.model = value["model"]?.string
        record.labels = value["labels"]?.value.objectValue ?? [:]
        for remark in value["comments"]?.elements ?? [] {
            guard let text = remark["text"]?.string else { throw BadInput(location, "a comment has no 'text'") }
            record.comments.append(.init(start: remark["start"]?.int, end: remark["end"]?.int, text: text))
        }
        var native = value.others(than: members)
        let answer = value["answer"]?.string ?? "accept"
        if answer == "ignore" { record.answer = .ignore }
        if value["spans"] == nil, let label = value["label"]?.string {
            native["_view_id"] = .string(binaryView)
            if answer != "ignore" { record.labels[label] = .string(answer) }
        } else if answer == "reject" {
            report.add(.answer, in: record.id)
            return nil
        }
        if let accepted = value["accept"]?.elements {
            record.labels[choice] = Record.label(accepted.compactMap(\.name))
        }
        if !native.isEmpty { record.native[Format.prodigy.rawValue] = .object(native) }
        let unfit = record.add(try spans(of: value, location), &report)
        guard unfit.isEmpty else {
            misfits.add(unfit, at: place)
            return nil
        }
        for relation in value["relations"]?.elements ?? [] { read(relation, into: &record, &report) }
        return record
    }

    private static func spans(
        of task: OrderedJSON, _ location: SourceLocation
    ) throws(BadInput) -> [(place: Place, span: (SpanContent) -> Record.Span)] {
        var spans: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        for value in task["spans"]?.elements ?? [] {
            guard let start = value["start"]?.int, let end = value["end"]?.int, let label = value["label"]?.string
            else {
                throw BadInput(location, "a span needs whole numbers 'start' and 'end' and a 'label'")
            }
            var place = Place(parts: [(start, end)], surface: value["text"]?.string, label: label)
            if let fragments = value["fragments"]?.elements { place.parts = try LabelsJSONL.parts(fragments, location) }
            let others = value.others(than: spanMembers)
            var attributes = others.compactMapValues(\.stringValue)
            attributes.merge((value["attributes"]?.value.objectValue ?? [:]).compactMapValues(\.stringValue)) { $1 }
            let source = value["source"]?.string.flatMap(SpanSource.init)
            let references = (value["references"]?.elements ?? []).map {
                Record.Reference(
                    source: $0["source"]?.string ?? "", code: $0["code"]?.name ?? "", text: $0["text"]?.string ?? "")
            }
            spans.append(
                (
                    place,
                    { [attributes] content in
                        Record.Span(
                            id: value["id"]?.name, content: content, attributes: attributes, source: source,
                            score: value["score"]?.double, references: references,
                            fields: others.filter { $0.value.stringValue == nil })
                    }
                ))
        }
        return spans
    }

    /// A relation between the spans that have the places of its ends.
    private static func read(_ value: OrderedJSON, into record: inout Record, _ report: inout LossReport) {
        func end(_ member: String) -> String? {
            guard let start = value[member]?["start"]?.int, let end = value[member]?["end"]?.int else { return nil }
            let place = TextSpan(start, end)
            let label = value[member]?["label"]?.string
            let index =
                record.spans.firstIndex { $0.content.span == place && $0.content.label == label }
                ?? record.spans.firstIndex { $0.content.span == place }
            guard let index else { return nil }
            if record.spans[index].id == nil { record = record.named() }
            return record.spans[index].id
        }
        guard let head = end("head_span"), let child = end("child_span"), let label = value["label"]?.string else {
            return report.add(.relation, in: record.id)
        }
        record.relations.append(
            Record.Relation(
                label: label, arguments: [.init(role: "head", target: head), .init(role: "child", target: child)]))
    }
}
