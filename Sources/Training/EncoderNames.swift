import CVectorMath
import ClinicalBERT

/// What transformers calls the tensors of an architecture, and which layers its heads have.
struct EncoderNames: Sendable {
    let architecture: TrainableCheckpoint.Architecture
    let prefix: String
    let layer: String
    let queryKeyValue: [String]
    let output: String
    let attentionNorm: String
    let expansion: String
    let contraction: String
    let outputNorm: String

    static func of(_ architecture: TrainableCheckpoint.Architecture) -> EncoderNames {
        switch architecture {
        case .bert:
            EncoderNames(
                architecture: architecture, prefix: "bert.", layer: "encoder.layer.",
                queryKeyValue: ["attention.self.query", "attention.self.key", "attention.self.value"],
                output: "attention.output.dense", attentionNorm: "attention.output.LayerNorm",
                expansion: "intermediate.dense", contraction: "output.dense", outputNorm: "output.LayerNorm")
        case .distilbert:
            EncoderNames(
                architecture: architecture, prefix: "distilbert.", layer: "transformer.layer.",
                queryKeyValue: ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
                output: "attention.out_lin", attentionNorm: "sa_layer_norm", expansion: "ffn.lin1",
                contraction: "ffn.lin2", outputNorm: "output_layer_norm")
        }
    }

    /// `Bert` or `DistilBert`, as `architectures` of `config.json` spells it.
    var className: String { architecture == .bert ? "Bert" : "DistilBert" }

    /// The masked language model's decoder, where it is stored and not the word table under another name.
    var decoder: String { architecture == .bert ? "cls.predictions.decoder.weight" : "vocab_projector.weight" }

    private static func origin(_ new: Parameter.New, isNew: Bool) -> Parameter.Origin {
        isNew ? .new(new) : .checkpointOr(new)
    }

    /// Tokens: dropout → classifier.
    ///
    /// Texts: BERT's tanh(pooler([CLS])) or DistilBERT's relu(pre_classifier([CLS])) → dropout → classifier.
    func classifier(
        _ checkpoint: TrainableCheckpoint, _ task: TrainingTask, _ rates: TrainableCheckpoint.DropoutRates,
        isNew: Bool, _ layout: inout ParameterLayout
    ) -> PredictionHead {
        let size = checkpoint.hiddenSize
        var dense: (LinearLayer, VMActivation)?
        var rate = rates.tokenHead
        if case .texts = task {
            // What an encoder was pre-trained with is kept though the labels are new.
            let layer = layout.addLinear(
                [architecture == .bert ? "bert.pooler.dense" : "pre_classifier"], inputs: size, outputs: size,
                weight: .checkpointOr(.normal), bias: .checkpointOr(.zeros))
            dense = (layer, architecture == .bert ? VM_TANH : VM_RELU)
            rate = rates.sequenceHead
        }
        let classifier = layout.addLinear(
            ["classifier"], inputs: size, outputs: task.labels.count, weight: Self.origin(.normal, isNew: isNew),
            bias: Self.origin(.zeros, isNew: isNew))
        return PredictionHead(dense: dense, norm: nil, dropout: rate, classifier: classifier)
    }

    /// Masks: norm(activation(dense(vector))) → the word table with a bias of its own.
    func languageHead(
        _ checkpoint: TrainableCheckpoint, isNew: Bool, _ layout: inout ParameterLayout
    ) -> (dense: (LinearLayer, VMActivation), norm: NormLayer, bias: ParameterBlock) {
        let size = checkpoint.hiddenSize
        let isBERT = architecture == .bert
        let normal = Self.origin(.normal, isNew: isNew)
        let zeros = Self.origin(.zeros, isNew: isNew)
        let dense = layout.addLinear(
            [isBERT ? "cls.predictions.transform.dense" : "vocab_transform"], inputs: size, outputs: size,
            weight: normal, bias: zeros)
        // DistilBERT's code fixes this norm's epsilon too.
        let norm = layout.addNorm(
            isBERT ? "cls.predictions.transform.LayerNorm" : "vocab_layer_norm", size: size,
            epsilon: checkpoint.epsilon, weight: Self.origin(.ones, isNew: isNew), bias: zeros)
        let bias = layout.add(
            isBERT ? "cls.predictions.bias" : "vocab_projector.bias", [checkpoint.vocabularySize], zeros)
        return ((dense, checkpoint.activation.loop), norm, bias)
    }
}
