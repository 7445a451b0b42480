import Annotation
import ClinicalText

/// The choice of one annotator's record of each note, for formats that have room for one.
public enum Readings {
    /// The records of `annotator`.
    ///
    /// - Throws: ``BadInput`` if there are none, naming those whose there are.
    public static func of(
        _ annotator: String, among records: [LabelRecord], file: String
    ) throws(BadInput) -> [LabelRecord] {
        let chosen = records.filter { $0.annotator == annotator }
        if chosen.isEmpty, !records.isEmpty {
            let names = Set(records.map(\.annotator)).sorted().joined(separator: ", ")
            throw BadInput(SourceLocation(file), "there are no records of '\(annotator)'; there are some of: \(names)")
        }
        return chosen
    }

    /// Makes sure that each note has one finished record at most.
    ///
    /// - Throws: ``BadInput`` naming the annotators where a note has several.
    static func single(_ records: [LabelRecord], file: String) throws(BadInput) {
        let byNote = Dictionary(grouping: records, by: \.id).filter { $0.value.count > 1 }
        guard let first = records.first(where: { byNote[$0.id] != nil }) else { return }
        let names = Set(byNote.values.flatMap { $0.map(\.annotator) }).sorted().joined(separator: ", ")
        throw BadInput(
            SourceLocation(file),
            "several annotators finished the same note (\(byNote.count) in all, '\(first.id)' first): \(names); "
                + "choose one with --annotator NAME")
    }
}

/// Spans of a file that do not fit the text they should be of.
struct Misfits {
    /// Enough to see a pattern, such as offsets that drift.
    private static let shown = 10
    private var list: [String] = []

    mutating func add(_ misfit: String?, at place: String) {
        if let misfit { list.append("\(place): \(misfit)") }
    }

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
