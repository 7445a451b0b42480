import Annotation
import ClinicalText
import Interchange
import Testing

/// What the goldens do not show: spellings, edges, and what is lost.
@Suite("Forms") struct FormTests {
    @Test("brat divides a span at line ends and joins it again; edges of nothing else are left out")
    func bratLines() throws {
        let record = marked("⟦left\r\n\r\nhand\u{2028}pain|A⟧ and foot")
        let (files, report) = try write(.brat, [record])
        #expect(files["note-17.ann"] == "T1\tA 0 4;8 12;13 17\tleft hand pain\n")
        #expect(report.isEmpty)
        let back = try read(.brat, files.mapValues { Array($0.utf8) })
        #expect(back.records.map { Essence($0) } == [Essence(record)])
        let blanks = try write(.brat, [marked("⟦pain\n|A⟧⟦\r\n|B⟧x")])
        #expect(blanks.files["note-17.ann"] == "T1\tA 0 4\tpain\n")
        #expect(blanks.report.counts == [.trimmed: 1, .blank: 1])
    }

    @Test(
        "a note's name makes folders, and never leads out of the folder",
        arguments: [
            ("ward 7/a", "ward 7/a"), ("../../etc/passwd", "%2E./%2E./etc/passwd"), ("/etc/passwd", "%2Fetc%2Fpasswd"),
            ("a//b", "a%2F%2Fb"), (".", "%2E"), (".hidden", "%2Ehidden"), ("a%2Fb", "a%252Fb"), ("a\nb", "a%0Ab"),
            ("中/é", "中/é"),
        ])
    func paths(id: String, path: String) throws {
        for (format, ending) in [(Format.brat, ".txt"), (.webanno, ".tsv"), (.xmi, ".xmi"), (.i2b2, ".txt")] {
            let files = try write(format, [marked("⟦pain|A⟧", id: id)]).files
            #expect(files.keys.contains(path + ending), "\(format)")
            #expect(try read(format, files.mapValues { Array($0.utf8) }).records.map(\.id) == [id], "\(format)")
        }
        #expect(throws: BadInput.self) {
            try write(.brat, [marked("x", id: String(repeating: "n", count: 300))])
        }
    }

    @Test("brat spells labels as it can, counts each name once, and declares what it uses")
    func bratNames() throws {
        var record = marked("⟦chest pain|Sign symptom⟧ ⟦BP|Sign symptom⟧")
        record.spans[0].attributes = ["negated": "true", "certainty": "very high"]
        record.comments = [.init(start: nil, end: nil, text: "short")]
        let (files, report) = try write(.brat, [record])
        #expect(
            files["note-17.ann"] == """
                T1\tSign_symptom 0 10\tchest pain
                A1\tcertainty T1 very_high
                A2\tnegated T1
                T2\tSign_symptom 11 13\tBP

                """)
        #expect(
            files["annotation.conf"]?.contains("certainty\tArg:<ANY>, Value:very_high\nnegated\tArg:<ANY>\n") == true)
        #expect(report.counts == [.renamed: 2, .comment: 1])
    }

    @Test(
        "CoNLL has the tags of its scheme",
        arguments: [
            (TagScheme.iob1, ["I-A", "B-A", "I-A", "O", "I-B"]), (.iob2, ["B-A", "B-A", "I-A", "O", "B-B"]),
            (.bioes, ["S-A", "B-A", "E-A", "O", "S-B"]), (.bilou, ["U-A", "B-A", "L-A", "O", "U-B"]),
        ])
    func schemes(scheme: TagScheme, tags: [String]) throws {
        let record = marked("⟦left|A⟧ ⟦arm pain|A⟧ in ⟦Ward|B⟧")
        var options = FormatOptions()
        options.scheme = scheme
        let text = try #require(try write(.conll, [record], options: options).files[""])
        let written = text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").last.map(String.init) }
        #expect(written == tags)
        let notes = [Note(id: record.id, text: record.text)]
        #expect(try read(.conll, text, notes: notes).records.map { Essence($0) } == [Essence(record)])
    }

    @Test("CoNLL keeps the longest of spans that overlap and counts the rest, with the place")
    func conllLosses() throws {
        var record = marked("left ⟦hand|A⟧ pain   ⟦46|Age⟧M")
        let text = record.text
        record.spans.append(.init(content: SpanContent(TextSpan(0, 9), in: text, label: "B"), attributes: ["x": "y"]))
        record.spans.append(.init(content: SpanContent(TextSpan(15, 17), in: text, label: "C")))
        var parts = SpanContent(TextSpan(0, 14), in: text, label: "D")
        parts.fragments = [TextSpan(0, 4), TextSpan(10, 14)]
        record.spans.append(.init(content: parts))
        record.labels = ["t": .string("v")]
        let (files, report) = try write(.conll, [record])
        #expect(files[""]?.contains("left\t0-4\tB-B\nhand\t5-9\tI-B\n") == true)
        #expect(files[""]?.contains("46\t17-19\tB-Age\nM\t19-20\tO\n") == true)
        #expect(
            report.counts == [.overlapping: 1, .inParts: 1, .blank: 1, .divided: 1, .attribute: 1, .noteLabel: 1])
        #expect(report.places.contains("note-17 [5, 9): dropped (overlapping)"))
    }

    @Test("tags that cannot follow each other are read as conlleval reads them, and counted")
    func illegal() throws {
        let (records, report) = try read(.conll, "a B-X\nb I-Y\nc O\nd I-X\ne E-X\n")
        #expect(records[0].spans.map(\.content.text) == ["a", "b", "d e"])
        #expect(report[.illegalTag] == 2)
        #expect(throws: BadInput.self) { try read(.conll, "a X-B\n") }
    }

    @Test("offsets in UTF-16 units or over bare line feeds are put right, others refused with a list")
    func readings() throws {
        let utf16 = #"{"text":"🙂 Denies pain","spans":[{"start":10,"end":14,"text":"pain","label":"P"}]}"#
        let (first, report) = try read(.labels, utf16)
        #expect(first[0].spans[0].content.span == TextSpan(9, 13))
        #expect(report[.reread] == 1)
        let feeds = #"{"text":"a\r\nb pain","spans":[{"start":4,"end":8,"text":"pain","label":"P"}]}"#
        #expect(try read(.labels, feeds).records[0].spans[0].content.span == TextSpan(5, 9))
        let wrong =
            #"{"text":"no pain","spans":[{"start":0,"end":4,"text":"pain","label":"P"},{"start":3,"end":99,"label":"P"}]}"#
        let error = #expect(throws: BadInput.self) { try read(.labels, wrong) }
        #expect(error?.reason.hasPrefix("2 spans do not fit") == true)
        #expect(error?.reason.contains("no pain") == false)
    }

    @Test("i2b2 addresses lines from 1 and tokens from 0, in a text with a space between tokens")
    func i2b2() throws {
        var record = marked("Pt. denies\n⟦chest pain|problem⟧, on ⟦\"ASA\"|treatment⟧.")
        record.spans[0].attributes["assertion"] = "absent"
        let (files, report) = try write(.i2b2, [record])
        #expect(files["note-17.txt"] == "Pt . denies\nchest pain , on \" ASA \" .\n")
        #expect(
            files["note-17.con"]
                == "c=\"chest pain\" 2:0 2:1||t=\"problem\"\nc=\"\" asa \"\" 2:4 2:6||t=\"treatment\"\n")
        #expect(files["note-17.ast"] == "c=\"chest pain\" 2:0 2:1||t=\"problem\"||a=\"absent\"\n")
        #expect(report.counts == [.rebuilt: 1])
        let back = try read(.i2b2, files.mapValues { Array($0.utf8) }).records
        #expect(back[0].spans.map(\.content.text) == ["chest pain", "\" ASA \""])
        #expect(back[0].spans[0].attributes == ["assertion": "absent"])
        #expect(throws: BadInput.self) {
            try read(.i2b2, ["a.txt": Array("no pain".utf8), "a.con": Array("c=\"pain\" 1:0 1:0||t=\"problem\"".utf8)])
        }
    }

    @Test("Prodigy's hashes, session and view come back; what Prodigy has no name for stands beside")
    func prodigy() throws {
        let line = String(decoding: try files(at: golden("foreign/prodigy-ner.jsonl"))[""] ?? [], as: UTF8.self)
            .split(separator: "\n")[0]
        let records = try read(.prodigy, String(line)).records
        let back = try #require(try write(.prodigy, records).files[""])
        for member in [
            #""_input_hash":-1080010644"#, #""_task_hash":1728445858"#, #""_session_id":"ds-anna""#,
            #""token_start":1,"token_end":2"#, #""_annotator_id":"ds-anna""#,
        ] { #expect(back.contains(member), "\(member)") }
        #expect(try read(.prodigy, back).records == records)
        let textcat = try read(.prodigy, try files(at: golden("foreign/prodigy-textcat.jsonl"))).records
        #expect(textcat.count == 1)
        let lines = try #require(try write(.prodigy, textcat).files[""]).split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#""_view_id":"classification""#) })
    }

    @Test("FHIR turns assertion into status, and family into a family's history")
    func fhir() throws {
        var record = marked("No ⟦asthma|Problem⟧; mother ⟦cancer|Problem⟧; ⟦ASA|Drug⟧ ⟦x|Odd⟧")
        record.spans[0].attributes["assertion"] = "absent"
        record.spans[1].attributes["assertion"] = "family"
        record.spans[2].attributes["assertion"] = "absent"
        let (files, report) = try write(.fhir, [record])
        let bundle = try #require(files[""])
        #expect(bundle.contains(#""code":"refuted""#))
        #expect(bundle.contains(#""resourceType":"FamilyMemberHistory""#))
        #expect(bundle.contains(#""status":"not-taken""#))
        #expect(report.counts == [.label: 1])
        var options = FormatOptions()
        options.resources = ["Odd": "Observation"]
        #expect(try write(.fhir, [record], options: options).report.isEmpty)
    }

    @Test("a table quotes what it must, and no cell is a formula")
    func table() throws {
        let record = marked("a, ⟦=1+1 \"x\"|A⟧\nb")
        let csv = try #require(try write(.csv, [record]).files[""])
        #expect(csv.hasSuffix("note-17,kim,,3,11,A,\"'=1+1 \"\"x\"\"\",\"a, \",\"\nb\",,,,,,\r\n"))
        let tsv = try #require(try write(.tsv, [record]).files[""])
        #expect(tsv.hasSuffix("\t'=1+1 \"x\"\ta, \t b\t\t\t\t\t\t\n"))
    }

    @Test("pending and skipped records are left out where a format has no word for them")
    func answers() throws {
        var pending = marked("x", id: "a")
        pending.answer = .pending
        var skipped = marked("x", id: "b")
        skipped.answer = .ignore
        let report = try write(.conll, [pending, skipped]).report
        #expect(report[.pending] == 1 && report[.skipped] == 1)
        let (tasks, lost) = try write(.prodigy, [pending, skipped])
        #expect(tasks[""]?.contains(#""answer":"ignore""#) == true)
        #expect(lost.counts == [.pending: 1])
    }
}
