import Annotation
import ClinicalText
import FoundationEssentials
import ReviewUI
import Screen
import Testing

@Suite("Frames")
struct SnapshotTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Samples")

    /// Terms that stand in for a model, with their labels.
    private static let terms: [(String, String, Double)] = [
        ("heart failure", "Disease_disorder", 0.97), ("pneumonia", "Disease_disorder", 0.94),
        ("shortness of breath", "Sign_symptom", 0.91), ("breathlessness", "Sign_symptom", 0.88),
        ("oedema", "Sign_symptom", 0.62), ("furosemide", "Medication", 0.99), ("amlodipine", "Medication", 0.98),
        ("metformin", "Medication", 0.97), ("aspirin", "Medication", 0.96), ("黑便", "Sign_symptom", 0.81),
        ("腹痛", "Sign_symptom", 0.78), ("胃癌", "Disease_disorder", 0.66), ("tummy pain", "Sign_symptom", 0.71),
        ("pain", "Sign_symptom", 0.55), ("acute appendicitis", "Disease_disorder", 0.93),
        ("appendicitis", "Disease_disorder", 0.51), ("paracetamol", "Medication", 0.95),
        ("morphine", "Medication", 0.97),
        ("2.5 mg", "Dosage", 0.83), ("40 mg", "Dosage", 0.89), ("80 mg", "Dosage", 0.87),
        ("vomiting", "Sign_symptom", 0.84),
        ("Warfarin", "Medication", 0.99), ("Digoxin", "Medication", 0.98), ("3 mg", "Dosage", 0.9),
        ("hypertension", "Disease_disorder", 0.95), ("glaucoma", "Disease_disorder", 0.92),
    ]

    private static func review(_ name: String) throws -> NoteReview {
        let path = samples.appending(path: "Notes/\(name).txt").path
        let notes = try NoteReader.read([path])
        let note = try #require(notes.first)
        let scalars = Array(note.text.string.unicodeScalars)
        var found: [Suggestion] = []
        for (term, label, score) in terms {
            let wanted = Array(term.unicodeScalars)
            for start in scalars.indices where scalars[start...].starts(with: wanted) {
                let span = TextSpan(start, start + wanted.count)
                found.append(
                    Suggestion(
                        content: SpanContent(span, in: note.text, label: label), model: "clinical-mini@1f0c2a3b4c5d",
                        score: score))
            }
        }
        return NoteReview(note: note, document: Document(note: note.id, text: note.text), suggestions: .ready(found))
    }

    private static func session(_ names: [String], _ columns: Int, _ rows: Int) throws -> Session {
        let schema = try JSONDecoder().decode(
            LabelSchema.self, from: Data(contentsOf: samples.appending(path: "Notes.chartmark/schema.json")))
        let guidelines = String(
            decoding: try Data(contentsOf: samples.appending(path: "Notes.chartmark/guidelines.md")), as: UTF8.self)
        let model = Model(
            notes: try names.map(review), schema: schema, guidelines: guidelines, threshold: 0.5, annotator: "kim",
            engine: .ready("clinical-mini@1f0c2a3b4c5d"), ids: EventIDSource(seed: 1),
            size: ScreenSize(columns: columns, rows: rows))
        return Session(model: try #require(model))
    }

    private static let names = ["01-discharge-summary", "08-medication-list", "10-chinese-admission", "12-odd-spacing"]

    @Test("a note with accepted, rejected, corrected and undecided spans", arguments: [(80, 24), (120, 40)])
    func note(columns: Int, rows: Int) throws {
        var session = try Self.session(Self.names, columns, rows)
        session.press("aaxaD")
        try FrameSnapshot.check(session.frame, "note-\(columns)x\(rows)")
    }

    @Test("in ASCII, for a terminal without more", arguments: [(80, 24), (120, 40)])
    func ascii(columns: Int, rows: Int) throws {
        var session = try Self.session(Self.names, columns, rows)
        session.press("aaxaD")
        try FrameSnapshot.check(session.frame.inASCII(), "ascii-\(columns)x\(rows)")
    }

    @Test("on a terminal without colours", arguments: [(80, 24), (120, 40)])
    func monochrome(columns: Int, rows: Int) throws {
        var session = try Self.session(Self.names, columns, rows)
        session.press("aaxaDnn")
        try FrameSnapshot.check(FrameSnapshot.monochrome(session.frame), "monochrome-\(columns)x\(rows)")
    }

    @Test("a table keeps its columns", arguments: [(80, 24), (120, 40)])
    func table(columns: Int, rows: Int) throws {
        let session = try Self.session(["08-medication-list"], columns, rows)
        try FrameSnapshot.check(session.frame, "table-\(columns)x\(rows)")
    }

    @Test("wide characters stay aligned", arguments: [(80, 24), (120, 40)])
    func chinese(columns: Int, rows: Int) throws {
        var session = try Self.session(["10-chinese-admission"], columns, rows)
        session.press("ax")
        try FrameSnapshot.check(session.frame, "chinese-\(columns)x\(rows)")
    }

    @Test("emoji, combining marks, tabs and hidden characters", arguments: [(80, 24), (120, 40)])
    func odd(columns: Int, rows: Int) throws {
        var session = try Self.session(["12-odd-spacing"], columns, rows)
        session.press("a")
        try FrameSnapshot.check(session.frame, "odd-spacing-\(columns)x\(rows)")
    }

    @Test("control characters are shown harmlessly")
    func controls() throws {
        let session = try #require(
            Session([
                "\u{FEFF}Bell \u{07}, escape \u{1B}[31m, DEL \u{7F}, C1 \u{9B}.\r\nBidi \u{202E}txet\u{202C}, zero\u{200B}width, soft\u{AD}hyphen.\n\u{0301}lone accent\r"
            ]))
        try FrameSnapshot.check(session.frame, "control-characters")
    }

    @Test("pages, lists and questions", arguments: [(80, 24), (120, 40)])
    func pages(columns: Int, rows: Int) throws {
        let steps = [
            ("help", "?"), ("guidelines", "g"), ("notes", "aa<Enter>ao"), ("palette", ":co"), ("picker", " dis"),
            ("note-labels", "ib"), ("complete-question", "<Enter>"), ("comment", "hmcheck with 内科"),
            ("selection", "nvll"),
            ("search", "/the<Enter>n"), ("threshold", "=8"), ("attributes", "/pain<Enter><Esc>t"),
        ]
        for (name, keys) in steps {
            var session = try Self.session(Self.names, columns, rows)
            session.press(keys)
            try FrameSnapshot.check(session.frame, "\(name)-\(columns)x\(rows)")
        }
    }

    @Test("a small screen, one that is too small, a failed save and a read-only session")
    func states() throws {
        let small = try Self.session(["01-discharge-summary"], 40, 10)
        try FrameSnapshot.check(small.frame, "note-40x10")
        let tiny = try Self.session(["01-discharge-summary"], 39, 9)
        try FrameSnapshot.check(tiny.frame, "too-small")
        var failed = try Self.session(["01-discharge-summary"], 80, 24)
        failed.send(.saving(.failed("no space left on device")))
        try FrameSnapshot.check(failed.frame, "save-failed")
        var readOnly = try #require(Session(["⟦S:Fever⟧ since Monday."], readOnly: "held by lee (process 4242)"))
        readOnly.press("a")
        try FrameSnapshot.check(readOnly.frame, "read-only")
    }
}
