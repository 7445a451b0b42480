import ArgumentParser
import Glibc
import Synchronization

/// Ctrl-C, noted instead of ending the program, so that what is half written can be removed.
struct Interruption {
    /// What shells give a program that was interrupted.
    static let exitCode: Int32 = 130
    private static let asked = Atomic<Bool>(false)

    init() {
        // The handler may not be the first to touch it.
        Self.asked.store(false, ordering: .relaxed)
        signal(SIGINT) { _ in
            // A second one ends the program at once: what was saved last stays.
            if Interruption.asked.exchange(true, ordering: .relaxed) { _exit(Interruption.exitCode) }
        }
    }

    var isAsked: Bool { Self.asked.load(ordering: .relaxed) }

    /// Stops what is being written, if that was asked for.
    ///
    /// - Throws: `ExitCode`.
    func check(_ command: String) throws {
        guard isAsked else { return }
        ProgressBar.clear()
        standardError("\(command): stopped; nothing was written")
        throw ExitCode(Self.exitCode)
    }
}
