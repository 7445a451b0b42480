import ClinicalText

/// Spans of a file that do not fit the text they should be of.
struct Misfits {
    /// Enough to see a pattern, such as offsets that drift.
    private static let shown = 10
    private var list: [String] = []

    mutating func add(_ misfits: [String], at place: String) { list += misfits.map { "\(place): \($0)" } }

    /// Refuses the file if anything did not fit.
    func check(_ file: String) throws(BadInput) {
        guard !list.isEmpty else { return }
        let more = list.count > Self.shown ? "\n  and \(list.count - Self.shown) more" : ""
        throw BadInput(
            SourceLocation(file),
            "\(list.count) span\(list.count == 1 ? " does" : "s do") not fit the text:\n  "
                + list.prefix(Self.shown).joined(separator: "\n  ") + more)
    }
}
