import COpenBLAS
import ClinicalText
import Glibc

extension AdapterFolder {
    /// The base's tensors with the adapter's changes.
    ///
    /// - Returns: the tensors, and for each that was changed the adapter's tensor that did it, for a message should no part of
    ///   the model use it.
    /// - Throws: ``BadInput`` naming the tensor that does not fit the base.
    func merged(
        into base: [String: StoredTensor]
    ) throws(BadInput) -> (tensors: [String: StoredTensor], changed: [String: StoredTensor]) {
        var merging = AdapterMerging(configuration, base: base, folder: self.base)
        var modules: [String: [AdapterTensor.Part: StoredTensor]] = [:]
        for tensor in tensors {
            if case .whole(let name) = tensor.part {
                try merging.replace(name, with: tensor.tensor)
            } else if modules[tensor.module, default: [:]].updateValue(tensor.tensor, forKey: tensor.part) != nil {
                throw tensor.tensor.bad("is given twice, once with the adapter's name in its own")
            }
        }
        for (module, parts) in modules.sorted(by: { $0.key < $1.key }) { try merging.change(module, parts) }
        return (merging.tensors, merging.changed)
    }
}

/// Changes a base's tensors by an adapter's, module by module.
private struct AdapterMerging {
    private let configuration: AdapterConfiguration
    private let folder: String
    private(set) var tensors: [String: StoredTensor]
    private(set) var changed: [String: StoredTensor] = [:]

    init(_ configuration: AdapterConfiguration, base: [String: StoredTensor], folder: String) {
        self.configuration = configuration
        self.folder = folder
        tensors = base
    }

    /// Puts a parameter that was trained as a whole in place of the base's.
    mutating func replace(_ name: String, with tensor: StoredTensor) throws(BadInput) {
        let bare = Self.withoutArchitecture(name)
        let key = tensors[name] == nil && tensors[bare] != nil ? bare : name
        if let earlier = changed[key] {
            // With `bias` PEFT writes those of a layer that is trained whole twice, under two names.
            let (one, other) = (try numbers(earlier), try numbers(tensor))
            let isSame =
                earlier.shape == tensor.shape && (0..<one.count).allSatisfy { one.pointer[$0] == other.pointer[$0] }
            guard isSame else { throw tensor.bad("is given twice, with other numbers") }
            return
        }
        tensors[key] = tensor
        changed[key] = tensor
    }

    /// The base's tensor, whose name lacks the architecture where the base is a bare encoder.
    private func target(of name: String, _ tensor: StoredTensor) throws(BadInput) -> (key: String, tensor: StoredTensor)
    {
        for key in [name, Self.withoutArchitecture(name)] {
            if let found = tensors[key] { return (key, found) }
        }
        throw tensor.bad("changes '\(name.printable)', which the base \(folder) lacks: it is of another base")
    }

    /// `pooler.dense.weight` of `bert.pooler.dense.weight`.
    private static func withoutArchitecture(_ name: String) -> String {
        name.split(separator: ".", maxSplits: 1).last.map(String.init) ?? name
    }

    mutating func change(_ module: String, _ parts: [AdapterTensor.Part: StoredTensor]) throws(BadInput) {
        var rest = parts
        if let tokens = rest.removeValue(forKey: .tokens) { try replaceRows(module, tokens) }
        switch configuration.kind {
        case .ia3:
            if let factors = rest.removeValue(forKey: .factors) { try multiply(module, factors) }
        case .lora:
            let magnitude = configuration.usesDora ? rest.removeValue(forKey: .magnitude) : nil
            let bias = configuration.hasOwnBias ? rest.removeValue(forKey: .upBias) : nil
            if let down = rest.removeValue(forKey: .down) {
                guard let up = rest.removeValue(forKey: .up) else { throw down.bad("has no lora_B beside it") }
                try add(module, down: down, up: up, magnitude: magnitude)
                if let bias { try move(module, by: bias) }
            } else if let down = rest.removeValue(forKey: .embeddingDown) {
                guard let up = rest.removeValue(forKey: .embeddingUp) else {
                    throw down.bad("has no lora_embedding_B beside it")
                }
                try addToEmbedding(module, down: down, up: up, magnitude: magnitude)
            } else if let alone = magnitude ?? bias ?? rest[.up] {
                throw alone.bad("has no lora_A beside it")
            }
        }
        guard let left = rest.values.min(by: { $0.name < $1.name }) else { return }
        throw left.bad("changes nothing by what adapter_config.json says; is it of another adapter?")
    }

    /// W + s · B A, with each row's length as DoRA says.
    private mutating func add(
        _ module: String, down: StoredTensor, up: StoredTensor, magnitude: StoredTensor?
    ) throws(BadInput) {
        let (key, weight) = try target(of: "\(module).weight", down)
        let rank = configuration.rank(of: module)
        guard weight.shape.count == 2, down.shape == [rank, weight.shape[1]], up.shape == [weight.shape[0], rank] else {
            throw misfit(down, up, weight, rank)
        }
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        let lengths = try lengths(magnitude, count: rows, beside: down)
        let (reduced, raised, scale) = (try numbers(down), try numbers(up), configuration.scale(of: module))
        try write(weight, key, by: down) { numbers in
            Self.addProduct(numbers, rows, columns, rank, raised, reduced, scale)
            guard let lengths else { return }
            for row in 0..<rows {
                let start = numbers + row * columns
                let factor = lengths.pointer[row] / sqrt((0..<columns).reduce(Float(0)) { $0 + start[$1] * start[$1] })
                for column in 0..<columns { start[column] *= factor }
            }
        }
    }

    /// E + s · (B A)ᵀ, with each column's length as DoRA says.
    private mutating func addToEmbedding(
        _ module: String, down: StoredTensor, up: StoredTensor, magnitude: StoredTensor?
    ) throws(BadInput) {
        let (key, table) = try target(of: "\(module).weight", down)
        let rank = configuration.rank(of: module)
        guard table.shape.count == 2, down.shape == [rank, table.shape[0]], up.shape == [table.shape[1], rank] else {
            throw misfit(down, up, table, rank)
        }
        let (rows, columns) = (table.shape[0], table.shape[1])
        let lengths = try lengths(magnitude, count: columns, beside: down)
        let (reduced, raised, scale) = (try numbers(down), try numbers(up), configuration.scale(of: module))
        try write(table, key, by: down) { numbers in
            cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasTrans, blasint(rows), blasint(columns), blasint(rank),
                scale, reduced.pointer, blasint(rows), raised.pointer, blasint(rank), 1, numbers,
                blasint(columns))
            guard let lengths else { return }
            for column in 0..<columns {
                let square = (0..<rows).reduce(Float(0)) {
                    $0 + numbers[$1 * columns + column] * numbers[$1 * columns + column]
                }
                let factor = lengths.pointer[column] / sqrt(square)
                for row in 0..<rows { numbers[row * columns + column] *= factor }
            }
        }
    }

    private static func addProduct(
        _ numbers: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ rank: Int, _ raised: FloatArray,
        _ reduced: FloatArray, _ scale: Float
    ) {
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(rank), scale,
            raised.pointer, blasint(rank), reduced.pointer, blasint(columns), 1, numbers, blasint(columns))
    }

    /// DoRA's lengths, which a module that has matrices must have, too.
    private func lengths(
        _ magnitude: StoredTensor?, count: Int, beside down: StoredTensor
    ) throws(BadInput) -> FloatArray? {
        guard configuration.usesDora else { return nil }
        guard let magnitude else { throw down.bad("has no lora_magnitude_vector beside it, and 'use_dora' is true") }
        guard magnitude.shape.reduce(1, *) == count else {
            throw magnitude.bad("has the shape \(magnitude.shape); the base asks for [\(count)]")
        }
        return try numbers(magnitude)
    }

    /// b + s · b'.
    private mutating func move(_ module: String, by change: StoredTensor) throws(BadInput) {
        let (key, bias) = try target(of: "\(module).bias", change)
        guard change.shape == bias.shape else {
            throw change.bad("has the shape \(change.shape); the base's bias is \(bias.shape)")
        }
        let (own, scale) = (try numbers(change), configuration.scale(of: module))
        try write(bias, key, by: change) { numbers in
            for index in 0..<own.count { numbers[index] += scale * own.pointer[index] }
        }
    }

    /// Outputs times factors, or inputs times factors; the factors' shape says which.
    private mutating func multiply(_ module: String, _ factors: StoredTensor) throws(BadInput) {
        let (key, weight) = try target(of: "\(module).weight", factors)
        guard weight.shape.count == 2 else {
            throw factors.bad("changes '\(weight.name.printable)', which is no matrix")
        }
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        let isOfOutputs = factors.shape == [rows, 1]
        guard isOfOutputs || factors.shape == [1, columns] else {
            throw factors.bad(
                "has the shape \(factors.shape); '\(weight.name.printable)' of the base is \(weight.shape)")
        }
        let values = try numbers(factors)
        try write(weight, key, by: factors) { numbers in
            for row in 0..<rows {
                for column in 0..<columns {
                    numbers[row * columns + column] *= values.pointer[isOfOutputs ? row : column]
                }
            }
        }
        guard isOfOutputs, let (key, bias) = try? target(of: "\(module).bias", factors), bias.shape == [rows] else {
            return
        }
        try write(bias, key, by: factors) { numbers in
            for row in 0..<rows { numbers[row] *= values.pointer[row] }
        }
    }

    /// Puts rows of an embedding in place of the base's.
    private mutating func replaceRows(_ module: String, _ rows: StoredTensor) throws(BadInput) {
        let (key, table) = try target(of: "\(module).weight", rows)
        let stated = configuration.trainedTokens
        let tokens = stated.first { $0.module.map { module == $0 || module.hasSuffix(".\($0)") } ?? true }
        guard let ids = tokens?.ids else {
            throw rows.bad("changes nothing: 'trainable_token_indices' names no tokens of '\(module.printable)'")
        }
        guard table.shape.count == 2, rows.shape == [ids.count, table.shape[1]] else {
            throw rows.bad(
                "has the shape \(rows.shape); 'trainable_token_indices' names \(ids.count) rows of \(table.shape)")
        }
        guard ids.allSatisfy({ $0 < table.shape[0] }) else {
            throw rows.bad("changes a row beyond the \(table.shape[0]) of the base's table")
        }
        let (values, columns) = (try numbers(rows), table.shape[1])
        try write(table, key, by: rows) { numbers in
            for (place, id) in ids.enumerated() {
                (numbers + id * columns).update(from: values.pointer + place * columns, count: columns)
            }
        }
    }

    private func misfit(
        _ down: StoredTensor, _ up: StoredTensor, _ weight: StoredTensor, _ rank: Int
    ) -> BadInput {
        down.bad(
            "and the matrix beside it have the shapes \(down.shape) and \(up.shape); '\(weight.name.printable)' of the base is "
                + "\(weight.shape) and its rank is \(rank)")
    }

    /// A tensor as float32.
    private func numbers(_ tensor: StoredTensor) throws(BadInput) -> FloatArray {
        guard tensor.type.isFloatingPoint else {
            throw tensor.bad("is \(tensor.type.rawValue); supported: F32, F16, BF16, F64")
        }
        let source = try tensor.contiguous()
        return FloatArray(count: source.count) { source.convert(0..<source.count, to: $0) }
    }

    /// Puts a copy of a tensor in its place that `body` has changed.
    private mutating func write(
        _ tensor: StoredTensor, _ key: String, by change: StoredTensor, _ body: (UnsafeMutablePointer<Float>) -> Void
    ) throws(BadInput) {
        guard tensor.type.isFloatingPoint else {
            throw tensor.bad("is \(tensor.type.rawValue); supported: F32, F16, BF16, F64")
        }
        let (source, count) = (try tensor.contiguous(), tensor.count)
        let size = count * MemoryLayout<Float>.size
        let file = try MappedFile(copyOf: tensor.file, byteCount: size) { target in
            let numbers = target.bindMemory(to: Float.self, capacity: count)
            source.convert(0..<count, to: numbers)
            body(numbers)
        }
        tensors[key] = StoredTensor(name: tensor.name, type: .float32, shape: tensor.shape, range: 0..<size, file: file)
        changed[key] = change
    }
}
