import FoundationEssentials

/// How much a test does: little in every run, as much as a variable of the environment asks for where there is time.
package enum Amount {
    /// The value of the variable, else `usual`.
    package static func of(_ variable: String, usual: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usual
    }

    /// The seed to begin with: that of `CHARTMARK_SEED`, else always the same.
    package static var seed: UInt64 {
        ProcessInfo.processInfo.environment["CHARTMARK_SEED"].flatMap { UInt64($0) } ?? 18
    }
}
