import Annotation
import ClinicalText
import FoundationEssentials

/// The sample notes of the package.
func sampleNotes() throws -> [Note] {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return try NoteReader.read([package.appending(path: "Samples/Notes").path])
}

/// A record of `note` with these spans.
func record(
    _ note: Note, _ spans: [SpanContent], annotator: String = "kim", answer: LabelRecord.Answer = .accept
) -> LabelRecord {
    LabelRecord(
        id: note.id, text: note.text.string, spans: spans.map { LabelRecord.Span(content: $0) }, answer: answer,
        annotator: annotator, digest: note.digest)
}

/// Reads `⟦words|Label⟧` marks: the note without them, and its spans.
func marked(_ string: String, id: String = "note-17") -> LabelRecord {
    var text = ""
    var spans: [SpanContent] = []
    var count = 0
    var start = 0
    var label: String?
    for scalar in string.unicodeScalars {
        switch scalar {
        case "⟦": start = count
        case "|": label = ""
        case "⟧":
            let words = String(String.UnicodeScalarView(text.unicodeScalars.suffix(count - start)))
            spans.append(SpanContent(span: TextSpan(start, count), text: words, label: label ?? ""))
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
    return record(Note(id: id, text: NoteText(text)), spans)
}

/// A span every few tokens of a note: one, two and three tokens long, over line ends too.
func scattered(over note: Note) -> [SpanContent] {
    let tokens = WordToken.tokens(of: note.text).map(\.span)
    let labels = ["Sign_symptom", "Medication", "Lab_value"]
    return stride(from: 0, to: tokens.count - 3, by: 4).map { index in
        let span = TextSpan(tokens[index].start, tokens[index + index / 4 % 3].end)
        return SpanContent(span, in: note.text, label: labels[index % 3])
    }
}

/// What must come back: places, labels and words.
func contents(_ records: [LabelRecord]) -> [String: [SpanContent]] {
    Dictionary(
        records.map { ($0.id, $0.spans.map(\.content).sorted { $0.span < $1.span }) }, uniquingKeysWith: { $0 + $1 })
}
