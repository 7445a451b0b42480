import ClinicalText

extension SpanContent {
    /// What does not fit between the span and the text it should be of, in words; `nil` if everything does.
    ///
    /// Surfaces are compared byte by byte: two spellings of one letter are not the same. The words themselves, which are a
    /// patient's, are not repeated.
    public func misfit(in note: NoteText) -> String? {
        let place = "\(label) [\(span.start.value), \(span.end.value))"
        guard note.holds(span) else { return "\(place) is not inside the text of \(note.scalarCount) code points" }
        guard note[span].utf8.elementsEqual(text.utf8) else { return "\(place): the note has other words there" }
        var end = span.start
        for fragment in fragments ?? [] {
            guard note.holds(fragment), end <= fragment.start, fragment.end <= span.end else {
                return
                    "\(place) has a part [\(fragment.start.value), \(fragment.end.value)) that is out of order or outside"
            }
            end = fragment.end
        }
        return nil
    }
}
