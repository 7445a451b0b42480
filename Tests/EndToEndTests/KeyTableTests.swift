import FoundationEssentials
import Testing

@Suite("The documentation's keys")
struct KeyTableTests {
    @Test("its table is what keys --markdown prints")
    func table() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Documentation/Keys.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(page.firstRange(of: "<!-- keys -->\n")?.upperBound)
        let end = try #require(page.firstRange(of: "<!-- /keys -->")?.lowerBound)
        let printed = try ReviewFolder(notes: ["a": "Pain."]).run("keys", "--markdown")
        func rows(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { String($0) }
        }
        #expect(printed.exitCode == 0)
        #expect(rows(page[start..<end]) == rows(printed.output))
    }
}
