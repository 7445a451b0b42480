import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Deciding")
struct DecidingTests {
    private static let note = "Denies ⟦S:chest pain⟧ and ⟦S0.6:fever⟧; on ⟦M:aspirin⟧ ⟦O:75 mg⟧ daily."

    private func suggestion(_ events: [Event]) -> [String] {
        events.map { event in
            switch event {
            case .accepted(let offered): return "accepted \(offered.content.label) \(offered.content.text)"
            case .rejected(let offered): return "rejected \(offered.content.label) \(offered.content.text)"
            case .created(let content): return "created \(content.label) \(content.text)"
            case .relabelled(_, let from, let to): return "relabelled \(from) \(to)"
            case .edited(_, let from, let to): return "edited \(from.text) → \(to.text)"
            case .deleted: return "deleted"
            case .noteLabel(let name, let values): return "\(name)=\(values.joined(separator: ","))"
            case .comment(let target, let text): return "comment\(target == nil ? "" : " on span"): \(text)"
            case .undone: return "undone"
            case .redone: return "redone"
            case .completed: return "completed"
            case .skipped: return "skipped"
            case .reopened: return "reopened"
            case .attribute(_, let name, let value): return "\(name)=\(value)"
            }
        }
    }

    @Test("the cursor starts at the first suggestion")
    func start() throws {
        let session = try #require(Session([Self.note]))
        #expect(session.word == "chest")
        #expect(try #require(Session(["No findings."])).word == "No")
    }

    @Test(
        "keys make events and move the cursor",
        arguments: [
            ("a", ["accepted Sign_symptom chest pain"], "fever"),
            ("x", ["rejected Sign_symptom chest pain"], "fever"),
            ("na", ["accepted Sign_symptom fever"], "aspirin"),
            ("S", ["accepted Sign_symptom chest pain"], "fever"),
            ("D", ["accepted Sign_symptom chest pain", "relabelled Sign_symptom Disease_disorder"], "fever"),
            (
                " dise<Enter>", ["accepted Sign_symptom chest pain", "relabelled Sign_symptom Disease_disorder"],
                "fever"
            ),
            ("d", ["rejected Sign_symptom chest pain"], "chest"),
            ("hS", ["created Sign_symptom Denies"], "Denies"),
            ("]", ["accepted Sign_symptom chest pain", "edited chest pain → chest pain and"], "chest"),
            ("2]", ["accepted Sign_symptom chest pain", "edited chest pain → chest pain and fever"], "chest"),
            ("}", ["accepted Sign_symptom chest pain", "edited chest pain → chest"], "chest"),
            ("[", ["accepted Sign_symptom chest pain", "edited chest pain → Denies chest pain"], "chest"),
            ("{", ["accepted Sign_symptom chest pain", "edited chest pain → pain"], "pain"),
            ("c}", ["accepted Sign_symptom chest pain", "edited chest pain → chest pai"], "c"),
            ("xpa", ["rejected Sign_symptom chest pain", "accepted Dosage 75 mg"], "fever"),
            ("xhha", ["rejected Sign_symptom chest pain", "accepted Sign_symptom chest pain"], "fever"),
            ("ahhx", ["accepted Sign_symptom chest pain", "rejected Sign_symptom chest pain"], "fever"),
            ("$bvlD", ["created Disease_disorder daily."], "."),
            ("hSd", ["created Sign_symptom Denies", "deleted"], "Denies"),
            ("hmseen by GP<Enter>", ["comment: seen by GP"], "Denies"),
            ("Shhmsharp<Enter>", ["accepted Sign_symptom chest pain", "comment on span: sharp"], "pain"),
            ("au", ["accepted Sign_symptom chest pain", "undone"], "chest"),
            ("a<BS><C-r>", ["accepted Sign_symptom chest pain", "undone", "redone"], "chest"),
            ("ib", ["note_type=progress"], "chest"),
            ("ibc<Down> ", ["note_type=progress", "quality=incomplete", "quality=incomplete,illegible"], "chest"),
            ("iaa", ["note_type=discharge", "note_type="], "chest"),
        ] as [(String, [String], String)])
    func events(keys: String, events: [String], word: String) throws {
        var session = try #require(Session([Self.note]))
        session.press(keys)
        #expect(suggestion(session.events) == events)
        #expect(session.word == word)
    }

    @Test("each key's events are one batch with growing ids")
    func batches() throws {
        var session = try #require(Session([Self.note]))
        session.press("D")
        var ids: [EventID] = []
        var batches: [EventID] = []
        for case .append(let note, let batch, let events) in session.effects {
            #expect(note == "note-1")
            batches.append(batch)
            ids += events.map(\.id)
        }
        #expect(batches.count == 1)
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 2)
        // Back on the span, `a` finds it accepted already and says so.
        session.press("hha")
        #expect(session.notice == "accepted already; x rejects it")
    }

    @Test("+ accepts everything that is visible, in one step of undo")
    func acceptAll() throws {
        var session = try #require(Session([Self.note], threshold: 0.7))
        session.press("+")
        #expect(session.events.count == 3)
        #expect(session.spans == ["Sign_symptom:chest pain", "Medication:aspirin", "Dosage:75 mg"])
        session.press("u")
        #expect(session.spans.isEmpty)
        session.press("=0<Enter>+")
        #expect(session.events.count == 4)
    }

    @Test("the threshold hides, and is kept")
    func threshold() throws {
        var session = try #require(Session([Self.note]))
        session.press("=70%<Enter>")
        #expect(session.effects == [.setThreshold(0.7)])
        #expect(session.model.threshold == 0.7)
        session.press("n")
        #expect(session.word == "aspirin")
        #expect(session.status.isEmpty == false)
        session.press("h")
        #expect(session.status.contains("1 hidden under 70 %"))
        session.press("=seven<Enter>")
        #expect(session.notice.contains("neither a number"))
        session.press("<Esc>=0,5<Enter>")
        #expect(session.model.threshold == 0.5)
        session.press("=101<Enter>")
        #expect(session.model.threshold == 0.5)
    }

    @Test("suggestions hidden under the threshold are neither accepted nor rejected by completing")
    func hidden() throws {
        var session = try #require(Session([Self.note, "Next."], threshold: 0.7))
        session.press("<Enter>x")
        #expect(
            suggestion(session.events) == [
                "rejected Sign_symptom chest pain", "rejected Medication aspirin", "rejected Dosage 75 mg", "completed",
            ])
    }

    @Test(
        "a command that cannot be carried out says why",
        arguments: [
            ("ha", "no suggestion here; n goes to the next"), ("hx", "no suggestion here; n goes to the next"),
            ("hd", "no span here to delete"), ("h]", "no span here; v selects words"),
            ("hSx", "this span is your own: use d"),
            ("hSa", "this span is your own already"), ("xhhx", "rejected already; a accepts it after all"),
            ("xhhd", "rejected already"), ("xhh]", "rejected; a accepts it first"),
            ("s", "there are not several spans here"),
            ("u", "nothing to undo in this note"), ("<C-r>", "nothing to redo in this note"),
            ("Z", "no label is on Z; Space shows them all"),
            ("g", "the project has no guidelines.md"), ("<Esc>", "nothing to leave here; q leaves the program"),
            ("y", "y does nothing here; ? shows all keys"), ("hm<Enter>", "an empty comment is not kept"),
            ("m", "a comment needs a span that stands: accept it first, or move off it"),
            ("+n", "no undecided suggestion in this note; Enter completes it"),
            ("++", "no undecided suggestion is visible"),
            ("hSS", "the span already is Sign_symptom"),
            ("iz", "no value is on z"), ("/fibrillation<Enter>", "“fibrillation” is not in this note"),
            (" zzz<Enter>", "nothing fits what was typed"),
        ])
    func refusals(keys: String, reason: String) throws {
        var session = try #require(Session([Self.note]))
        session.press(keys)
        #expect(session.notice == reason)
        #expect(session.screen.contains(reason))
    }

    @Test(
        "a read-only session changes nothing and says who holds it",
        arguments: ["a", "x", "S", " ", "d", "]", "+", "<Enter>", ".", "u", "mx", "ia"])
    func readOnly(keys: String) throws {
        var session = try #require(Session([Self.note], readOnly: "held by lee"))
        session.press(keys)
        #expect(session.effects.isEmpty)
        #expect(session.notice.contains("read-only: held by lee") || keys == "mx")
        #expect(session.screen.contains("READ-ONLY"))
    }

    @Test("a label that the schema lacks is shown read-only")
    func unknownLabel() throws {
        let text = NoteText("Odd finding.")
        let id = EventID("01")
        let old = RecordedEvent(
            id: id, batch: id, event: .created(SpanContent(TextSpan(4, 11), in: text, label: "Retired")))
        var session = try #require(Session(["Odd finding."], documents: [0: [old]]))
        session.press("l")
        #expect(session.screen.contains("read-only: not in the schema"))
        for key in ["d", "S", "]", "x"] {
            session.press(key)
            #expect(session.effects.isEmpty)
            #expect(session.notice.contains("Retired"))
        }
    }

    @Test("labels of a model are named as in the schema, unknown ones hidden with a count")
    func aliases() throws {
        var session = try #require(Session(["Took ⟦DRUG:aspirin⟧ for ⟦GENE:BRCA1⟧."]))
        #expect(session.status.contains("1 with labels outside the schema hidden"))
        session.press("a")
        #expect(session.spans == ["Medication:aspirin"])
    }

    @Test("the third label in a row asks whether Caps Lock is on")
    func capsLock() throws {
        var session = try #require(Session([Self.note]))
        session.press("SD")
        #expect(session.model.context == .note)
        session.press("M")
        #expect(session.effects.isEmpty)
        #expect(session.status.contains("Caps Lock?"))
        session.press("<Esc>")
        #expect(session.spans == ["Sign_symptom:chest pain", "Disease_disorder:fever"])
        session.press("M<Enter>")
        #expect(session.spans == ["Sign_symptom:chest pain", "Disease_disorder:fever", "Medication:aspirin"])
        session.press("SDlSD")
        #expect(session.model.context == .note)
    }

    @Test("capitals that give nothing count as well: so does Caps Lock press")
    func capsLockOnOtherKeys() throws {
        var session = try #require(Session([Self.note]))
        session.press("SSS")
        #expect(session.status.contains("Caps Lock?"))
        session.press("<Esc>lJJJ")
        #expect(session.notice == "no label is on J: is Caps Lock on?")
        session.press("lJ")
        #expect(session.notice == "no label is on J; Space shows them all")
    }

    @Test("nested and overlapping spans are reached with s")
    func nested() throws {
        var session = try #require(Session(["Has ⟦D:chronic ⟦S:kidney pain⟧⟧ today."]))
        session.press("l")
        #expect(session.model.focusedMark?.content.text == "kidney pain")
        session.press("s")
        #expect(session.model.focusedMark?.content.text == "chronic kidney pain")
        #expect(session.screen.contains("2 of 2 here"))
        session.press("x")
        #expect(session.document.rejected.map(\.offered.content.text) == ["chronic kidney pain"])
        #expect(session.model.focusedMark?.content.text == "kidney pain")
    }

    @Test("two suggestions that start together are taken one after the other")
    func sameStart() throws {
        var session = try #require(Session(["⟦D:⟦S:Pain⟧ syndrome⟧ and ⟦S:fever⟧."]))
        #expect(session.model.focusedMark?.content.text == "Pain syndrome")
        session.press("a")
        #expect(session.model.focusedMark?.content.text == "Pain")
        session.press("x")
        #expect(session.word == "fever")
    }

    @Test("selecting exactly what is offered, with its label, accepts it")
    func selectingTheOffer() throws {
        var session = try #require(Session([Self.note]))
        session.press("vlS")
        #expect(suggestion(session.events) == ["accepted Sign_symptom chest pain"])
    }

    @Test("an edit of a complete note reopens it in the same step")
    func reopening() throws {
        var session = try #require(Session(["Pain.", "Fever."]))
        session.press("<Enter>o<Up><Enter>")
        #expect(session.model.current == 0)
        session.press("S")
        #expect(suggestion(session.events) == ["reopened", "created Sign_symptom Pain"])
        session.press("u")
        #expect(session.document.status == .completed)
    }

    @Test("the labels in view are named with their keys on a narrow screen")
    func legend() throws {
        let session = try #require(Session(["Took ⟦M:aspirin⟧ for ⟦S:pain⟧."]))
        #expect(session.status.hasPrefix(" S Sign_symptom  M Medication  D Disease_disorder  O Dosage"))
    }

    @Test("a span in several parts is drawn in parts, stands nowhere between them, and its edges move")
    func fragments() throws {
        let text = NoteText("Pain in left arm and hand.")
        let content = SpanContent(
            span: TextSpan(8, 25), text: "left hand", label: "Sign_symptom",
            fragments: [TextSpan(8, 12), TextSpan(21, 25)])
        let odd = SpanContent(
            span: TextSpan(0, 4), text: "Pain", label: "Sign_symptom", fragments: [TextSpan(-5, 900), TextSpan(7, 2)])
        let outside = SpanContent(span: TextSpan(20, 999), text: "?", label: "Sign_symptom")
        let events = [content, odd, outside].enumerated().map { index, content in
            RecordedEvent(id: EventID("0\(index)"), batch: EventID("0\(index)"), event: .created(content))
        }
        #expect(text.scalarCount == 26)
        var session = try #require(Session(["Pain in left arm and hand."], documents: [0: events]))
        let arm = session.frame[1, 14].style
        session.press("wwl")
        #expect(session.word == "arm" && session.model.focusedMark == nil)
        #expect(session.frame[1, 10].style == session.frame[1, 23].style)
        #expect(session.frame[1, 10].style != arm)
        session.press("h]")
        #expect(session.notice == "Sign_symptom “left … hand.”")
    }

    @Test("a note without a word takes every key in peace", arguments: ["", " \n\t\n", "\u{200B}\n"])
    func noWords(text: String) throws {
        var session = try #require(Session([text]))
        session.press("hjklbw0$()nps ax")
        session.press("<Esc>vcS[]{}+d<PgDn><PgUp>c<Right><Down>vS<Esc><Esc>")
        #expect(session.spans.isEmpty)
        #expect(session.screen.contains("note-1"))
    }
}
