import ClinicalText
import Dispatch
import Synchronization

/// The results of `body` for 0 to `count - 1`, which are computed on all cores, in order.
///
/// - Throws: the first error in that order.
func concurrentMap<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws(BadInput) -> Result
) throws(BadInput) -> [Result] {
    let results = Mutex<[Swift.Result<Result, BadInput>?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result: Swift.Result<Result, BadInput>
        do throws(BadInput) { result = .success(try body(index)) } catch { result = .failure(error) }
        results.withLock { $0[index] = result }
    }
    var values: [Result] = []
    for case let result? in results.withLock({ $0 }) { values.append(try result.get()) }
    return values
}
