import Annotation
import ClinicalText
import Interchange
import Testing

@Suite("Bad input") struct BadInputTests {
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

    @Test("bytes that are not UTF-8 are refused with their line")
    func invalidUTF8() {
        for format in [Format.labels, .prodigy, .doccano, .spacy, .conll] {
            let bytes: [UInt8] = Array("{\"text\":\"a\"}\n".utf8) + [0x22, 0xFF, 0x22]
            let error = #expect(throws: BadInput.self, "\(format)") { try read(format, ["": bytes]) }
            #expect(error != nil)
        }
    }

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

    @Test("a truncated array or object of JSON is refused")
    func truncated() throws {
        for text in [#"[{"data":{"text":"a"}},"#, #"[{"data":{"text":"a"}"#, #"[{"data":{"text":"a"#] {
            #expect(throws: BadInput.self, "\(text)") { try read(.labelStudio, text) }
        }
        #expect(throws: BadInput.self) { try read(.bioc, #"{"documents":[{"id":"a","passages":[{"text":"x"}]}"#) }
    }
}
