import Annotation
import ClinicalText

/// chartmark's own form, `labels.jsonl`: a ``LabelRecord`` a line, nothing lost.
public enum LabelsJSONL {
    /// Writes all records.
    ///
    /// - Throws: ``BadInput`` for a number that JSON cannot hold.
    public static func write(_ records: [LabelRecord]) throws(BadInput) -> String { try lines(records) }

    /// Reads records and checks each span against its text.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    /// - Throws: ``BadInput`` with `file:line` for a line that is no record, or with a list of what does not fit.
    public static func read(_ bytes: [UInt8], file: String) throws(BadInput) -> [LabelRecord] {
        var records: [LabelRecord] = []
        for (line, record) in try JSONLines.decode(bytes, file: file, as: LabelRecord.self) {
            guard TextDigest(of: Array(record.text.utf8)) == record.digest else {
                throw BadInput(SourceLocation(file, line: line), "the text is not the one of the record's digest")
            }
            records.append(record)
        }
        try check(records, file: file)
        return records
    }

    /// Makes sure that each span has the words that its text has there.
    ///
    /// - Throws: ``BadInput`` with a list of what does not fit.
    public static func check(_ records: [LabelRecord], file: String) throws(BadInput) {
        var misfits = Misfits()
        for record in records {
            let text = NoteText(record.text)
            for span in record.spans + record.rejected {
                misfits.add(span.content.misfit(in: text), at: "note '\(record.id)' of \(record.annotator)")
            }
        }
        try misfits.check(file)
    }

    /// One JSON object a line.
    static func lines(_ values: [some Encodable]) throws(BadInput) -> String {
        do {
            return try values.map { try JSONValue.line($0) + "\n" }.joined()
        } catch {
            throw BadInput(SourceLocation("export"), "a record cannot be written as JSON: \(error)")
        }
    }
}
