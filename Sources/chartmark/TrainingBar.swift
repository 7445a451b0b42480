import Glibc
import Training

/// A line on standard error that shows how far a run has come, and a line for each epoch.
struct TrainingBar {
    let epochs: Int
    /// How a score is said.
    let score: (Double) -> String
    private static let width = 20
    /// Ten years; who asks for as many epochs as there are numbers has longer to wait than there are seconds to count.
    private static let mostSeconds = 3.2e8

    func show(_ progress: TrainingRun.Progress) {
        let figures =
            "loss \(progress.loss.threeDigits) · \(Int(progress.tokensPerSecond)) tokens/s"
        let isLast = progress.step == progress.stepsPerEpoch
        if isatty(STDERR_FILENO) == 1 {
            let filled = Self.width * progress.step / max(1, progress.stepsPerEpoch)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
            let seconds = Int(min(progress.secondsLeft, Self.mostSeconds))
            let left = "\(seconds / 60):" + String(String(100 + seconds % 60).dropFirst()) + " left"
            standardErrorPart(
                "\r\u{1B}[Kepoch \(progress.epoch + 1)/\(epochs) \(bar) \(progress.step)/\(progress.stepsPerEpoch) · "
                    + "\(figures) · \(left)" + (isLast ? "\r\u{1B}[K" : ""))
        }
        guard isLast else { return }
        let result = progress.score.map { " · \(score($0))\(progress.isBest ? ", the best" : "")" } ?? ""
        standardError("epoch \(progress.epoch + 1)/\(epochs) · \(figures)\(result)")
    }
}
