/// A phrase that says how a finding near it is meant, or where such a phrase's reach ends.
///
/// The family of rules is that of NegEx (Chapman et al., J Biomed Inform 2001;34:301) and ConText (Harkema et al., J Biomed
/// Inform 2009;42:839): a cue before or after a finding, pseudo-cues that only look like one, and terminators.
struct Cue: Hashable, Sendable {
    /// What the phrase does.
    enum Role: Hashable, Sendable {
        /// Gives its value to what follows.
        case before(AssertionValue)
        /// Gives its value to what stands before it, as far back as some words.
        case after(AssertionValue, reach: Int)
        /// Looks like a cue and is none: it hides the cues in it.
        case pseudo
        /// Ends the scopes of these dimensions.
        case terminator(Set<Dimension>)
    }

    /// Values that answer the same question; of two cues of one dimension the nearer counts.
    enum Dimension: Hashable, Sendable, CaseIterable {
        /// Is it there?
        case certainty
        /// When, or under which circumstance?
        case time
        /// Whose is it?
        case person
    }

    /// Its words, folded as ``Passage`` folds a note's; `_` stands for any one word.
    let words: [String]
    let role: Role

    /// A word of a cue that stands for any one word.
    static let anyWord = "_"

    init(_ phrase: String, _ role: Role) {
        words = phrase.split(separator: " ").flatMap { part in
            part == Cue.anyWord[...] ? [Cue.anyWord] : Passage.words(of: String(part))
        }
        self.role = role
    }

    /// The value it gives, if it gives one.
    var value: AssertionValue? {
        switch role {
        case .before(let value), .after(let value, _): value
        case .pseudo, .terminator: nil
        }
    }
}

extension AssertionValue {
    /// The question it answers.
    var dimension: Cue.Dimension {
        switch self {
        case .present, .absent, .possible: .certainty
        case .hypothetical, .conditional, .historical: .time
        case .family: .person
        }
    }
}
