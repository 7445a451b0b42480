import Annotation
import ClinicalText

/// brat's standoff (https://brat.nlplab.org/standoff.html): a text file and an annotation file for each note.
///
/// `<id>.txt` is the note, byte for byte. In `<id>.ann` offsets count code points; a span that runs over a line end is
/// divided there, as brat does it, and its parts are joined again on the way back. Attributes are `A` lines, comments
/// `AnnotatorNotes`, terminology entries `N` lines; relations, events and equivalences keep their ids. A record that came
/// from brat carries the order of its lines and those that we would write otherwise, so that what nobody changed leaves as
/// it came, byte for byte. The `annotation.conf` that brat needs names what is used.
enum Brat {
    /// What brat and Python's line reading take for the end of a line: no surface in an `.ann` file may hold one.
    static let lineEnds: Set<Unicode.Scalar> = [
        "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]
    /// The value of an attribute that is there or not.
    static let set = "true"

    struct Reader: RecordReader {
        private let input: Input
        private var files: [String]
        private var misfits = Misfits()

        init(_ input: Input) throws(BadInput) {
            self.input = input
            files = try input.files(".ann", ".txt").reversed()
            if files.isEmpty { throw BadInput(SourceLocation(input.name), "has no .txt and .ann files") }
            let all = Set(files)
            for file in files where file.hasSuffix(".ann") && !all.contains(file.dropLast(4) + ".txt") {
                throw BadInput(SourceLocation(input.location(file)), "the note's text, the .txt beside it, is missing")
            }
            files.removeAll { $0.hasSuffix(".ann") }
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            while let file = files.popLast() {
                let path = String(file.dropLast(4))
                let text = try input.text(file)
                guard text.scalarCount > 0 else {
                    throw BadInput(SourceLocation(input.location(file)), "the note is empty")
                }
                var record = Record(id: PercentCoding.decode(path), text: text, answer: .pending)
                guard let lines = try input.bytes(path + ".ann") else { return record }
                record.answer = .accept
                let name = input.location(path + ".ann")
                let unfit = try Brat.read(lines, file: name, into: &record, &report)
                if unfit.isEmpty { return record }
                misfits.add(unfit, at: name)
            }
            try misfits.check(input.name)
            return nil
        }
    }

    /// Reads the lines of an `.ann` file into a record that has the text.
    private static func read(
        _ bytes: [UInt8], file: String, into record: inout Record, _ report: inout LossReport
    ) throws(BadInput) -> [String] {
        var source = LineSource(ByteSource(bytes, name: file))
        var lines: [(raw: String, line: BratLine)] = []
        var ids: Set<String> = []
        while let raw = try source.next() {
            let text = try LineSource.text(raw, source.location)
            if raw.isEmpty { continue }
            let line = try BratLine(text, source.location)
            if let id = line.id, !ids.insert(id).inserted {
                throw BadInput(source.location, "the id '\(id.printable)' is given twice")
            }
            lines.append((text, line))
        }
        var marked: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        for (_, line) in lines {
            guard case .span(let id, let label, let parts, let surface) = line else { continue }
            let place = Place(
                parts: parts.map { ($0.start.value, $0.end.value) }, surface: words(surface, parts), label: label)
            let text = record.text
            marked.append((place, { Record.Span(id: id, content: joined($0, in: text)) }))
        }
        let unfit = record.add(marked, &report)
        guard unfit.isEmpty else { return unfit }
        for (_, line) in lines {
            switch line {
            case .relation(let id, let label, let arguments):
                record.relations.append(Record.Relation(id: id, label: label, arguments: arguments))
            case .event(let id, let label, let trigger, let arguments):
                record.relations.append(
                    Record.Relation(id: id, label: label, trigger: trigger, arguments: arguments))
            case .equivalence(let label, let targets):
                record.relations.append(
                    Record.Relation(label: label, arguments: targets.map { .init(role: "", target: $0) }))
            default: continue
            }
        }
        for (_, line) in lines { attach(line, to: &record) }
        let writer = BratRecord(record.withoutNative)
        record.native[Format.brat.rawValue] = .array(
            lines.map { raw, line in
                if let id = line.id, writer.line(ofSpan: id)?.description.utf8.elementsEqual(raw.utf8) == true {
                    return .string(id)
                }
                return .string(raw)
            })
        return []
    }

    /// The words of a span's line; brat keeps what follows them after another tab, as one line of MACCROBAT has it.
    private static func words(_ surface: String, _ parts: [TextSpan]) -> String {
        let length = parts.reduce(parts.count - 1) { $0.addingReportingOverflow($1.count).partialValue }
        guard surface.unicodeScalars.count != length else { return surface }
        return String(surface.prefix { $0 != "\t" })
    }

    /// Puts what is said of a span or relation to it.
    private static func attach(_ line: BratLine, to record: inout Record) {
        func span(_ id: String) -> Int? { record.spans.firstIndex { $0.id == id } }
        func relation(_ id: String) -> Int? { record.relations.firstIndex { $0.id == id } }
        switch line {
        case .attribute(_, let name, let target, let value):
            if let index = span(target) {
                record.spans[index].attributes[name] = value ?? set
            } else if let index = relation(target) {
                record.relations[index].attributes[name] = value ?? set
            }
        case .reference(_, _, let target, let reference):
            if let index = span(target) { record.spans[index].references.append(reference) }
        case .remark(_, BratLine.annotatorNotes, let target, let text):
            if let index = span(target) {
                let place = record.spans[index].content.span
                record.comments.append(.init(start: place.start.value, end: place.end.value, text: text))
            } else if let index = relation(target) {
                record.relations[index].comments.append(text)
            }
        default: return
        }
    }

    /// The span with parts between which there are nothing but line ends made one.
    private static func joined(_ content: SpanContent, in text: NoteText) -> SpanContent {
        var joined: [TextSpan] = []
        for part in content.fragments ?? [content.span] {
            if let last = joined.last, last.end <= part.start, isLineEnd(TextSpan(last.end, part.start), in: text) {
                joined[joined.count - 1] = TextSpan(last.start, part.end)
            } else {
                joined.append(part)
            }
        }
        var content = content
        content.fragments = joined.count > 1 ? joined : nil
        return content
    }

    private static func isLineEnd(_ gap: TextSpan, in text: NoteText) -> Bool {
        var isLineEnd = text.holds(gap)
        text.forEachScalar(in: gap) { _, scalar in isLineEnd = isLineEnd && lineEnds.contains(scalar) }
        return isLineEnd
    }
}

extension Record {
    /// The record as if it came from nowhere.
    var withoutNative: Record {
        var copy = self
        copy.native = [:]
        return copy
    }
}
