import ClinicalText

/// The text that a classifier of assertion reads: the span's sentence with `[entity]` before and after the span.
///
/// As `bvanaken/clinical-assertion-negation-bert` was trained (van Aken et al., "Assertion Detection in Clinical Notes:
/// Medical Language Models to the Rescue?", NLPMC 2021).
public enum MarkedTarget {
    private static let sign = "[entity]"
    /// Characters on either side: a "sentence" may be a list of a page, and the target must stay within the model's window.
    private static let surroundings = 400

    /// Marks `span` in its sentence.
    ///
    /// - Parameter sentences: those of the note.
    public static func text(of span: TextSpan, in note: NoteText, sentences: [TextSpan]) -> NoteText {
        let around = sentences.filter { $0.overlaps(span) }
        let start = max(around.first?.start.value ?? 0, span.start.value - surroundings)
        let end = min(around.last?.end.value ?? note.scalarCount, span.end.value + surroundings)
        let before = note[TextSpan(min(start, span.start.value), span.start.value)]
        let after = note[TextSpan(span.end.value, max(end, span.end.value))]
        return NoteText("\(before)\(sign) \(note[span]) \(sign)\(after)")
    }
}
