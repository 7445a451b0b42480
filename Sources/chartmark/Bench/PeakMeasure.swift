import CVectorMath
import ClinicalBERT
import Dispatch
import Synchronization

/// What cores can multiply and add in a precision, from registers alone.
struct PeakMeasure {
    private let numbers: VMPeak

    init(_ precision: Precision) {
        numbers =
            switch precision {
            case .float32: VM_PEAK_FLOAT32
            case .bfloat16: VM_PEAK_BFLOAT16
            case .int8: VM_PEAK_INT8
            }
    }

    /// Enough for a tenth of a second on a core: a clock that has to rise does so in less.
    private static let rounds = 8_000_000

    /// Multiplications and additions in a second, in thousands of millions, of so many cores at the same time; 0 where the
    /// processor has no such product.
    ///
    /// The best of three: nothing is faster than the peak, and everything else on the machine makes it slower.
    func gigaflops(threads: Int) -> Double {
        (0..<3).map { _ in once(threads) }.max() ?? 0
    }

    private func once(_ threads: Int) -> Double {
        let operations = Mutex(0.0)
        let numbers = numbers
        let duration = ContinuousClock().measure {
            DispatchQueue.concurrentPerform(iterations: threads) { _ in
                let done = vm_peak(numbers, Self.rounds)
                operations.withLock { $0 += done }
            }
        }
        return operations.withLock { $0 } / (duration / .seconds(1)) / 1e9
    }
}

/// How fast memory is copied.
enum CopyMeasure {
    /// Far more than any cache holds.
    private static let bytes = 256 << 20

    /// Read and written in a second, in thousands of millions of bytes, by so many threads at the same time; the best of three.
    static func gigabytes(threads: Int) -> Double {
        let part = bytes / threads
        let buffers = (0..<threads).map { _ in
            (FloatMemory(count: part / 4), FloatMemory(count: part / 4))
        }
        for (source, target) in buffers {
            source.pointer.update(repeating: 1, count: source.count)
            target.pointer.update(repeating: 0, count: target.count)
        }
        let seconds = (0..<3).map { _ in
            ContinuousClock().measure {
                DispatchQueue.concurrentPerform(iterations: threads) { index in
                    buffers[index].1.pointer.update(from: buffers[index].0.pointer, count: part / 4)
                }
            } / .seconds(1)
        }
        return 2 * Double(part * threads) / (seconds.min() ?? .infinity) / 1e9
    }
}

extension Double {
    /// Rounded to so many places behind the point, for a line of figures.
    func rounded(toPlaces places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}
