import ClinicalText

/// What `config.json` says of DeBERTa alone.
struct DeBERTaSettings: Sendable {
    /// Which of the two position terms attention has.
    let contentToPosition: Bool
    let positionToContent: Bool
    /// Whether positions are projected by the layers' own query and key matrices.
    let sharesProjections: Bool
    /// How relative distances are numbered; `nil` if attention does not look at them.
    let distances: RelativeDistances?
    let normalizesDistances: Bool
    let hasPositions: Bool
    let convolution: Convolution?
    let poolerActivation: Activation

    /// The size of version 2's convolution beside the first layer.
    struct Convolution {
        let kernel: Int
        let groups: Int
        let activation: Activation
    }

    /// Wider kernels are refused: the published models have 3.
    private static let widestKernel = 255

    init(_ file: ConfigurationFile, _ configuration: ModelConfiguration) throws(BadInput) {
        let types = try Self.types(file)
        // The divisor of the scores counts the terms even where relative attention is off.
        contentToPosition = types.contains("c2p")
        positionToContent = types.contains("p2c")
        sharesProjections = try file.flag("share_att_key", default: false)
        distances = try Self.distances(file, configuration)
        let norms = (file["norm_rel_ebd"]?.string ?? "none").lowercased().split(separator: "|")
        normalizesDistances = norms.contains { $0.filter { $0 != " " } == "layer_norm" }
        hasPositions = try file.flag("position_biased_input", default: true)
        poolerActivation = try file.activation("pooler_hidden_act")
        convolution = try Self.convolution(file, configuration)
    }

    private static func types(_ file: ConfigurationFile) throws(BadInput) -> [String] {
        guard let entry = file["pos_att_type"] else { return [] }
        let types = entry.elements?.map { $0.string ?? "?" } ?? entry.string.map(Self.names) ?? ["?"]
        guard let unknown = types.first(where: { !["c2p", "p2c"].contains($0) }) else { return types }
        throw file.bad("pos_att_type '\(unknown)' is not supported; supported: c2p, p2c")
    }

    /// The older form, `c2p|p2c`.
    private static func names(_ text: String) -> [String] {
        text.lowercased().split(separator: "|").map { String($0.filter { $0 != " " }) }
    }

    private static func distances(
        _ file: ConfigurationFile, _ configuration: ModelConfiguration
    ) throws(BadInput) -> RelativeDistances? {
        guard try file.flag("relative_attention", default: false) else { return nil }
        let farthest = try whole(file, "max_relative_positions") ?? configuration.maximumPositions
        let buckets = try whole(file, "position_buckets")
        return RelativeDistances(
            farthest: farthest, buckets: buckets, longest: configuration.maximumPositions)
    }

    /// A count, for which a number under 1 stands where there is none.
    private static func whole(_ file: ConfigurationFile, _ name: String) throws(BadInput) -> Int? {
        guard let value = file[name]?.int, value < 1 else {
            return file[name] == nil ? nil : try file.size(name)
        }
        return nil
    }

    private static func convolution(
        _ file: ConfigurationFile, _ configuration: ModelConfiguration
    ) throws(BadInput) -> Convolution? {
        let kernel = try file.size("conv_kernel_size", default: 0, least: 0)
        guard kernel > 0 else { return nil }
        let groups = try file.size("conv_groups", default: 1)
        guard kernel % 2 == 1, kernel <= widestKernel, configuration.hiddenSize % groups == 0 else {
            throw file.bad(
                "'conv_kernel_size' must be an odd number up to \(widestKernel), 'conv_groups' a divisor of the width")
        }
        return Convolution(
            kernel: kernel, groups: groups, activation: try file.activation("conv_act", default: "tanh"))
    }
}
