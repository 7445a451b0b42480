import Annotation
import ClinicalText
import Interchange
import Testing

@Suite("Prodigy") struct ProdigyTests {
    @Test("a task has tokens, inclusive token ids, hashes, and what Prodigy has no name for beside them")
    func form() throws {
        var one = marked("Denies ⟦chest pain|Sign_symptom⟧.")
        one.spans[0].attributes = ["assertion": "absent"]
        one.spans[0].source = .model
        one.spans[0].score = 0.5
        one.labels = ["note_type": .string("other")]
        one.comments = [.init(start: nil, end: nil, text: "short")]
        one.meta = ["ward": .integer(7)]
        var report = LossReport()
        let expected =
            #"{"_annotator_id":"kim","_input_hash":637076494,"_task_hash":-801684765,"_view_id":"ner_manual","answer":"accept","#
            + #""comments":[{"text":"short"}],"id":"note-17","labels":{"note_type":"other"},"meta":{"id":"note-17","ward":7},"#
            + #""spans":[{"assertion":"absent","end":17,"label":"Sign_symptom","score":0.5,"source":"model","start":7,"#
            + #""text":"chest pain","token_end":2,"token_start":1}],"text":"Denies chest pain.","#
            + #""tokens":[{"end":6,"id":0,"start":0,"text":"Denies","ws":true},{"end":12,"id":1,"start":7,"text":"chest","ws":true},"#
            + #"{"end":17,"id":2,"start":13,"text":"pain","ws":false},{"end":18,"id":3,"start":17,"text":".","ws":false}]}"#
            + "\n"
        let task = try ProdigyJSONL.write([one], report: &report)
        #expect(task == expected)
        #expect(report.lines.isEmpty)
        #expect(try ProdigyJSONL.read(Array(task.utf8), file: "p", annotator: "", report: &report) == [one])
    }

    @Test("overlapping and discontinuous spans and spans inside a word read back")
    func oddSpans() throws {
        var one = marked("⟦46|Age⟧⟦M|Sex⟧ with left ⟦hand|Sign_symptom⟧ pain ")
        let text = NoteText(one.text)
        one.spans.append(.init(content: SpanContent(TextSpan(9, 18), in: text, label: "Biological_structure")))
        var parts = SpanContent(TextSpan(9, 23), in: text, label: "Sign_symptom")
        parts.fragments = [TextSpan(9, 13), TextSpan(19, 23)]
        one.spans.append(.init(content: parts))
        one.spans.append(.init(content: SpanContent(TextSpan(23, 24), in: text, label: "Sign_symptom")))
        var report = LossReport()
        let task = try ProdigyJSONL.write([one], report: &report)
        #expect(task.contains(#""_view_id":"spans_manual""#))
        #expect(
            report.lines == [
                "1 span in several parts marked from the first word to the last",
                "1 token divided where a span begins or ends inside",
            ])
        #expect(try ProdigyJSONL.read(Array(task.utf8), file: "p", annotator: "", report: &report) == [one])
    }

    @Test("reads the least that Prodigy takes, and leaves rejected tasks out")
    func foreign() throws {
        let lines = """
            {"text":"Denies chest pain.","spans":[{"start":7,"end":17,"label":"PROBLEM"}]}
            {"text":"x","answer":"reject"}
            {"text":"y","meta":{"id":4},"answer":"ignore","_annotator_id":"ds-anna"}
            """
        var report = LossReport()
        let records = try ProdigyJSONL.read(Array(lines.utf8), file: "p", annotator: "kim", report: &report)
        #expect(records.map(\.annotator) == ["kim", "ds-anna"])
        #expect(records.map(\.answer) == [.accept, .ignore])
        #expect(records[0].spans.map(\.content.text) == ["chest pain"])
        #expect(records[1].id == "4")
        #expect(report[.answer] == 1)
    }

    @Test(
        "refuses what is no task, with its line",
        arguments: [#"{"spans":[]}"#, #"{"text":"ab","spans":[{"start":0,"label":"A"}]}"#, "nonsense"])
    func bad(line: String) {
        var report = LossReport()
        let error = #expect(throws: BadInput.self) {
            try ProdigyJSONL.read(Array(line.utf8), file: "p", annotator: "kim", report: &report)
        }
        #expect(error?.location == SourceLocation("p", line: 1))
    }

    @Test("refuses offsets outside the text")
    func outside() {
        var report = LossReport()
        let line = #"{"text":"ab","spans":[{"start":1,"end":9223372036854775807,"label":"A"}]}"#
        #expect(throws: BadInput.self) {
            try ProdigyJSONL.read(Array(line.utf8), file: "p", annotator: "kim", report: &report)
        }
    }
}
