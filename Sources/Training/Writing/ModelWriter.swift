import ClinicalText

/// Writes a model into a folder, so that a reader finds it whole or not at all.
protocol ModelWriter: Sendable {
    var folder: String { get }
    var file: AtomicFile { get }
    /// Whether there is a whole one.
    var isComplete: Bool { get }

    /// The same model in another folder.
    func writing(to folder: String) -> Self

    /// Writes all of it.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be written; what was there before is then still whole.
    func write(_ weights: ParameterArena, _ model: EncoderModel) throws(BadInput)

    /// Takes over what ``writing(to:)`` wrote into another folder of the same file system.
    func adopt(_ other: String) throws(BadInput)
}
