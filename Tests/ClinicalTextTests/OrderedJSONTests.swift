import ClinicalText
import Testing

@Suite("JSON of unknown form")
struct OrderedJSONTests {
    @Test("is refused when it nests deeper than any file of ours, however deep that is", arguments: [257, 1_000_000])
    func nesting(_ depth: Int) {
        for open in ["[", #"{"a":"#] {
            let error = #expect(throws: BadInput.self) {
                try OrderedJSON.parse(Array(String(repeating: open, count: depth).utf8), file: "deep.json")
            }
            #expect(error?.description.hasSuffix("nested deeper than 256 levels") == true)
        }
    }

    @Test("keeps members that are given many times, and finds the first")
    func duplicates() throws {
        let members = (0..<50_000).map { #""same":\#($0)"# }.joined(separator: ",")
        let json = try OrderedJSON.parse(Array("{\(members)}".utf8), file: "twice.json")
        #expect(json.members?.count == 50_000)
        #expect(json["same"]?.int == 0)
    }

    @Test("members that nobody wants are gone over: what is no JSON in them is refused all the same")
    func unread() throws {
        func parse(_ text: String) throws -> OrderedJSON {
            try OrderedJSON.parse(Array(text.utf8), file: "f", unread: ["x"])
        }
        let json = try parse(#"{"a":{"x":1},"x":[{"b":"]\"}"},[],{},-1.5,true,null],"c":2}"#)
        #expect(json["a"]?["x"]?.int == 1, "only the outermost object's")
        #expect(json["c"]?.int == 2)
        if case .null? = json["x"] {} else { Issue.record("x was read") }
        for bad in ["[1,]", "[1", "{1:2}", #"{"a" 2}"#, #"{"a":2"#, #""abc"#, "nul", #""a\"#, "", "[1 2]"] {
            #expect(throws: BadInput.self, "\(bad)") { try parse(#"{"x":"# + bad + "}") }
        }
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(throws: BadInput.self) { try parse(#"{"x":"# + deep + "}") }
    }

    @Test("is read with Python's NaN and Infinity where that is asked for, and only there")
    func python() throws {
        for number in ["NaN", "Infinity", "-Infinity"] {
            let bytes = Array(#"{"a":[\#(number),-1]}"#.utf8)
            let elements = try #require(try OrderedJSON.parse(python: bytes, file: "file")["a"]?.elements)
            #expect(elements[0].double?.isFinite == false)
            #expect(elements[0].int == nil)
            #expect(elements[1].int == -1)
            #expect(throws: BadInput.self) { try OrderedJSON.parse(bytes, file: "file") }
        }
        for word in ["nan", "Inf", "-Inf", "-", "N", "+Infinity"] {
            #expect(throws: BadInput.self) { try OrderedJSON.parse(python: Array(word.utf8), file: "file") }
        }
    }
}
