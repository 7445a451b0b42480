import ArgumentParser
import ClinicalBERT

/// `--threads`.
struct WorkerThreads: ParsableArguments {
    @Option(name: .customLong("threads"), help: ArgumentHelp("Worker threads.", valueName: "n"))
    var count: Int = ClinicalModel.defaultThreads

    /// Each has memory of its own, and no machine has more cores that could share a note.
    private static let most = 1024

    func validate() throws {
        guard (1...Self.most).contains(count) else {
            throw ValidationError("--threads must be 1 to \(Self.most)")
        }
    }
}
