import Annotation
import ClinicalText

/// spaCy's `Doc.to_json` (https://spacy.io/api/doc#to_json), a document a line, and the pairs of its second version.
///
/// `ents` holds spans of which no two overlap, the span group `sc` all of them. Labels of the text are `cats`, as doccano's:
/// those of the note label `category` plain, others `name=value`. `["text",{"entities":[[7,17,"PROBLEM"]]}]` is read too.
/// `Samples/Interop/docbin.py` makes a DocBin of the file.
enum SpaCy {
    static let group = "sc"
    private static let members: Set<String> = ["text", "ents", "spans", "cats", "tokens", "sents", "id", "meta"]

    struct Reader: JSONRecordReader {
        var elements: JSONElements
        var misfits = Misfits()

        init(_ source: ByteSource) { elements = JSONElements(source, unread: ["tokens", "sents"]) }

        func record(
            of value: OrderedJSON, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            let location = elements.location
            let pair = value.elements
            guard let text = value["text"]?.string ?? pair?.first?.string, !text.isEmpty else {
                throw BadInput(location, "neither a document with a 'text' nor a pair of text and annotations")
            }
            let facts = pair.flatMap { $0.count > 1 ? $0[1] : nil } ?? value
            var record = Record(id: value["id"]?.name, text: NoteText(text))
            record.meta = value["meta"]?.value.objectValue ?? [:]
            record.meta.merge(value.others(than: SpaCy.members)) { inner, _ in inner }
            for cat in facts["cats"]?.members ?? [] where (cat.value.double ?? 0) >= 0.5 {
                let parts = cat.key.split(separator: "=", maxSplits: 1).map(String.init)
                let (name, value) = parts.count == 2 ? (parts[0], parts[1]) : (Doccano.category, cat.key)
                record.labels[name] = Record.label((record.labels[name].map(Record.values) ?? []) + [value])
            }
            let unfit = record.add(try SpaCy.spans(facts, location), &report)
            record.spans.sort { $0.content.span < $1.content.span }
            return (record, unfit)
        }
    }

    private static func spans(
        _ facts: OrderedJSON, _ location: SourceLocation
    ) throws(BadInput) -> [(place: Place, span: (SpanContent) -> Record.Span)] {
        struct Seen: Hashable {
            let start: Int
            let end: Int
            let label: String
        }
        var seen: Set<Seen> = []
        var spans: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        let groups = facts["spans"]?.members?.flatMap { $0.value.elements ?? [] } ?? []
        for value in groups + ((facts["ents"] ?? facts["entities"])?.elements ?? []) {
            let triple = value.elements
            guard let start = value["start"]?.int ?? triple?.first?.int,
                let end = value["end"]?.int ?? triple.flatMap({ $0.count > 2 ? $0[1].int : nil }),
                let label = value["label"]?.string ?? triple.flatMap({ $0.count > 2 ? $0[2].string : nil })
            else { throw BadInput(location, "a span needs whole numbers for start and end, and a label") }
            // The same span stands in a group and among the entities.
            guard seen.insert(Seen(start: start, end: end, label: label)).inserted else { continue }
            let code = value["kb_id"]?.string ?? ""
            let references = code.isEmpty ? [] : [Record.Reference(source: "kb", code: code)]
            spans.append(
                (
                    Place(parts: [(start, end)], surface: nil, label: label),
                    { Record.Span(content: $0, references: references) }
                ))
        }
        return spans
    }

    struct Writer: RecordWriter {
        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .comment, .relation, .attribute, .field, .provenance])
            try output.append(SpaCy.document(record, &report), to: "")
        }
    }

    private static func document(_ record: Record, _ report: inout LossReport) -> [UInt8] {
        let tokens = tokens(of: record.text, for: record.spans.map(\.content.span))
        var all: [OrderedJSON] = []
        var kept: [Record.Span] = []
        for span in record.spans {
            let place = span.content.span
            if span.content.fragments != nil { report.add(.joined, in: record.id, at: place) }
            // A span of spaCy's is a run of tokens.
            let first = tokens.partition { $0.start >= place.start }
            let last = tokens.partition { $0.end > place.end } - 1
            guard first <= last else {
                report.add(.blank, in: record.id, at: place)
                continue
            }
            let aligned = TextSpan(tokens[first].start, tokens[last].end)
            if aligned != place { report.add(.trimmed, in: record.id, at: place) }
            var copy = span
            copy.content = SpanContent(aligned, in: record.text, label: span.content.label)
            kept.append(copy)
            all.append(entry(copy, inGroup: true))
        }
        var flat = record
        flat.spans = kept
        // What overlaps is in the group all the same, and so not lost.
        var ignored = LossReport()
        let entities = TaggedTokens.flat(flat, &ignored).map { entry($0, inGroup: false) }
        var cats: [(String, OrderedJSON?)] = []
        for (name, value) in record.labels.sorted(by: { $0.key < $1.key }) {
            cats += Record.values(value).map { (name == Doccano.category ? $0 : "\(name)=\($0)", .int(1)) }
        }
        let members: [(String, OrderedJSON?)] = [
            ("id", .string(record.id)), ("text", .string(record.text.string)), ("ents", .array(entities)),
            ("spans", .members([(group, .array(all))])), ("cats", .members(cats)),
            ("meta", record.meta.isEmpty ? nil : OrderedJSON(.object(record.meta))),
        ]
        var bytes = [UInt8(ascii: "{")]
        JSONText.append(members: members, to: &bytes)
        bytes += #","tokens":["#.utf8
        for (index, token) in tokens.enumerated() {
            bytes += (index > 0 ? #",{"id":"# : #"{"id":"#).utf8
            JSONText.append(index, to: &bytes)
            bytes += #","start":"#.utf8
            JSONText.append(token.start.value, to: &bytes)
            bytes += #","end":"#.utf8
            JSONText.append(token.end.value, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += "]}\n".utf8
        return bytes
    }

    /// A span as JSON; `Doc.from_json` stops at one of a group that has no `kb_id`, be it empty.
    private static func entry(_ span: Record.Span, inGroup: Bool) -> OrderedJSON {
        let code = span.references.first.map { $0.source == "kb" ? $0.code : "\($0.source):\($0.code)" }
        return .members([
            ("start", .int(span.content.span.start.value)), ("end", .int(span.content.span.end.value)),
            ("label", .string(span.content.label)), ("kb_id", (code ?? (inGroup ? "" : nil)).map(OrderedJSON.string)),
        ])
    }

    /// Tokens that cover the text: between two of spaCy's there is one space or nothing, so that all other white space is a
    /// token of its own.
    private static func tokens(of text: NoteText, for spans: [TextSpan]) -> [TextSpan] {
        var tokens: [TextSpan] = []
        var end = ScalarOffset(0)
        var walk = ScalarWalk(text)
        func fill(to next: ScalarOffset) {
            var start = end
            if !tokens.isEmpty, start < next, text.utf8[walk.byte(of: start)] == 0x20 { start = start.advanced(by: 1) }
            if start < next { tokens.append(TextSpan(start, next)) }
        }
        for token in MarkedTokens(of: text, for: spans).tokens {
            fill(to: token.start)
            tokens.append(token)
            end = token.end
        }
        fill(to: ScalarOffset(text.scalarCount))
        return tokens
    }
}
