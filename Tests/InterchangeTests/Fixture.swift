import Annotation
import ClinicalText
import FoundationEssentials
import Interchange

/// The folder of this file.
private let testsFolder = URL(filePath: #filePath).deletingLastPathComponent()

/// The sample notes of the package.
func sampleNotes() throws -> [Note] {
    let package = testsFolder.deletingLastPathComponent().deletingLastPathComponent()
    return try NoteReader.read([package.appending(path: "Samples/Notes").path])
}

/// The path of a golden file or folder.
func golden(_ name: String) -> String { testsFolder.appending(path: "Goldens/\(name)").path }

/// The files under a path, by their path in it; a single file has the path "".
func files(at path: String) throws -> [String: [UInt8]] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
        return ["": Array(try Data(contentsOf: URL(filePath: path)))]
    }
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
        let file = "\(path)/\(name)"
        if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder { continue }
        files[name] = Array(try Data(contentsOf: URL(filePath: file)))
    }
    return files
}

/// Reads what a format's file says, all of it.
func read(
    _ format: Format, _ files: [String: [UInt8]], notes: [Note] = []
) throws -> (records: [Record], report: LossReport) {
    var report = LossReport()
    var options = FormatOptions()
    for note in notes { options.notes[note.id] = note }
    return (try format.records(Input(files, name: "f"), options: options, report: &report), report)
}

/// Reads a file given as text.
func read(_ format: Format, _ text: String, notes: [Note] = []) throws -> (records: [Record], report: LossReport) {
    try read(format, ["": Array(text.utf8)], notes: notes)
}

/// Writes records; of a single file the text.
func write(
    _ format: Format, _ records: [Record], options: FormatOptions = FormatOptions()
) throws -> (files: [String: String], report: LossReport) {
    var report = LossReport()
    let files = try format.files(records, options: options, report: &report)
    return (files.mapValues { String(decoding: $0, as: UTF8.self) }, report)
}

/// Reads `⟦words|Label⟧` marks: the note without them, and its spans.
func marked(_ string: String, id: String = "note-17") -> Record {
    var text = ""
    var spans: [(TextSpan, String)] = []
    var count = 0
    var start = 0
    var label: String?
    for scalar in string.unicodeScalars {
        switch scalar {
        case "⟦": start = count
        case "|": label = ""
        case "⟧":
            spans.append((TextSpan(start, count), label ?? ""))
            label = nil
        default:
            if label != nil {
                label?.unicodeScalars.append(scalar)
            } else {
                text.unicodeScalars.append(scalar)
                count += 1
            }
        }
    }
    let note = NoteText(text)
    return Record(
        id: id, text: note, spans: spans.map { Record.Span(content: SpanContent($0.0, in: note, label: $0.1)) },
        annotator: "kim")
}

/// What a format must bring back of a note: its text, and its spans in an order that no format decides.
struct Essence: Hashable {
    let id: String
    let text: String
    let spans: [String]
    let labels: [String: JSONValue]

    init(_ record: Record, attributes: Bool = true, labels: Bool = true) {
        id = record.id
        text = record.text.string
        spans = record.spans.map { span in
            let place = span.content.span
            let parts = (span.content.fragments ?? []).map { "\($0.start.value)-\($0.end.value)" }
            let named = attributes ? span.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } : []
            return
                "\(place.start.value)-\(place.end.value) \(span.content.label) \(span.content.text) \(parts) \(named)"
        }.sorted()
        self.labels = labels ? record.labels : [:]
    }
}
