/// A step of an encoder with some rows of a batch, in parts that different workers may take.
struct EncoderStep: Sendable {
    /// What is done.
    enum Work: Sendable {
        /// Makes vectors of ids.
        case embed
        /// hidden -> queries, keys and values.
        case project
        /// Queries look at the keys of their whole sequence: all of its rows must be projected.
        case attend
        /// What was attended to -> hidden.
        case output
        /// hidden -> intermediate.
        case expand
        /// intermediate -> hidden.
        case contract
    }

    let work: Work
    let layer: Int
    /// Heads or outputs are divided into so many.
    let parts: Int

    /// Whether it reads rows of its sequences that are another worker's.
    var readsWholeSequences: Bool { work == .attend }

    /// How the steps of a layer are divided.
    struct Parts: Sendable {
        var project: Int
        var attend: Int
        var output: Int
        var expand: Int
        var contract: Int
    }

    /// The steps of an encoder with these layers.
    static func all(_ layers: [Parts]) -> [EncoderStep] {
        [EncoderStep(work: .embed, layer: 0, parts: 1)]
            + layers.enumerated().flatMap { layer, parts in
                [
                    EncoderStep(work: .project, layer: layer, parts: parts.project),
                    EncoderStep(work: .attend, layer: layer, parts: parts.attend),
                    EncoderStep(work: .output, layer: layer, parts: parts.output),
                    EncoderStep(work: .expand, layer: layer, parts: parts.expand),
                    EncoderStep(work: .contract, layer: layer, parts: parts.contract),
                ]
            }
    }
}
