import COpenBLAS
import ClinicalText
import FoundationEssentials
import Synchronization
import Tokenization

/// A checkpoint ready to run: tokenizer, encoder, head.
///
/// Immutable, and shared by threads.
public final class ClinicalModel: Sendable {
    /// What the head's outputs mean.
    public typealias Task = ModelConfiguration.Task

    /// The checkpoint's folder as it was given.
    public let folder: String
    /// What `config.json` says.
    public let configuration: ModelConfiguration
    /// The checkpoint's tokenizer.
    public let tokenizer: Tokenizer
    /// What the weights are made of.
    public let weights: WeightSummary

    /// What computes linear layers.
    public let backend: LinearBackend
    /// What the encoder computes with.
    public let precision: Precision

    let encoder: any TokenEncoder
    let head: Head
    /// Which tag may follow which; of token classifiers only.
    let transitions: TagTransitions
    /// Decodes words at the checkpoint's own temperature.
    let decoder: ViterbiDecoder
    let team = WorkerTeam()
    let workspaces = Mutex<[Workspace]>([])

    /// Loads a Hugging Face checkpoint: `config.json`, the weights, and the tokenizer's files.
    ///
    /// - Parameters:
    ///   - folder: the checkpoint's folder, or that of an adapter in PEFT's form, which is merged into its base.
    ///   - base: of an adapter, the checkpoint it changes; without it, the one that it names.
    ///   - cased: whether text keeps its case and accents whatever the tokenizer's files say.
    ///   - precision: what the encoder computes with.
    ///   - backend: what computes linear layers; OpenBLAS does in float32 alone.
    ///   - acceptsBareEncoder: whether a checkpoint without any of its head, one that is still to be fine-tuned, is loaded
    ///     all the same; its logits are the encoder's vectors.
    /// - Throws: ``BadInput`` naming the file: whatever is missing, damaged, not supported, or does not fit the rest.
    public init(
        checkpoint folder: String, base: String? = nil, cased: Bool = false, precision: Precision = .float32,
        backend: LinearBackend = .packed, acceptsBareEncoder: Bool = false
    ) throws(BadInput) {
        if let reason = precision.unavailableReason {
            throw BadInput(SourceLocation(folder), "not loaded in \(precision.rawValue): \(reason)")
        }
        if backend == .openBLAS, precision != .float32 {
            throw BadInput(
                SourceLocation(folder), "not loaded in \(precision.rawValue): OpenBLAS computes in float32 alone")
        }
        // One BLAS thread in each of our workers; OpenBLAS's own pool measured slower at a note's sizes.
        openblas_set_num_threads(1)
        self.folder = folder
        let file = try ConfigurationFile(checkpoint: folder, base: base)
        self.backend = backend
        self.precision = precision
        let checkpoint = try Checkpoint(
            folder: folder, base: base, form: LinearForm(backend: backend, precision: precision))
        configuration = try ModelConfiguration(file, checkpoint)
        tokenizer = try Tokenizer(
            checkpoint: Self.tokenizerFolder(folder, base: base), cased: cased,
            modelType: configuration.architecture.rawValue)
        try Self.checkTables(tokenizer, configuration, folder)
        let parts = try configuration.architecture.bind(checkpoint, configuration, file)
        encoder = parts.encoder
        head = try Head(parts.heads, checkpoint, configuration, isOptional: acceptsBareEncoder)
        transitions = TagTransitions(
            configuration.task == .tokenClassification ? configuration.labels : [], counts: configuration.transitions)
        decoder = ViterbiDecoder(transitions: transitions, temperature: configuration.temperature)
        if !acceptsBareEncoder { try checkpoint.refuseUnusedChanges() }
        weights = checkpoint.summary
    }

    /// Whether the checkpoint has no head: its logits are the encoder's vectors, [tokens, hidden].
    public var isBareEncoder: Bool {
        if case .absent = head { return true }
        return false
    }

    /// `<folder's name>@<first 12 hexadecimal digits of the weights' SHA-256>`: what journals call the model.
    ///
    /// Reads all files of weights, a fifth of a second for 45 MB; needs no loaded model, so that both can be done at once. An
    /// adapter's digest is that of its own and its base's.
    ///
    /// - Throws: ``BadInput`` if there are no weights.
    public static func name(ofCheckpoint folder: String, base: String? = nil) throws(BadInput) -> String {
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        return "\(name)@\(try digest(ofCheckpoint: folder, base: base))"
    }

    /// The first 12 hexadecimal digits of the SHA-256 of a checkpoint's weights, as ``name(ofCheckpoint:base:)`` has them.
    ///
    /// - Throws: ``BadInput`` if there are no weights.
    package static func digest(ofCheckpoint folder: String, base: String? = nil) throws(BadInput) -> String {
        guard let adapter = try AdapterFolder(folder, base: base) else {
            return String(try WeightFiles(folder: folder).digest().hex.prefix(12))
        }
        let own = try MappedFile(adapter.weights)
        let digits =
            withExtendedLifetime(own) { TextDigest(of: own.bytes).hex }
            + (try WeightFiles(folder: adapter.base).digest().hex)
        return String(TextDigest(of: Array(digits.utf8)).hex.prefix(12))
    }

    /// Where the tokenizer's files are: PEFT leaves an adapter's with its base.
    private static func tokenizerFolder(_ folder: String, base: String?) throws(BadInput) -> String {
        let names = [
            "tokenizer.json", "vocab.txt", "vocab.json", "spm.model", "sentencepiece.bpe.model", "spiece.model",
        ]
        if names.contains(where: { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }) { return folder }
        return try AdapterFolder(folder, base: base)?.base ?? folder
    }

    /// Looks at a checkpoint's configuration and at what describes its weights, which takes a few milliseconds.
    ///
    /// - Throws: ``BadInput`` for what can be seen to be wrong without reading the numbers.
    public static func check(checkpoint folder: String) throws(BadInput) {
        _ = try ModelConfiguration(checkpoint: folder)
    }

    /// The largest number of tokens a window may have.
    public var maximumLength: Int {
        min(configuration.maximumPositions, tokenizer.maximumLength ?? configuration.maximumPositions)
    }
}
