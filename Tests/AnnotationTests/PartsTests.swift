import Annotation
import ClinicalText
import Testing

@Suite("Parts, cuts and many at once") struct PartsTests {
    private func content(parts: [String], _ label: String = "Sign_symptom") -> SpanContent {
        let spans = parts.map(span(of:))
        var content = SpanContent(TextSpan(spans[0].start, spans[spans.count - 1].end), in: text, label: label)
        content.fragments = spans
        return content
    }

    @Test("a span gets a part before or after it, keeps its id, and its text is what stands from first to last")
    func parts() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "pain"), label: "Sign_symptom"))
        let id = EventID("E1")
        #expect(
            try desk.do(.addPart(span(of: "Denies"), to: .span(id))) == [
                .edited(target: id, from: AnnotationTests.content("pain"), to: content(parts: ["Denies", "pain"]))
            ])
        #expect(desk.marks == ["Denies chest pain/Sign_symptom"])
        try desk.do(.addPart(span(of: "aspirin"), to: .span(id)))
        #expect(desk.document.span(id)?.content == content(parts: ["Denies", "pain", "aspirin"]))
        #expect(desk.refolded == desk.document)
        try desk.do(.undo)
        try desk.do(.undo)
        #expect(desk.marks == ["pain/Sign_symptom"])
    }

    @Test("a part beside the span only makes it longer, and one that fills the gap makes it whole")
    func joining() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "pain"), label: "Sign_symptom"))
        try desk.do(.addPart(span(of: "chest"), to: .span(EventID("E1"))))
        #expect(desk.document.spans.map(\.content) == [AnnotationTests.content("chest pain")])
        try desk.do(.create(span(of: "BP"), label: "Sign_symptom"))
        try desk.do(.addPart(span(of: "86"), to: .span(EventID("E3"))))
        #expect(desk.document.spans.last?.content.fragments?.count == 2)
        try desk.do(.addPart(span(of: "148/"), to: .span(EventID("E3"))))
        #expect(desk.document.spans.last?.content.fragments == nil)
        #expect(desk.marks.last == "BP 148/86/Sign_symptom")
    }

    @Test("a suggestion is accepted with the part and remembers what was offered")
    func suggestion() throws {
        var desk = Desk()
        try desk.do(.addPart(span(of: "Denies"), to: .suggestion(offer("pain"))))
        #expect(desk.document.spans.map(\.source) == [.corrected])
        #expect(desk.document.spans.first?.offered == offer("pain"))
        #expect(desk.document.isDecided(AnnotationTests.content("pain")))
    }

    @Test("what cannot be a part is refused")
    func badParts() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "chest pain"), label: "Sign_symptom"))
        let id = AttributeTarget.span(EventID("E1"))
        #expect(throws: CommandRejected("the span has these words already")) {
            try desk.do(.addPart(span(of: "pain"), to: id))
        }
        #expect(throws: CommandRejected("a part needs at least one character of the note")) {
            try desk.do(.addPart(TextSpan(30, 99), to: id))
        }
        #expect(throws: CommandRejected.self) { try desk.do(.addPart(span(of: "BP"), to: .span(EventID("E9")))) }
    }

    @Test("edges of a span in parts move its first and its last part, and stop where a part would be gone")
    func edges() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "Denies"), label: "Sign_symptom"))
        try desk.do(.addPart(span(of: "BP 148"), to: .span(EventID("E1"))))
        let id = EventID("E1")
        try desk.do(.edit(id, to: TextSpan(span(of: "Denies").start, span(of: "BP").end)))
        #expect(desk.document.span(id)?.content == content(parts: ["Denies", "BP"]))
        #expect(throws: CommandRejected("the edge cannot pass its part of the span; d removes the span")) {
            try desk.do(.edit(id, to: TextSpan(span(of: "chest").start, span(of: "BP").end)))
        }
        #expect(throws: CommandRejected.self) { try desk.do(.edit(id, to: span(of: "Denies"))) }
        // A suggestion in parts keeps them, too.
        let offered = Suggestion(content: content(parts: ["chest", "148"]), model: "imported", score: 1)
        try desk.do(.acceptEdited(offered, to: TextSpan(span(of: "chest").start, span(of: "148/86").end)))
        #expect(desk.document.spans.last?.content.fragments == [span(of: "chest"), span(of: "148/86")])
    }

    @Test("the two halves of a suggestion remember it, and one may go without the other")
    func splitting() throws {
        var desk = Desk()
        let cut = span(of: "pain").start
        #expect(
            try desk.do(.split(.suggestion(offer("chest pain")), before: cut)) == [
                .accepted(offer("chest pain")),
                .edited(
                    target: EventID("E1"), from: AnnotationTests.content("chest pain"),
                    to: AnnotationTests.content("chest")),
                .accepted(offer("chest pain")),
                .edited(
                    target: EventID("E3"), from: AnnotationTests.content("chest pain"),
                    to: AnnotationTests.content("pain")),
            ])
        #expect(desk.marks == ["chest/Sign_symptom", "pain/Sign_symptom"])
        #expect(desk.document.spans.map(\.source) == [.corrected, .corrected])
        #expect(desk.document.spans.map(\.offered) == [offer("chest pain"), offer("chest pain")])
        #expect(desk.document.isDecided(AnnotationTests.content("chest pain")))
        #expect(desk.refolded == desk.document)
        #expect(try desk.do(.delete(EventID("E1"))) == [.deleted(target: EventID("E1"))])
        #expect(desk.marks == ["pain/Sign_symptom"])
        #expect(try desk.do(.rejectAccepted(EventID("E3"))) == [.rejected(offer("chest pain"))])
        #expect(desk.marks.isEmpty && desk.document.rejected.count == 1)
        for _ in 0..<3 { try desk.do(.undo) }
        #expect(desk.marks.isEmpty && !desk.document.hasDecisions)
    }

    @Test("halves of an own or a corrected span have its label and attributes")
    func splittingSpans() throws {
        var desk = Desk()
        let withAssertion = try schemaWithAssertion()
        try desk.do(.acceptRelabelled(offer("chest pain", "Medication"), label: "Sign_symptom"), schema: withAssertion)
        let id = EventID("E1")
        try desk.do(.setAttribute([.span(id)], name: "assertion", value: "absent"), schema: withAssertion)
        try desk.do(.split(.span(id), before: span(of: "pain").start), schema: withAssertion)
        #expect(desk.marks == ["chest/Sign_symptom", "pain/Sign_symptom"])
        #expect(desk.document.spans.map(\.attributes) == [["assertion": "absent"], ["assertion": "absent"]])
        #expect(desk.document.spans.allSatisfy { $0.offered?.content.label == "Medication" })
        try desk.do(.create(span(of: "on aspirin"), label: "Medication"))
        let own = try #require(desk.document.spans.last)
        try desk.do(.split(.span(own.id), before: span(of: "aspirin").start))
        #expect(desk.document.spans.suffix(2).map(\.source) == [.human, .human])
        try desk.do(.undo)
        #expect(desk.marks.last == "on aspirin/Medication")
    }

    @Test("a cut outside the span, or of a span in parts, is refused")
    func badCuts() throws {
        var desk = Desk()
        let target = AttributeTarget.suggestion(offer("chest pain"))
        for place in [span(of: "chest").start, span(of: "Denies").start, span(of: "BP").start] {
            #expect(throws: CommandRejected.self) { try desk.do(.split(target, before: place)) }
        }
        let inParts = Suggestion(content: content(parts: ["Denies", "pain"]), model: "imported", score: 1)
        #expect(throws: CommandRejected.self) {
            try desk.do(.split(.suggestion(inParts), before: span(of: "pain").start))
        }
        #expect(desk.document.log.isEmpty)
    }

    @Test("each of many stretches is marked once, by accepting what is offered there")
    func markEach() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "BP"), label: "Medication"))
        let offers = [offer("chest pain", "Disease_disorder"), offer("aspirin", "Medication")]
        let stretches = ["BP", "chest pain", "aspirin", "on", "on"].map(span(of:))
        #expect(
            try desk.do(.markEach(stretches, label: "Medication", offers: offers)) == [
                .accepted(offers[0]),
                .relabelled(target: EventID("E2"), from: "Disease_disorder", to: "Medication"),
                .accepted(offers[1]), .created(AnnotationTests.content("on", "Medication")),
            ])
        #expect(desk.refolded == desk.document)
        #expect(throws: CommandRejected("all of these are marked Medication already")) {
            try desk.do(.markEach(stretches, label: "Medication", offers: offers))
        }
        #expect(throws: CommandRejected.self) { try desk.do(.markEach(stretches, label: "Planet", offers: [])) }
        #expect(throws: CommandRejected.self) {
            try desk.do(.markEach([TextSpan(0, 99)], label: "Medication", offers: []))
        }
        try desk.do(.undo)
        #expect(desk.marks == ["BP/Medication"])
    }

    @Test("a step is taken back wherever it stands, with later ones on top, and can be brought back")
    func steps() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "BP"), label: "Medication"))
        try desk.do(.create(span(of: "on"), label: "Medication"))
        #expect(desk.document.stands(EventID("B1")))
        #expect(try desk.do(.undoStep(EventID("B1"))) == [.undone(target: EventID("B1"))])
        #expect(desk.marks == ["on/Medication"] && desk.document.isUndone(EventID("B1")))
        #expect(throws: CommandRejected.self) { try desk.do(.undoStep(EventID("B1"))) }
        try desk.do(.redoStep(EventID("B1")))
        #expect(desk.marks == ["BP/Medication", "on/Medication"])
        try desk.do(.undoStep(EventID("B1")))
        try desk.do(.create(span(of: "aspirin"), label: "Medication"))
        #expect(throws: CommandRejected.self) { try desk.do(.redoStep(EventID("B1"))) }
        #expect(desk.refolded == desk.document)
    }

    @Test("a record's fragments are kept, and refused where they do not fit")
    func carried() throws {
        func spans(_ fragments: String) throws -> [Suggestion]? {
            let json = #"[{"start":0,"end":18,"label":"S","fragments":"# + fragments + "}]"
            let fields = ["spans": try JSONValue.parse(Array(json.utf8), file: "spans")]
            let place = SourceLocation("in.jsonl", line: 1)
            return try Note(id: "n", text: NoteText("left and right leg"), fields: fields, location: place)
                .carriedSpans()
        }
        #expect(try spans("[[0,4],[15,18]]")?.first?.content.fragments == [TextSpan(0, 4), TextSpan(15, 18)])
        for whole in ["[[0,18]]", "[]", "null"] { #expect(try spans(whole)?.first?.content.fragments == nil) }
        for bad in ["[[0,4],[15,19]]", "[[15,18],[0,4]]", "[[0,4],[2,8]]", "[[4,4]]", "[[0]]", "3", "[[0,\"4\"]]"] {
            let error = #expect(throws: BadInput.self) { try spans(bad) }
            #expect(error?.location == SourceLocation("in.jsonl", line: 1), "\(bad)")
        }
    }
}
