import ClinicalText

/// A process's memory that is in use, files' pages included, as the kernel counts it.
struct ProcessMemory {
    /// Now; `nil` where the system does not say.
    let residentBytes: Int?
    /// At its most; what `getrusage` says starts with the memory of the program before `exec`.
    let peakBytes: Int?

    /// - Parameter process: its number, or `self`.
    init(of process: String = "self") {
        let status = (try? NoteReader.bytes(of: "/proc/\(process)/status")) ?? []
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        func bytes(_ name: String) -> Int? {
            lines.first { $0.hasPrefix(name) }?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first
                .map { $0 * 1024 }
        }
        residentBytes = bytes("VmRSS:")
        peakBytes = bytes("VmHWM:")
    }

    /// The peak for a benchmark to print, in megabytes.
    var peakMegabytes: Double { (Double(peakBytes ?? 0) / 1_048_576).rounded() }
}
