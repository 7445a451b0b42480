import CVectorMath
import Glibc

/// The angles by which queries and keys are turned at each position (Su and others 2021).
struct RotaryPositions: Sendable {
    private let half: Int
    private let cosines: FloatArray  // [positions, half]
    private let sines: FloatArray  // [positions, half]

    /// Angles of `positions` positions for heads of `size`: position / theta^(2i / size), in float32 as the reference has it.
    init(theta: Float, size: Int, positions: Int) {
        let half = size / 2
        let frequencies = (0..<half).map { 1 / powf(theta, Float(2 * $0) / Float(size)) }
        func table(_ function: (Float) -> Float) -> FloatArray {
            FloatArray(count: positions * half) { target in
                for position in 0..<positions {
                    for (index, frequency) in frequencies.enumerated() {
                        target[position * half + index] = function(Float(position) * frequency)
                    }
                }
            }
        }
        self.half = half
        cosines = table(cosf)
        sines = table(sinf)
    }

    /// Turns the vectors of `heads` heads that stand one after the other.
    func turn(_ vectors: UnsafeMutablePointer<Float>, heads: Int, at position: Int) {
        vm_rotate(vectors, cosines.pointer + position * half, sines.pointer + position * half, heads, half * 2)
    }
}
