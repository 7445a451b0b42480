import Annotation
import ClinicalText
import FoundationEssentials
import Testing

@Suite("Label record") struct LabelRecordTests {
    @Test("says what stands, what was rejected, whose it is, and what the note's record carried")
    func record() throws {
        let schema = try schemaWithAssertion()
        var desk = Desk()
        try desk.do(.accept(offer("chest pain")), schema: schema)
        try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "absent"), schema: schema)
        try desk.do(.create(span(of: "BP"), label: "Sign_symptom"), schema: schema)
        try desk.do(.create(span(of: "aspirin"), label: "Medication"), schema: schema)
        try desk.do(.reject(offer("148", score: 0.3)), schema: schema)
        try desk.do(.setNoteLabel(name: "note_type", values: ["other"]))
        try desk.do(.setNoteLabel(name: "quality", values: ["illegible"]))
        try desk.do(.comment(EventID("E1"), text: "sure"))
        try desk.do(.complete(accepting: [], rejecting: []))
        let note = Note(id: "note-17", text: text, fields: ["ward": .string("7"), "spans": .array([])])
        let record = LabelRecord(desk.document, note: note, annotator: "kim", schema: schema)
        #expect(record.spans.map(\.content.text) == ["chest pain", "BP", "aspirin"])
        #expect(record.spans.map(\.attributes) == [["assertion": "absent"], [:], [:]])
        #expect(record.spans.map(\.source) == [.model, .human, .human])
        #expect(record.spans.map(\.score) == [0.9, nil, nil])
        #expect(record.rejected.map(\.content.text) == ["148"])
        #expect(record.labels == ["note_type": .string("other"), "quality": .array([.string("illegible")])])
        #expect(record.answer == .accept)
        #expect(record.model == "mini@1f0c")
        #expect(record.comments == [.init(start: 7, end: 17, text: "sure")])
        #expect(record.meta == ["ward": .string("7")])
        let line = try JSONValue.line(record)
        #expect(try JSONDecoder().decode(LabelRecord.self, from: Data(line.utf8)) == record)
    }

    @Test("says of what was rejected that no model offered it, and gives every value of a label that has several")
    func othersOffers() throws {
        let schema = try schemaWithAssertion()
        var desk = Desk()
        for (words, model) in [("chest pain", Suggestion.importedModel), ("148", "mini@1f0c")] {
            var offered = offer(words, score: 0.3)
            offered.model = model
            try desk.do(.reject(offered), schema: schema)
        }
        try desk.do(.setNoteLabel(name: "quality", values: ["illegible", "incomplete"]))
        let note = Note(id: "note-17", text: text)
        var other = schema
        other.noteLabels = []
        let record = LabelRecord(desk.document, note: note, annotator: "kim", schema: other)
        #expect(record.rejected.map(\.source) == [.imported, nil])
        #expect(record.labels == ["quality": .array([.string("illegible"), .string("incomplete")])])
    }

    @Test("a span that does not fit its text is found: outside, other words, another spelling, parts out of order")
    func misfits() {
        let accented = NoteText("René")
        #expect(content("chest pain").misfit(in: text) == nil)
        #expect(SpanContent(span: TextSpan(7, 99), text: "chest", label: "A").misfit(in: text) != nil)
        #expect(SpanContent(span: TextSpan(-1, 3), text: "Den", label: "A").misfit(in: text) != nil)
        #expect(SpanContent(span: TextSpan(Int.max, Int.min), text: "", label: "A").misfit(in: text) != nil)
        #expect(SpanContent(span: TextSpan(6, 16), text: "chest pain", label: "A").misfit(in: text) != nil)
        #expect(SpanContent(span: TextSpan(0, 4), text: "Rene\u{301}", label: "A").misfit(in: accented) != nil)
        var parts = content("chest pain")
        parts.fragments = [TextSpan(13, 17), TextSpan(7, 9)]
        #expect(parts.misfit(in: text) != nil)
    }
}
