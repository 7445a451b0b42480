import ClinicalText
import Glibc

// Whatever the program says passes through one of the first three: nothing that came from a file, not even its name, may act
// on the terminal of the person who reads it, now or when a log is shown later.

/// Writes a line to standard error.
func standardError(_ line: String) {
    writeAll(line.harmless + "\n", to: STDERR_FILENO)
}

/// Writes a line to standard output at once, so that a reader downstream sees each record as it is made.
func standardOutput(_ line: String) {
    writeAll(line.harmless + "\n", to: STDOUT_FILENO)
}

/// Writes a line of JSON to standard output at once; it says the same with what a terminal would obey escaped.
func standardOutput(json line: String) {
    writeAll(line.harmlessJSON + "\n", to: STDOUT_FILENO)
}

/// Writes to standard error without ending the line: a bar, with what moves the cursor, and nothing of a file.
func standardErrorPart(_ text: String) {
    writeAll(text, to: STDERR_FILENO)
}

private func writeAll(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        // Nobody reads any more, or the disk is full: there is no one left to tell.
        guard count > 0 else { leave(1) }
        bytes = bytes.dropFirst(count)
    }
}

/// A bar on standard error while something longer runs; nothing where that is not a terminal.
struct ProgressBar {
    let title: String
    let total: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private static let width = 30

    init(_ title: String, total: Int) {
        self.title = title
        self.total = total
    }

    /// Takes away a bar that was not finished, for what is said instead.
    static func clear() {
        if isatty(STDERR_FILENO) == 1 { writeAll("\r\u{1B}[K", to: STDERR_FILENO) }
    }

    func show(_ done: Int) {
        guard isTerminal, total > 0 else { return }
        let filled = Self.width * min(done, total) / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        let end = done >= total ? "\r\u{1B}[K" : ""
        writeAll("\r\(title) \(bar) \(done)/\(total)\(end)", to: STDERR_FILENO)
    }
}
