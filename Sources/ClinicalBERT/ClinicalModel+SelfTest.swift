import ClinicalText

/// What a model did with a few invented sentences.
public struct SelfTest: Sendable, Hashable {
    /// Sentences that went through it.
    public let texts: Int
    /// Tokens of all of them.
    public let tokens: Int
    /// The largest difference of any logit between one worker and two, or alone and in a batch: 0 where the model is sound.
    public let largestDifference: Float
    /// What is wrong; empty if nothing is.
    public let problems: [String]
}

extension ClinicalModel {
    /// Invented, of different lengths so that two workers get different groups, with what notes have: numbers, units,
    /// accents, capitals.
    private static let sentences = [
        "Chest pain.", "No fever, chills or cough since 3 May.",
        "Mr Example, 54, takes metformin 500 mg bid for type 2 diabetes and was seen for a sore left knee.",
        "BP 120/80, T 37.2°C, SpO2 98% on room air.", "Denies naïve use of NSAIDs; allergic to penicillin (rash).",
        "Plan: CBC, chest X-ray, follow-up in 2 weeks.",
    ]

    /// What the probabilities of a row may lack of 1: a masked language model adds up thirty thousand of them in float32.
    private static let sumTolerance: Float = 1e-3

    /// Runs the model over invented sentences, in a batch by one worker and by two, and one after the other, and looks at
    /// what comes out: the same bits.
    public func selfTest() -> SelfTest {
        let encodings = Self.sentences.map { tokenizer.encode(NoteText($0), truncatedTo: maximumLength) }
        let one = logits(for: encodings, threads: 1) ?? []
        let two = logits(for: encodings, threads: 2) ?? []
        let alone = encodings.flatMap { logits(for: [$0], threads: 1) ?? [] }
        var problems: [String] = []
        var difference: Float = 0
        if [one, two, alone].contains(where: { $0.count != encodings.count }) {
            problems.append("a sentence has no outputs")
        }
        for (text, (single, double)) in zip(one, two).enumerated() {
            let place = "sentence \(text + 1)"
            let values = single.values
            if values.isEmpty { problems.append("\(place) has no outputs") }
            if !values.allSatisfy(\.isFinite) { problems.append("\(place) has outputs that are NaN or infinite") }
            if values.count != double.values.count {
                problems.append("\(place) has \(values.count) outputs with one worker, \(double.values.count) with two")
            }
            for (left, right) in zip(values, double.values) where left != right {
                // NaN differs from itself; such outputs were named above.
                if abs(left - right) > difference { difference = abs(left - right) }
            }
            if text < alone.count {
                for (left, right) in zip(values, alone[text].values) where abs(left - right) > difference {
                    difference = abs(left - right)
                }
            }
            for row in 0..<single.rows {
                let sum = single[row].softmax().reduce(0, +)
                if abs(sum - 1) > Self.sumTolerance {
                    problems.append("\(place): the probabilities of token \(row) add up to \(sum)")
                    break
                }
            }
        }
        if difference > 0 {
            problems.append("one worker, two, and a sentence alone differ by \(difference); they must not at all")
        }
        return SelfTest(
            texts: encodings.count, tokens: encodings.reduce(0) { $0 + $1.count }, largestDifference: difference,
            problems: problems)
    }
}
