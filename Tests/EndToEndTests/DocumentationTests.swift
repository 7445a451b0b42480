import FoundationEssentials
import Testing

@Suite("The documentation")
struct DocumentationTests {
    /// A reader decides within a screen or two.
    private static let longestReadme = 8192

    private static var pages: [String] {
        let root = ReviewFolder.root
        return ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
            + ["Documentation", "Samples"].flatMap { folder in
                ((try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")) ?? [])
                    .filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
            }
    }

    private static func text(_ page: String) throws -> String {
        try String(contentsOfFile: "\(ReviewFolder.root)/\(page)", encoding: .utf8)
    }

    /// The targets of Markdown's links and pictures, outside of code.
    private static func links(_ text: String) -> [String] {
        var links: [String] = []
        var isCode = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode || line.hasPrefix("    ") { continue }
            for part in line.split(separator: "](").dropFirst() {
                links.append(String(part.prefix { $0 != ")" }))
            }
        }
        return links
    }

    /// The anchor that a heading gets.
    private static func anchor(_ heading: Substring) -> String {
        String(
            heading.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character in
                character == " " ? "-" : character.isLetter || character.isNumber || character == "-" ? character : nil
            })
    }

    @Test("leads nowhere that is not there", arguments: pages)
    func links(page: String) throws {
        let folder = page.split(separator: "/").dropLast().joined(separator: "/")
        for link in Self.links(try Self.text(page)) where !link.contains("://") && !link.hasPrefix("mailto:") {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let target = parts[0].isEmpty ? page : folder.isEmpty ? String(parts[0]) : "\(folder)/\(parts[0])"
            #expect(FileManager.default.fileExists(atPath: "\(ReviewFolder.root)/\(target)"), "\(page): \(link)")
            guard parts.count == 2 else { continue }
            let headings = try Self.text(target).split(separator: "\n").filter { $0.hasPrefix("#") }
            #expect(headings.map(Self.anchor).contains(String(parts[1])), "\(page): \(link)")
        }
    }

    @Test("is reached from the README, page by page")
    func reached() throws {
        let linked = Set(Self.links(try Self.text("README.md")))
        for page in Self.pages where page.hasPrefix("Documentation/") && page.split(separator: "/").count == 2 {
            #expect(linked.contains(page), "\(page)")
        }
    }

    @Test("begins with a README that is read in a minute")
    func length() throws {
        #expect(try Self.text("README.md").utf8.count <= Self.longestReadme)
    }
}
