import Annotation
import ClinicalText
import Interchange
import Testing

@Suite("CoNLL") struct CoNLLTests {
    private func write(_ record: LabelRecord) throws -> (text: String, report: LossReport) {
        var report = LossReport()
        return (try CoNLL.write([record], file: "f", report: &report), report)
    }

    @Test("has a token a line, a blank line after a sentence, and the note's name at the start")
    func form() throws {
        let (text, report) = try write(
            marked("Denies ⟦chest pain|Sign symptom⟧. On ⟦aspirin|Drug⟧⟦ 1 g|Dose⟧", id: "ward 7/a"))
        #expect(
            text == """
                -DOCSTART-\tward%207/a\tO

                Denies\t0-6\tO
                chest\t7-12\tB-Sign%20symptom
                pain\t13-17\tI-Sign%20symptom
                .\t17-18\tO

                On\t19-21\tO
                aspirin\t22-29\tB-Drug
                1\t30-31\tB-Dose
                g\t32-33\tI-Dose


                """)
        #expect(report.lines == ["1 span adjusted: white space at the edges left out"])
    }

    @Test("a span over a line end stays whole: no blank line inside it")
    func lineEnd() throws {
        let one = marked("pain in ⟦Left\r\nArm|Biological_structure⟧\r\n\r\nPlan")
        let (text, _) = try write(one)
        #expect(text.contains("Left\t8-12\tB-Biological_structure\nArm\t14-17\tI-Biological_structure\n\nPlan"))
        let note = Note(id: one.id, text: NoteText(one.text))
        #expect(
            contents(try CoNLL.read(Array(text.utf8), file: "c", notes: [note], annotator: "kim")) == contents([one]))
    }

    @Test("of spans that overlap the longest stays; parts, blanks and what has no tag are counted")
    func losses() throws {
        var one = marked("left ⟦hand|A⟧ pain   ⟦46|Age⟧M")
        let text = NoteText(one.text)
        one.spans.append(.init(content: SpanContent(TextSpan(0, 9), in: text, label: "B"), attributes: ["x": "y"]))
        one.spans.append(.init(content: SpanContent(TextSpan(15, 17), in: text, label: "C")))
        var parts = SpanContent(TextSpan(0, 14), in: text, label: "D")
        parts.fragments = [TextSpan(0, 4), TextSpan(10, 14)]
        one.spans.append(.init(content: parts))
        one.labels = ["t": .string("v")]
        one.comments = [.init(start: nil, end: nil, text: "c")]
        one.rejected = [.init(content: parts)]
        let (file, report) = try write(one)
        #expect(file.contains("left\t0-4\tB-B\nhand\t5-9\tI-B\n"))
        #expect(file.contains("46\t17-19\tB-Age\nM\t19-20\tO\n"))
        let counts = report.counts
        #expect(
            counts == [
                .overlapping: 1, .inParts: 1, .blank: 1, .divided: 1, .attribute: 1, .noteLabel: 1, .comment: 1,
                .rejected: 1,
            ])
    }

    @Test(
        "refuses what is not of its form, with the line",
        arguments: [
            "Denies\t0-6\tO", "-DOCSTART-\tnote-17\tO\nDenies 0-6 O", "-DOCSTART-\tnote-17\tO\nDenies\t0\tO",
            "-DOCSTART-\tnote-17\tO\nDenies\t0-6\tX-A", "-DOCSTART-\tnote-17\tO\nDenies\t0-6\tB-",
            "-DOCSTART-\tnote-99\tO",
        ])
    func bad(file: String) {
        let note = Note(id: "note-17", text: NoteText("Denies chest pain."))
        let error = #expect(throws: BadInput.self) {
            try CoNLL.read(Array(file.utf8), file: "c", notes: [note], annotator: "kim")
        }
        #expect(error?.location == SourceLocation("c", line: file.split(separator: "\n").count))
    }

    @Test("refuses tokens that are not in the note")
    func otherNote() {
        let note = Note(id: "note-17", text: NoteText("Denies chest pain."))
        for token in ["Denies\t1-7\tO", "Denies\t0-999999\tO", "Admits\t0-6\tO"] {
            #expect(throws: BadInput.self) {
                try CoNLL.read(
                    Array("-DOCSTART-\tnote-17\tO\n\(token)\n".utf8), file: "c", notes: [note], annotator: "kim")
            }
        }
    }
}
