import Annotation
import ClinicalText

extension LabelStudio {
    /// Writes `tasks.json` a task at a time, and at the end the configuration that names what was used.
    struct Writer: RecordWriter {
        private var isFirst = true
        private var labels: [String] = []
        private var attributes: [String: Set<String>] = [:]
        private var noteLabels: [String: (values: Set<String>, isMany: Bool)] = [:]

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard record.answer != .pending else { return report.add(.pending, in: record.id) }
            report.add(record, lacking: [.rejected, .field, .reference])
            var bytes = Array((isFirst ? "[\n" : ",\n").utf8)
            isFirst = false
            JSONText.append(task(record.named("r"), &report), to: &bytes)
            try output.append(bytes, to: tasksFile)
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(Array((isFirst ? "[]\n" : "\n]\n").utf8), to: tasksFile)
            try output.append(Array(configuration.utf8), to: configurationFile)
        }

        private mutating func task(_ record: Record, _ report: inout LossReport) -> OrderedJSON {
            let native = record.native[Format.labelStudio.rawValue]
            var results: [OrderedJSON] = []
            for span in record.spans { results += region(span, record, &report) }
            for (name, value) in record.labels.sorted(by: { $0.key < $1.key }) {
                let values = Record.values(value)
                noteLabels[name, default: ([], false)].values.formUnion(values)
                if values.count > 1 { noteLabels[name]?.isMany = true }
                results.append(choices(name, values, id: "n\(results.count)", at: nil))
            }
            for relation in record.relations {
                guard relation.trigger == nil, relation.arguments.count == 2,
                    relation.arguments.allSatisfy({ record.span($0.target) != nil })
                else {
                    report.add(.relation, in: record.id)
                    continue
                }
                results.append(
                    .members([
                        ("type", .string("relation")), ("from_id", .string(relation.arguments[0].target)),
                        ("to_id", .string(relation.arguments[1].target)), ("direction", .string("right")),
                        ("labels", .array([.string(relation.label)])),
                    ]))
            }
            report.add(.comment, record.comments.count { $0.start == nil }, in: record.id)
            var annotation: [(String, OrderedJSON?)] = [("result", .array(results))]
            if let annotator = record.annotator {
                annotation.append(
                    (
                        "completed_by",
                        Int(annotator).map(OrderedJSON.int) ?? .members([("email", .string(annotator))])
                    ))
            }
            annotation.append(("was_cancelled", .bool(record.answer == .ignore)))
            annotation += others(native?["annotation"])
            let data: [(String, OrderedJSON?)] = [
                ("id", .string(record.id)), ("text", .string(record.text.string)),
            ]
            return .members(
                [
                    (
                        "data",
                        .members(
                            data + others(.object(record.meta.filter { !["id", "text"].contains($0.key) })))
                    ), ("annotations", .array([.members(annotation)])),
                ] + others(native?["task"]))
        }

        private func others(_ value: JSONValue?) -> [(String, OrderedJSON?)] {
            (value?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, OrderedJSON($0.value)) }
        }

        private mutating func region(
            _ span: Record.Span, _ record: Record, _ report: inout LossReport
        ) -> [OrderedJSON] {
            let content = span.content
            if content.fragments != nil { report.add(.joined, in: record.id, at: content.span) }
            if !labels.contains(content.label) { labels.append(content.label) }
            let remarks = record.comments(on: content.span)
            var results = [
                OrderedJSON.members([
                    ("id", span.id.map(OrderedJSON.string)), ("from_name", .string(spanControl)),
                    ("to_name", .string(textObject)), ("type", .string("labels")),
                    ("score", span.score.map(OrderedJSON.double)),
                    ("origin", .string(origin(span.source))),
                    (
                        "value",
                        .members([
                            ("start", .int(content.span.start.value)), ("end", .int(content.span.end.value)),
                            ("text", .string(content.text)), ("labels", .array([.string(content.label)])),
                        ])
                    ),
                    (
                        "meta",
                        remarks.isEmpty ? nil : .members([("text", .array(remarks.map(OrderedJSON.string)))])
                    ),
                ])
            ]
            for (name, value) in span.attributes.sorted(by: { $0.key < $1.key }) {
                attributes[name, default: []].insert(value)
                results.append(choices(name, [value], id: span.id ?? "", at: content.span))
            }
            return results
        }

        private func origin(_ source: SpanSource?) -> String {
            switch source {
            case .model: "prediction"
            case .corrected: "prediction-changed"
            default: "manual"
            }
        }

        private func choices(_ name: String, _ values: [String], id: String, at span: TextSpan?) -> OrderedJSON {
            .members([
                ("id", .string(id)), ("from_name", .string(name)), ("to_name", .string(textObject)),
                ("type", .string("choices")),
                (
                    "value",
                    .members([
                        ("start", span.map { .int($0.start.value) }), ("end", span.map { .int($0.end.value) }),
                        ("choices", .array(values.map(OrderedJSON.string))),
                    ])
                ),
            ])
        }

        /// The labelling configuration (https://labelstud.io/tags) under which the tasks can be opened.
        private var configuration: String {
            var lines = ["<View>", "  <Labels name=\"\(spanControl)\" toName=\"\(textObject)\">"]
            for label in labels { lines.append("    <Label\(XMLText.attributes([("value", label)]))/>") }
            lines.append("  </Labels>")
            lines.append("  <Text name=\"\(textObject)\" value=\"$text\"/>")
            func choices(_ name: String, _ values: Set<String>, _ more: [(String, String)]) {
                let attributes = [("name", name), ("toName", textObject)] + more
                lines.append("  <Choices\(XMLText.attributes(attributes))>")
                for value in values.sorted() {
                    lines.append("    <Choice\(XMLText.attributes([("value", value)]))/>")
                }
                lines.append("  </Choices>")
            }
            for (name, values) in attributes.sorted(by: { $0.key < $1.key }) {
                choices(name, values, [("perRegion", "true"), ("choice", "single")])
            }
            for (name, label) in noteLabels.sorted(by: { $0.key < $1.key }) {
                choices(name, label.values, [("choice", label.isMany ? "multiple" : "single")])
            }
            return (lines + ["</View>"]).joined(separator: "\n") + "\n"
        }
    }
}
