import Annotation

/// The question why a span is what it is, with what is known so far.
package struct Why: Hashable, Sendable {
    /// How far the model is with its part of the answer.
    package enum Answer: Hashable, Sendable {
        /// It was asked.
        case waiting
        /// This is what it makes of the span.
        case ready(SpanExplanation)
        /// There is none; the line says why.
        case none(String)
    }

    /// The span.
    package let mark: Mark
    /// The model's part.
    package var answer: Answer
}
