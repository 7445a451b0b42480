import FoundationEssentials
import Testing

@Suite("The README's keys")
struct KeyTableTests {
    @Test("its table is what keys --markdown prints")
    func table() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "README.md")
        let readme = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(readme.firstRange(of: "<!-- keys -->\n")?.upperBound)
        let end = try #require(readme.firstRange(of: "<!-- /keys -->")?.lowerBound)
        let printed = try ReviewFolder(notes: ["a": "Pain."]).run("keys", "--markdown")
        func rows(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { String($0) }
        }
        #expect(printed.exitCode == 0)
        #expect(rows(readme[start..<end]) == rows(printed.output))
    }
}
