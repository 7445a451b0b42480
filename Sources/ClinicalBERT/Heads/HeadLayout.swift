/// What an architecture calls the tensors of its heads, and what stands between the encoder's vectors and a head's last
/// layer.
struct HeadLayout {
    /// A linear layer, its function, and for some a norm.
    struct Transform {
        var dense: String
        var norm: String?
        var activation: Activation
        /// The width it gives; `nil` for the encoder's own.
        var outputs: Int?
        var denseHasBias = true
        var normHasBias = true
    }

    /// The matrix that turns a vector into a logit for each piece of the vocabulary.
    struct Decoder {
        var weight: String
        /// The token table, which it is where there is no matrix of its own.
        var tied: String
        /// The names of its bias, the first that is there; empty if it has none.
        var biases: [String]
    }

    /// Before a classifier of tokens, and of starts and ends; only ModernBERT has one.
    var token: Transform?
    var pooling = SequenceHead.Pooling.first
    var sequence: Transform
    var sequenceClassifier = "classifier"
    var language: Transform
    var decoder: Decoder
    var answer = "qa_outputs"
}
