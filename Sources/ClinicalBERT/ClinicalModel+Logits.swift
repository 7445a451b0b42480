import Synchronization
import Tokenization

extension ClinicalModel {
    /// Runs token sequences through encoder and head.
    ///
    /// Sequences are packed without padding, and workers share their rows. A masked language model's
    /// logits are a text's tokens times its vocabulary: ask for ``candidates(_:for:threads:isCancelled:)`` instead.
    ///
    /// - Parameters:
    ///   - encodings: each at most ``maximumLength`` tokens long; longer ones are cut off there.
    ///   - threads: workers, at least 1.
    ///   - isCancelled: asked before each group; once it says yes, the rest is left out and the result is `nil`.
    ///   - onFinished: told how many sequences a group that is done had, from any thread.
    /// - Returns: the logits of each sequence, in the order they were given; `nil` also where a token has no row in the model's
    ///   tables, see ``check(_:)``.
    public func logits(
        for encodings: [Encoding], threads: Int = ClinicalModel.defaultThreads,
        isCancelled: @Sendable () -> Bool = { false }, onFinished: @Sendable (Int) -> Void = { _ in }
    ) -> [Logits]? {
        outputs(for: encodings, threads: threads, isCancelled: isCancelled) { batch, group, workspace in
            defer { onFinished(group.count) }
            return head.apply(batch, workspace)
        }
    }

    /// The same, told of as the share that is done.
    func logits(
        for encodings: [Encoding], threads: Int, isCancelled: @Sendable () -> Bool,
        onProgress: @Sendable (Double) -> Void
    ) -> [Logits]? {
        let finished = Atomic(0)
        return logits(for: encodings, threads: threads, isCancelled: isCancelled) { count in
            let done = finished.add(count, ordering: .relaxed).newValue
            onProgress(Double(done) / Double(encodings.count))
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

    /// Sequences go through the encoder in groups of at most this many rows a worker: enough for a product to run at full
    /// speed, few enough for a group's matrices to stay near the cache.
    private static let rowsPerWorker = 512

    /// Rows below which a worker is not worth waking: a tile of the products has 6 or 12.
    private static let leastRowsPerWorker = 6

    /// Runs the encoder over groups of sequences, whose rows the workers share, and `body` over the vectors of each group.
    ///
    /// - Parameter body: given a batch, the places of its sequences among `encodings`, and the workspace with its vectors;
    ///   returns an output for each sequence.
    private func outputs<Output: Sendable>(
        for encodings: [Encoding], threads: Int, isCancelled: @Sendable () -> Bool,
        _ body: @Sendable (PackedBatch, Range<Int>, Workspace) -> [Output]
    ) -> [Output]? {
        do { try check(encodings) } catch { return nil }
        let workspace = takeWorkspace()
        defer { giveBack(workspace) }
        var results: [Output] = []
        for group in groups(encodings, rows: Self.rowsPerWorker * max(1, threads)) {
            if isCancelled() { return nil }
            let batch = batch(encodings[group])
            let workers = max(1, min(threads, batch.rows / Self.leastRowsPerWorker))
            workspace.reserve(batch, workers: workers)
            if batch.rows > 0 {
                let schedule = RowSchedule(batch, workers: workers, steps: encoder.steps)
                team.run(workers: workers) { worker in
                    func pass(_ rows: Range<Int>) -> ForwardPass {
                        ForwardPass(batch: batch, workspace: workspace, worker: worker, rows: rows)
                    }
                    schedule.work {
                        encoder.take($0, part: $1, pass($2))
                    } finish: {
                        encoder.finish($0, pass($1))
                    }
                }
            }
            results += body(batch, group, workspace)
        }
        return results
    }

    private func batch(_ encodings: ArraySlice<Encoding>) -> PackedBatch {
        var batch = PackedBatch()
        for encoding in encodings {
            let length = min(encoding.count, configuration.maximumPositions)
            let types = tokenizer.givesTypes ? Array(encoding.types.prefix(length)) : Array(repeating: 0, count: length)
            batch.append(ids: encoding.ids.prefix(length), types: types)
        }
        return batch
    }

    private func takeWorkspace() -> Workspace {
        workspaces.withLock { $0.popLast() } ?? Workspace(encoder.sizes)
    }

    private func giveBack(_ workspace: Workspace) {
        workspaces.withLock { $0.append(workspace) }
    }

    /// Neighbouring sequences together up to `rows` rows, a longer one alone.
    private func groups(_ encodings: [Encoding], rows: Int) -> [Range<Int>] {
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
