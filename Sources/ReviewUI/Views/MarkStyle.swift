import Annotation
import Screen

extension Model {
    /// A label's colour; grey for one that the schema lacks.
    func hue(of label: String) -> Hue { hues[label] ?? .gray }

    /// The key that stands for a label in the margin.
    func sign(of label: String) -> String { schema.spanLabel(named: label)?.key.map(String.init) ?? "·" }

    /// How a mark is drawn where it is not under the cursor.
    ///
    /// Never by colour alone: what is decided has a ground (ink and ground exchanged without colours), what is
    /// undecided an underline, what was rejected is dim. Where marks lie on one another the ground is underlined and
    /// the underlined ink bold.
    func style(of mark: Mark, isOverlapped: Bool) -> Style {
        switch mark.kind {
        case .decided:
            return Style(foreground: .black, background: hue(of: mark.content.label), underline: isOverlapped)
        case .undecided:
            return Style(foreground: hue(of: mark.content.label), bold: isOverlapped, underline: true)
        case .rejected:
            return Style(foreground: .gray, dim: true)
        }
    }

    /// What a filter passes over: still seen to be marked, and nothing more.
    static let filteredStyle = Style(dim: true, underline: true)
    /// What is under the cursor or selected.
    static let focusStyle = Style(bold: true, reverse: true)
    /// The bare token under the cursor.
    static let cursorStyle = Style(reverse: true)
    /// The words that say how a finding is meant.
    static let cueStyle = Style(foreground: .yellow, bold: true, underline: true)
    /// What a search found.
    static let hitStyle = Style(foreground: .black, background: .yellow, bold: true)

    /// The state of a mark in words.
    func state(of mark: Mark) -> String {
        if schema.spanLabel(named: mark.content.label) == nil { return "read-only: not in the schema" }
        switch mark.kind {
        case .undecided: return "undecided"
        case .rejected: return "rejected"
        case .decided(let span):
            switch span.source {
            case .model, .imported: return "accepted"
            case .human: return span.offered == nil ? "yours" : "taken over"
            case .corrected:
                guard let offered = span.offered?.content else { return "corrected" }
                return offered.label == span.content.label
                    ? "corrected edges, was “\(DisplayText.clipped(DisplayText.line(offered.text), to: 24))”"
                    : "corrected, was \(offered.label)"
            }
        }
    }

    /// What was offered, whatever became of it.
    func offered(as mark: Mark) -> Suggestion? {
        switch mark.kind {
        case .undecided(let suggestion): suggestion
        case .rejected(let rejected): rejected.offered
        case .decided(let span): span.offered
        }
    }

    /// How sure the model was.
    func score(of mark: Mark) -> String? {
        offered(as: mark).flatMap { $0.isFromAnnotators ? nil : $0.score.percent }
    }

    /// A model's name with four digits of its digest: enough to tell two apart at a glance.
    static func shortModelName(_ name: String) -> String {
        name.split(separator: " + ").map { name in
            guard let at = name.lastIndex(of: "@") else { return String(name) }
            return String(name[...at] + name[name.index(after: at)...].prefix(4))
        }.joined(separator: " + ")
    }

    /// Who offered it, and where several models read the note, whether all of them do.
    func originWords(of suggestion: Suggestion) -> String {
        guard readerCount > 1, !suggestion.isFromAnnotators else { return Self.origin(of: suggestion) }
        guard let supporters = review.supporters(of: suggestion.content) else { return "all \(readerCount) models" }
        return "only " + supporters.map(Self.shortModelName).joined(separator: ", ")
    }

    /// Who offered it: a model, or the annotators that an adjudicator decides between.
    static func origin(of suggestion: Suggestion) -> String {
        suggestion.isFromAnnotators
            ? suggestion.annotators.joined(separator: ", ") : shortModelName(suggestion.model)
    }

    /// Remarks on a mark.
    func comments(on mark: Mark) -> [String] {
        guard case .decided(let span) = mark.kind else { return [] }
        return review.document.comments.filter { $0.target == span.id }.map(\.text)
    }
}
