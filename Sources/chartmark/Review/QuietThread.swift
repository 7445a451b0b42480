import ClinicalText
import Glibc

/// A thread that gets the time which the others leave: for hours of arithmetic beside somebody at the keyboard.
enum QuietThread {
    /// The lowest priority that Linux knows.
    private static let niceness: Int32 = 19

    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a thread of its own.
    ///
    /// - Throws: ``BadInput`` if the system gives no more threads.
    static func run(_ body: @escaping @Sendable () -> Void) throws(BadInput) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                // On Linux 0 is the calling thread, not its process.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, QuietThread.niceness)
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            throw BadInput(SourceLocation("training"), "no thread can be started: \(String(cString: strerror(status)))")
        }
        pthread_detach(thread)
    }
}
