import Annotation
import ClinicalText

/// A stretch of the note that is shown marked: a span that stands, a suggestion, or a rejected one.
package struct Mark: Hashable, Sendable {
    /// What stands behind it.
    ///
    /// Indirect, because thousands are sorted and searched after each decision.
    package indirect enum Kind: Hashable, Sendable {
        /// A person made or accepted it.
        case decided(EntitySpan)
        /// Offered, no answer yet.
        case undecided(Suggestion)
        /// A person said no.
        case rejected(RejectedSpan)
    }

    /// Names a mark across edits of others.
    package enum ID: Hashable, Sendable {
        /// A span that stands.
        case span(EventID)
        /// An undecided suggestion.
        case suggestion(SpanContent)
        /// A rejected one.
        case rejected(EventID)
    }

    /// What stands behind it.
    package let kind: Kind

    /// Where, which words, which label.
    package var content: SpanContent {
        switch kind {
        case .decided(let span): span.content
        case .undecided(let suggestion): suggestion.content
        case .rejected(let rejected): rejected.offered.content
        }
    }

    /// From its first to its last code point.
    package var span: TextSpan { content.span }

    /// The stretches that are drawn: its fragments, as far as they lie in it, or all of it.
    var parts: [TextSpan] {
        let fragments = content.fragments?.filter { $0.count > 0 && span.contains($0) } ?? []
        return fragments.isEmpty ? [span] : fragments
    }

    /// Names it.
    package var id: ID {
        switch kind {
        case .decided(let span): .span(span.id)
        case .undecided(let suggestion): .suggestion(suggestion.content)
        case .rejected(let rejected): .rejected(rejected.id)
        }
    }

    /// What needs an answer comes first, then what stands, then what was rejected.
    var rank: Int {
        switch kind {
        case .undecided: 0
        case .decided: 1
        case .rejected: 2
        }
    }

    /// Whether it waits for an answer.
    var isUndecided: Bool { rank == 0 }
}
