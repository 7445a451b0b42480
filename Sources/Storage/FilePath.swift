import Glibc

/// Paths as text, and where links lead.
package enum FilePath {
    /// The path without its last part.
    package static func parent(of path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let isAbsolute = path.hasPrefix("/")
        if !parts.isEmpty { parts.removeLast() }
        let joined = parts.joined(separator: "/")
        if isAbsolute { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }

    /// As many as the kernel follows (`path_resolution(7)`).
    private static let mostLinks = 40

    /// Where a path leads if it is a link, whether something is there or not: a file that a person names by a link is
    /// written where the link leads.
    package static func followed(_ path: String) -> String {
        var path = path
        for _ in 0..<mostLinks {
            var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let count = readlink(path, &target, target.count - 1)
            guard count >= 0 else { break }
            let words = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = words.hasPrefix("/") ? words : "\(parent(of: path))/\(words)"
        }
        return path
    }
}
