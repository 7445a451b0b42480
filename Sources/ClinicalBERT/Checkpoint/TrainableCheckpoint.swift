import CVectorMath
import ClinicalText

/// A checkpoint that training starts from: the sizes and settings of its encoder, and its tensors by name.
///
/// Unlike ``ModelConfiguration`` it needs no head: what a checkpoint lacks of one is what training makes.
package struct TrainableCheckpoint: Sendable {
    /// The architectures that have backward passes.
    package enum Architecture: String, Sendable, CaseIterable {
        case bert
        case distilbert
    }

    /// The share of numbers that dropout takes away, by the place where it does.
    package struct DropoutRates: Sendable, Hashable {
        /// Of the embedded tokens and of the feed-forward layers' outputs.
        package var hidden: Float
        /// Of the attention layers' outputs.
        package var attentionOutput: Float
        /// Of the attention probabilities.
        package var attention: Float
        /// Of what a classifier of tokens is given.
        package var tokenHead: Float
        /// Of what a classifier of whole texts is given.
        package var sequenceHead: Float

        /// No dropout, as in evaluation.
        package static let none = DropoutRates(
            hidden: 0, attentionOutput: 0, attention: 0, tokenHead: 0, sequenceHead: 0)
    }

    /// The checkpoint's folder.
    package let folder: String
    package let architecture: Architecture
    package let hiddenSize: Int
    package let layers: Int
    package let heads: Int
    package let intermediateSize: Int
    package let vocabularySize: Int
    /// Rows of the position table.
    package let positions: Int
    /// Rows of the type table; 0 if there is none.
    package let types: Int
    package let epsilon: Float
    package let activation: Activation
    package let dropout: DropoutRates
    /// The standard deviation of a new head's weights.
    package let initializerRange: Float
    private let tensors: StoredNumbers

    /// Reads `config.json` and finds the weights.
    ///
    /// - Throws: ``BadInput`` naming the file: not there, damaged, or an architecture without backward passes.
    package init(folder: String) throws(BadInput) {
        let file = try ConfigurationFile(checkpoint: folder)
        let type = file["model_type"]?.string ?? "none"
        guard let architecture = Architecture(rawValue: type) else {
            let supported = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw file.bad("model_type '\(type)' cannot be trained; it can be: \(supported)")
        }
        if let embedding = file["position_embedding_type"], embedding.string != "absolute" {
            throw file.bad(
                "position_embedding_type '\(embedding.string ?? "?")' is not supported; supported: absolute")
        }
        let isDistilled = architecture == .distilbert
        self.folder = folder
        self.architecture = architecture
        let sizes = try EncoderSizes(file, isDistilled ? .distilbert : .bert)
        hiddenSize = sizes.hidden
        layers = sizes.layers
        heads = sizes.heads
        intermediateSize = sizes.intermediate
        vocabularySize = sizes.vocabulary
        positions = try file.size("max_position_embeddings", default: 512)
        types = isDistilled ? 0 : try file.size("type_vocab_size", default: 2)
        epsilon = isDistilled ? 1e-12 : Float(try file.number("layer_norm_eps", default: 1e-12, allowsZero: true))
        activation = try file.activation(isDistilled ? "activation" : "hidden_act")
        initializerRange = Float(try file.number("initializer_range", default: 0.02))
        dropout = try Self.dropout(file, isDistilled: isDistilled)
        tensors = try StoredNumbers(folder: folder)
        // Memory for all of it is taken before the first tensor is compared with what is asked for.
        let width = Double(hiddenSize)
        let asked =
            Double(vocabularySize + positions + types) * width
            + Double(layers) * width * (4 * width + 2 * Double(intermediateSize))
        guard asked <= Double(tensors.count) else {
            throw file.bad(
                "asks for an encoder of at least \(Int(exactly: asked) ?? .max) numbers, and the weights have "
                    + "\(tensors.count); is it of the same checkpoint?")
        }
    }

    private static func dropout(_ file: ConfigurationFile, isDistilled: Bool) throws(BadInput) -> DropoutRates {
        func rate(_ name: String, default standard: Float) throws(BadInput) -> Float {
            guard let entry = file[name] else { return standard }
            guard let value = ConfigurationFile.double(entry).map({ Float($0) }), value >= 0, value < 1 else {
                throw file.bad("'\(name)' must be a number from 0 to below 1")
            }
            return value
        }
        if isDistilled {
            let hidden = try rate("dropout", default: 0.1)
            // DistilBERT drops nothing between an attention layer and its norm.
            return DropoutRates(
                hidden: hidden, attentionOutput: 0, attention: try rate("attention_dropout", default: 0.1),
                tokenHead: hidden, sequenceHead: try rate("seq_classif_dropout", default: 0.2))
        }
        let hidden = try rate("hidden_dropout_prob", default: 0.1)
        let head = try rate("classifier_dropout", default: hidden)
        return DropoutRates(
            hidden: hidden, attentionOutput: hidden,
            attention: try rate("attention_probs_dropout_prob", default: 0.1), tokenHead: head, sequenceHead: head)
    }

    /// Whether there is a tensor of this name.
    package func has(_ name: String) -> Bool { tensors.has(name) }

    /// Copies a tensor's numbers as float32; see ``StoredNumbers/copy(_:_:to:)``.
    package func copy(_ name: String, _ shape: [Int], to target: UnsafeMutablePointer<Float>) throws(BadInput) {
        try tensors.copy(name, shape, to: target)
    }
}

/// The tensors of a folder's weights by name.
package struct StoredNumbers: Sendable {
    private let checkpoint: Checkpoint

    /// Finds the weights of a folder, in whatever form.
    ///
    /// - Throws: ``BadInput`` naming the file: not there, or damaged.
    package init(folder: String) throws(BadInput) { checkpoint = try Checkpoint(folder: folder) }

    /// How many numbers all tensors have.
    var count: Int { checkpoint.count }

    /// Whether there is a tensor of this name.
    package func has(_ name: String) -> Bool { checkpoint.has(name) }

    /// Copies a tensor's numbers as float32.
    ///
    /// - Parameter target: as many numbers as `shape` holds.
    /// - Throws: ``BadInput`` if it is missing, has another shape, or holds NaN or infinity.
    package func copy(_ name: String, _ shape: [Int], to target: UnsafeMutablePointer<Float>) throws(BadInput) {
        let numbers = try checkpoint.floats(name, shape)
        target.update(from: numbers.pointer, count: numbers.count)
    }
}
