import Annotation
import ClinicalText

/// MedCATtrainer's export: projects of documents with concepts and what a person said to each.
///
/// Only read.
///
/// A concept's CUI is its terminology entry and its label the CUI too, unless a meta-annotation or type says more. The states
/// of review become provenance: `correct` stands, `alternative` was corrected, `deleted`, `killed` and `irrelevant` are
/// rejected, what is not `validated` leaves the note unfinished. Meta-annotations are attributes.
enum MedCAT {
    struct Reader: RecordReader {
        private var projects: JSONElements
        private var waiting: [OrderedJSON] = []
        private var misfits = Misfits()
        private let file: String

        init(_ source: ByteSource) {
            file = source.name
            projects = JSONElements(source, list: "projects")
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            while true {
                while waiting.isEmpty {
                    guard let project = try projects.next() else {
                        try misfits.check(file)
                        return nil
                    }
                    guard let documents = project["documents"]?.elements else {
                        throw BadInput(projects.location, "a project has no 'documents'")
                    }
                    waiting = documents.reversed()
                }
                guard let document = waiting.popLast() else { continue }
                guard let text = document["text"]?.string, !text.isEmpty else {
                    throw BadInput(projects.location, "a document has no string 'text', or an empty one")
                }
                var record = Record(id: document["name"]?.name ?? document["id"]?.name, text: NoteText(text))
                let unfit = try MedCAT.fill(&record, document, projects.location, &report)
                if unfit.isEmpty { return record }
                misfits.add(unfit, at: "document '\(record.id.printable)'")
            }
        }
    }

    private static func fill(
        _ record: inout Record, _ document: OrderedJSON, _ location: SourceLocation, _ report: inout LossReport
    ) throws(BadInput) -> [String] {
        var marked: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        var isRejected: [Bool] = []
        for value in document["annotations"]?.elements ?? [] {
            guard let start = value["start"]?.int, let end = value["end"]?.int, let cui = value["cui"]?.name else {
                throw BadInput(location, "an annotation needs whole numbers 'start' and 'end' and a 'cui'")
            }
            func holds(_ state: String) -> Bool { value[state]?.bool == true }
            let isHuman = holds("manually_created")
            let source: SpanSource = isHuman ? .human : holds("alternative") ? .corrected : .model
            if !holds("validated"), !isHuman { record.answer = .pending }
            isRejected.append(holds("deleted") || holds("killed") || holds("irrelevant"))
            var attributes: [String: String] = [:]
            for meta in value["meta_anns"]?.members ?? [] {
                if let text = meta.value["value"]?.name { attributes[meta.value["name"]?.string ?? meta.key] = text }
            }
            if record.annotator == nil { record.annotator = value["user"]?.name }
            if let comment = value["comment"]?.string, !comment.isEmpty {
                record.comments.append(.init(start: start, end: end, text: comment))
            }
            marked.append(
                (
                    Place(parts: [(start, end)], surface: value["value"]?.string, label: cui),
                    { [attributes] content in
                        Record.Span(
                            id: value["id"]?.name, content: content, attributes: attributes, source: source,
                            score: value["acc"]?.double, references: [Record.Reference(source: "CUI", code: cui)])
                    }
                ))
        }
        let unfit = record.add(marked, &report)
        guard unfit.isEmpty else { return unfit }
        record.rejected = zip(record.spans, isRejected).filter(\.1).map(\.0)
        record.spans = zip(record.spans, isRejected).filter { !$0.1 }.map(\.0)
        for relation in document["relations"]?.elements ?? [] {
            let ends = ["start_entity", "end_entity"].compactMap { relation[$0]?.name ?? relation[$0 + "_id"]?.name }
            guard ends.count == 2, ends.allSatisfy({ record.span($0) != nil }) else {
                report.add(.brokenRelation, in: record.id)
                continue
            }
            record.relations.append(
                Record.Relation(
                    label: relation["relation"]?.string ?? "relation",
                    arguments: [.init(role: "start", target: ends[0]), .init(role: "end", target: ends[1])]))
        }
        return []
    }
}
