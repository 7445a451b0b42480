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
    /// From its first to its last code point; kept outside the box, because thousands are compared by it.
    package let span: TextSpan
    /// What needs an answer comes first, then what stands, then what was rejected.
    let rank: Int

    init(_ kind: Kind) {
        self.kind = kind
        switch kind {
        case .undecided(let suggestion): (span, rank) = (suggestion.content.span, 0)
        case .decided(let decided): (span, rank) = (decided.content.span, 1)
        case .rejected(let rejected): (span, rank) = (rejected.offered.content.span, 2)
        }
    }

    /// Where, which words, which label.
    package var content: SpanContent {
        switch kind {
        case .decided(let span): span.content
        case .undecided(let suggestion): suggestion.content
        case .rejected(let rejected): rejected.offered.content
        }
    }

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

    /// Whether it waits for an answer.
    var isUndecided: Bool { rank == 0 }
}
