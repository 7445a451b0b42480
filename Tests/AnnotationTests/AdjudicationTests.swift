import Annotation
import ClinicalText
import Testing

@Suite("Adjudication") struct AdjudicationTests {
    /// Kim and Lee agree on aspirin; one of them has the longer pain, only Kim the blood pressure.
    private func desks() throws -> (kim: Desk, lee: Desk) {
        let schema = try schemaWithAssertion()
        var kim = Desk()
        try kim.do(.accept(offer("aspirin", "Medication")))
        try kim.do(.create(span(of: "chest pain"), label: "Sign_symptom"))
        try kim.do(.setAttribute([.span(EventID("E2"))], name: "assertion", value: "absent"), schema: schema)
        try kim.do(.create(span(of: "BP"), label: "Disease_disorder"))
        var lee = Desk()
        try lee.do(.accept(offer("aspirin", "Medication")))
        try lee.do(.create(span(of: "pain"), label: "Sign_symptom"))
        return (kim, lee)
    }

    private func comparison() throws -> NoteComparison {
        let (kim, lee) = try desks()
        return NoteComparison([("kim", kim.document), ("lee", lee.document)], schema: try schemaWithAssertion())
    }

    @Test("what all have is agreed, the rest are disagreements with the readings side by side")
    func comparing() throws {
        let comparison = try comparison()
        #expect(comparison.agreed.map(\.span.content.text) == ["aspirin"])
        #expect(comparison.agreed.map(\.offered) == [offer("aspirin", "Medication")])
        #expect(comparison.disagreements.map(\.span) == [span(of: "chest pain"), span(of: "BP")])
        let pain = try #require(comparison.disagreements.first)
        #expect(pain.readings.map(\.annotators) == [["kim"], ["lee"]])
        #expect(pain.readings.map { $0.spans.map(\.content.text) } == [["chest pain"], ["pain"]])
        #expect(pain.readings[0].spans[0].attributes == ["assertion": "absent"])
        #expect(pain.offers.map(\.model) == ["annotator:kim", "annotator:lee"])
        #expect(comparison.disagreements[1].readings.map(\.spans.count) == [1, 0])
        #expect(!comparison.isUnanimous)
    }

    @Test("the same span with another attribute is a disagreement; of three annotators two may share a reading")
    func attributesAndThree() throws {
        let schema = try schemaWithAssertion()
        var views: [(String, Document)] = []
        for (name, value) in [("kim", "absent"), ("lee", nil), ("mo", "absent")] {
            var desk = Desk()
            try desk.do(.create(span(of: "chest pain"), label: "Sign_symptom"))
            if let value {
                try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: value), schema: schema)
            }
            views.append((name, desk.document))
        }
        let comparison = NoteComparison(views, schema: schema)
        #expect(comparison.agreed.isEmpty)
        #expect(comparison.disagreements.first?.readings.map(\.annotators) == [["kim", "mo"], ["lee"]])
        #expect(comparison.disagreements.first?.offers.map(\.model) == ["annotator:kim+mo+lee"])
    }

    @Test("agreements are carried over as explicit events of one step")
    func carrying() throws {
        var desk = Desk()
        let events = try desk.do(.carryOver(try comparison(), completing: false), schema: try schemaWithAssertion())
        #expect(events == [.accepted(offer("aspirin", "Medication"))])
        #expect(desk.document.status == .pending)
        try desk.do(.undo)
        #expect(desk.marks.isEmpty)
        var whole = Desk()
        #expect(try whole.do(.carryOver(try comparison(), completing: true)).last == .completed)
        #expect(whole.document.status == .completed)
    }

    @Test("taking a reading accepts its spans with their attributes and rejects the others, as people's work")
    func taking() throws {
        let schema = try schemaWithAssertion()
        let pain = try #require(try comparison().disagreements.first)
        var desk = Desk()
        try desk.do(.take(pain.readings[0], of: pain), schema: schema)
        #expect(desk.marks == ["chest pain/Sign_symptom"])
        #expect(desk.document.spans.map(\.attributes) == [["assertion": "absent"]])
        #expect(desk.document.spans.map(\.source) == [.human])
        #expect(desk.document.rejected.map(\.offered.content.text) == ["pain"])
        #expect(throws: CommandRejected("this is how it stands already")) {
            try desk.do(.take(pain.readings[0], of: pain), schema: schema)
        }
        // The other way round, later.
        try desk.do(.take(pain.readings[1], of: pain), schema: schema)
        #expect(desk.marks == ["pain/Sign_symptom"])
        #expect(desk.document.spans.map(\.attributes) == [[:]])
        try desk.do(.undo)
        #expect(desk.marks == ["chest pain/Sign_symptom"])
        #expect(desk.refolded == desk.document)
    }

    @Test("nothing is a reading too, and edges that were moved are given up for another reading")
    func nothingAndEdges() throws {
        let comparison = try comparison()
        let pressure = comparison.disagreements[1]
        var desk = Desk()
        try desk.do(.take(pressure.readings[1], of: pressure))
        #expect(desk.marks.isEmpty)
        #expect(desk.document.rejected.map(\.offered.content.text) == ["BP"])
        let pain = comparison.disagreements[0]
        try desk.do(.acceptEdited(pain.offers[1], to: span(of: "pain.")))
        try desk.do(.take(pain.readings[1], of: pain))
        #expect(desk.marks == ["pain/Sign_symptom"])
    }

    @Test("the note's own labels are compared and carried")
    func noteLabels() throws {
        var (kim, lee) = try desks()
        try kim.do(.setNoteLabel(name: "note_type", values: ["discharge"]))
        try lee.do(.setNoteLabel(name: "note_type", values: ["other"]))
        for value in ["incomplete"] {
            try kim.do(.setNoteLabel(name: "quality", values: [value]))
            try lee.do(.setNoteLabel(name: "quality", values: [value]))
        }
        let comparison = NoteComparison([("kim", kim.document), ("lee", lee.document)], schema: schema)
        #expect(comparison.noteLabels == ["quality": ["incomplete"]])
        #expect(comparison.openNoteLabels == ["note_type"])
    }

    @Test("an attribute is given to several spans at once; a suggestion is accepted with it")
    func severalAttributes() throws {
        let schema = try schemaWithAssertion()
        var desk = Desk()
        try desk.do(.create(span(of: "chest pain"), label: "Sign_symptom"))
        let targets: [AttributeTarget] = [
            .span(EventID("E1")), .suggestion(offer("BP")), .suggestion(offer("aspirin", "Medication")),
        ]
        let events = try desk.do(.setAttribute(targets, name: "assertion", value: "absent"), schema: schema)
        #expect(
            events == [
                .attribute(target: EventID("E1"), name: "assertion", value: "absent"), .accepted(offer("BP")),
                .attribute(target: EventID("E3"), name: "assertion", value: "absent"),
            ])
        #expect(throws: CommandRejected("assertion is absent already")) {
            try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "absent"), schema: schema)
        }
        try desk.do(.undo)
        #expect(desk.marks == ["chest pain/Sign_symptom"])
    }

    @Test("the default value is written only to take another back, and never into labels.jsonl")
    func defaults() throws {
        var schema = try schemaWithAssertion()
        schema.attributes[0].values.append(.init(value: "present", key: "p"))
        var desk = Desk()
        #expect(
            try desk.do(
                .setAttribute([.suggestion(offer("chest pain"))], name: "assertion", value: "present"), schema: schema)
                == [.accepted(offer("chest pain"))])
        #expect(throws: CommandRejected("assertion is present already")) {
            try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "present"), schema: schema)
        }
        try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "absent"), schema: schema)
        try desk.do(.setAttribute([.span(EventID("E1"))], name: "assertion", value: "present"), schema: schema)
        let note = Note(id: "note-17", text: text)
        let record = LabelRecord(desk.document, note: note, annotator: "kim", schema: schema)
        #expect(record.spans.map(\.attributes) == [[:]])
    }

    @Test("a schema whose attributes cannot be keyed is refused")
    func problems() throws {
        var schema = try schemaWithAssertion()
        #expect(schema.problems.isEmpty)
        schema.attributes[0].values.append(.init(value: "maybe", key: "a"))
        #expect(schema.problems == ["the key 'a' is given to two attribute values of 'Sign_symptom'"])
        schema.attributes[0].values = [.init(value: "absent", key: "A")]
        #expect(schema.problems == ["the key 'A' of 'absent' (assertion) is not one of the letters a to z"])
        schema.attributes[0].labels = ["Ghost"]
        #expect(schema.problems.last == "the attribute 'assertion' is for the label 'Ghost', which is not there")
    }
}
