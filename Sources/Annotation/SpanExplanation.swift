import ClinicalText

/// What a model makes of a span, and which words of its sentence made it do so.
public struct SpanExplanation: Hashable, Sendable {
    /// A label with its probability, 0 to 1.
    public struct LabelProbability: Hashable, Sendable {
        /// The model's name for it; `nil` for no label at all.
        public let label: String?
        /// How likely it is for the span's words, on average.
        public let probability: Double

        /// Pairs the two.
        public init(label: String?, probability: Double) {
            self.label = label
            self.probability = probability
        }
    }

    /// A word, and how much less likely the span's label is without it.
    public struct Push: Hashable, Sendable {
        /// Where the word stands in the note.
        public let word: TextSpan
        /// The probability with the word less that without it; negative for a word that speaks against the label.
        public let drop: Double

        /// Pairs the two.
        public init(word: TextSpan, drop: Double) {
            self.word = word
            self.drop = drop
        }
    }

    /// Whose view it is.
    public let model: String
    /// Every label, the likeliest first.
    public let labels: [LabelProbability]
    /// Words of the sentence by occlusion, the strongest first.
    ///
    /// Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014).
    public let pushes: [Push]

    /// Makes an explanation.
    public init(model: String, labels: [LabelProbability], pushes: [Push]) {
        self.model = model
        self.labels = labels
        self.pushes = pushes
    }
}
