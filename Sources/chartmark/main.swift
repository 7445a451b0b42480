import ArgumentParser
import ClinicalBERT
import ClinicalText
import Glibc
import Terminal

/// The root of the command line.
struct ChartmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chartmark",
        abstract: "Annotate clinical notes in the terminal, with a ClinicalBERT engine in the same process.",
        discussion: "Nothing leaves the machine: no command opens a socket.",
        version: chartmarkVersion,
        subcommands: [
            ReviewSubcommand.self, ImportCommand.self, ExportCommand.self, AssignCommand.self, AgreeCommand.self,
            AdjudicateCommand.self, CheckCommand.self, StatsCommand.self, SplitCommand.self, KeysCommand.self,
            PredictCommand.self, TokenizeCommand.self, LogitsCommand.self,
            ModelCommand.self, EvaluateCommand.self, AssertionCommand.self, FinetuneCommand.self, PretrainCommand.self,
            BenchCommand.self,
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
        leave(2)
    default:
        ProgressBar.clear()
        standardError("chartmark: \(error is ExitCode ? "" : "\(error)")")
        leave(1)
    }
}

/// Ends the program at once, outputs written.
///
/// Not by `exit`: at it OpenBLAS gives its memory back while the engine may still be at work on the next note.
func leave(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
}

CrashReport.install(program: "chartmark \(chartmarkVersion)")
if let problem = VectorInstructions.problem {
    standardError("chartmark: \(problem)")
    leave(2)
}
do {
    var command = try ChartmarkCommand.parseAsRoot()
    try command.run()
    leave(0)
} catch let code as ExitCode {
    leave(code.rawValue)
} catch {
    fail(error)
}
