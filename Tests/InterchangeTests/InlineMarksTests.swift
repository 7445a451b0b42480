import Annotation
import ClinicalText
import Interchange
import Testing

@Suite("Inline marks")
struct InlineMarksTests {
    private static let schema = """
        {"spans": [{"label": "Sign_symptom", "key": "S"}, {"label": "Medication", "key": "M"}, {"label": "Dosage", "key": "O"}],
         "attributes": [{"name": "assertion", "values": [{"value": "present", "key": "p"}, {"value": "absent", "key": "a"}],
                         "labels": ["Sign_symptom"]}]}
        """

    private func record(_ text: String) throws -> Record {
        let (records, report) = try read(
            .inline, ["01.txt": Array(text.utf8), "schema.json": Array(Self.schema.utf8)])
        #expect(report.isEmpty)
        return try #require(records.first)
    }

    @Test("become spans of the text without them, their keys the schema's labels")
    func spans() throws {
        let record = try record("CC: ⟦S:chest pain⟧, no ⟦S.a:fever⟧.\n")
        #expect(record.text.string == "CC: chest pain, no fever.\n")
        #expect(record.spans.map(\.content.span) == [TextSpan(4, 14), TextSpan(19, 24)])
        #expect(record.spans.map(\.content.label) == ["Sign_symptom", "Sign_symptom"])
        #expect(record.spans.map(\.attributes) == [[:], ["assertion": "absent"]])
        #expect(record.id == "01")
    }

    @Test("may name a label in full, glue words, and stand in one another")
    func glued() throws {
        let record = try record("⟦Age:54⟧⟦Sex:M⟧ ⟦S:left ⟦Body:arm⟧ pain⟧ 𝛼")
        #expect(record.text.string == "54M left arm pain 𝛼")
        #expect(record.spans.map(\.content.label) == ["Age", "Sex", "Sign_symptom", "Body"])
        #expect(record.spans.map(\.content.text) == ["54", "M", "left arm pain", "arm"])
    }

    @Test("above a line of dashes are labels of the note, below it dashes are the note's")
    func head() throws {
        let with = try record("note_type: emergency\n---\nA\n---\nB")
        #expect(with.labels == ["note_type": .string("emergency")])
        #expect(with.text.string == "A\n---\nB")
        let without = try record("Dear colleague,\nthank you\n---\n")
        #expect(without.labels.isEmpty)
        #expect(without.text.string == "Dear colleague,\nthank you\n---\n")
    }

    @Test("with numbers say what belongs to what, and 0 to nothing")
    func relations() throws {
        let record = try record("⟦O>1:40 mg⟧ of ⟦M#1:furosemide⟧, ⟦O>0:2⟧ ⟦O#7>1:x⟧")
        #expect(record.relations.map { $0.arguments.map(\.target) } == [["at 0", "1"], ["7", "1"]])
        #expect(record.spans.map(\.id) == ["at 0", "1", nil, "7"])
    }

    @Test("of sections stand in the note's meta")
    func sections() throws {
        let record = try record("⟦@history:HPC⟧: ⟦S:pain⟧")
        #expect(record.text.string == "HPC: pain")
        #expect(record.spans.count == 1)
        #expect(
            record.meta["sections"]
                == .array([.object(["start": .integer(0), "end": .integer(3), "label": .string("history")])]))
    }

    @Test(
        "that are not whole are refused with their line",
        arguments: [
            ("a\n⟦S:pain", 2), ("a\nb\npain⟧", 3), ("⟦S:⟧", 1), ("⟦pain⟧", 1), ("a\n⟦S pain: x⟧", 2),
            ("a\n⟦O>3:40 mg⟧", 2), ("⟦M.a:aspirin⟧", 1), ("⟦S.z:pain⟧", 1), ("⟦@:x⟧", 1), ("⟦S#:x⟧", 1),
            ("note_type: x\n---\n\n⟦S:pain", 4),
        ])
    func broken(text: String, line: Int) {
        let error = #expect(throws: BadInput.self) { try record(text) }
        #expect(error?.location == SourceLocation("f/01.txt", line: line))
        #expect(error?.reason.contains("pain") == false)
    }

    @Test("let a folder and a file be found by their content")
    func detected() throws {
        let bytes = Array("⟦S:pain⟧".utf8)
        #expect(try Format.detect(Input(["a.txt": bytes], name: "f")) == .inline)
        #expect(try Format.detect(Input(["": bytes], name: "f")) == .inline)
    }
}
