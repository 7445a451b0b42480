import Annotation
import ClinicalText
import FoundationEssentials

let text = NoteText("Denies chest pain. BP 148/86, on aspirin.")
let schema = LabelSchema(
    spans: [
        SpanLabel(label: "Sign_symptom", key: "S"), SpanLabel(label: "Disease_disorder", key: "D"),
        SpanLabel(label: "Medication", key: "M"),
    ],
    attributes: [],
    noteLabels: [
        NoteLabel(name: "note_type", choose: .one, values: ["discharge", "other"]),
        NoteLabel(name: "quality", choose: .many, values: ["incomplete", "illegible"]),
    ])

/// The schema with an attribute, as a file gives it.
func schemaWithAssertion() throws -> LabelSchema {
    let json =
        #"{"name":"assertion","values":[{"value":"absent","key":"a"}],"default":"present","labels":["Sign_symptom"]}"#
    var result = schema
    result.attributes = [try JSONDecoder().decode(SpanAttribute.self, from: Data(json.utf8))]
    return result
}

/// Where `words` stand in the fixture's text.
func span(of words: String) -> TextSpan {
    let all = Array(text.string.unicodeScalars)
    let part = Array(words.unicodeScalars)
    let start = (0...(all.count - part.count)).first { Array(all[$0..<($0 + part.count)]) == part } ?? -1
    return TextSpan(start, start + part.count)
}

func content(_ words: String, _ label: String = "Sign_symptom") -> SpanContent {
    SpanContent(span(of: words), in: text, label: label)
}

func offer(_ words: String, _ label: String = "Sign_symptom", model: String = "mini@1f0c", score: Double = 0.9)
    -> Suggestion
{
    Suggestion(content: content(words, label), model: model, score: score)
}

/// A document with the ids E1, E2, … and the batches B1, B2, …, in the order of what is done.
struct Desk {
    var document = Document(note: "note-17", text: text)
    private var events = 0
    private var batches = 0

    /// Decides and applies; the events of the decision.
    @discardableResult
    mutating func `do`(_ command: Command, schema: LabelSchema = schema) throws(CommandRejected) -> [Event] {
        var count = events
        let decided = try document.decide(command, schema: schema) {
            count += 1
            return EventID("E\(count)")
        }
        events = count
        batches += 1
        for event in decided {
            document.apply(RecordedEvent(id: event.id, batch: EventID("B\(batches)"), event: event.event))
        }
        return decided.map(\.event)
    }

    /// `words/label` of each span that stands.
    var marks: [String] { document.spans.map { "\($0.content.text)/\($0.content.label)" } }

    /// The same log folded from the start, as after a restart.
    var refolded: Document { Document(note: document.note, text: document.text, events: document.log) }
}
