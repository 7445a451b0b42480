import ClinicalText

/// What `config.json` says of ModernBERT alone, by today's keys and by those of the checkpoints on the hub.
struct ModernBERTSettings: Sendable {
    /// For each layer, whether its tokens see the whole text.
    let globalLayers: [Bool]
    /// How many tokens to either side the tokens of other layers see.
    let reach: Int
    let globalTheta: Float
    let localTheta: Float
    let normHasBias: Bool
    let attentionHasBias: Bool
    let feedForwardHasBias: Bool
    let classifierHasBias: Bool
    let decoderHasBias: Bool
    let classifierActivation: Activation
    let pooling: SequenceHead.Pooling

    init(_ file: ConfigurationFile, _ configuration: ModelConfiguration) throws(BadInput) {
        globalLayers = try Self.globalLayers(file, configuration.layers)
        reach = try file.size("local_attention", default: 128) / 2
        guard configuration.hiddenSize / configuration.heads % 2 == 0 else {
            throw file.bad("rotary positions need heads of an even width")
        }
        globalTheta = try Self.theta(file, "full_attention", old: "global_rope_theta", default: 160_000)
        localTheta = try Self.theta(file, "sliding_attention", old: "local_rope_theta", default: 10_000)
        normHasBias = try file.flag("norm_bias", default: false)
        attentionHasBias = try file.flag("attention_bias", default: false)
        feedForwardHasBias = try file.flag("mlp_bias", default: false)
        classifierHasBias = try file.flag("classifier_bias", default: false)
        decoderHasBias = try file.flag("decoder_bias", default: true)
        classifierActivation = try file.activation("classifier_activation")
        let name = file["classifier_pooling"]?.string ?? "cls"
        guard let pooling = SequenceHead.Pooling(rawValue: name) else {
            throw file.bad("classifier_pooling '\(name)' is not supported; supported: cls, mean")
        }
        self.pooling = pooling
    }

    private static func globalLayers(_ file: ConfigurationFile, _ layers: Int) throws(BadInput) -> [Bool] {
        guard let types = file["layer_types"]?.elements else {
            let every = try file.size("global_attn_every_n_layers", default: 3)
            return (0..<layers).map { $0 % every == 0 }
        }
        guard types.count == layers else {
            throw file.bad("'layer_types' names \(types.count) layers; 'num_hidden_layers' is \(layers)")
        }
        var global: [Bool] = []
        for type in types {
            switch type.string {
            case "full_attention": global.append(true)
            case "sliding_attention": global.append(false)
            default:
                throw file.bad(
                    "'layer_types' may hold full_attention and sliding_attention, not '\(type.string ?? "?")'")
            }
        }
        return global
    }

    private static func theta(
        _ file: ConfigurationFile, _ layers: String, old: String, default standard: Double
    ) throws(BadInput) -> Float {
        let parameters = file["rope_parameters"]?[layers]
        for form in [file["rope_scaling"], parameters] {
            let name = form?["rope_type"]?.string ?? form?["type"]?.string ?? "default"
            guard name == "default" else {
                throw file.bad("the rotary positions '\(name)' are not supported; supported: default")
            }
        }
        guard let entry = parameters?["rope_theta"] else { return Float(try file.number(old, default: standard)) }
        guard let value = ConfigurationFile.double(entry), value > 0, value.isFinite else {
            throw file.bad("'rope_theta' must be a number above 0")
        }
        return Float(value)
    }
}
