import CTerminal

/// What a command says when it crashes, in the place of the runtime's report.
///
/// Which build, which signal, and where in the program; never registers or memory, in which a note may be. No core is left.
public enum CrashReport {
    /// Takes the signals of a crash; called before the first note is read.
    ///
    ///     CrashReport.install(program: "chartmark 0.1.0")
    ///
    /// - Parameter program: the name and version to report.
    public static func install(program: String) { crash_install(program) }
}
