import ClinicalText

/// The names of files for notes, in formats that are folders.
enum NotePath {
    /// File systems give a name 255 bytes, of which the longest ending we write, `.xmi.gz`, takes seven.
    private static let longestName = 248

    /// Where a note goes: slashes make folders, where each part can be the name of one.
    ///
    /// - Throws: ``BadInput`` for a name that is too long for a file.
    static func path(of id: String) throws(BadInput) -> String {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        let path = parts.contains(where: \.isEmpty) ? part(id[...]) : parts.map(part).joined(separator: "/")
        for name in path.split(separator: "/") where name.utf8.count > longestName {
            throw BadInput(
                SourceLocation("export"), "the note's id '\(id.printable)' is too long for the name of a file")
        }
        return path
    }

    /// The note's id, from the path of its file without the ending.
    static func id(of path: String) -> String { PercentCoding.decode(path) }

    /// One name of a file: no `/`, no control character, no dot in front.
    private static func part(_ id: Substring) -> String {
        let name = PercentCoding.encode(id, also: ["/"])
        // A space is harmless in a file's name, and encoding it would only make it hard to read.
        let readable = name.split(separator: "%20", omittingEmptySubsequences: false).joined(separator: " ")
        return readable.hasPrefix(".") ? "%2E" + readable.dropFirst() : readable
    }
}
