import Annotation
import ClinicalText

/// brat's standoff (https://brat.nlplab.org/standoff.html): a text file and an annotation file for each note.
///
/// `<id>.txt` is the note, byte for byte. In `<id>.ann` offsets count code points; a span that runs over a line end is
/// divided there, as brat does it, and its parts are joined again on the way back. Attributes are `A` lines, comments on
/// spans `AnnotatorNotes`. The `annotation.conf` that brat needs names what is used.
public enum Brat {
    /// A file of the folder.
    public struct File: Hashable, Sendable {
        /// Its path in the folder, with `/` between parts; no part is empty, starts with a dot, or leads out.
        public let path: String
        /// What it holds.
        public let bytes: [UInt8]
    }

    /// What brat and Python's line reading take for the end of a line: no surface in an `.ann` file may hold one.
    static let lineEnds: Set<Unicode.Scalar> = [
        "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]
    /// File systems give a name 255 bytes, of which `.txt` takes four.
    private static let longestName = 251

    /// Writes finished records; the others are counted, and what has no place in the format.
    ///
    /// - Parameters:
    ///   - records: one finished record a note at most.
    ///   - file: where they come from, for errors.
    ///   - report: counts what is lost.
    /// - Throws: ``BadInput`` if several annotators finished the same note, or a note's name is too long for a file.
    public static func write(
        _ records: [LabelRecord], file: String, report: inout LossReport
    ) throws(BadInput) -> [File] {
        let finished = report.finished(records)
        try Readings.single(finished, file: file)
        var names = Names()
        var files: [File] = []
        for record in finished {
            let path = try path(of: record.id, file: file)
            files.append(File(path: path + ".txt", bytes: Array(record.text.utf8)))
            files.append(File(path: path + ".ann", bytes: Array(annotations(record, &names, &report).utf8)))
        }
        report.add(.renamed, names.renamed.count)
        return [File(path: "annotation.conf", bytes: Array(names.configuration.utf8))] + files
    }

    private static func annotations(_ record: LabelRecord, _ names: inout Names, _ report: inout LossReport) -> String {
        let text = NoteText(record.text)
        var lines: [String] = []
        var attributes = 0
        var written: [(id: String, span: TextSpan)] = []
        for span in record.spans.sorted(by: { $0.content.span < $1.content.span }) {
            let parts = (span.content.fragments ?? [span.content.span]).flatMap { lineParts(of: $0, in: text) }
            guard let first = parts.first, let last = parts.last else {
                report.add(.blank)
                continue
            }
            let whole = span.content.span
            if first.start != whole.start || last.end != whole.end { report.add(.trimmed) }
            let id = "T\(written.count + 1)"
            written.append((id, whole))
            let places = parts.map { "\($0.start.value) \($0.end.value)" }.joined(separator: ";")
            lines.append("\(id)\t\(names.entity(span.content.label)) \(places)\t\(surface(parts, text))")
            for (name, value) in span.attributes.sorted(by: { $0.key < $1.key }) {
                attributes += 1
                let (name, value) = names.attribute(name, value)
                lines.append("A\(attributes)\t\(name) \(id) \(value)")
            }
        }
        var notes = 0
        for remark in record.comments {
            let target = written.first { $0.span.start.value == remark.start && $0.span.end.value == remark.end }
            guard let target else {
                report.add(.comment)
                continue
            }
            notes += 1
            lines.append("#\(notes)\tAnnotatorNotes \(target.id)\t\(onOneLine(remark.text))")
        }
        report.add(.noteLabel, record.labels.count)
        report.add(.rejected, record.rejected.count)
        return lines.map { $0 + "\n" }.joined()
    }

    /// The parts of `span` between line ends.
    private static func lineParts(of span: TextSpan, in text: NoteText) -> [TextSpan] {
        var parts: [TextSpan] = []
        var start: ScalarOffset?
        text.forEachScalar(in: span) { offset, scalar in
            if lineEnds.contains(scalar) {
                if let from = start { parts.append(TextSpan(from, offset)) }
                start = nil
            } else if start == nil {
                start = offset
            }
        }
        if let from = start { parts.append(TextSpan(from, span.end)) }
        return parts
    }

    /// The words of the parts, a space between two.
    static func surface(_ parts: [TextSpan], _ text: NoteText) -> String {
        parts.map { text[$0] }.joined(separator: " ")
    }

    private static func onOneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars { line.unicodeScalars.append(lineEnds.contains(scalar) ? " " : scalar) }
        return line
    }

    /// Where a note goes: slashes make folders, where each part can be the name of one.
    private static func path(of id: String, file: String) throws(BadInput) -> String {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        let path: String
        if parts.contains(where: \.isEmpty) {
            path = part(id[...])
        } else {
            path = parts.map(part).joined(separator: "/")
        }
        for name in path.split(separator: "/") where name.utf8.count > longestName {
            throw BadInput(SourceLocation(file), "the note's id '\(id)' is too long for the name of a file")
        }
        return path
    }

    /// One name of a file: no `/`, no control character, no dot in front.
    private static func part(_ id: Substring) -> String {
        let name = PercentCoding.encode(id, also: ["/"])
        // A space is harmless in a file's name, and encoding it would only make it hard to read.
        let readable = name.split(separator: "%20", omittingEmptySubsequences: false).joined(separator: " ")
        return readable.hasPrefix(".") ? "%2E" + readable.dropFirst() : readable
    }
}

/// The names of labels, attributes and values in brat's spelling, and the configuration that declares them.
private struct Names {
    private var entities: Set<String> = []
    private var attributes: [String: Set<String>] = [:]
    /// Names that had to be spelled differently.
    private(set) var renamed: Set<String> = []

    mutating func entity(_ name: String) -> String {
        let name = spelled(name)
        entities.insert(name)
        return name
    }

    mutating func attribute(_ name: String, _ value: String) -> (String, String) {
        let name = spelled(name)
        let value = spelled(value)
        attributes[name, default: []].insert(value)
        return (name, value)
    }

    private mutating func spelled(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isSafe =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-" || scalar == "_"
            result.unicodeScalars.append(isSafe ? scalar : "_")
        }
        if result.isEmpty { result = "_" }
        if !result.utf8.elementsEqual(name.utf8) { renamed.insert(name) }
        return result
    }

    var configuration: String {
        var lines = ["[entities]"] + entities.sorted() + ["", "[relations]", "", "[events]", "", "[attributes]"]
        for (name, values) in attributes.sorted(by: { $0.key < $1.key }) {
            lines.append("\(name)\tArg:<ENTITY>, Value:\(values.sorted().joined(separator: "|"))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
