import ClinicalText

/// `adapter_config.json`: how an adapter's tensors change the base (PEFT 0.21).
///
/// A setting that would change what is computed and is not known here is refused by its name; one that is off, or says
/// nothing of what is computed, passes.
struct AdapterConfiguration: Sendable {
    /// The kinds of adapter that are merged into the base.
    enum Kind: String, Sendable, CaseIterable {
        /// Hu and others 2021.
        case lora = "LORA"
        /// Liu and others 2022.
        case ia3 = "IA3"
    }

    let kind: Kind
    let task: String?
    /// `base_model_name_or_path`.
    let base: String?
    /// Whether weights are divided into length and direction (Liu and others 2024).
    let usesDora: Bool
    /// Whether the layers have a bias of their own.
    let hasOwnBias: Bool
    /// Rows of embedding tables that were trained, by the end of the table's path; `nil` for the token table.
    let trainedTokens: [(module: String?, ids: [Int])]
    private let rank: Int
    private let alpha: Double
    private let isRankStabilised: Bool
    private let ranks: [(pattern: ModulePattern, value: Double)]
    private let alphas: [(pattern: ModulePattern, value: Double)]

    /// Settings that say who, where and how it was trained, and nothing of what is computed.
    private static let inert: Set<String> = [
        "peft_type", "task_type", "base_model_name_or_path", "revision", "inference_mode", "peft_version",
        "auto_mapping",
        "target_modules", "exclude_modules", "modules_to_save", "layers_to_transform", "layers_pattern", "lora_dropout",
        // All layers of these encoders are torch's Linear, for which PEFT sets it to false.
        "fan_in_fan_out", "megatron_core", "qalora_group_size", "eva_config", "runtime_config", "r", "lora_alpha",
        "use_rslora", "rank_pattern", "alpha_pattern", "use_dora", "lora_bias", "bias", "init_lora_weights",
        "trainable_token_indices", "feedforward_modules", "init_ia3_weights", "corda_config", "lora_ga_config",
        "loftq_config",
    ]

    /// Ways to start that leave the base as it is.
    private static let plainStarts: Set<String> = ["gaussian", "orthogonal", "eva"]

    init(_ json: OrderedJSON, path: String) throws(BadInput) {
        func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(path), reason) }
        guard let kind = json["peft_type"]?.string.flatMap(Kind.init(rawValue:)) else {
            let supported = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw bad(
                "peft_type '\(json["peft_type"]?.string?.printable ?? "none")' is not supported; supported: \(supported)"
            )
        }
        for (name, value) in json.members ?? [] where !Self.inert.contains(name) && !value.isOff {
            throw bad(
                "'\(name.printable)' is not supported: merge the adapter into its base with PEFT, or set it to null")
        }
        try Self.checkStart(json["init_lora_weights"], path)
        self.kind = kind
        task = json["task_type"]?.string
        base = json["base_model_name_or_path"]?.string
        let bias = json["bias"]
        guard bias == nil || bias?.isOff == true || ["none", "all", "lora_only"].contains(bias?.string) else {
            throw bad("'bias' must be none, all or lora_only")
        }
        func flag(_ name: String) throws(BadInput) -> Bool {
            guard let value = json[name], !value.isOff else { return false }
            guard value.bool == true else { throw bad("'\(name)' must be true or false") }
            return true
        }
        usesDora = try flag("use_dora")
        hasOwnBias = try flag("lora_bias")
        isRankStabilised = try flag("use_rslora")
        guard !(usesDora && hasOwnBias) else { throw bad("'lora_bias' together with 'use_dora' is not supported") }
        trainedTokens = try Self.trainedTokens(json["trainable_token_indices"], path)
        guard kind == .lora else {
            (rank, alpha, ranks, alphas) = (0, 0, [], [])
            return
        }
        guard let rank = json["r"]?.int, (1...ConfigurationFile.largestSize).contains(rank) else {
            throw bad("'r' must be a number above 0")
        }
        guard let alpha = json["lora_alpha"].flatMap(ConfigurationFile.double), alpha.isFinite else {
            throw bad("'lora_alpha' must be a number")
        }
        self.rank = rank
        self.alpha = alpha
        ranks = try Self.patterns("rank_pattern", json, path)
        alphas = try Self.patterns("alpha_pattern", json, path)
        guard ranks.allSatisfy({ $0.value >= 1 && $0.value == $0.value.rounded() }) else {
            throw bad("'rank_pattern' must hold whole numbers above 0")
        }
    }

    /// PiSSA, OLoRA, LoftQ, CorDA and others take their first matrices out of the base, which PEFT repeats whenever it
    /// loads such an adapter.
    private static func checkStart(_ value: OrderedJSON?, _ path: String) throws(BadInput) {
        guard let value, !value.isOff, value.bool == nil else { return }
        let name = value.string ?? "?"
        guard !plainStarts.contains(name) else { return }
        throw BadInput(
            SourceLocation(path),
            "init_lora_weights '\(name.printable)' is not supported, since it changes the base's weights: save the adapter "
                + "with path_initial_model_for_weight_conversion, or merge it into its base with PEFT")
    }

    private static func patterns(
        _ name: String, _ json: OrderedJSON, _ path: String
    ) throws(BadInput) -> [(pattern: ModulePattern, value: Double)] {
        guard let value = json[name], !value.isOff else { return [] }
        func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(path), "'\(name)' \(reason)") }
        guard let members = value.members else { throw bad("must be an object") }
        var patterns: [(pattern: ModulePattern, value: Double)] = []
        for (key, value) in members {
            guard let pattern = ModulePattern(key) else {
                throw bad("has the pattern '\(key.printable)', which is not read")
            }
            guard let number = ConfigurationFile.double(value), number.isFinite else {
                throw bad("has no number under '\(key.printable)'")
            }
            patterns.append((pattern, number))
        }
        return patterns
    }

    private static func trainedTokens(
        _ value: OrderedJSON?, _ path: String
    ) throws(BadInput) -> [(module: String?, ids: [Int])] {
        guard let value, !value.isOff else { return [] }
        let lists =
            value.elements.map { [(key: String?.none, value: OrderedJSON.array($0))] }
            ?? value.members.map { $0.map { (key: String?.some($0.key), value: $0.value) } }
        var tokens: [(module: String?, ids: [Int])] = []
        for (module, list) in lists ?? [] {
            let ids = list.elements?.map(\.int) ?? [nil]
            guard ids.allSatisfy({ ($0 ?? -1) >= 0 }) else {
                throw BadInput(SourceLocation(path), "'trainable_token_indices' holds something that is no token id")
            }
            tokens.append((module, ids.compactMap { $0 }))
        }
        guard lists != nil else {
            throw BadInput(SourceLocation(path), "'trainable_token_indices' must be a list of token ids")
        }
        return tokens
    }

    /// The rank of a module's matrices.
    func rank(of module: String) -> Int {
        Int(exactly: ranks.first { $0.pattern.matches(module) }?.value ?? Double(rank)) ?? rank
    }

    /// What the product of a module's two matrices is multiplied by.
    func scale(of module: String) -> Float {
        let alpha = alphas.first { $0.pattern.matches(module) }?.value ?? self.alpha
        let rank = Double(rank(of: module))
        return Float(alpha / (isRankStabilised ? rank.squareRoot() : rank))
    }
}

extension OrderedJSON {
    /// Whether a setting with this value is one that is not made: null, false, or empty.
    fileprivate var isOff: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .number: false
        case .string(let value): value.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        }
    }
}
