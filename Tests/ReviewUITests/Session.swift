import Annotation
import ClinicalText
import FoundationEssentials
import ReviewUI
import Screen

/// A person at the keyboard: presses keys, reads the model and the frame.
struct Session {
    var model: Model
    /// What the last call of ``press(_:)`` asked the runtime for.
    var effects: [Effect] = []
    private var now: UInt64 = 1_700_000_000_000

    static let schema = LabelSchema(
        spans: [
            SpanLabel(label: "Sign_symptom", key: "S", color: "orange", definition: "A complaint or a finding."),
            SpanLabel(label: "Disease_disorder", key: "D", color: "vermillion", definition: "A diagnosis."),
            SpanLabel(label: "Medication", key: "M", color: "purple", aliases: ["DRUG"]),
            SpanLabel(label: "Dosage", key: "O", color: "blue"),
            SpanLabel(label: "Rare_finding"),
        ],
        noteLabels: [
            NoteLabel(name: "note_type", choose: .one, values: ["discharge", "progress"]),
            NoteLabel(name: "quality", choose: .many, values: ["incomplete", "illegible"]),
        ])

    /// The schema with an attribute of symptoms and diseases.
    static let schemaWithAssertion: LabelSchema = {
        var schema = Session.schema
        schema.attributes = [
            SpanAttribute(
                name: "assertion",
                values: [
                    .init(value: "present", key: "p"), .init(value: "absent", key: "a"),
                    .init(value: "possible", key: "o"), .init(value: "historical", key: "i"),
                ], default: "present", labels: ["Sign_symptom", "Disease_disorder"])
        ]
        return schema
    }()

    /// Opens notes whose suggestions are written into them: `Denies ⟦S:chest pain⟧` or, with a score, `⟦S0.4:pain⟧`.
    init?(
        _ marked: [String], size: ScreenSize = ScreenSize(columns: 80, rows: 24), threshold: Double = 0,
        guidelines: String = "", readOnly: String? = nil, engine: EngineState = .ready("mini@1f0c2a3b4c5d"),
        schema: LabelSchema = Session.schema, documents: [Int: [RecordedEvent]] = [:],
        registry: CommandRegistry = .standard
    ) {
        let reviews = marked.enumerated().map { index, marked in
            let (text, suggestions) = Self.read(marked)
            let note = Note(id: "note-\(index + 1)", text: NoteText(text))
            let document = Document(note: note.id, text: note.text, events: documents[index] ?? [])
            return NoteReview(note: note, document: document, suggestions: .ready(suggestions))
        }
        guard
            let model = Model(
                notes: reviews, schema: schema, guidelines: guidelines, threshold: threshold, annotator: "kim",
                readOnly: readOnly, engine: engine, registry: registry, ids: EventIDSource(seed: 7), size: size)
        else { return nil }
        self.model = model
    }

    init(model: Model) { self.model = model }

    /// Presses keys.
    ///
    /// Characters stand for themselves, others are written `<Enter>`, `<C-r>`, `<Up>`.
    mutating func press(_ keys: String) {
        effects = []
        for key in Self.keys(keys) {
            now += 1
            effects += update(&model, .key(key, at: now))
        }
    }

    /// Does something with the mouse.
    mutating func mouse(_ kind: MouseAction.Kind, _ position: CellPosition) {
        now += 1
        effects = update(&model, .key(.mouse(MouseAction(kind, row: position.row, column: position.column)), at: now))
    }

    mutating func send(_ message: Message) { effects = update(&model, message) }

    /// The events that the last ``press(_:)`` had written.
    var events: [Event] {
        effects.flatMap { effect -> [Event] in
            if case .append(_, _, let events) = effect { return events.map(\.event) }
            return []
        }
    }

    var document: Document { model.review.document }
    var notice: String { model.notice?.text ?? "" }
    /// The words under the cursor.
    var word: String { model.cursorSpan.map { document.text[$0] } ?? "" }
    var selected: String? { model.selectedSpan.map { document.text[$0] } }
    /// Spans that stand: `Label:words`.
    var spans: [String] { document.spans.map { "\($0.content.label):\($0.content.text)" } }
    var frame: Frame { render(model) }

    /// The rows of the screen, without blanks at their ends.
    var rows: [String] {
        let frame = frame
        return (0..<frame.size.rows).map { row in
            var text = (0..<frame.size.columns).map { frame[row, $0].text }.joined()
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    var screen: String { rows.joined(separator: "\n") }
    var status: String { rows.dropLast().last ?? "" }
    var footer: String { rows.last ?? "" }

    static func keys(_ text: String) -> [Key] {
        let named: [String: Key] = [
            "Enter": .enter, "Esc": .escape, "Tab": .tab, "S-Tab": .backTab, "BS": .backspace, "Del": .delete,
            "Up": .up,
            "Down": .down, "Left": .left, "Right": .right, "Home": .home, "End": .end, "PgUp": .pageUp,
            "PgDn": .pageDown,
            "lt": .character("<"),
        ]
        var keys: [Key] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first == "<", let end = rest.firstIndex(of: ">") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                if name.hasPrefix("C-"), let letter = name.last {
                    keys.append(.control(letter))
                } else if let key = named[name] {
                    keys.append(key)
                }
                rest = rest[rest.index(after: end)...]
            } else {
                keys.append(.character(first))
                rest = rest.dropFirst()
            }
        }
        return keys
    }

    /// Takes the brackets out of a marked text.
    static func read(_ marked: String) -> (text: String, suggestions: [Suggestion]) {
        var scalars: [Unicode.Scalar] = []
        var open: [(start: Int, label: String, score: Double)] = []
        var found: [(span: TextSpan, label: String, score: Double)] = []
        var source = Substring(marked).unicodeScalars
        while let scalar = source.popFirst() {
            if scalar == "⟦" {
                var head = ""
                while let next = source.popFirst(), next != ":" { head.unicodeScalars.append(next) }
                let name = String(head.prefix { !$0.isNumber })
                let key = name.count == 1 ? name.first : nil
                let label = key.flatMap { schema.spanLabel(on: $0)?.label } ?? name
                let score = Double(head.drop { !$0.isNumber }) ?? 0.9
                open.append((scalars.count, label, score))
            } else if scalar == "⟧", let last = open.popLast() {
                found.append((TextSpan(last.start, scalars.count), last.label, last.score))
            } else {
                scalars.append(scalar)
            }
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        let note = NoteText(text)
        return (
            text,
            found.map {
                Suggestion(
                    content: SpanContent($0.span, in: note, label: $0.label), model: "mini@1f0c2a3b4c5d",
                    score: $0.score)
            }
        )
    }
}
