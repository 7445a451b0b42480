import Annotation
import ClinicalText
import Interchange
import Testing

@Suite("Bad input") struct BadInputTests {
    @Test(
        "an offset at the end of all numbers moves a span out of its note, and traps nothing",
        arguments: [Int.min, .max])
    func offsets(_ offset: Int) throws {
        let json = #"""
            {"documents":[{"id":"1","passages":[{"offset":0,"text":"a"},{"offset":\#(offset),"text":"b","annotations":\#
            [{"id":"T","infons":{"type":"X"},"text":"b","locations":[{"offset":\#(offset),"length":1}]}]}]}]}
            """#
        #expect(try read(.bioc, json).records.map(\.text.string) == ["ab"])
        var far = marked("a ⟦b|X⟧")
        far.spans[0].content.span = TextSpan(0, .max)
        #expect(try write(.csv, [far]).files[""]?.contains("9223372036854775807") == true)
    }

    @Test("XML that declares entities is refused before one is expanded, and nothing is loaded from elsewhere")
    func entities() throws {
        let bomb = """
            <!DOCTYPE collection [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
            <collection><document><id>&b;</id></document></collection>
            """
        let error = #expect(throws: BadInput.self) { try read(.biocXML, bomb) }
        #expect(error?.reason.contains("entities") == true)
        let outside = """
            <!DOCTYPE collection SYSTEM "file:///etc/hostname">
            <collection><document><id>n</id><passage><offset>0</offset><text>pain</text></passage></document></collection>
            """
        #expect(try read(.biocXML, outside).records.map(\.text.string) == ["pain"])
        let deep = String(repeating: "<a>", count: 1000) + String(repeating: "</a>", count: 1000)
        #expect(throws: BadInput.self) { try read(.biocXML, "<document>\(deep)</document>") }
    }

    @Test("entities are refused in every form of XML", arguments: [Format.biocXML, .xmi, .medtator])
    func bombs(format: Format) {
        let entities = (1...9).map { "<!ENTITY a\($0) \"&a\($0 - 1);&a\($0 - 1);&a\($0 - 1);&a\($0 - 1);\">" }.joined()
        let bomb =
            "<!DOCTYPE x [<!ENTITY a0 \"ha\">\(entities)]><x><TEXT>&a9;</TEXT><document><id>&a9;</id></document></x>"
        let files = ["a.xmi": Array(bomb.utf8), "a.xml": Array(bomb.utf8)]
        let error = #expect(throws: BadInput.self) {
            try format == .biocXML ? read(format, bomb) : read(format, files)
        }
        #expect(error?.reason.contains("entities") == true)
        #expect(error?.location.line != nil)
    }

    @Test("JSON nested a thousand deep is refused with its line")
    func nesting() {
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        let error = #expect(throws: BadInput.self) {
            try read(.labels, "{\"text\":\"a\"}\n{\"text\":\"a\",\"x\":\(deep)}")
        }
        #expect(error?.location == SourceLocation("f", line: 2))
    }

    @Test("a line that never ends is refused before it fills the memory")
    func longLine() {
        let source = Input(["": [UInt8](repeating: UInt8(ascii: "x"), count: (64 << 20) + 300_000)], name: "f")
        var report = LossReport()
        let error = #expect(throws: BadInput.self) { try Format.labels.records(source, report: &report) }
        #expect(error?.reason.contains("longer than 64 MiB") == true)
    }

    @Test("an element of an array that never ends is refused before it fills the memory")
    func longElement() {
        let bytes =
            Array(#"[{"data":{"text":""#.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: (64 << 20) + 300_000)
        let error = #expect(throws: BadInput.self) { try read(.labelStudio, ["": bytes]) }
        #expect(error?.reason.contains("longer than 64 MiB") == true)
    }

    @Test("gzip is unpacked, also several members, and refused when cut off or damaged")
    func gzip() throws {
        let line = Array("{\"text\":\"pain\"}\n".utf8)
        let packed = try Deflater().pack(line, isLast: true)
        #expect(try read(.labels, ["": packed + packed]).records.count == 2)
        #expect(throws: BadInput.self) { try read(.labels, ["": Array(packed.dropLast(9))]) }
        var damaged = packed
        damaged[12] ^= 0xFF
        #expect(throws: BadInput.self) { try read(.labels, ["": damaged]) }
    }

    @Test("an .ann without its .txt, an id given twice, and lines that are none of brat's are refused with their place")
    func brat() {
        #expect(throws: BadInput.self) { try read(.brat, ["a.ann": []]) }
        for line in [
            "T1\tP 7 17\tother words", "T1\tP 7 99\tchest pain", "T1\tP -7 17\tchest pain", "T1\tP 17 7\tchest pain",
            "T1\tP\tchest pain", "T1\tP 7 17", "A1\tNegation", "#1\tAnnotatorNotes", "hello", "E1\t",
            "N1\tReference T1",
            "T1\tP 7 99999999999999999999\tchest pain", "T1\tP 7 12\tchest\nT1\tP 7 12\tchest",
        ] {
            #expect(throws: BadInput.self, "\(line)") {
                try read(.brat, ["a.txt": Array("Denies chest pain.".utf8), "a.ann": Array(line.utf8)])
            }
        }
        let error = #expect(throws: BadInput.self) {
            try read(.brat, ["a.txt": Array("pain".utf8), "a.ann": Array("T1\tP 0 4\tpain\n\nhello".utf8)])
        }
        #expect(error?.location == SourceLocation("f/a.ann", line: 3))
    }

    @Test("bytes that are not UTF-8 are refused with file and line", arguments: Format.allCases.filter(\.isRead))
    func invalidUTF8(format: Format) throws {
        var source = try files(
            at: golden(format.isWritten ? "written/\(format.rawValue)" : Self.onlyRead[format] ?? ""))
        for (path, bytes) in source {
            // In a word of the note, in whatever the format holds it.
            guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: "pain".utf8) }) else { continue }
            var damaged = bytes
            damaged[place] = 0xFF
            source[path] = damaged
        }
        let error = #expect(throws: BadInput.self) { try read(format, source) }
        #expect(error?.location.file.hasPrefix("f") == true)
        #expect(error?.location.line != nil || error?.location.byte != nil)
    }

    private static let onlyRead: [Format: String] = [
        .medcat: "foreign/medcat.json", .medtator: "foreign/medtator.xml", .inline: "foreign/inline.txt",
    ]

    @Test("a file in no format says what was looked for")
    func unknown() {
        for text in ["Dear colleague", "<html></html>", "{\"a\":1}", "[]", ""] {
            let error = #expect(throws: BadInput.self, "\(text)") {
                try Format.detect(Input(["": Array(text.utf8)], name: "f"))
            }
            #expect(error?.reason.contains("\n  ") == true)
        }
        #expect(throws: BadInput.self) { try Format.detect(Input(["a.pdf": []], name: "f")) }
    }

    @Test("two finished records of a note are refused where there is room for one, naming the annotators")
    func twice() throws {
        var way = Transfer(from: "f", isSingle: true)
        var other = marked("x")
        other.annotator = "ann"
        #expect(try way.isWanted(marked("x")))
        let error = #expect(throws: BadInput.self) { try way.isWanted(other) }
        #expect(error?.reason.contains("ann, kim") == true)
        var one = Transfer(from: "f", annotator: "ann", isSingle: true)
        #expect(try !one.isWanted(marked("x")))
        #expect(try one.isWanted(other))
        var none = Transfer(from: "f", annotator: "zoe", isSingle: true)
        #expect(try !none.isWanted(other))
        #expect(throws: BadInput.self) { try none.finish() }
    }

    @Test("spans that fit no reading of their offsets are refused with the note and the place of each, in every format")
    func misplaced() {
        let files: [(Format, String)] = [
            (.labels, #"{"text":"pain","spans":[{"start":0,"end":9,"label":"P"}]}"#),
            (.labels, #"{"text":"pain","spans":[{"start":0,"end":4,"text":"rash","label":"P"}]}"#),
            (.prodigy, #"{"text":"pain","_task_hash":1,"spans":[{"start":3,"end":2,"label":"P"}]}"#),
            (.doccano, #"{"text":"pain","label":[[-1,4,"P"]]}"#),
            (
                .labelStudio,
                #"[{"data":{"text":"pain"},"annotations":[{"result":[{"id":"a","type":"labels","value":{"start":0,"end":9,"text":"pain","labels":["P"]}}]}]}]"#
            ),
            (.spacy, #"{"text":"pain","ents":[{"start":2,"end":99,"label":"P"}]}"#),
            (
                .bioc,
                #"{"documents":[{"id":"a","passages":[{"offset":0,"text":"pain","annotations":[{"infons":{"type":"P"},"text":"rash","locations":[{"offset":0,"length":4}]}]}]}]}"#
            ),
            (
                .medcat,
                #"{"projects":[{"documents":[{"text":"pain","annotations":[{"start":0,"end":4,"cui":"C1","value":"rash"}]}]}]}"#
            ),
        ]
        for (format, text) in files {
            let error = #expect(throws: BadInput.self, "\(format) \(text)") { try read(format, text) }
            #expect(error?.reason.contains("1 span does not fit the text") == true, "\(format) \(error?.reason ?? "")")
        }
    }

    @Test("a truncated array or object of JSON is refused")
    func truncated() throws {
        for text in [#"[{"data":{"text":"a"}},"#, #"[{"data":{"text":"a"}"#, #"[{"data":{"text":"a"#] {
            #expect(throws: BadInput.self, "\(text)") { try read(.labelStudio, text) }
        }
        #expect(throws: BadInput.self) { try read(.bioc, #"{"documents":[{"id":"a","passages":[{"text":"x"}]}"#) }
    }
}
