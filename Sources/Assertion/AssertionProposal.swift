import ClinicalText

/// How a finding seems to be meant, and what says so.
public struct AssertionProposal: Hashable, Sendable {
    /// How the finding is meant.
    public let value: AssertionValue
    /// The words that say so; `nil` for `present`, which nothing needs to say.
    public let cue: TextSpan?
    /// How far these words reach, without themselves; `nil` where there are none.
    public let scope: TextSpan?

    /// What holds where nothing says otherwise.
    public static let present = AssertionProposal(value: .present, cue: nil, scope: nil)
}
