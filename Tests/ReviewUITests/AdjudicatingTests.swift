import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Adjudicating") struct AdjudicatingTests {
    private static let text = "Denies chest pain and fever; on aspirin 75 mg daily."

    /// What an annotator marked, as `S:chest pain`; a value of the assertion may follow, as `S:fever=absent`.
    private static func view(_ marks: [String], of note: Note) throws -> Document {
        var document = Document(note: note.id, text: note.text)
        var count = 0
        func decide(_ command: Command) throws {
            let events = try document.decide(command, schema: Session.schemaWithAssertion) {
                count += 1
                return EventID("E\(count)")
            }
            for event in events { document.apply(RecordedEvent(id: event.id, batch: event.id, event: event.event)) }
        }
        for mark in marks {
            let parts = mark.split(separator: "=")
            let words = String(parts[0].dropFirst(2))
            let label = mark.first.flatMap { Session.schema.spanLabel(on: $0)?.label } ?? ""
            let text = Array(note.text.string.unicodeScalars)
            let wanted = Array(words.unicodeScalars)
            let start = text.indices.first { text[$0...].starts(with: wanted) } ?? 0
            try decide(.create(TextSpan(start, start + wanted.count), label: label))
            if parts.count > 1, let id = document.spans.first(where: { $0.content.text == words })?.id {
                try decide(.setAttribute([.span(id)], name: "assertion", value: String(parts[1])))
            }
        }
        return document
    }

    private static func session(
        _ views: [(String, [String])], columns: Int = 80, rows: Int = 24
    ) throws -> Session {
        let note = Note(id: "note-1", text: NoteText(text))
        let comparison = NoteComparison(
            try views.map { ($0.0, try view($0.1, of: note)) }, schema: Session.schemaWithAssertion)
        var document = Document(note: note.id, text: note.text)
        if !comparison.agreed.isEmpty {
            let events = try document.decide(
                .carryOver(comparison, completing: false), schema: Session.schemaWithAssertion
            ) { EventID("C\(document.log.count)") }
            for event in events {
                document.apply(RecordedEvent(id: event.id, batch: EventID("C"), event: event.event))
            }
        }
        let model = Model(
            notes: [NoteReview(note: note, document: document, comparison: comparison)],
            schema: Session.schemaWithAssertion, annotator: "adjudicator", engine: .none, ids: EventIDSource(seed: 7),
            size: ScreenSize(columns: columns, rows: rows))
        return Session(model: try #require(model))
    }

    private static let two: [(String, [String])] = [
        ("kim", ["S:chest pain=absent", "S:fever=absent", "M:aspirin"]),
        ("lee", ["S:pain", "D:fever", "M:aspirin", "O:75 mg"]),
    ]

    @Test(
        "a digit takes a reading of the disagreement under the cursor, not of another that a longer agreed span covers")
    func underTheCursor() throws {
        let views: [(String, [String])] = [
            ("kim", ["S:chest pain and fever", "D:chest", "D:fever"]), ("lee", ["S:chest pain and fever"]),
        ]
        var session = try Self.session(views)
        session.press("<Home>")
        while session.word != "fever" { session.press("w") }
        session.press("2")
        #expect(session.document.rejected.map(\.offered.content.text) == ["fever"])
        session.press("<Home>")
        while session.word != "fever" { session.press("w") }
        session.press("1")
        #expect(session.spans.contains("Disease_disorder:fever"))
        #expect(!session.spans.contains("Disease_disorder:chest"))
    }

    @Test("only the disagreements are open, with the readings side by side")
    func start() throws {
        var session = try Self.session(Self.two)
        #expect(session.word == "chest")
        #expect(session.spans == ["Medication:aspirin"])
        #expect(session.screen.contains("disagreement 1 of 3"))
        let row = try #require(session.rows.first { $0.contains("1 kim") })
        #expect(row.contains("2 lee"))
        #expect(session.screen.contains("S “chest pain” absent"))
        #expect(session.footer.contains("1–9 take reading"))
        session.press("nnn")
        #expect(session.screen.contains("disagreement 2 of 3"))
        session.press("n")
        #expect(session.screen.contains("nothing here"))
    }

    @Test("a digit takes a reading whole and goes on; the other reading takes its place later")
    func taking() throws {
        var session = try Self.session(Self.two)
        session.press("1")
        #expect(session.spans == ["Sign_symptom:chest pain", "Medication:aspirin"])
        #expect(session.document.spans.first?.attributes == ["assertion": "absent"])
        #expect(session.notice == "taken from kim")
        #expect(session.word == "fever")
        session.press("2")
        #expect(session.spans == ["Sign_symptom:chest pain", "Disease_disorder:fever", "Medication:aspirin"])
        session.press("1")
        #expect(session.notice.contains("every disagreement is settled"))
        #expect(session.document.rejected.map(\.offered.content.text) == ["pain", "fever", "75 mg"])
        session.press("10b2")
        #expect(session.document.spans.count == 3)
        session.press("<Enter>")
        #expect(session.document.status == .completed)
    }

    @Test("one decision is one step of undo, and a taken reading is named")
    func undo() throws {
        var session = try Self.session(Self.two)
        session.press("1u")
        #expect(session.spans == ["Medication:aspirin"])
        #expect(session.word == "chest")
        session.press("1bbb")
        #expect(session.screen.contains("1 kim taken"))
    }

    @Test("spans are taken one by one, and changed, as in review")
    func editing() throws {
        var session = try Self.session(Self.two)
        session.press("a")
        #expect(session.document.spans.first?.attributes == ["assertion": "absent"])
        session.press("x")
        #expect(session.document.rejected.map(\.offered.content.text) == ["pain"])
        session.press("]")
        #expect(session.spans.contains { $0.hasSuffix(":fever;") })
        session.press("tp")
        #expect(session.document.spans.allSatisfy { $0.source == .human })
    }

    @Test(
        "different readings cannot be accepted all at once; digits beyond the readings and off a disagreement say why")
    func refusals() throws {
        var session = try Self.session(Self.two)
        session.press("+")
        #expect(session.notice.contains("take one of each"))
        session.press("<Enter>a")
        #expect(session.notice.contains("take one of each"))
        session.press("<Esc>7")
        #expect(session.notice == "there are 2 readings here")
        session.press("h1")
        #expect(session.notice == "no disagreement here; n goes to the next")
        #expect(session.effects.isEmpty)
        #expect(session.screen.contains("3 of 3 disagreements open"))
    }

    @Test("three annotators, two of whom agree, and four different readings in a narrow room")
    func several() throws {
        var three = try Self.session([("kim", ["S:fever"]), ("lee", ["D:fever"]), ("mo", ["S:fever"])])
        #expect(three.screen.contains("1 kim, mo"))
        three.press("1")
        #expect(three.spans == ["Sign_symptom:fever"])
        let four = try Self.session([
            ("a", ["S:fever"]), ("b", ["D:fever"]), ("c", ["M:fever"]), ("d", []),
        ])
        #expect(four.screen.contains("4 d: nothing here"))
    }

    @Test("the screen of an adjudication", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        var session = try Self.session(Self.two, columns: columns, rows: rows)
        try FrameSnapshot.check(session.frame, "adjudication-\(columns)x\(rows)")
        session.press("1bb")
        try FrameSnapshot.check(session.frame, "adjudication-taken-\(columns)x\(rows)")
    }
}
