import ClinicalText

extension ModelConfiguration {
    /// What the head's outputs mean.
    public enum Task: Sendable, Hashable {
        /// Labels for each token.
        case tokenClassification
        /// Scores of the labels of the whole text.
        case sequenceClassification(ProblemType)
        /// What could stand in place of each token.
        case maskedLanguageModel
        /// Where the answer to a question starts and ends.
        case questionAnswering
    }

    /// How a sequence classifier's logits become scores.
    public enum ProblemType: String, Sendable, Hashable {
        /// Softmax: the labels exclude each other.
        case singleLabel = "single_label_classification"
        /// Sigmoid: each label for itself.
        case multiLabel = "multi_label_classification"
        /// The logits themselves.
        case regression
    }
}

extension ModelConfiguration.Task: CustomStringConvertible {
    /// As a person would call the head.
    public var description: String {
        switch self {
        case .tokenClassification: "a token classifier"
        case .sequenceClassification: "a sequence classifier"
        case .maskedLanguageModel: "a masked language model"
        case .questionAnswering: "a question answerer"
        }
    }

    /// Tells the head by the first of `architectures`; where that names none, by the tensors that are there.
    init(_ file: ConfigurationFile, labels: [String], has: (String) -> Bool) throws(BadInput) {
        let name = file["architectures"]?.elements?.first?.string ?? ""
        if name.hasSuffix("ForTokenClassification") {
            self = .tokenClassification
        } else if name.hasSuffix("ForSequenceClassification") {
            self = .sequenceClassification(try Self.problem(file, labels.count))
        } else if name.hasSuffix("ForMaskedLM") || name == "BertForPreTraining" {
            // What BERT was pre-trained with is a masked language model beside a next-sentence head.
            self = .maskedLanguageModel
        } else if name.hasSuffix("ForQuestionAnswering") {
            self = .questionAnswering
        } else if name.isEmpty || name.hasSuffix("Model") {
            self = try Self.task(of: file, labels, has)
        } else {
            throw file.bad(
                "the head '\(name)' is not supported; supported: …ForTokenClassification, …ForSequenceClassification, "
                    + "…ForMaskedLM, …ForQuestionAnswering")
        }
    }

    private static func task(
        of file: ConfigurationFile, _ labels: [String], _ has: (String) -> Bool
    ) throws(BadInput) -> Self {
        if has("qa_outputs.weight") { return .questionAnswering }
        let decoders = [
            "cls.predictions.transform.dense.weight", "vocab_transform.weight", "lm_head.dense.weight",
            "generator_predictions.dense.weight", "lm_predictions.lm_head.dense.weight", "decoder.bias",
        ]
        if decoders.contains(where: has) { return .maskedLanguageModel }
        if has("classifier.out_proj.weight") || has("pre_classifier.weight") {
            return .sequenceClassification(try problem(file, labels.count))
        }
        if has("classifier.weight") {
            // A classifier of tokens may carry BERT's pooler along, unused; only it has a label for none.
            let hasPooler = has("bert.pooler.dense.weight") || has("pooler.dense.weight")
            let isSequence = hasPooler && !labels.contains("O")
            return isSequence ? .sequenceClassification(try problem(file, labels.count)) : .tokenClassification
        }
        throw file.bad(
            "'architectures' names no head and the weights hold none: this is a bare encoder, which predicts nothing")
    }

    private static func problem(
        _ file: ConfigurationFile, _ labels: Int
    ) throws(BadInput) -> ModelConfiguration.ProblemType {
        guard let entry = file["problem_type"] else { return labels == 1 ? .multiLabel : .singleLabel }
        guard let problem = entry.string.flatMap(ModelConfiguration.ProblemType.init(rawValue:)) else {
            throw file.bad("problem_type '\(entry.string ?? "?")' is not supported")
        }
        // A single output has nothing to be weighed against: the reference takes its sigmoid.
        return labels == 1 && problem == .singleLabel ? .multiLabel : problem
    }
}
