import Annotation
import ClinicalText

/// A document of BioC (Comeau and others 2013, https://bioc.sourceforge.net), whichever of its two spellings it is in.
///
/// Offsets count from the beginning of the document. A note is divided into passages at its blank lines, never inside a span,
/// so that passages put together are the note again. `type` of an annotation's infons is the label, `identifier` the
/// terminology entry, the others are attributes; infons of the document are `meta`, those that begin with `label.` the
/// note's own labels. An event is a relation with a node of the role `trigger`.
struct BioCDocument {
    struct Passage {
        var offset: Int
        var text: String
        var infons: [(String, String)] = []
        var annotations: [Annotation] = []
    }

    struct Annotation {
        var id: String
        var infons: [(String, String)]
        var text: String?
        var locations: [(offset: Int, length: Int)]
    }

    struct Relation {
        var id: String
        var infons: [(String, String)]
        var nodes: [(refid: String, role: String)]
    }

    static let labelPrefix = "label."
    static let trigger = "trigger"
    private static let reserved: Set<String> = ["type", "identifier", "comment", "score", "source"]

    var id: String
    var infons: [(String, String)] = []
    var passages: [Passage] = []
    var relations: [Relation] = []

    init(id: String) { self.id = id }
}

extension BioCDocument {
    /// The record of the document.
    ///
    /// - Returns: the record and what of it does not fit.
    func record(_ report: inout LossReport) -> (record: Record, misfits: [String]) {
        var text = ""
        var count = 0
        var shifts: [Int] = []
        for (index, passage) in passages.enumerated() {
            // Passages that are apart are put apart; those whose offsets count bytes, or nothing, follow each other.
            let gap = passage.offset &- count
            let widest = 1000
            if index > 0, gap > 0, gap < widest {
                text += "\n" + String(repeating: " ", count: gap - 1)
                count += gap
            }
            shifts.append(count &- passage.offset)
            text += passage.text
            count += passage.text.unicodeScalars.count
        }
        var record = Record(id: id.isEmpty ? nil : id, text: NoteText(text))
        for (name, value) in infons {
            if name.hasPrefix(Self.labelPrefix) {
                let values = value.split(separator: "|").map(String.init)
                record.labels[String(name.dropFirst(Self.labelPrefix.count))] = Record.label(values)
            } else if name == "annotator" {
                record.annotator = value
            } else if name == "comment" {
                record.comments.append(.init(start: nil, end: nil, text: value))
            } else {
                record.meta[name] = .string(value)
            }
        }
        var marked: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        var remarks: [(index: Int, text: String)] = []
        for (passage, shift) in zip(passages, shifts) {
            for annotation in passage.annotations {
                var span = Record.Span(
                    id: annotation.id.isEmpty ? nil : annotation.id,
                    content: SpanContent(span: TextSpan(0, 0), text: "", label: ""))
                var label = "annotation"
                for (name, value) in annotation.infons {
                    switch name {
                    case "type": label = value
                    case "identifier": span.references += Self.references(value)
                    case "score": span.score = Double(value)
                    case "source": span.source = SpanSource(rawValue: value)
                    case "comment": remarks.append((marked.count, value))
                    default: span.attributes[name] = value
                    }
                }
                let parts = annotation.locations.map { location in
                    let start = location.offset.addingReportingOverflow(shift).partialValue
                    return (start, start.addingReportingOverflow(location.length).partialValue)
                }
                marked.append(
                    (
                        Place(parts: parts, surface: annotation.text, label: label),
                        { [span] content in
                            var span = span
                            span.content = content
                            return span
                        }
                    ))
            }
        }
        let unfit = record.add(marked, &report)
        if unfit.isEmpty {
            for (index, text) in remarks {
                let place = record.spans[index].content.span
                record.comments.append(.init(start: place.start.value, end: place.end.value, text: text))
            }
        }
        for relation in relations {
            let head = relation.nodes.first { $0.role == Self.trigger }
            let attributes = relation.infons.filter { $0.0 != "type" }
            record.relations.append(
                Record.Relation(
                    id: relation.id.isEmpty ? nil : relation.id,
                    label: relation.infons.first { $0.0 == "type" }?.1 ?? "relation", trigger: head?.refid,
                    arguments: relation.nodes.filter { $0.role != Self.trigger }
                        .map { .init(role: $0.role, target: $0.refid) },
                    attributes: Dictionary(attributes, uniquingKeysWith: { $1 })))
        }
        record.spans.sort { $0.content.span < $1.content.span }
        return (record, unfit)
    }

    private static func references(_ value: String) -> [Record.Reference] {
        value.split(separator: "|").map { entry in
            let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
            return parts.count == 2
                ? Record.Reference(source: parts[0], code: parts[1]) : Record.Reference(source: "", code: String(entry))
        }
    }

    /// The document of a record.
    init(_ record: Record, _ report: inout LossReport) {
        report.add(record, lacking: [.rejected, .field])
        self.init(id: record.id)
        let record = record.named()
        if let annotator = record.annotator { infons.append(("annotator", annotator)) }
        for (name, value) in record.labels.sorted(by: { $0.key < $1.key }) {
            infons.append((Self.labelPrefix + name, Record.values(value).joined(separator: "|")))
        }
        for (name, value) in record.meta.sorted(by: { $0.key < $1.key }) {
            // An infon is a string.
            if let text = value.nameValue {
                infons.append((name, text))
            } else {
                report.add(.meta, in: record.id)
            }
        }
        for text in record.comments(on: nil) { infons.append(("comment", text)) }
        passages = Self.passages(of: record).map { span in
            Passage(offset: span.start.value, text: record.text[span], infons: [("type", "paragraph")])
        }
        let starts = passages.map(\.offset)
        for span in record.spans {
            let annotation = Self.annotation(span, record, &report)
            let index = (starts.firstIndex { $0 > span.content.span.start.value } ?? starts.count) - 1
            if passages.indices.contains(index) { passages[index].annotations.append(annotation) }
        }
        var next = 1
        for relation in record.relations {
            report.add(.comment, relation.comments.count, in: record.id)
            var nodes = relation.arguments.map { (refid: $0.target, role: $0.role) }
            if let trigger = relation.trigger { nodes.insert((trigger, Self.trigger), at: 0) }
            relations.append(
                Relation(
                    id: relation.id ?? "rel\(next)",
                    infons: [("type", relation.label)] + relation.attributes.sorted { $0.key < $1.key }, nodes: nodes))
            next += 1
        }
    }

    private static func annotation(
        _ span: Record.Span, _ record: Record, _ report: inout LossReport
    ) -> Annotation {
        let parts = span.content.fragments ?? [span.content.span]
        var infons = [("type", span.content.label)]
        if !span.references.isEmpty {
            let entries = span.references.map { $0.source.isEmpty ? $0.code : "\($0.source):\($0.code)" }
            infons.append(("identifier", entries.joined(separator: "|")))
        }
        if let score = span.score { infons.append(("score", "\(score)")) }
        if let source = span.source { infons.append(("source", source.rawValue)) }
        for text in record.comments(on: span.content.span) { infons.append(("comment", text)) }
        for (name, value) in span.attributes.sorted(by: { $0.key < $1.key }) {
            if reserved.contains(name) {
                report.add(.attribute, in: record.id, at: span.content.span)
            } else {
                infons.append((name, value))
            }
        }
        return Annotation(
            id: span.id ?? "", infons: infons, text: parts.map { record.text[$0] }.joined(separator: " "),
            locations: parts.map { ($0.start.value, $0.count) })
    }

    /// The text divided behind blank lines, where no span is.
    private static func passages(of record: Record) -> [TextSpan] {
        var cuts: [ScalarOffset] = []
        var breaks = 0
        record.text.forEachScalar { offset, scalar in
            if scalar == "\n" {
                breaks += 1
            } else if !scalar.properties.isWhitespace {
                if breaks > 1 { cuts.append(offset) }
                breaks = 0
            }
        }
        let spans = record.spans.map(\.content.span)
        cuts.removeAll { cut in spans.contains { $0.start < cut && cut < $0.end } }
        let edges = [ScalarOffset(0)] + cuts + [ScalarOffset(record.text.scalarCount)]
        return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map { TextSpan($0, $1) }
    }
}
