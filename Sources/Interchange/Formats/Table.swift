import Annotation
import ClinicalText

/// A table of entities for a spreadsheet or a statistician: one a row, with the words around it and its attributes.
///
/// Only written.
///
/// Comma-separated after RFC 4180, or with tabs, in which tabs and line ends of the note become spaces. Attributes are one
/// column, `name=value` with `; ` between, so that the columns are the same for every note.
enum Table {
    enum Separator {
        case comma
        case tab
    }

    /// Enough words to see what is meant.
    private static let context = 40
    /// What a spreadsheet takes for the start of a formula.
    private static let formulaStarts = Set("=+-@＝＋－＠".unicodeScalars)
    private static let columns = [
        "note", "annotator", "group", "start", "end", "label", "text", "before", "after", "attributes", "codes",
        "source",
        "score", "fragments", "comment",
    ]

    struct Writer: RecordWriter {
        private let separator: Separator
        private var isFirst = true

        init(_ separator: Separator) { self.separator = separator }

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            report.add(record, lacking: [.noteLabel, .relation, .field, .rejected])
            report.add(.comment, record.comments.count { $0.start == nil }, in: record.id)
            report.add(.meta, record.meta.count { $0.key != "group" }, in: record.id)
            try begin(&output)
            let rows = record.spans.map { row(Table.cells($0, record)) }
            try output.append(Array(rows.joined().utf8), to: "")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) { try begin(&output) }

        private mutating func begin(_ output: inout some RecordOutput) throws(BadInput) {
            guard isFirst else { return }
            isFirst = false
            try output.append(Array(row(columns).utf8), to: "")
        }

        private func row(_ cells: [String]) -> String {
            switch separator {
            case .tab: cells.map { flat(text($0)) }.joined(separator: "\t") + "\n"
            case .comma: cells.map { quoted(text($0)) }.joined(separator: ",") + "\r\n"
            }
        }

        private func flat(_ cell: String) -> String {
            String(
                String.UnicodeScalarView(
                    cell.unicodeScalars.map { Brat.lineEnds.contains($0) || $0 == "\t" ? " " : $0 }))
        }

        /// A cell that begins like a formula is run by spreadsheets, white space before it or not; the quote keeps it text
        /// (CWE-1236; https://owasp.org/www-community/attacks/CSV_Injection).
        private func text(_ cell: String) -> String {
            guard let first = cell.unicodeScalars.first, Double(cell) == nil else { return cell }
            let shown = cell.unicodeScalars.first { !$0.properties.isWhitespace }
            let isFormula = shown.map(Table.formulaStarts.contains) ?? false
            return isFormula || first == "\t" || first == "\r" ? "'" + cell : cell
        }

        private func quoted(_ cell: String) -> String {
            guard cell.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return cell }
            return "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }
    }

    private static func cells(_ span: Record.Span, _ record: Record) -> [String] {
        let place = span.content.span
        let before = TextSpan(max(ScalarOffset(0), place.start.advanced(by: -context)), place.start)
        let after = TextSpan(place.end, place.end.advanced(by: context))
        let attributes = span.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let codes = span.references.map { $0.source.isEmpty ? $0.code : "\($0.source):\($0.code)" }
        let fragments = (span.content.fragments ?? []).map { "\($0.start.value)-\($0.end.value)" }
        return [
            record.id, record.annotator ?? "", record.meta["group"]?.nameValue ?? "", String(place.start.value),
            String(place.end.value), span.content.label, span.content.text, record.text[before], record.text[after],
            attributes.joined(separator: "; "), codes.joined(separator: "; "), span.source?.rawValue ?? "",
            span.score.map { "\($0)" } ?? "", fragments.joined(separator: ";"),
            record.comments(on: place).joined(separator: "; "),
        ]
    }
}
