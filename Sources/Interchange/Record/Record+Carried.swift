import Annotation
import ClinicalText

/// The part of a ``Record`` that the reviewer does not see, as it lies in `meta.carried` of notes and labels.
///
///     {"spans":[{"id":"T1","start":7,"end":17,"label":"Problem","references":[…]}],"relations":[…],"native":{…}}
///
/// A span is found again by its place and label. What was carried for one that was moved, relabelled or deleted since is
/// left out with the relations that need it, and counted.
enum Carried {
    static let member = "carried"

    /// - Parameter whole: whether attributes, note labels and comments are carried too, which a note has no members for.
    static func pack(_ record: Record, whole: Bool) -> JSONValue? {
        var carried: [String: JSONValue] = [:]
        let spans = record.spans.compactMap { span -> JSONValue? in
            var members: [String: JSONValue] = [:]
            if let id = span.id { members["id"] = .string(id) }
            if !span.references.isEmpty { members["references"] = .array(span.references.map(pack)) }
            if !span.fields.isEmpty { members["fields"] = .object(span.fields) }
            if whole, !span.attributes.isEmpty {
                members["attributes"] = .object(span.attributes.mapValues(JSONValue.string))
            }
            guard !members.isEmpty else { return nil }
            members.merge(place(span.content)) { old, _ in old }
            return .object(members)
        }
        if !spans.isEmpty { carried["spans"] = .array(spans) }
        if !record.relations.isEmpty { carried["relations"] = .array(record.relations.map(pack)) }
        if !record.native.isEmpty { carried["native"] = .object(record.native) }
        if whole {
            if !record.labels.isEmpty { carried["labels"] = .object(record.labels) }
            if !record.comments.isEmpty {
                carried["comments"] = .array(
                    record.comments.map { remark in
                        var members: [String: JSONValue] = ["text": .string(remark.text)]
                        if let start = remark.start { members["start"] = .integer(Int64(start)) }
                        if let end = remark.end { members["end"] = .integer(Int64(end)) }
                        return .object(members)
                    })
            }
        }
        return carried.isEmpty ? nil : .object(carried)
    }

    /// Puts what was carried back where it belongs.
    static func unpack(_ carried: JSONValue, into record: inout Record, _ report: inout LossReport) {
        var gone: Set<String> = []
        for element in carried["spans"]?.arrayValue ?? [] {
            let index = record.spans.firstIndex { span in
                let place = place(span.content)
                return span.id == nil && place.allSatisfy { element[$0.key] == $0.value }
                    && (element["fragments"] == nil) == (span.content.fragments == nil)
            }
            guard let index else {
                if let id = element["id"]?.stringValue { gone.insert(id) }
                for (member, loss) in [("attributes", Loss.attribute), ("references", .reference), ("fields", .field)]
                where element[member] != nil { report.add(loss, in: record.id) }
                continue
            }
            record.spans[index].id = element["id"]?.stringValue
            record.spans[index].references = (element["references"]?.arrayValue ?? []).map(reference)
            record.spans[index].fields = element["fields"]?.objectValue ?? [:]
            let attributes = (element["attributes"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
            record.spans[index].attributes.merge(attributes) { decided, _ in decided }
        }
        record.native = carried["native"]?.objectValue ?? [:]
        record.labels.merge(carried["labels"]?.objectValue ?? [:]) { decided, _ in decided }
        for element in carried["comments"]?.arrayValue ?? [] {
            guard let text = element["text"]?.stringValue else { continue }
            let remark = LabelRecord.Remark(
                start: element["start"]?.intValue, end: element["end"]?.intValue, text: text)
            if !record.comments.contains(remark) { record.comments.append(remark) }
        }
        record.relations = (carried["relations"]?.arrayValue ?? []).compactMap(relation)
        record.drop(gone, &report)
    }

    private static func place(_ content: SpanContent) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "start": .integer(Int64(content.span.start.value)), "end": .integer(Int64(content.span.end.value)),
            "label": .string(content.label),
        ]
        if let fragments = content.fragments {
            members["fragments"] = .array(
                fragments.map { .array([.integer(Int64($0.start.value)), .integer(Int64($0.end.value))]) })
        }
        return members
    }

    private static func pack(_ reference: Record.Reference) -> JSONValue {
        .object([
            "source": .string(reference.source), "code": .string(reference.code), "text": .string(reference.text),
        ])
    }

    private static func reference(_ value: JSONValue) -> Record.Reference {
        Record.Reference(
            source: value["source"]?.stringValue ?? "", code: value["code"]?.stringValue ?? "",
            text: value["text"]?.stringValue ?? "")
    }

    private static func pack(_ relation: Record.Relation) -> JSONValue {
        var members: [String: JSONValue] = [
            "label": .string(relation.label),
            "arguments": .array(
                relation.arguments.map { .object(["role": .string($0.role), "target": .string($0.target)]) }),
        ]
        if let id = relation.id { members["id"] = .string(id) }
        if let trigger = relation.trigger { members["trigger"] = .string(trigger) }
        if !relation.attributes.isEmpty {
            members["attributes"] = .object(relation.attributes.mapValues(JSONValue.string))
        }
        if !relation.comments.isEmpty { members["comments"] = .array(relation.comments.map(JSONValue.string)) }
        if !relation.fields.isEmpty { members["fields"] = .object(relation.fields) }
        return .object(members)
    }

    private static func relation(_ value: JSONValue) -> Record.Relation? {
        guard let label = value["label"]?.stringValue else { return nil }
        let arguments = (value["arguments"]?.arrayValue ?? []).compactMap { argument in
            argument["target"]?.stringValue.map {
                Record.Relation.Argument(role: argument["role"]?.stringValue ?? "", target: $0)
            }
        }
        return Record.Relation(
            id: value["id"]?.stringValue, label: label, trigger: value["trigger"]?.stringValue, arguments: arguments,
            attributes: (value["attributes"]?.objectValue ?? [:]).compactMapValues(\.stringValue),
            comments: (value["comments"]?.arrayValue ?? []).compactMap(\.stringValue),
            fields: value["fields"]?.objectValue ?? [:])
    }
}

extension Record {
    /// Leaves out the relations that need one of `gone`, and those that need these, and counts them.
    mutating func drop(_ gone: Set<String>, _ report: inout LossReport) {
        var gone = gone
        while true {
            let broken = relations.filter { relation in
                relation.trigger.map(gone.contains) ?? false || relation.arguments.contains { gone.contains($0.target) }
            }
            if broken.isEmpty { return }
            relations.removeAll(where: broken.contains)
            for relation in broken {
                report.add(.brokenRelation, in: id)
                if let id = relation.id { gone.insert(id) }
            }
        }
    }
}
