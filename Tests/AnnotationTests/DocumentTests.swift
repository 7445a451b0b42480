import Annotation
import ClinicalText
import Testing

@Suite("Deciding on a note") struct DocumentTests {
    @Test("a person marks words, relabels, moves edges and deletes; the span keeps its id")
    func ownSpan() throws {
        var desk = Desk()
        #expect(try desk.do(.create(span(of: "chest"), label: "Sign_symptom")) == [.created(content("chest"))])
        let id = EventID("E1")
        #expect(
            try desk.do(.edit(id, to: span(of: "chest pain")))
                == [.edited(target: id, from: content("chest"), to: content("chest pain"))])
        #expect(
            try desk.do(.relabel(id, label: "Disease_disorder"))
                == [.relabelled(target: id, from: "Sign_symptom", to: "Disease_disorder")])
        #expect(desk.marks == ["chest pain/Disease_disorder"])
        #expect(desk.document.spans.map(\.id) == [id])
        #expect(desk.document.spans.map(\.source) == [.human])
        #expect(try desk.do(.delete(id)) == [.deleted(target: id)])
        #expect(desk.marks.isEmpty)
        #expect(desk.refolded == desk.document)
    }

    @Test("an accepted suggestion is the model's, a changed one corrected, an imported one imported")
    func provenance() throws {
        var desk = Desk()
        try desk.do(.accept(offer("chest pain")))
        #expect(
            try desk.do(.acceptRelabelled(offer("aspirin"), label: "Medication"))
                == [
                    .accepted(offer("aspirin")),
                    .relabelled(target: EventID("E2"), from: "Sign_symptom", to: "Medication"),
                ])
        try desk.do(.acceptEdited(offer("148"), to: span(of: "148/86")))
        try desk.do(.accept(offer("Denies", model: "imported")))
        #expect(
            desk.marks == [
                "Denies/Sign_symptom", "chest pain/Sign_symptom", "148/86/Sign_symptom", "aspirin/Medication",
            ])
        #expect(desk.document.spans.map(\.source) == [.imported, .model, .corrected, .corrected])
        #expect(desk.refolded == desk.document)
    }

    @Test("what was decided is not offered again, by any model, until it is undone")
    func decided() throws {
        var desk = Desk()
        try desk.do(.accept(offer("chest pain")))
        try desk.do(.reject(offer("BP", "Medication")))
        try desk.do(.create(span(of: "aspirin"), label: "Medication"))
        #expect(desk.document.isDecided(offer("chest pain", model: "other@2").content))
        #expect(desk.document.isDecided(content("BP", "Medication")))
        #expect(desk.document.isDecided(content("aspirin", "Medication")))
        #expect(!desk.document.isDecided(content("BP", "Sign_symptom")))
        try desk.do(.undo)
        try desk.do(.undo)
        #expect(!desk.document.isDecided(content("aspirin", "Medication")))
        #expect(!desk.document.isDecided(content("BP", "Medication")))
        #expect(desk.document.isDecided(content("chest pain")))
    }

    @Test("a rejected suggestion is accepted after all, and an accepted one rejected")
    func changeOfMind() throws {
        var desk = Desk()
        try desk.do(.reject(offer("chest pain")))
        #expect(desk.document.rejected.map(\.offered) == [offer("chest pain")])
        try desk.do(.accept(offer("chest pain")))
        #expect(desk.document.rejected.isEmpty)
        #expect(desk.marks == ["chest pain/Sign_symptom"])
        #expect(try desk.do(.rejectAccepted(EventID("E2"))) == [.rejected(offer("chest pain"))])
        #expect(desk.marks.isEmpty)
        try desk.do(.accept(offer("chest pain")))
        #expect(try desk.do(.delete(EventID("E4"))) == [.rejected(offer("chest pain"))])
        #expect(desk.document.rejected.count == 1)
    }

    @Test("all at once is one step, decides only what is open, and each span once")
    func allAtOnce() throws {
        var desk = Desk()
        try desk.do(.reject(offer("BP")))
        try desk.do(
            .acceptAll([offer("chest pain"), offer("BP"), offer("aspirin"), offer("aspirin", model: "other@2")]))
        #expect(desk.marks == ["chest pain/Sign_symptom", "aspirin/Sign_symptom"])
        try desk.do(.undo)
        #expect(desk.marks.isEmpty)
        #expect(desk.document.rejected.count == 1)
        try desk.do(.redo)
        #expect(desk.marks.count == 2)
        try desk.do(.rejectAll([offer("148"), offer("86")]))
        #expect(desk.document.rejected.map(\.offered.content.text) == ["BP", "148", "86"])
        #expect(throws: CommandRejected("no undecided suggestion to accept")) { try desk.do(.acceptAll([offer("BP")])) }
        #expect(throws: CommandRejected("no undecided suggestion to reject")) { try desk.do(.rejectAll([])) }
    }

    @Test("completing decides what was open in the same step")
    func complete() throws {
        var desk = Desk()
        let events = try desk.do(.complete(accepting: [offer("chest pain")], rejecting: [offer("BP")]))
        #expect(events == [.accepted(offer("chest pain")), .rejected(offer("BP")), .completed])
        #expect(desk.document.status == .completed)
        try desk.do(.undo)
        #expect(desk.document.status == .pending)
        #expect(desk.document == desk.refolded)
        #expect(desk.marks.isEmpty)
        #expect(!desk.document.hasDecisions)
    }

    @Test("a completed or skipped note is reopened by any edit, in the same step, and not by a comment")
    func reopen() throws {
        var desk = Desk()
        try desk.do(.complete(accepting: [], rejecting: []))
        try desk.do(.comment(nil, text: "ask Dr Lee"))
        #expect(desk.document.status == .completed)
        let events = try desk.do(.create(span(of: "aspirin"), label: "Medication"))
        #expect(events == [.reopened, .created(content("aspirin", "Medication"))])
        #expect(desk.document.status == .pending)
        try desk.do(.undo)
        #expect(desk.document.status == .completed)
        #expect(desk.marks.isEmpty)
        try desk.do(.reopen)
        try desk.do(.skip)
        #expect(desk.document.status == .skipped)
        #expect(throws: CommandRejected.self) { try desk.do(.skip) }
        try desk.do(.reject(offer("BP")))
        #expect(desk.document.status == .pending)
        #expect(throws: CommandRejected.self) { try desk.do(.reopen) }
    }

    @Test("undo and redo walk back and forth, across a restart, until a new edit closes the way forward")
    func undoRedo() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "chest pain"), label: "Sign_symptom"))
        try desk.do(.create(span(of: "aspirin"), label: "Medication"))
        try desk.do(.undo)
        #expect(desk.marks == ["chest pain/Sign_symptom"])
        desk.document = desk.refolded
        #expect(desk.document.canRedo)
        #expect(try desk.do(.redo) == [.redone(target: EventID("B2"))])
        #expect(desk.marks == ["chest pain/Sign_symptom", "aspirin/Medication"])
        #expect(throws: CommandRejected("nothing to redo in this note")) { try desk.do(.redo) }
        try desk.do(.undo)
        try desk.do(.undo)
        #expect(desk.marks.isEmpty)
        #expect(throws: CommandRejected("nothing to undo in this note")) { try desk.do(.undo) }
        try desk.do(.redo)
        #expect(desk.marks == ["chest pain/Sign_symptom"])
        try desk.do(.relabel(EventID("E1"), label: "Disease_disorder"))
        #expect(!desk.document.canRedo)
        #expect(desk.refolded == desk.document)
        #expect(desk.document.log.count == 8)
    }

    @Test("note labels take one value or many; none clears them")
    func noteLabels() throws {
        var desk = Desk()
        try desk.do(.setNoteLabel(name: "note_type", values: ["other"]))
        try desk.do(.setNoteLabel(name: "quality", values: ["incomplete", "illegible"]))
        #expect(desk.document.noteLabels == ["note_type": ["other"], "quality": ["incomplete", "illegible"]])
        try desk.do(.setNoteLabel(name: "quality", values: []))
        #expect(desk.document.noteLabels == ["note_type": ["other"]])
        #expect(throws: CommandRejected("note_type takes one value")) {
            try desk.do(.setNoteLabel(name: "note_type", values: ["other", "discharge"]))
        }
        #expect(throws: CommandRejected.self) { try desk.do(.setNoteLabel(name: "quality", values: ["smudged"])) }
        #expect(throws: CommandRejected.self) { try desk.do(.setNoteLabel(name: "colour", values: [])) }
    }

    @Test("attributes are those of the schema")
    func attributes() throws {
        let schema = try schemaWithAssertion()
        var desk = Desk()
        try desk.do(.create(span(of: "chest pain"), label: "Sign_symptom"), schema: schema)
        try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "absent"), schema: schema)
        #expect(desk.document.spans.map(\.attributes) == [["assertion": "absent"]])
        #expect(throws: CommandRejected.self) {
            try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "maybe"), schema: schema)
        }
        #expect(throws: CommandRejected.self) {
            try desk.do(.setAttribute([.span(EventID("E1"))], name: "mood", value: "absent"), schema: schema)
        }
        try desk.do(.create(span(of: "aspirin"), label: "Medication"), schema: schema)
        #expect(throws: CommandRejected("Medication has no assertion")) {
            try desk.do(.setAttribute([.span(EventID("E3"))], name: "assertion", value: "absent"), schema: schema)
        }
    }

    @Test("comments are on a span or on the note, and not empty")
    func comments() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "BP"), label: "Sign_symptom"))
        try desk.do(.comment(EventID("E1"), text: "not a symptom?"))
        try desk.do(.comment(nil, text: "short note"))
        #expect(desk.document.comments.map(\.target) == [EventID("E1"), nil])
        #expect(throws: CommandRejected.self) { try desk.do(.comment(nil, text: " \n")) }
        #expect(throws: CommandRejected.self) { try desk.do(.comment(EventID("E9"), text: "where?")) }
    }

    @Test("what cannot be done is refused and changes nothing")
    func refusals() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "chest pain"), label: "Sign_symptom"))
        let before = desk.document
        let refused: [Command] = [
            .create(TextSpan(3, 3), label: "Sign_symptom"), .create(TextSpan(-1, 4), label: "Sign_symptom"),
            .create(TextSpan(0, 9999), label: "Sign_symptom"), .create(span(of: "BP"), label: "Cosmic_ray"),
            .create(span(of: "chest pain"), label: "Sign_symptom"), .accept(offer("chest pain")),
            .accept(offer("BP", "Cosmic_ray")), .relabel(EventID("E1"), label: "Sign_symptom"),
            .relabel(EventID("E9"), label: "Medication"), .edit(EventID("E1"), to: TextSpan(9, 7)),
            .edit(EventID("E9"), to: span(of: "BP")), .delete(EventID("E9")), .rejectAccepted(EventID("E1")), .redo,
            .reopen,
        ]
        for command in refused { #expect(throws: CommandRejected.self, "\(command)") { try desk.do(command) } }
        #expect(desk.document == before)
    }

    @Test("events whose target is not there change nothing but the log")
    func strayEvents() {
        var document = Document(note: "n", text: text)
        let stray: [Event] = [
            .deleted(target: EventID("X")), .relabelled(target: EventID("X"), from: "A", to: "B"),
            .edited(target: EventID("X"), from: content("BP"), to: content("chest")),
            .attribute(target: EventID("X"), name: "a", value: "b"), .undone(target: EventID("X")),
            .redone(target: EventID("X")),
        ]
        for (index, event) in stray.enumerated() {
            document.apply(RecordedEvent(id: EventID("E\(index)"), batch: EventID("B\(index)"), event: event))
        }
        #expect(document.spans.isEmpty)
        #expect(document.log.count == stray.count)
    }

    @Test("undoing by an event's id takes its whole batch back")
    func undoneByEvent() {
        var document = Document(note: "n", text: text)
        document.apply(RecordedEvent(id: EventID("E1"), batch: EventID("B1"), event: .created(content("BP"))))
        document.apply(RecordedEvent(id: EventID("E2"), batch: EventID("B1"), event: .created(content("aspirin"))))
        document.apply(RecordedEvent(id: EventID("E3"), batch: EventID("B2"), event: .undone(target: EventID("E2"))))
        #expect(document.spans.isEmpty)
    }
}
