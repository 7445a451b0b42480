import ClinicalText

/// What `config.json` says of a checkpoint: sizes, labels, activation, and how notes are cut into windows.
///
/// What one architecture alone has, its own file reads.
public struct ModelConfiguration: Sendable, Hashable {
    /// The encoders that can be run, by their `model_type`.
    public enum Architecture: String, Sendable, Hashable, CaseIterable {
        /// Devlin and others 2019.
        case bert
        /// Sanh and others 2019.
        case distilbert
        /// Liu and others 2019.
        case roberta
        /// Conneau and others 2020: RoBERTa over another vocabulary.
        case xlmRoberta = "xlm-roberta"
        /// Martin and others 2020: RoBERTa over another vocabulary.
        case camembert
        /// Clark and others 2020.
        case electra
        /// Warner and others 2024.
        case modernbert
        /// He and others 2021, versions 2 and 3.
        case debertaV2 = "deberta-v2"

        var isRoBERTa: Bool { self == .roberta || self == .xlmRoberta || self == .camembert }
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
    /// Width of a token's vector before it is projected to ``hiddenSize``; the same in most architectures.
    public let embeddingSize: Int
    /// Blocks of attention and feed-forward.
    public let layers: Int
    /// Attention heads.
    public let heads: Int
    /// Width of the feed-forward layer.
    public let intermediateSize: Int
    /// Rows of the token table.
    public let vocabularySize: Int
    /// No window may have more tokens.
    public let maximumPositions: Int
    /// Rows of the token-type table; 0 if there is none.
    public let typeVocabularySize: Int
    /// Added to the variance in layer norms.
    public let layerNormEpsilon: Float
    /// The feed-forward layer's function.
    public let activation: Activation
    /// Labels by output index.
    public let labels: [String]
    /// The checkpoint's own windows, else 512 and 128, or a text as long as the model takes where that has a label as a whole;
    /// never longer than the model takes.
    public let windows: Windows
    /// What logits are divided by before they become probabilities.
    public let temperature: Float
    /// How often which label followed which in the notes it was trained on; `nil` where its training did not say.
    public let transitions: TransitionCounts?
    /// The id that RoBERTa's positions are counted from, one past it.
    let paddingID: Int
    /// Whether the masked language model's decoder is the token table where it has no matrix of its own.
    let tiesWordEmbeddings: Bool

    /// Width of one head.
    var headSize: Int { hiddenSize / heads }

    /// Reads `config.json` of a checkpoint's folder, and the names of its tensors.
    ///
    /// - Parameter base: as for ``ClinicalModel/init(checkpoint:base:cased:precision:backend:acceptsBareEncoder:)``.
    /// - Throws: ``BadInput`` naming the file: not there, an unsupported `model_type`, head or activation, or sizes that
    ///   cannot be.
    public init(checkpoint folder: String, base: String? = nil) throws(BadInput) {
        try self.init(
            try ConfigurationFile(checkpoint: folder, base: base), try Checkpoint(folder: folder, base: base))
    }

    /// Reads `config.json`; what it leaves open of the head, the tensors decide.
    init(_ file: ConfigurationFile, _ checkpoint: Checkpoint) throws(BadInput) {
        let architecture = try Self.architecture(file)
        self.architecture = architecture
        let distil = architecture == .distilbert
        let sizes = try EncoderSizes(file, architecture)
        hiddenSize = sizes.hidden
        layers = sizes.layers
        heads = sizes.heads
        intermediateSize = sizes.intermediate
        vocabularySize = sizes.vocabulary
        paddingID = architecture.isRoBERTa ? try file.size("pad_token_id", default: 1, least: 0) : 0
        maximumPositions = try Self.positions(file, architecture, paddingID)
        switch architecture {
        case .distilbert, .modernbert: typeVocabularySize = 0
        case .debertaV2: typeVocabularySize = try file.size("type_vocab_size", default: 0, least: 0)
        default: typeVocabularySize = try file.size("type_vocab_size", default: 2)
        }
        switch architecture {
        case .electra: embeddingSize = try file.size("embedding_size", default: 128)
        case .debertaV2: embeddingSize = try file.size("embedding_size", default: hiddenSize)
        default: embeddingSize = hiddenSize
        }
        let epsilon: Double =
            switch architecture {
            // DistilBERT's is fixed in its code.
            case .distilbert: 1e-12
            case .modernbert: try file.number("norm_eps", default: 1e-5, allowsZero: true)
            case .debertaV2: try file.number("layer_norm_eps", default: 1e-7, allowsZero: true)
            default: try file.number("layer_norm_eps", default: 1e-12, allowsZero: true)
            }
        layerNormEpsilon = Float(epsilon)
        let function = distil ? "activation" : architecture == .modernbert ? "hidden_activation" : "hidden_act"
        activation = try file.activation(function)
        tiesWordEmbeddings = try file.flag("tie_word_embeddings", default: true)
        labels = try Self.labels(file)
        task = try Task(file, labels: labels, has: checkpoint.has)
        guard task != .tokenClassification || labels.count <= Self.mostTags else {
            throw file.bad("'id2label' names \(labels.count) tags; at most \(Self.mostTags) are supported")
        }
        temperature = try Self.temperature(file)
        transitions = task == .tokenClassification ? try TransitionCounts(file, labels: labels) : nil
        windows = try Self.windows(file, task, maximumPositions)
    }

    /// More labels than any classifier has: each gets a name before a tensor is looked at.
    private static let mostLabels = 1 << 16

    /// More tags than any published tagger has: which may follow which is a table of their square.
    private static let mostTags = 1 << 10

    /// Tables are computed for this many positions at most: 16 times as many as any published encoder has.
    private static let largestPositions = 1 << 17

    private static func architecture(_ file: ConfigurationFile) throws(BadInput) -> Architecture {
        let type = file["model_type"]?.string ?? "none"
        guard let architecture = Architecture(rawValue: type) else {
            let supported = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw file.bad("model_type '\(type)' is not supported; supported: \(supported)")
        }
        if let embedding = file["position_embedding_type"], embedding.string != "absolute" {
            throw file.bad(
                "position_embedding_type '\(embedding.string ?? "?")' is not supported; supported: absolute")
        }
        if file["is_decoder"]?.bool == true {
            throw file.bad("'is_decoder' is true: only encoders are supported, which see the whole text")
        }
        return architecture
    }

    /// RoBERTa's first position follows that of padding, so that its table has rows which no token uses.
    private static func positions(
        _ file: ConfigurationFile, _ architecture: Architecture, _ padding: Int
    ) throws(BadInput) -> Int {
        let rows = try file.size("max_position_embeddings", default: architecture == .modernbert ? 8192 : 512)
        guard rows <= largestPositions else {
            throw file.bad("'max_position_embeddings' must be at most \(largestPositions)")
        }
        guard architecture.isRoBERTa else { return rows }
        guard rows > padding + 1 else {
            throw file.bad("'max_position_embeddings' leaves no position past those up to pad_token_id \(padding)")
        }
        return rows - padding - 1
    }

    private static func labels(_ file: ConfigurationFile) throws(BadInput) -> [String] {
        guard let entry = file["id2label"] else {
            // transformers' default for a checkpoint that names none.
            let count = try file.size("num_labels", default: 2)
            guard count <= mostLabels else {
                throw file.bad("'num_labels' must be a number from 1 to \(mostLabels)")
            }
            return (0..<count).map { "LABEL_\($0)" }
        }
        guard let members = entry.members else { throw file.bad("'id2label' must be an object") }
        guard members.count <= mostLabels else {
            throw file.bad("'id2label' names \(members.count) labels; at most \(mostLabels) are supported")
        }
        var labels = [String?](repeating: nil, count: members.count)
        for (id, label) in members {
            guard let id = Int(id), labels.indices.contains(id), let label = name(label) else {
                throw file.bad("'id2label' must name the labels 0 to \(members.count - 1); '\(id)' is not one of them")
            }
            labels[id] = label
        }
        guard !labels.isEmpty, labels.allSatisfy({ $0 != nil }) else {
            throw file.bad("'id2label' leaves a number out")
        }
        return labels.compactMap { $0 }
    }

    /// A label; some checkpoints number theirs.
    private static func name(_ label: OrderedJSON) -> String? {
        if case .number(let digits) = label { return String(digits) }
        return label.string
    }

    private static func temperature(_ file: ConfigurationFile) throws(BadInput) -> Float {
        guard let entry = file["chartmark"]?["temperature"] else { return 1 }
        guard let value = ConfigurationFile.double(entry).map({ Float($0) }), value > 0, value.isFinite else {
            throw file.bad("'chartmark.temperature' must be a number above 0")
        }
        return value
    }

    private static func windows(
        _ file: ConfigurationFile, _ task: Task, _ positions: Int
    ) throws(BadInput) -> Windows {
        guard let entry = file["chartmark"] else {
            // A text that has one label is not divided: what is beyond the window is not read.
            let isWhole = if case .sequenceClassification = task { true } else { false }
            let window = isWhole ? positions : min(512, positions)
            return Windows(window: window, stride: window / 4)
        }
        guard let window = entry["window"]?.int, let stride = entry["stride"]?.int, window > 2, window <= positions,
            stride >= 0, stride < window - 2
        else { throw file.bad("'chartmark' needs a 'window' of at most \(positions) tokens and a smaller 'stride'") }
        return Windows(window: window, stride: stride)
    }
}
