import CVectorMath

/// What a worker's layers read and write in one step: everybody's weights, gradients of its own, and the dropout masks.
struct LayerPass {
    let weights: UnsafeMutablePointer<Float>
    /// The worker's own; those of all workers are added up at the end.
    let gradients: UnsafeMutablePointer<Float>
    let dropout: DropoutMasks

    func weight(_ block: ParameterBlock) -> Matrix {
        Matrix(weights + block.offset, rows: block.rows, columns: block.columns)
    }

    /// Where the gradients of a block are gathered; `nil` if it is frozen.
    func gradient(_ block: ParameterBlock) -> Matrix? {
        block.isTrained ? Matrix(gradients + block.offset, rows: block.rows, columns: block.columns) : nil
    }
}

/// The dropout masks of one step (Srivastava and others 2014).
///
/// A number's fate is a hash of seed, step, layer and its place in the batch: the same mask is made again in the backward
/// pass, by a resumed run, and by any number of workers.
struct DropoutMasks {
    let seed: UInt64
    let step: Int
    /// Whether anything is dropped; nothing is where a model is only measured.
    var drops = true

    /// Where in a model numbers are dropped.
    enum Site {
        case embeddings
        case attention(layer: Int)
        case attentionOutput(layer: Int)
        case feedForward(layer: Int)
        case head

        var number: UInt64 {
            switch self {
            case .embeddings: 0
            case .head: 1
            case .attention(let layer): 2 + 3 * UInt64(layer)
            case .attentionOutput(let layer): 3 + 3 * UInt64(layer)
            case .feedForward(let layer): 4 + 3 * UInt64(layer)
            }
        }
    }

    /// The mask of a layer; `nil` where nothing is dropped.
    func mask(_ site: Site, rate: Float) -> VMDropout? {
        guard drops, rate > 0 else { return nil }
        let key = SplitMix.mix(seed &+ SplitMix.mix(UInt64(bitPattern: Int64(step)) &* 4096 &+ site.number))
        return VMDropout(key: key, threshold: UInt32(Double(rate) * 0x1p32), scale: 1 / (1 - rate))
    }
}

/// Passes the address of an optional mask.
func withMask<Result>(_ mask: VMDropout?, _ body: (UnsafePointer<VMDropout>?) -> Result) -> Result {
    guard let mask else { return body(nil) }
    return withUnsafePointer(to: mask) { body($0) }
}
