import Glibc

/// A thread that can be waited for.
package final class Worker: Sendable {
    private let thread: UInt
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts it.
    package init(_ run: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        pthread_create(
            &handle, nil,
            { body in
                if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(Body(run)).toOpaque())
        thread = UInt(handle)
    }

    /// Waits for its end.
    package func join() { pthread_join(pthread_t(thread), nil) }
}
