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

    /// The parameter of this name.
    package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
}
