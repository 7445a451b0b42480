import Annotation
import ClinicalText

/// The way of records from a reader to a writer, one at a time.
public struct Transfer {
    /// What was lost so far.
    public private(set) var report = LossReport()
    /// How many records were read.
    public private(set) var count = 0
    private let annotator: String?
    private let isSingle: Bool
    private let source: String
    private var places: [String: String] = [:]
    private var annotators: Set<String> = []

    /// - Parameters:
    ///   - source: where the records come from, for errors.
    ///   - annotator: whose records are wanted; `nil` for all.
    ///   - isSingle: whether there must be one finished record a note at most.
    public init(from source: String, annotator: String? = nil, isSingle: Bool) {
        self.source = source
        self.annotator = annotator
        self.isSingle = isSingle
    }

    /// The next record that is wanted.
    ///
    /// - Throws: what the reader throws; ``BadInput`` for a second record of a note where there must be one, and at the end if
    ///   there was none of the annotator that was asked for.
    public mutating func next(_ reader: inout any RecordReader) throws(BadInput) -> Record? {
        while let record = try reader.next(&report) {
            count += 1
            if try isWanted(record) { return record }
        }
        try finish()
        return nil
    }

    /// Counts a record of another source, such as a project, and says whether it is wanted.
    ///
    /// - Throws: ``BadInput`` for a second record of a note where there must be one.
    public mutating func isWanted(_ record: Record) throws(BadInput) -> Bool {
        if let name = record.annotator { annotators.insert(name) }
        if let annotator, record.annotator != annotator { return false }
        guard isSingle, record.answer == .accept else { return true }
        if let first = places[record.id] {
            let names = Set([first, record.annotator ?? ""]).sorted().filter { !$0.isEmpty }.joined(separator: ", ")
            throw BadInput(
                SourceLocation(source),
                names.isEmpty || first == record.annotator
                    ? "there are two records of the note '\(record.id.printable)'; ids must be unique"
                    : "several annotators finished the note '\(record.id.printable)': \(names); "
                        + "choose one with --annotator NAME")
        }
        places[record.id] = record.annotator ?? ""
        return true
    }

    /// - Throws: ``BadInput`` if there was no record of the annotator that was asked for.
    public func finish() throws(BadInput) {
        guard let annotator, !annotators.isEmpty, !annotators.contains(annotator) else { return }
        throw BadInput(
            SourceLocation(source),
            "there are no records of '\(annotator)'; there are some of: "
                + annotators.sorted().joined(separator: ", "))
    }

    /// Writes one record.
    ///
    /// - Throws: what the writer throws.
    public mutating func write(
        _ record: Record, _ writer: inout any RecordWriter, to output: inout some RecordOutput
    ) throws(BadInput) {
        try writer.add(record, to: &output, &report)
    }

    /// The record of a line of a project's labels, what was carried put back.
    public mutating func record(_ label: LabelRecord) -> Record { Record(label, report: &report) }
}

extension Format {
    /// All records of an input, for what is small.
    ///
    /// - Throws: ``BadInput`` as its reader does.
    public func records(
        _ input: Input, options: FormatOptions = FormatOptions(), report: inout LossReport
    ) throws(BadInput) -> [Record] {
        var reader = try reader(input, options: options)
        var records: [Record] = []
        while let record = try reader.next(&report) { records.append(record) }
        return records
    }

    /// The files that records make.
    ///
    /// - Throws: ``BadInput`` as its writer does.
    public func files(
        _ records: [Record], options: FormatOptions = FormatOptions(), report: inout LossReport
    ) throws(BadInput) -> [String: [UInt8]] {
        var writer = try writer(options)
        var output = MemoryOutput()
        for record in records { try writer.add(record, to: &output, &report) }
        try writer.finish(&output)
        return output.files
    }
}
