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
}
