import ClinicalText

/// What models can do in a session beside offering spans.
public enum Ability: Hashable, Sendable {
    /// Say how likely the values of a note's own labels are.
    case classifyingNotes
    /// Answer questions about a note.
    case answeringQuestions
    /// Learn from the decisions.
    case training
}

/// How likely a classifier holds each value for a note.
public struct NoteScores: Hashable, Sendable {
    /// Whose view it is.
    public let model: String
    /// Values with their probability, 0 to 1.
    public let values: [String: Double]

    /// Pairs the two.
    public init(model: String, values: [String: Double]) {
        self.model = model
        self.values = values
    }
}

/// What a model answers to a question about a note.
public enum NoteAnswer: Hashable, Sendable {
    /// The answer stands here.
    ///
    /// - Parameter score: how sure the model is, 0 to 1.
    case found(TextSpan, score: Double)
    /// The note does not say.
    case nothing
    /// There was an error; the line says which.
    case failed(String)
}

/// What a classifier proposes for an attribute of a span.
public struct AttributeGuess: Hashable, Sendable {
    /// The value, as the classifier calls it.
    public let value: String
    /// How likely it is, 0 to 1.
    public let probability: Double

    /// Pairs the two.
    public init(value: String, probability: Double) {
        self.value = value
        self.probability = probability
    }
}
