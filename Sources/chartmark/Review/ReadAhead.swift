import Dispatch
import Synchronization

/// Something that is read on another core while the session still reads other things.
final class ReadAhead<Value: Sendable>: Sendable {
    private let read = Mutex<Value?>(nil)
    private let reading = DispatchGroup()

    /// Begins to read.
    init(_ body: @escaping @Sendable () -> Value) {
        reading.enter()
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            let value = body()
            read.withLock { $0 = value }
            reading.leave()
        }
    }

    /// What was read; waits for it.
    func wait() -> Value? {
        reading.wait()
        return read.withLock { $0 }
    }
}
