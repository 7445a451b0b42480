import Annotation
import ClinicalText

/// The forms in which labelled notes come and go.
public enum Format: String, CaseIterable, Sendable {
    /// chartmark's own; gold and notes with spans too.
    case labels
    /// Prodigy's tasks.
    case prodigy
    /// doccano's JSONL.
    case doccano
    /// Label Studio's tasks and configuration.
    case labelStudio = "label-studio"
    /// brat's standoff.
    case brat
    /// A token a line.
    case conll
    /// Rows for Hugging Face `datasets`.
    case huggingFace = "hf"
    /// spaCy's documents.
    case spacy
    /// i2b2/VA 2010.
    case i2b2
    /// BioC as JSON.
    case bioc
    /// BioC as XML.
    case biocXML = "bioc-xml"
    /// WebAnno TSV 3.3.
    case webanno
    /// UIMA CAS as XMI.
    case xmi
    /// MedCATtrainer's export.
    case medcat
    /// MedTator's XML.
    case medtator
    /// Text with marks in it.
    case inline
    /// FHIR R4.
    case fhir
    /// A table with commas.
    case csv
    /// A table with tabs.
    case tsv

    /// Whether it is read.
    public var isRead: Bool { ![Format.fhir, .csv, .tsv].contains(self) }
    /// Whether it is written.
    public var isWritten: Bool { ![Format.medcat, .medtator, .inline].contains(self) }
    /// Whether it is a folder of several files.
    public var isFolder: Bool {
        [Format.labelStudio, .brat, .huggingFace, .i2b2, .webanno, .xmi].contains(self)
    }
    /// Whether it holds several annotators' records of one note.
    public var holdsSeveralAnnotators: Bool {
        [Format.labels, .prodigy, .labelStudio, .csv, .tsv].contains(self)
    }
}

/// What readers and writers are told beside the records.
public struct FormatOptions: Sendable {
    /// Which tags begin, go on with and end a span in CoNLL and Hugging Face files.
    public var scheme = TagScheme.iob2
    /// How many columns a CoNLL file has: 2 (token, tag), 3 (token, start-end, tag), 4 (CoNLL-2003).
    public var columns = 3
    /// The FHIR resource of a label, as the schema has it.
    public var resources: [String: String] = [:]
    /// The notes themselves, by id, for formats that hold tokens without the spaces between them.
    public var notes: [String: Note] = [:]

    /// The defaults.
    public init() {}
}

/// Reads the records of a file, one after another.
public protocol RecordReader {
    /// The next record; `nil` at the end.
    ///
    /// - Throws: ``BadInput`` with `file:line` for what is not of the format.
    mutating func next(_ report: inout LossReport) throws(BadInput) -> Record?
}

/// A reader of one file, whose bytes a progress bar can follow.
public protocol FileReader: RecordReader {
    /// The bytes it reads.
    var source: ByteSource { get }
}

/// Where a writer's bytes go.
public protocol RecordOutput {
    /// Appends bytes to a file of the folder; to the only file if `path` is empty.
    ///
    /// - Throws: ``BadInput`` if they cannot be written.
    mutating func append(_ bytes: [UInt8], to path: String) throws(BadInput)
}

/// Writes records, one after another.
public protocol RecordWriter {
    /// Writes a record.
    ///
    /// - Throws: ``BadInput`` for a record that the format has no way to name, and what `output` throws.
    mutating func add(_ record: Record, to output: inout some RecordOutput, _ report: inout LossReport) throws(BadInput)

    /// Writes what stands at the end.
    mutating func finish(_ output: inout some RecordOutput) throws(BadInput)
}

extension RecordWriter {
    /// Nothing stands at the end.
    public mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {}
}

/// Files in memory, for tests.
public struct MemoryOutput: RecordOutput {
    /// What was written, by path.
    public private(set) var files: [String: [UInt8]] = [:]

    /// Nothing yet.
    public init() {}

    /// Appends to the file of this path.
    public mutating func append(_ bytes: [UInt8], to path: String) { files[path, default: []] += bytes }
}

extension Format {
    /// A reader of this format.
    ///
    /// - Throws: ``BadInput`` if it is not one that is read, or the input cannot be opened.
    public func reader(_ input: Input, options: FormatOptions) throws(BadInput) -> any RecordReader {
        switch self {
        case .labels: return LabelsJSONL.Reader(try input.open())
        case .prodigy: return ProdigyJSONL.Reader(try input.open())
        case .doccano: return Doccano.Reader(try input.open())
        case .labelStudio: return try LabelStudio.Reader(input)
        case .brat: return try Brat.Reader(input)
        case .conll: return CoNLL.Reader(try input.open(), options)
        case .huggingFace: return try HuggingFace.Reader(input, options)
        case .spacy: return SpaCy.Reader(try input.open())
        case .i2b2: return try I2B2.Reader(input)
        case .bioc: return BioCJSON.Reader(try input.open())
        case .biocXML: return BioCXML.Reader(try input.open())
        case .webanno: return try WebAnno.Reader(input)
        case .xmi: return try XMI.Reader(input)
        case .medcat: return MedCAT.Reader(try input.open())
        case .medtator: return try MedTator.Reader(input)
        case .inline: return try InlineMarks.Reader(input)
        case .fhir, .csv, .tsv: throw BadInput(SourceLocation(input.name), "\(rawValue) is only written, not read")
        }
    }

    /// A writer of this format.
    ///
    /// - Throws: ``BadInput`` if it is not one that is written.
    public func writer(_ options: FormatOptions) throws(BadInput) -> any RecordWriter {
        switch self {
        case .labels: return LabelsJSONL.Writer()
        case .prodigy: return ProdigyJSONL.Writer()
        case .doccano: return Doccano.Writer()
        case .labelStudio: return LabelStudio.Writer()
        case .brat: return Brat.Writer()
        case .conll: return CoNLL.Writer(options)
        case .huggingFace: return HuggingFace.Writer(options)
        case .spacy: return SpaCy.Writer()
        case .i2b2: return I2B2.Writer()
        case .bioc: return BioCJSON.Writer()
        case .biocXML: return BioCXML.Writer()
        case .webanno: return WebAnno.Writer()
        case .xmi: return XMI.Writer()
        case .fhir: return FHIR.Writer(options)
        case .csv: return Table.Writer(.comma)
        case .tsv: return Table.Writer(.tab)
        case .medcat, .medtator, .inline:
            throw BadInput(SourceLocation("--format"), "\(rawValue) is only read, not written")
        }
    }
}
