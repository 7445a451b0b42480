/// The parameters of a model in the order of the arenas.
package struct ParameterLayout: Sendable {
    package private(set) var parameters: [Parameter] = []
    /// Numbers in an arena.
    package private(set) var count = 0
    /// Whether the parameters that are added next are trained.
    var trains = true

    /// Adds a parameter after the others, without a gap: layers that are fused are seen as one block.
    mutating func add(_ name: String, _ shape: [Int], _ origin: Parameter.Origin = .checkpoint) -> ParameterBlock {
        let parameter = Parameter(name: name, shape: shape, offset: count, origin: origin, isTrained: trains)
        parameters.append(parameter)
        count += parameter.count
        return ParameterBlock(
            offset: parameter.offset, rows: shape.count > 1 ? shape[0] : 1, columns: shape.last ?? 1,
            isTrained: trains)
    }

    /// Adds `<name>.weight` and `<name>.bias`; of several layers that read the same input, so that one product serves all.
    mutating func addLinear(
        _ names: [String], inputs: Int, outputs: Int, weight: Parameter.Origin = .checkpoint,
        bias: Parameter.Origin = .checkpoint
    ) -> LinearLayer {
        let first = count
        for name in names { _ = add("\(name).weight", [outputs, inputs], weight) }
        let firstBias = count
        for name in names { _ = add("\(name).bias", [outputs], bias) }
        return LinearLayer(
            weight: ParameterBlock(
                offset: first, rows: outputs * names.count, columns: inputs, isTrained: trains),
            bias: ParameterBlock(offset: firstBias, rows: 1, columns: outputs * names.count, isTrained: trains))
    }

    /// Adds `<name>.weight` and `<name>.bias`.
    mutating func addNorm(
        _ name: String, size: Int, epsilon: Float, weight: Parameter.Origin = .checkpoint,
        bias: Parameter.Origin = .checkpoint
    ) -> NormLayer {
        NormLayer(
            weight: add("\(name).weight", [size], weight), shift: add("\(name).bias", [size], bias), epsilon: epsilon)
    }

    /// Adds the adapter of a layer, trained though the layer is not.
    ///
    /// B starts as zeros, so that the first step begins where the frozen layer is.
    mutating func addAdapter(_ name: String, size: Int, _ settings: AdapterSettings) -> LowRankAdapter {
        let before = trains
        trains = true
        defer { trains = before }
        return LowRankAdapter(
            down: add("\(name)\(Self.adapterDown)", [settings.rank, size], .new(.uniform)),
            up: add("\(name)\(Self.adapterUp)", [size, settings.rank], .new(.zeros)),
            scale: settings.alpha / Float(settings.rank))
    }

    /// How PEFT ends the names of an adapter's two matrices.
    private static let adapterDown = ".lora_A.weight"
    private static let adapterUp = ".lora_B.weight"

    /// The parameters that belong to no adapter: those of a checkpoint.
    package var ofCheckpoint: [Parameter] {
        parameters.filter { !$0.name.hasSuffix(Self.adapterDown) && !$0.name.hasSuffix(Self.adapterUp) }
    }

    /// The stretches of an arena that are trained.
    var trainedRanges: [Range<Int>] {
        parameters.filter(\.isTrained).reduce(into: []) { ranges, parameter in
            if let last = ranges.last, last.upperBound == parameter.offset {
                ranges[ranges.count - 1] = last.lowerBound..<parameter.range.upperBound
            } else {
                ranges.append(parameter.range)
            }
        }
    }

    /// The parameter of this name.
    package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
}
