import Dispatch
import Synchronization
import Tokenization

extension ClinicalModel {
    /// Runs token sequences through encoder and head.
    ///
    /// Sequences are packed without padding; each worker takes the next group until none is left. A masked language model's
    /// logits are a text's tokens times its vocabulary: ask for ``candidates(_:for:threads:isCancelled:)`` instead.
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
        outputs(for: encodings, threads: threads, isCancelled: isCancelled) { batch, _, workspace in
            head.apply(batch, workspace)
        }
    }

    /// The pieces a masked language model finds likeliest in place of each token, the likeliest first.
    ///
    /// - Parameters:
    ///   - count: how many for each token.
    ///   - encodings: as for ``logits(for:threads:isCancelled:)``.
    ///   - tokens: of each sequence, those that are wanted; without it, all.
    /// - Returns: for each sequence and each token that is wanted, its candidates; `nil` if it was cancelled or the model
    ///   has another head.
    public func candidates(
        _ count: Int, for encodings: [Encoding], at tokens: [[Int]]? = nil,
        threads: Int = ClinicalModel.defaultThreads, isCancelled: @Sendable () -> Bool = { false }
    ) -> [[[TokenCandidate]]]? {
        guard case .language(let head) = head else { return nil }
        return outputs(for: encodings, threads: threads, isCancelled: isCancelled) { batch, indices, workspace in
            let wanted = zip(batch.sequences, indices).map { sequence, index in
                guard let tokens = tokens?[index] else { return Array(sequence) }
                return tokens.filter((0..<sequence.count).contains).map { sequence.lowerBound + $0 }
            }
            var candidates = head.candidates(count, of: wanted.flatMap { $0 }, workspace)[...]
            return wanted.map { rows in
                defer { candidates = candidates.dropFirst(rows.count) }
                return Array(candidates.prefix(rows.count))
            }
        }
    }

    /// Sequences go through the encoder in groups of at least this many rows where there are as many: at 512 rows a
    /// product with 384 or more columns runs at OpenBLAS's full speed, and a group's matrices stay near the cache.
    private static let rowsPerGroup = 512

    /// Runs the encoder over groups of sequences, and `body` over the vectors of each group.
    ///
    /// - Parameter body: given a batch, the places of its sequences among `encodings`, and the workspace with its vectors;
    ///   returns an output for each sequence.
    private func outputs<Output: Sendable>(
        for encodings: [Encoding], threads: Int, isCancelled: @Sendable () -> Bool,
        _ body: @Sendable (PackedBatch, Range<Int>, Workspace) -> [Output]
    ) -> [Output]? {
        let groups = groups(encodings, threads: threads)
        let next = Atomic<Int>(0)
        let results = Mutex<[Output?]>(Array(repeating: nil, count: encodings.count))
        let workers = max(1, min(threads, groups.count))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let workspace = Workspace(encoder.sizes)
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
                workspace.reserve(rows: batch.rows, longest: batch.longest)
                if batch.rows > 0 { encoder.apply(batch, workspace) }
                let outputs = body(batch, groups[index], workspace)
                results.withLock { results in
                    for (sequence, output) in zip(groups[index], outputs) { results[sequence] = output }
                }
            }
        }
        let complete = results.withLock { $0.compactMap { $0 } }
        return complete.count == encodings.count ? complete : nil
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
