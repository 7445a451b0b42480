import Assertion
import ClinicalText

/// A note in which the finding stands in brackets, as in `Denies ⟦chest pain⟧`.
struct Marked {
    let text: NoteText
    let finding: TextSpan

    init(_ marked: String) {
        let scalars = Array(marked.unicodeScalars)
        let open = scalars.firstIndex(of: "⟦") ?? 0
        let close = scalars.firstIndex(of: "⟧") ?? scalars.count
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars.filter { $0 != "⟦" && $0 != "⟧" })
        self.text = NoteText(String(text))
        finding = TextSpan(open, close - 1)
    }

    var proposal: AssertionProposal { CueEngine.english.proposal(for: finding, in: text) }

    /// `absent by “Denies” over “chest pain”`, or `present`.
    var words: String {
        let proposal = proposal
        guard let cue = proposal.cue, let scope = proposal.scope else { return proposal.value.rawValue }
        return "\(proposal.value.rawValue) by “\(text[cue])” over “\(text[scope])”"
    }
}
