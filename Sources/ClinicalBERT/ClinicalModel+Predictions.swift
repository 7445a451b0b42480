import ClinicalText
import Glibc
import Tokenization

extension ClinicalModel {
    /// How a text becomes spans.
    public struct SpanOptions: Sendable, Hashable {
        /// Which rule.
        public var aggregation: Aggregation
        /// Tokens of a window; `nil` for the checkpoint's own.
        public var maximumLength: Int?
        /// Tokens that windows share; `nil` for the checkpoint's own. A reference strategy without one truncates.
        public var stride: Int?

        /// Makes options; without arguments, what `review` and `predict` use.
        public init(aggregation: Aggregation = .viterbi, maximumLength: Int? = nil, stride: Int? = nil) {
            self.aggregation = aggregation
            self.maximumLength = maximumLength
            self.stride = stride
        }
    }

    /// The labels without prefixes and without outside, in the order of the outputs.
    public var entityLabels: [String] {
        var seen: Set<String> = []
        return LabelTag.tags(of: configuration.labels).filter { $0.part != .outside && seen.insert($0.entity).inserted }
            .map(\.entity)
    }

    /// The spans the model proposes for each of `texts`, in their order.
    ///
    /// All texts' windows go through the encoder together, so that many short notes are as fast as one long one.
    ///
    /// - Returns: `nil` if `isCancelled` said yes.
    /// - Throws: ``WindowError`` for a window and stride that cannot be.
    public func spans(
        in texts: [NoteText], options: SpanOptions = SpanOptions(), threads: Int = ClinicalModel.defaultThreads,
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(WindowError) -> [[PredictedSpan]]? {
        let division = try division(options)
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
        let viterbi = ViterbiDecoder(transitions: TagTransitions(configuration.labels))
        return windows.map { windows in
            let outputs = Array(logits.prefix(windows.count))
            logits = logits.dropFirst(windows.count)
            guard options.aggregation == .viterbi else { return pipeline.decode(windows, outputs) }
            let step = division.maximum - tokenizer.specialTokenCount - (division.stride ?? 0)
            let words = WordEmissions(
                windows: windows, logits: outputs, step: step, temperature: configuration.temperature)
            return viterbi.decode(words.logProbabilities).map { entity in
                let last = entity.words.upperBound - 1
                return PredictedSpan(
                    span: TextSpan(words.spans[entity.words.lowerBound].start, words.spans[last].end),
                    label: entity.entity, score: entity.score)
            }
        }
    }

    /// The score of each label for each of `texts`, cut off at the model's maximum.
    ///
    /// Softmax, sigmoid or the logits themselves, by the checkpoint's `problem_type`.
    public func scores(
        of texts: [NoteText], maximumLength: Int? = nil, threads: Int = ClinicalModel.defaultThreads
    ) -> [[String: Double]] {
        let maximum = min(maximumLength ?? self.maximumLength, self.maximumLength)
        let encodings = texts.map { tokenizer.encode($0, truncatedTo: maximum) }
        return (logits(for: encodings, threads: threads) ?? []).map { output in
            let values: [Float]
            switch configuration.task {
            case .sequenceClassification(.multiLabel): values = output[0].map { 1 / (1 + exp(-$0)) }
            case .sequenceClassification(.regression): values = Array(output[0])
            default: values = output[0].softmax()
            }
            return Dictionary(zip(configuration.labels, values.map(Double.init)), uniquingKeysWith: { first, _ in first })
        }
    }

    private func division(_ options: SpanOptions) throws(WindowError) -> (maximum: Int, stride: Int?) {
        let own = configuration.windows
        if options.aggregation != .viterbi {
            return (min(options.maximumLength ?? maximumLength, maximumLength), options.stride)
        }
        let maximum = min(options.maximumLength ?? min(own.window, maximumLength), maximumLength)
        // A window shortened by the user keeps the proportion of the overlap.
        let stride = options.stride ?? (maximum >= own.window ? own.stride : maximum / 4)
        return (maximum, stride)
    }
}
