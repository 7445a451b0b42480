import FoundationEssentials

extension ClinicalModel {
    /// One worker for each core.
    public static var defaultThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
