/// The labels of a set of notes.
package enum TrainingLabels {
    /// How often each label is there.
    ///
    /// - Parameter isOfText: whether the notes' own label counts, else those of their spans.
    package static func counts(_ notes: [TrainingNote], isOfText: Bool) -> [String: Int] {
        var counts: [String: Int] = [:]
        for note in notes {
            if isOfText {
                if let label = note.label { counts[label, default: 0] += 1 }
            } else {
                for span in note.spans ?? [] { counts[span.label, default: 0] += 1 }
            }
        }
        return counts
    }

    /// BIO tags of these labels (Ramshaw and Marcus 1995, in the form IOB2), `O` first.
    package static func tags(_ labels: [String]) -> [String] { ["O"] + labels.flatMap { ["B-\($0)", "I-\($0)"] } }
}
