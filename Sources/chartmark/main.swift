import ArgumentParser
import ClinicalText
import Glibc

/// The root of the command line.
struct ChartmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chartmark",
        abstract: "Annotate clinical notes in the terminal, with a ClinicalBERT engine in the same process.",
        discussion: "Nothing leaves the machine: no command opens a socket.",
        version: chartmarkVersion,
        subcommands: [
            ReviewSubcommand.self, ExportCommand.self, CheckCommand.self, KeysCommand.self, PredictCommand.self,
            TokenizeCommand.self, LogitsCommand.self, EvaluateCommand.self, BenchCommand.self,
        ])
}

/// The version that `--version` prints and `project.json` records.
let chartmarkVersion = "0.1.0"

/// Exit codes of the design: 0 done, 1 bad input, 2 bad usage.
func fail(_ error: any Error) -> Never {
    switch ChartmarkCommand.exitCode(for: error) {
    case .success: ChartmarkCommand.exit(withError: error)
    case .validationFailure:
        standardError(ChartmarkCommand.fullMessage(for: error))
        exit(2)
    default:
        standardError("chartmark: \(error is ExitCode ? "" : "\(error)")")
        exit(1)
    }
}

do {
    var command = try ChartmarkCommand.parseAsRoot()
    try command.run()
} catch let code as ExitCode {
    exit(code.rawValue)
} catch {
    fail(error)
}
