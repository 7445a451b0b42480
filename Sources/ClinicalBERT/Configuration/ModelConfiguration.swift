import ClinicalText

/// What `config.json` says of a checkpoint: sizes, labels, activation, and how notes are cut into windows.
public struct ModelConfiguration: Sendable, Hashable {
    /// The encoders that can be run.
    public enum Architecture: String, Sendable, Hashable, CaseIterable {
        /// Devlin and others 2019.
        case bert
        /// Sanh and others 2019.
        case distilbert
    }

    /// What the head's outputs mean.
    public enum Task: Sendable, Hashable {
        /// Labels for each token.
        case tokenClassification
        /// Scores of the labels of the whole text.
        case sequenceClassification(ProblemType)
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

    /// How a note is divided, from the `chartmark` entry: what the model was trained on.
    public struct Windows: Sendable, Hashable {
        /// Tokens of a window, special ones included.
        public var window: Int
        /// Tokens that neighbouring windows share.
        public var stride: Int

        /// Makes a division.
        public init(window: Int, stride: Int) {
            self.window = window
            self.stride = stride
        }
    }

    /// Which encoder.
    public let architecture: Architecture
    /// What the head is for.
    public let task: Task
    /// Width of a token's vector.
    public let hiddenSize: Int
    /// Blocks of attention and feed-forward.
    public let layers: Int
    /// Attention heads.
    public let heads: Int
    /// Width of the feed-forward layer.
    public let intermediateSize: Int
    /// Rows of the token table.
    public let vocabularySize: Int
    /// Rows of the position table: no window may be longer.
    public let maximumPositions: Int
    /// Rows of the token-type table; 0 if there is none.
    public let typeVocabularySize: Int
    /// Added to the variance in layer norms.
    public let layerNormEpsilon: Float
    /// The feed-forward layer's function.
    public let activation: Activation
    /// Labels by output index.
    public let labels: [String]
    /// The checkpoint's own windows, else 512 and 128, never longer than the position table.
    public let windows: Windows
    /// What logits are divided by before they become probabilities.
    public let temperature: Float

    /// Width of one head.
    var headSize: Int { hiddenSize / heads }

    /// Sizes past this are refused: no encoder comes near it, and products of two of them stay far from overflow.
    private static let largestSize = 1 << 24

    /// More labels than any classifier has: each gets a name before a tensor is looked at.
    private static let mostLabels = 1 << 16

    /// Reads `config.json` of a checkpoint's folder.
    ///
    /// - Throws: ``BadInput`` naming the file: not there, an unsupported `model_type`, head or activation, or sizes that
    ///   cannot be.
    public init(checkpoint folder: String) throws(BadInput) {
        let file = "\(folder)/config.json"
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(file), reason) }
        let supported = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
        let type = json["model_type"]?.string ?? "none"
        guard let architecture = Architecture(rawValue: type) else {
            throw bad("model_type '\(type)' is not supported; supported: \(supported)")
        }
        if let embedding = json["position_embedding_type"]?.string, embedding != "absolute" {
            throw bad("position_embedding_type '\(embedding)' is not supported; supported: absolute")
        }
        func size(_ name: String, _ standard: Int? = nil, least: Int = 1) throws(BadInput) -> Int {
            guard let value = json[name]?.int ?? (json[name] == nil ? standard : nil), value >= least,
                value <= Self.largestSize
            else { throw bad("'\(name)' must be a number from \(least) to \(Self.largestSize)") }
            return value
        }
        self.architecture = architecture
        let distil = architecture == .distilbert
        hiddenSize = try size(distil ? "dim" : "hidden_size")
        layers = try size(distil ? "n_layers" : "num_hidden_layers")
        heads = try size(distil ? "n_heads" : "num_attention_heads")
        intermediateSize = try size(distil ? "hidden_dim" : "intermediate_size")
        vocabularySize = try size("vocab_size")
        maximumPositions = try size("max_position_embeddings", 512)
        typeVocabularySize = distil ? 0 : try size("type_vocab_size", 2, least: 0)
        guard hiddenSize % heads == 0 else {
            throw bad("a hidden size of \(hiddenSize) cannot be divided among \(heads) heads")
        }
        // DistilBERT's is fixed in its code.
        let epsilon = distil ? nil : json["layer_norm_eps"].flatMap(Self.double)
        layerNormEpsilon = Float(epsilon ?? 1e-12)
        let function = json[distil ? "activation" : "hidden_act"]?.string ?? "gelu"
        guard let activation = Activation(name: function) else {
            throw bad(
                "the activation '\(function)' is not supported; supported: \(Activation.names.joined(separator: ", "))")
        }
        self.activation = activation
        labels = try Self.labels(json, bad)
        task = try Self.task(json, labels.count, bad)
        temperature = try Self.temperature(json["chartmark"], bad)
        windows = try Self.windows(json["chartmark"], maximumPositions, bad)
    }

    private static func double(_ json: OrderedJSON) -> Double? {
        if case .number(let digits) = json { return Double(digits) }
        return nil
    }

    private static func labels(_ json: OrderedJSON, _ bad: (String) -> BadInput) throws(BadInput) -> [String] {
        guard let members = json["id2label"]?.members else {
            // transformers' default for a checkpoint that names none.
            let count = json["num_labels"]?.int ?? 2
            guard (1...mostLabels).contains(count) else {
                throw bad("'num_labels' must be a number from 1 to \(mostLabels)")
            }
            return (0..<count).map { "LABEL_\($0)" }
        }
        guard members.count <= mostLabels else {
            throw bad("'id2label' names \(members.count) labels; at most \(mostLabels) are supported")
        }
        var labels = [String?](repeating: nil, count: members.count)
        for (id, label) in members {
            guard let id = Int(id), labels.indices.contains(id), let label = label.string else {
                throw bad("'id2label' must name the labels 0 to \(members.count - 1); '\(id)' is not one of them")
            }
            labels[id] = label
        }
        guard !labels.isEmpty, labels.allSatisfy({ $0 != nil }) else { throw bad("'id2label' leaves a number out") }
        return labels.compactMap { $0 }
    }

    private static func task(
        _ json: OrderedJSON, _ labels: Int, _ bad: (String) -> BadInput
    ) throws(BadInput) -> Task {
        let name = json["architectures"]?.elements?.first?.string ?? ""
        if name.hasSuffix("ForTokenClassification") { return .tokenClassification }
        guard name.hasSuffix("ForSequenceClassification") else {
            throw bad(
                "the head '\(name.isEmpty ? "none" : name)' is not supported; supported: "
                    + "…ForTokenClassification, …ForSequenceClassification")
        }
        switch json["problem_type"]?.string {
        case nil: return .sequenceClassification(labels == 1 ? .multiLabel : .singleLabel)
        case let type?:
            guard let problem = ProblemType(rawValue: type) else {
                throw bad("problem_type '\(type)' is not supported")
            }
            // A single output has nothing to be weighed against: the reference takes its sigmoid.
            return .sequenceClassification(labels == 1 && problem == .singleLabel ? .multiLabel : problem)
        }
    }

    private static func temperature(_ json: OrderedJSON?, _ bad: (String) -> BadInput) throws(BadInput) -> Float {
        guard let entry = json?["temperature"] else { return 1 }
        guard let value = double(entry), value > 0, value.isFinite else {
            throw bad("'chartmark.temperature' must be a number above 0")
        }
        return Float(value)
    }

    private static func windows(
        _ json: OrderedJSON?, _ positions: Int, _ bad: (String) -> BadInput
    ) throws(BadInput) -> Windows {
        guard let json else {
            let window = min(512, positions)
            return Windows(window: window, stride: window / 4)
        }
        guard let window = json["window"]?.int, let stride = json["stride"]?.int, window <= positions, stride >= 0,
            stride < window - 2
        else { throw bad("'chartmark' needs a 'window' of at most \(positions) tokens and a smaller 'stride'") }
        return Windows(window: window, stride: stride)
    }
}
