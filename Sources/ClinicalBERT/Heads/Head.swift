import ClinicalText

/// What turns the encoder's vectors into logits.
enum Head: Sendable {
    case token(TokenHead)
    case sequence(SequenceHead)
    case language(LanguageHead)
    /// None: the encoder's own vectors, of this size.
    case absent(Int)

    /// Binds the head that the configuration asks for.
    ///
    /// - Parameter isOptional: whether a checkpoint that has nothing of its head, one that is still to be fine-tuned, is
    ///   taken without.
    /// - Throws: ``BadInput`` naming what the head consists of if a part of it is missing.
    init(
        _ layout: HeadLayout, _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, isOptional: Bool = false
    ) throws(BadInput) {
        let parts = Self.parts(layout, configuration)
        if isOptional, !parts.contains(where: { checkpoint.has("\($0).weight") }) {
            self = .absent(configuration.hiddenSize)
            return
        }
        try Self.check(parts, checkpoint, configuration)
        func transform(_ names: HeadLayout.Transform) throws(BadInput) -> Transform {
            try Transform(names, checkpoint, configuration)
        }
        func linear(_ name: String, _ outputs: Int) throws(BadInput) -> Linear {
            try Linear(checkpoint, name, inputs: configuration.hiddenSize, outputs: outputs, isHead: true)
        }
        var token: Transform?
        switch configuration.task {
        case .tokenClassification:
            if let names = layout.token { token = try transform(names) }
            self = .token(
                TokenHead(transform: token, classifier: try linear("classifier", configuration.labels.count)))
        case .questionAnswering:
            if let names = layout.token { token = try transform(names) }
            self = .token(TokenHead(transform: token, classifier: try linear(layout.answer, 2)))
        case .sequenceClassification:
            self = .sequence(
                SequenceHead(
                    pooling: layout.pooling, transform: try transform(layout.sequence),
                    classifier: try linear(layout.sequenceClassifier, configuration.labels.count)))
        case .maskedLanguageModel:
            self = .language(
                try LanguageHead(
                    transform: try transform(layout.language), layout.decoder, checkpoint, configuration))
        }
    }

    /// The logits of each sequence of a batch whose vectors are in `workspace.hidden`.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        switch self {
        case .token(let head): head.apply(batch, workspace)
        case .sequence(let head): head.apply(batch, workspace)
        case .language(let head): head.apply(batch, workspace)
        case .absent(let size):
            batch.sequences.map { sequence in
                Logits(
                    rows: sequence.count, columns: size,
                    copying: workspace.hidden.pointer + sequence.lowerBound * size)
            }
        }
    }

    /// What the head consists of, as the checkpoint names it.
    private static func parts(_ layout: HeadLayout, _ configuration: ModelConfiguration) -> [String] {
        let token = [layout.token?.dense, layout.token?.norm].compactMap { $0 }
        return switch configuration.task {
        case .tokenClassification: token + ["classifier"]
        case .questionAnswering: token + [layout.answer]
        case .sequenceClassification:
            [layout.sequence.dense, layout.sequence.norm, layout.sequenceClassifier].compactMap { $0 }
        case .maskedLanguageModel: [layout.language.dense, layout.language.norm].compactMap { $0 }
        }
    }

    private static func check(
        _ parts: [String], _ checkpoint: Checkpoint, _ configuration: ModelConfiguration
    ) throws(BadInput) {
        guard let missing = parts.first(where: { !checkpoint.has("\($0).weight") }) else { return }
        throw BadInput(
            SourceLocation(checkpoint.path),
            "the tensor '\(missing).weight' is missing: \(configuration.task) of \(configuration.architecture.rawValue) "
                + "consists of \(parts.joined(separator: ", ")) after the encoder; the weights may be a bare encoder's, "
                + "or config.json's 'architectures' of another head")
    }
}

/// A linear layer with its function, and for some a norm: what stands between the encoder's vectors and a head's last layer.
struct Transform: Sendable {
    let dense: Linear
    let norm: LayerNorm?

    /// Binds the tensors of these names.
    init(
        _ names: HeadLayout.Transform, _ checkpoint: Checkpoint, _ configuration: ModelConfiguration
    ) throws(BadInput) {
        dense = try Linear(
            checkpoint, names.dense, inputs: configuration.hiddenSize,
            outputs: names.outputs ?? configuration.hiddenSize, hasBias: names.denseHasBias,
            activation: names.activation, isHead: true)
        guard let name = names.norm else {
            norm = nil
            return
        }
        norm = try LayerNorm(
            checkpoint, name, size: dense.outputs, epsilon: configuration.layerNormEpsilon, hasBias: names.normHasBias)
    }

    /// output = norm(dense(input)).
    ///
    /// - Parameters:
    ///   - input: [rows, hidden].
    ///   - output: [rows, dense.outputs].
    func apply(_ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>) {
        dense.apply(input, rows: rows, into: output)
        norm?.apply(output, rows: rows)
    }
}
