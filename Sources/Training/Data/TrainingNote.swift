import Annotation
import ClinicalText

/// A note with what is right about it.
package struct TrainingNote: Sendable, Hashable {
    package var id: String
    /// What must not be divided between training and development: the patient, else the note.
    package var group: String
    package var text: NoteText
    /// Its spans; `nil` if nobody marked any, not even none.
    package var spans: [Span]?
    /// Spans that somebody rejected: what is said of their words is that they are not of this label.
    package var rejected: [Span] = []
    /// Whether it is finished: every word outside of the spans is then known to be of none.
    package var isComplete = true
    /// Its own label, of the name that is trained.
    package var label: String?
    /// Where it was read.
    package var location: SourceLocation

    /// A marked stretch of the text.
    package struct Span: Sendable, Hashable {
        package var span: TextSpan
        package var label: String

        package init(_ span: TextSpan, _ label: String) {
            self.span = span
            self.label = label
        }
    }

    package init(
        id: String, group: String? = nil, text: NoteText, spans: [Span]?, label: String? = nil,
        location: SourceLocation
    ) {
        self.id = id
        self.group = group ?? id
        self.text = text
        self.spans = spans
        self.label = label
        self.location = location
    }
}

extension TrainingNote {
    /// Spans of which no two overlap: the longest first, then the one that starts first.
    var flatSpans: [Span] {
        var kept: [Span] = []
        let byLength = (spans ?? []).sorted {
            ($1.span.count, $0.span.start) < ($0.span.count, $1.span.start)
        }
        for span in byLength where !kept.contains(where: { $0.span.overlaps(span.span) }) { kept.append(span) }
        return kept.sorted { $0.span < $1.span }
    }
}
