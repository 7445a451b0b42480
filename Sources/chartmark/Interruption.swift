import ArgumentParser
import Glibc
import Synchronization

/// Ctrl-C, a polite request to end or the end of the terminal, noted instead of ending the program, so that what is half
/// written can be removed.
struct Interruption {
    /// The signals that ask for it.
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    /// Which of them came; 0 for none.
    private static let asked = Atomic<Int32>(0)

    init() {
        // The handler may not be the first to touch it.
        Self.asked.store(0, ordering: .relaxed)
        for number in Self.signals {
            let before = signal(number) { number in
                // A second one ends the program at once: what was saved last stays.
                if Interruption.asked.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
            }
            // nohup(1) and its like asked for it to be ignored.
            if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
        }
    }

    /// What shells give a program that was interrupted in this way.
    static var exitCode: Int32 {
        let number = asked.load(ordering: .relaxed)
        return 128 + (number == 0 ? SIGINT : number)
    }

    var isAsked: Bool { Self.asked.load(ordering: .relaxed) != 0 }

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
