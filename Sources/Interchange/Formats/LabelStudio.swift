import Annotation
import ClinicalText

/// Label Studio's tasks (https://labelstud.io/guide/task_format), JSON-MIN too, and the labelling configuration.
///
/// A folder of `tasks.json` and `config.xml` is written; `tasks.json` alone, JSON Lines and JSON-MIN are read. A region's
/// attributes are results of type `choices` with the region's id, the note's labels `choices` without a place. What a task
/// holds beside its text is `meta`. A prediction without an annotation is a record that nobody finished.
enum LabelStudio {
    static let tasksFile = "tasks.json"
    static let configurationFile = "config.xml"
    /// The names of the controls in the configuration that is written.
    static let spanControl = "label"
    static let textObject = "text"

    struct Reader: FileReader {
        private var elements: JSONElements
        var source: ByteSource { elements.source }
        private var misfits = Misfits()
        private var waiting: [Record] = []

        init(_ input: Input) throws(BadInput) {
            let name =
                input.isFolder ? try input.files(".json", ".jsonl").first { $0 != "labels.json" } ?? tasksFile : ""
            guard let source = try input.open(name) else {
                throw BadInput(SourceLocation(input.name), "has no \(tasksFile)")
            }
            elements = JSONElements(source)
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            while waiting.isEmpty, let task = try elements.next() {
                waiting = try LabelStudio.records(task, elements.location, &misfits, &report)
            }
            if waiting.isEmpty {
                try misfits.check(source.name)
                return nil
            }
            return waiting.removeFirst()
        }
    }

    private static func records(
        _ task: OrderedJSON, _ location: SourceLocation, _ misfits: inout Misfits, _ report: inout LossReport
    ) throws(BadInput) -> [Record] {
        guard task.members != nil else { throw BadInput(location, "a task must be a JSON object") }
        guard let data = task["data"] else { return try minimal(task, location, &misfits, &report) }
        let strings = data.members?.filter { $0.value.string != nil } ?? []
        guard let text = data["text"]?.string ?? (strings.count == 1 ? strings[0].value.string : nil), !text.isEmpty
        else { throw BadInput(location, "the task's 'data' has no string 'text'") }
        let key = data["text"]?.string == nil ? strings.first?.key ?? "text" : "text"
        var base = Record(id: data["id"]?.name ?? task["id"]?.name, text: NoteText(text), answer: .pending)
        base.meta = data.others(than: [key, "id"])
        let native = task.others(than: ["data", "annotations", "predictions", "completions"])

        var records: [Record] = []
        let annotations = (task["annotations"] ?? task["completions"])?.elements ?? []
        for annotation in annotations {
            var record = base
            record.answer = annotation["was_cancelled"]?.bool == true ? .ignore : .accept
            record.annotator = annotator(annotation["completed_by"])
            let own = annotation.others(than: ["result", "was_cancelled", "completed_by"])
            record.native[Format.labelStudio.rawValue] = .object([
                "task": .object(native), "annotation": .object(own),
            ])
            if try fill(&record, annotation, location, &misfits, &report) { records.append(record) }
        }
        if annotations.isEmpty {
            let prediction = task["predictions"]?.elements?.first
            var record = base
            record.model = prediction?["model_version"]?.string
            if !native.isEmpty { record.native[Format.labelStudio.rawValue] = .object(["task": .object(native)]) }
            if try fill(&record, prediction ?? .null, location, &misfits, &report) { records.append(record) }
        }
        return records
    }

    /// Puts the results of an annotation into a record, and says whether they fit its text.
    private static func fill(
        _ record: inout Record, _ annotation: OrderedJSON, _ location: SourceLocation, _ misfits: inout Misfits,
        _ report: inout LossReport
    ) throws(BadInput) -> Bool {
        var regions: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        var attributes: [String: [String: String]] = [:]
        var remarks: [(start: Int, end: Int, text: String)] = []
        let results = annotation["result"]?.elements ?? []
        for result in results {
            let name = result["from_name"]?.string ?? ""
            let value = result["value"]
            let type = result["type"]?.string ?? ""
            switch type {
            case "choices", "textarea", "taxonomy", "rating":
                guard let chosen = choice(value, type) else { continue }
                if let id = result["id"]?.string, value?["start"] != nil {
                    attributes[id, default: [:]][name] = chosen.joined(separator: "; ")
                } else {
                    record.labels[name] = Record.label(chosen)
                }
            case "relation":
                guard let from = result["from_id"]?.string, let to = result["to_id"]?.string else {
                    throw BadInput(location, "a relation needs 'from_id' and 'to_id'")
                }
                let ends = result["direction"]?.string == "left" ? (to, from) : (from, to)
                record.relations.append(
                    Record.Relation(
                        label: result["labels"]?.elements?.first?.string ?? "related",
                        arguments: [.init(role: "from", target: ends.0), .init(role: "to", target: ends.1)]))
            default:
                guard let start = value?["start"]?.int, let end = value?["end"]?.int else {
                    report.add(.field, in: record.id)
                    continue
                }
                let labels = (value?["labels"] ?? value?["hypertextlabels"])?.elements?.compactMap(\.string) ?? []
                for note in result["meta"]?["text"]?.elements?.compactMap(\.string) ?? [] {
                    remarks.append((start, end, note))
                }
                for label in labels {
                    regions.append(
                        (
                            Place(parts: [(start, end)], surface: value?["text"]?.string, label: label),
                            { content in
                                Record.Span(
                                    id: result["id"]?.string, content: content,
                                    score: result["score"]?.double ?? annotation["score"]?.double)
                            }
                        ))
                }
            }
        }
        let unfit = record.add(regions, &report)
        guard unfit.isEmpty else {
            misfits.add(unfit, at: "task of line \(location.line ?? 0)")
            return false
        }
        for index in record.spans.indices {
            if let id = record.spans[index].id, let own = attributes[id] { record.spans[index].attributes = own }
        }
        for remark in remarks {
            guard let index = regions.firstIndex(where: { $0.place.parts[0] == (remark.start, remark.end) }) else {
                continue
            }
            let span = record.spans[index].content.span
            record.comments.append(.init(start: span.start.value, end: span.end.value, text: remark.text))
        }
        return true
    }

    private static func choice(_ value: OrderedJSON?, _ type: String) -> [String]? {
        switch type {
        case "textarea": return value?["text"]?.elements?.compactMap(\.string) ?? value?["text"]?.string.map { [$0] }
        case "rating": return value?["rating"]?.name.map { [$0] }
        case "taxonomy":
            return value?["taxonomy"]?.elements?.map { path in
                (path.elements ?? []).compactMap(\.string).joined(separator: "/")
            }
        default: return value?["choices"]?.elements?.compactMap(\.string)
        }
    }

    static func annotator(_ value: OrderedJSON?) -> String? {
        value?["email"]?.string ?? value?["username"]?.string ?? value?["id"]?.name ?? value?.name
    }

    /// JSON-MIN: `{"text":…,"label":[{"start","end","text","labels"}],"annotator":1}`.
    private static func minimal(
        _ task: OrderedJSON, _ location: SourceLocation, _ misfits: inout Misfits, _ report: inout LossReport
    ) throws(BadInput) -> [Record] {
        guard let text = task["text"]?.string, !text.isEmpty else {
            throw BadInput(location, "neither a task with 'data' nor a record of JSON-MIN with 'text'")
        }
        var record = Record(
            id: task["id"]?.name, text: NoteText(text), annotator: annotator(task["annotator"]))
        let known: Set = [
            "id", "text", "annotator", "annotation_id", "created_at", "updated_at", "lead_time",
        ]
        var regions: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        for member in task.members ?? [] where !known.contains(member.key) {
            if let elements = member.value.elements, elements.contains(where: { $0["start"] != nil }) {
                for element in elements {
                    guard let start = element["start"]?.int, let end = element["end"]?.int else {
                        throw BadInput(location, "a region needs whole numbers 'start' and 'end'")
                    }
                    for label in element["labels"]?.elements?.compactMap(\.string) ?? [] {
                        regions.append(
                            (
                                Place(parts: [(start, end)], surface: element["text"]?.string, label: label),
                                { Record.Span(content: $0) }
                            ))
                    }
                }
            } else if let value = member.value.string {
                record.labels[member.key] = .string(value)
            } else if let chosen = member.value["choices"]?.elements?.compactMap(\.string) {
                record.labels[member.key] = Record.label(chosen)
            } else {
                record.meta[member.key] = member.value.value
            }
        }
        let unfit = record.add(regions, &report)
        misfits.add(unfit, at: "task of line \(location.line ?? 0)")
        return unfit.isEmpty ? [record] : []
    }
}
