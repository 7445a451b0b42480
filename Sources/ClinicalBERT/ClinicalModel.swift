import COpenBLAS
import ClinicalText
import Dispatch
import Synchronization
import Tokenization

/// A checkpoint ready to run: tokenizer, encoder, head.
///
/// Immutable, and shared by threads.
public final class ClinicalModel: Sendable {
    /// The checkpoint's folder as it was given.
    public let folder: String
    /// What `config.json` says.
    public let configuration: ModelConfiguration
    /// The checkpoint's tokenizer.
    public let tokenizer: Tokenizer

    private enum Head: Sendable {
        case token(TokenHead)
        case sequence(SequenceHead)
    }

    private let encoder: Encoder
    private let head: Head

    /// Loads a Hugging Face checkpoint: `config.json`, `model.safetensors`, and the tokenizer's files.
    ///
    /// - Parameters:
    ///   - folder: the checkpoint's folder.
    ///   - cased: whether text keeps its case and accents whatever the tokenizer's files say.
    /// - Throws: ``BadInput`` naming the file: whatever is missing, damaged, not supported, or does not fit the rest.
    public init(checkpoint folder: String, cased: Bool = false) throws(BadInput) {
        // One BLAS thread in each of our workers; OpenBLAS's own pool measured slower at a note's sizes.
        openblas_set_num_threads(1)
        self.folder = folder
        configuration = try ModelConfiguration(checkpoint: folder)
        tokenizer = try Tokenizer(checkpoint: folder, cased: cased)
        guard tokenizer.vocabulary.count <= configuration.vocabularySize else {
            throw BadInput(
                SourceLocation(folder),
                "the tokenizer has \(tokenizer.vocabulary.count) pieces and config.json's vocab_size is "
                    + "\(configuration.vocabularySize): they are not of one checkpoint")
        }
        let checkpoint = try Checkpoint(folder: folder)
        switch configuration.architecture {
        case .bert: encoder = try BERT.encoder(checkpoint, configuration)
        case .distilbert: encoder = try DistilBERT.encoder(checkpoint, configuration)
        }
        switch (configuration.task, configuration.architecture) {
        case (.tokenClassification, _):
            head = .token(
                TokenHead(
                    classifier: try Linear(
                        checkpoint, "classifier", inputs: configuration.hiddenSize, outputs: configuration.labels.count)
                ))
        case (.sequenceClassification, .bert): head = .sequence(try BERT.sequenceHead(checkpoint, configuration))
        case (.sequenceClassification, .distilbert):
            head = .sequence(try DistilBERT.sequenceHead(checkpoint, configuration))
        }
    }

    /// `<folder's name>@<first 12 hexadecimal digits of the weights' SHA-256>`: what journals call the model.
    ///
    /// Reads the whole weights file, a fifth of a second for 45 MB; needs no loaded model, so that both can be done at once.
    ///
    /// - Throws: ``BadInput`` if there are no weights.
    public static func name(ofCheckpoint folder: String) throws(BadInput) -> String {
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        let weights = try MappedFile("\(folder)/model.safetensors")
        return "\(name)@\(TextDigest(of: weights.bytes).hex.prefix(12))"
    }

    /// Looks at a checkpoint's configuration and at the header of its weights, which takes a few milliseconds.
    ///
    /// - Throws: ``BadInput`` for what can be seen to be wrong without reading the numbers.
    public static func check(checkpoint folder: String) throws(BadInput) {
        _ = try ModelConfiguration(checkpoint: folder)
        _ = try Safetensors("\(folder)/model.safetensors")
    }

    /// The largest number of tokens a window may have.
    public var maximumLength: Int {
        min(configuration.maximumPositions, tokenizer.maximumLength ?? configuration.maximumPositions)
    }

    /// Sequences go through the encoder in groups of at least this many rows where there are as many: at 512 rows a
    /// product with 384 or more columns runs at OpenBLAS's full speed, and a group's matrices stay near the cache.
    private static let rowsPerGroup = 512

    /// Runs token sequences through encoder and head.
    ///
    /// Sequences are packed without padding; each worker takes the next group until none is left.
    ///
    /// - Parameters:
    ///   - encodings: each at most ``maximumLength`` tokens long; longer ones are cut off there.
    ///   - threads: workers, at least 1.
    ///   - isCancelled: asked before each group; once it says yes, the rest is left out and the result is `nil`.
    /// - Returns: the logits of each sequence, in the order they were given.
    public func logits(
        for encodings: [Encoding], threads: Int = ClinicalModel.defaultThreads,
        isCancelled: @Sendable () -> Bool = { false }
    ) -> [Logits]? {
        let groups = groups(encodings, threads: threads)
        let next = Atomic<Int>(0)
        let results = Mutex<[Logits?]>(Array(repeating: nil, count: encodings.count))
        let workers = max(1, min(threads, groups.count))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let workspace = Workspace(configuration)
            while !isCancelled() {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < groups.count else { return }
                var batch = PackedBatch()
                for sequence in groups[index] {
                    let length = min(encodings[sequence].count, configuration.maximumPositions)
                    batch.append(
                        ids: Array(encodings[sequence].ids.prefix(length)),
                        types: Array(encodings[sequence].types.prefix(length)))
                }
                let outputs = run(batch, workspace)
                results.withLock { results in
                    for (sequence, output) in zip(groups[index], outputs) { results[sequence] = output }
                }
            }
        }
        let complete = results.withLock { $0.compactMap { $0 } }
        return complete.count == encodings.count ? complete : nil
    }

    private func run(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        guard batch.rows > 0 else { return [] }
        encoder.apply(batch, workspace)
        switch head {
        case .token(let head): return head.apply(batch, workspace)
        case .sequence(let head): return head.apply(batch, workspace)
        }
    }

    /// Neighbouring sequences together up to ``rowsPerGroup`` rows, fewer where that would leave a worker idle.
    private func groups(_ encodings: [Encoding], threads: Int) -> [Range<Int>] {
        let total = encodings.reduce(0) { $0 + $1.count }
        let rows = min(Self.rowsPerGroup, max(1, total / max(1, threads)))
        var groups: [Range<Int>] = []
        var start = 0
        var filled = 0
        for index in encodings.indices {
            if filled > 0, filled + encodings[index].count > rows {
                groups.append(start..<index)
                start = index
                filled = 0
            }
            filled += encodings[index].count
        }
        if start < encodings.count { groups.append(start..<encodings.count) }
        return groups
    }
}
