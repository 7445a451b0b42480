import ClinicalText

/// The sizes of an encoder in `config.json`, each by the key of its class or an older one, else as the class has it by itself
/// (transformers 5.24, `configuration_….py`).
struct EncoderSizes: Sendable {
    let hidden: Int
    let layers: Int
    let heads: Int
    let intermediate: Int
    let vocabulary: Int

    private typealias Standard = (hidden: Int, layers: Int, heads: Int, intermediate: Int, vocabulary: Int)

    private static func standard(_ architecture: ModelConfiguration.Architecture) -> Standard {
        switch architecture {
        case .bert, .xlmRoberta, .camembert: (768, 12, 12, 3072, 30_522)
        case .distilbert: (768, 6, 12, 3072, 30_522)
        case .roberta: (768, 12, 12, 3072, 50_265)
        case .electra: (256, 12, 4, 1024, 30_522)
        case .modernbert: (768, 22, 12, 1152, 50_368)
        case .debertaV2: (1536, 24, 24, 6144, 128_100)
        }
    }

    init(_ file: ConfigurationFile, _ architecture: ModelConfiguration.Architecture) throws(BadInput) {
        let standard = Self.standard(architecture)
        let isDistilled = architecture == .distilbert
        // DistilBERT's class keeps three of its sizes under names of its own; where a file has both, the common one counts.
        func size(_ name: String, _ own: String, _ value: Int) throws(BadInput) -> Int {
            let key = isDistilled && (name == "intermediate_size" || file[name] == nil) ? own : name
            return try file.size(key, default: value)
        }
        hidden = try size("hidden_size", "dim", standard.hidden)
        layers = try size("num_hidden_layers", "n_layers", standard.layers)
        heads = try size("num_attention_heads", "n_heads", standard.heads)
        intermediate = try size("intermediate_size", "hidden_dim", standard.intermediate)
        vocabulary = try file.size("vocab_size", default: standard.vocabulary)
        guard hidden % heads == 0 else {
            throw file.bad("a hidden size of \(hidden) cannot be divided among \(heads) heads")
        }
    }
}
