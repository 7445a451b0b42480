import ClinicalText
import Glibc
import Synchronization
import Tokenization

extension ClinicalModel {
    /// How a text becomes spans.
    public struct SpanOptions: Sendable, Hashable {
        /// Which rule.
        public var aggregation: Aggregation
        /// Tokens of a window; `nil` for the checkpoint's own.
        public var maximumLength: Int?
        /// Tokens that windows share.
        ///
        /// `nil` for the checkpoint's own. A reference strategy without one truncates.
        public var stride: Int?

        /// Makes options; without arguments, what `review` and `predict` use.
        public init(aggregation: Aggregation = .viterbi, maximumLength: Int? = nil, stride: Int? = nil) {
            self.aggregation = aggregation
            self.maximumLength = maximumLength
            self.stride = stride
        }
    }

    /// The labels without prefixes and without outside, in the order of the outputs; none if it is not tokens that are
    /// labelled.
    public var entityLabels: [String] { configuration.entityLabels }

    /// The spans the model proposes for each of `texts`, in their order.
    ///
    /// All texts' windows go through the encoder together, so that many short notes are as fast as one long one.
    /// `onProgress` is told the share of the windows that are done, from any thread (of the best reading only).
    ///
    /// - Returns: `nil` if `isCancelled` said yes; no spans if the model does not classify tokens.
    /// - Throws: ``WindowError`` for a window and stride that cannot be.
    public func spans(
        in texts: [NoteText], options: SpanOptions = SpanOptions(), threads: Int = ClinicalModel.defaultThreads,
        isCancelled: @Sendable () -> Bool = { false }, onProgress: @Sendable (Double) -> Void = { _ in }
    ) throws(WindowError) -> [[PredictedSpan]]? {
        guard configuration.task == .tokenClassification else { return texts.map { _ in [] } }
        let division = try division(options)
        if options.aggregation == .viterbi {
            var windows: [[Tokenizer.Window]] = []
            for text in texts {
                windows.append(
                    try tokenizer.windowsAtSentences(text, maximum: division.maximum, stride: division.stride ?? 0))
            }
            return bestReadings(
                windows, of: texts, threads: threads, isCancelled: isCancelled, onProgress: onProgress)
        }
        var windows: [[Encoding]] = []
        for text in texts {
            if let stride = division.stride {
                windows.append(try tokenizer.windows(text, maximum: division.maximum, stride: stride))
            } else {
                windows.append([tokenizer.encode(text, truncatedTo: division.maximum)])
            }
        }
        guard var logits = logits(for: windows.flatMap { $0 }, threads: threads, isCancelled: isCancelled)?[...] else {
            return nil
        }
        let pipeline = PipelineDecoder(
            labels: configuration.labels, tokenizer: tokenizer, strategy: options.aggregation)
        return zip(texts, windows).map { text, windows in
            defer { logits = logits.dropFirst(windows.count) }
            return pipeline.decode(windows, Array(logits.prefix(windows.count)), of: text)
        }
    }

    /// Windows that go through the encoder before their logits are reduced to their words': a note of a megabyte has
    /// thousands, and 256 keep any number of workers busy.
    private static let windowsAtOnce = 256

    /// Decodes each text's windows by ``ViterbiDecoder``.
    private func bestReadings(
        _ windows: [[Tokenizer.Window]], of texts: [NoteText], threads: Int, isCancelled: @Sendable () -> Bool,
        onProgress: @Sendable (Double) -> Void
    ) -> [[PredictedSpan]]? {
        emissions(windows, threads: threads, isCancelled: isCancelled, onProgress: onProgress)
            .map { zip(texts, $0).map { bestReading($0, $1, decoder) } }
    }

    /// The label probabilities of each text's words, keeping no more logits than of ``windowsAtOnce`` windows.
    func emissions(
        _ windows: [[Tokenizer.Window]], threads: Int, isCancelled: @Sendable () -> Bool,
        onProgress: @Sendable (Double) -> Void = { _ in }
    ) -> [WordEmissions]? {
        let places = windows.indices.flatMap { text in windows[text].indices.map { (text: text, window: $0) } }
        var emissions = windows.map { _ in WordEmissions(temperature: configuration.temperature) }
        let done = Atomic<Int>(0)
        for start in Swift.stride(from: 0, to: places.count, by: Self.windowsAtOnce) {
            let chunk = places[start..<min(places.count, start + Self.windowsAtOnce)]
            let encodings = chunk.map { windows[$0.text][$0.window].encoding }
            let outputs = logits(for: encodings, threads: threads, isCancelled: isCancelled) { count in
                let all = done.wrappingAdd(count, ordering: .relaxed).newValue
                onProgress(Double(all) / Double(places.count))
            }
            guard let outputs else { return nil }
            for (place, output) in zip(chunk, outputs) {
                emissions[place.text].add(
                    windows[place.text][place.window], output,
                    isLast: place.window == windows[place.text].count - 1)
            }
        }
        return emissions
    }

    /// The most probable legal reading of a text.
    func bestReading(_ text: NoteText, _ words: WordEmissions, _ decoder: ViterbiDecoder) -> [PredictedSpan] {
        decoder.decode(words.logProbabilities).map { entity in
            let first = words.spans[entity.words.lowerBound]
            let last = words.spans[entity.words.upperBound - 1]
            return PredictedSpan(
                span: text.trimmed(TextSpan(first.start, last.end)), label: entity.entity, score: entity.score)
        }
    }

    /// The score of each label for each of `texts`, cut off where the checkpoint's training cut them off, else at the model's
    /// maximum.
    ///
    /// Softmax, sigmoid or the logits themselves, by the checkpoint's `problem_type`; no scores if the model does not
    /// classify whole texts.
    public func scores(
        of texts: [NoteText], maximumLength: Int? = nil, threads: Int = ClinicalModel.defaultThreads
    ) -> [[String: Double]] {
        guard case .sequenceClassification(let problem) = configuration.task else { return texts.map { _ in [:] } }
        let maximum = min(maximumLength ?? ownWindow, self.maximumLength)
        let encodings = texts.map { tokenizer.encode($0, truncatedTo: maximum) }
        return (logits(for: encodings, threads: threads) ?? []).map { output in
            guard output.rows > 0 else { return [:] }
            let logits = output[0].map { $0 / configuration.temperature }
            let values: [Float] =
                switch problem {
                case .singleLabel: logits.softmax()
                case .multiLabel: logits.map { 1 / (1 + exp(-$0)) }
                case .regression: Array(output[0])
                }
            return Dictionary(
                zip(configuration.labels, values.map(Double.init)), uniquingKeysWith: { first, _ in first })
        }
    }

    /// Tokens of a window that the checkpoint asks for, as far as the model takes them.
    var ownWindow: Int { min(configuration.windows.window, maximumLength) }

    /// How texts of these options are divided.
    func division(_ options: SpanOptions) throws(WindowError) -> (maximum: Int, stride: Int?) {
        let own = configuration.windows
        if options.aggregation != .viterbi {
            return (min(options.maximumLength ?? maximumLength, maximumLength), options.stride)
        }
        let maximum = min(options.maximumLength ?? ownWindow, maximumLength)
        // A window shortened by the user keeps the proportion of the overlap.
        let stride = options.stride ?? (maximum >= own.window ? own.stride : maximum / 4)
        return (maximum, stride)
    }
}

extension ModelConfiguration {
    /// The labels without prefixes and without outside, in the order of the outputs; none if it is not tokens that are
    /// labelled.
    public var entityLabels: [String] {
        guard task == .tokenClassification else { return [] }
        var seen: Set<String> = []
        return LabelTag.tags(of: labels).filter { $0.part != .outside && seen.insert($0.entity).inserted }.map(\.entity)
    }
}
