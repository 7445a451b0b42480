import Annotation
import ClinicalText
import Interchange
import Testing

@Suite("brat") struct BratTests {
    private func write(_ record: LabelRecord) throws -> (files: [String: String], report: LossReport) {
        var report = LossReport()
        let files = try Brat.write([record], file: "f", report: &report)
        return (
            Dictionary(uniqueKeysWithValues: files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }), report
        )
    }

    @Test("has a T line for a span, A for an attribute, # for a comment, and declares what it uses")
    func form() throws {
        var one = marked("Denies ⟦chest pain|Sign symptom⟧, ⟦BP|Test⟧ high")
        one.spans[0].attributes = ["assertion": "absent"]
        one.comments = [.init(start: 7, end: 17, text: "sure\nof it"), .init(start: nil, end: nil, text: "short")]
        one.labels = ["t": .string("v")]
        let (files, report) = try write(one)
        #expect(files["note-17.txt"] == one.text)
        #expect(
            files["note-17.ann"] == """
                T1\tSign_symptom 7 17\tchest pain
                A1\tassertion T1 absent
                T2\tTest 19 21\tBP
                #1\tAnnotatorNotes T1\tsure of it

                """)
        #expect(
            files["annotation.conf"] == """
                [entities]
                Sign_symptom
                Test

                [relations]

                [events]

                [attributes]
                assertion\tArg:<ENTITY>, Value:absent

                """)
        #expect(report.counts == [.renamed: 1, .comment: 1, .noteLabel: 1])
    }

    @Test("a span over line ends is divided there and joined again; a discontinuous one keeps its parts")
    func parts() throws {
        var one = marked("⟦left\r\n\r\nhand\u{2028}pain|A⟧ and foot")
        var parts = SpanContent(TextSpan(0, 26), in: NoteText(one.text), label: "A")
        parts.fragments = [TextSpan(0, 4), TextSpan(22, 26)]
        one.spans.append(.init(content: parts))
        let (files, report) = try write(one)
        let annotations = try #require(files["note-17.ann"])
        #expect(annotations == "T1\tA 0 4;22 26\tleft foot\nT2\tA 0 4;8 12;13 17\tleft hand pain\n")
        #expect(report.lines.isEmpty)
        let note = Note(id: one.id, text: NoteText(one.text))
        let back = try Brat.read(note, annotations: Array(annotations.utf8), file: "a", annotator: "kim")
        #expect(contents([back]) == contents([one]))
    }

    @Test("line ends at a span's edges are left out, and a span of nothing else is")
    func blanks() throws {
        let (files, report) = try write(marked("⟦pain\n|A⟧⟦\r\n|B⟧x"))
        #expect(files["note-17.ann"] == "T1\tA 0 4\tpain\n")
        #expect(report.counts == [.trimmed: 1, .blank: 1])
    }

    @Test(
        "a note's name makes folders, and never leads out of the folder",
        arguments: [
            ("ward 7/a", "ward 7/a"), ("../../etc/passwd", "%2E./%2E./etc/passwd"), ("/etc/passwd", "%2Fetc%2Fpasswd"),
            ("a//b", "a%2F%2Fb"), (".", "%2E"), (".hidden", "%2Ehidden"), ("a%2Fb", "a%252Fb"), ("a\nb", "a%0Ab"),
            ("中/é", "中/é"),
        ])
    func paths(id: String, path: String) throws {
        let (files, _) = try write(marked("⟦pain|A⟧", id: id))
        #expect(Set(files.keys) == ["annotation.conf", path + ".txt", path + ".ann"])
        let note = Note(id: path, text: NoteText("pain"))
        #expect(try Brat.read(note, annotations: [], file: "a", annotator: "kim").id == id)
    }

    @Test("a name too long for a file is refused")
    func longName() {
        var report = LossReport()
        #expect(throws: BadInput.self) {
            try Brat.write([marked("x", id: String(repeating: "n", count: 300))], file: "f", report: &report)
        }
    }

    @Test("reads attributes, comments and what other tools write, and passes over relations")
    func foreign() throws {
        let note = Note(id: "n", text: NoteText("Denies chest pain."))
        let annotations = """
            T1\tProblem 7 17\tchest pain
            T2\tProblem 7 12;13 17\tchest pain
            A1\tNegation T1
            A2\tCertainty T1 possible
            R1\tTrAP Arg1:T1 Arg2:T2
            *\tEquiv T1 T2
            N1\tReference T1 UMLS:C0008031\tChest pain
            #1\tAnnotatorNotes T1\tunsure

            """
        let back = try Brat.read(note, annotations: Array(annotations.utf8), file: "a", annotator: "kim")
        #expect(back.spans.count == 2)
        #expect(back.spans[0].attributes == ["Negation": "true", "Certainty": "possible"])
        #expect(back.spans[1].content.fragments == [TextSpan(7, 12), TextSpan(13, 17)])
        #expect(back.comments == [.init(start: 7, end: 17, text: "unsure")])
    }

    @Test(
        "refuses what does not fit",
        arguments: [
            "T1\tProblem 7 17\tother words", "T1\tProblem 7 99\tchest pain", "T1\tProblem -7 17\tchest pain",
            "T1\tProblem 17 7\tchest pain", "T1\tProblem\tchest pain", "T1\tProblem 7 17",
            "T1\tProblem 13 17;7 12\tpain chest",
            "A1\tNegation", "#1\tAnnotatorNotes", "hello", "T1\tProblem 7 99999999999999999999\tchest pain",
        ])
    func bad(line: String) {
        let note = Note(id: "n", text: NoteText("Denies chest pain."))
        #expect(throws: BadInput.self) {
            try Brat.read(note, annotations: Array(line.utf8), file: "a", annotator: "kim")
        }
    }
}
