import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Tokenization

/// What `chartmark model` finds out about a checkpoint, in the names of its JSON.
struct ModelReport: Encodable {
    struct Sizes: Encodable {
        let layers: Int
        let hidden: Int
        let heads: Int
        let intermediate: Int
        let vocabulary: Int
        let positions: Int
        let tokenTypes: Int
    }

    struct Labels: Encodable {
        let count: Int
        let names: [String]
    }

    struct TokenizerPart: Encodable {
        let kind: String
        let vocabulary: Int
        let lowercases: Bool
        let maximumLength: Int?
    }

    struct Windows: Encodable {
        let window: Int
        let stride: Int
        let temperature: Float
    }

    struct Weights: Encodable {
        struct File: Encodable {
            let name: String
            let bytes: Int
        }
        let form: String
        let files: [File]
        let bytes: Int
        /// Numbers by how they are stored.
        let precision: [String: Int]
        let unused: [String]
    }

    /// How this machine computes.
    struct Engine: Encodable {
        /// A loop, and the instruction set whose copy of it is used.
        struct Kernel: Encodable {
            let operation: String
            /// `nil` if this processor has none.
            let instructionSet: String?
            /// From plain C, as a share of what rounding may make.
            let difference: Double
            /// A wider set whose copy disagreed with plain C.
            let refused: String?
        }

        /// The widest vector instructions in use.
        let vectors: String
        /// The names that CHARTMARK_VECTOR may have here.
        let names: [String]
        /// What it can compute with.
        let precisions: [String]
        let kernels: [Kernel]
    }

    /// How far another precision agrees with float32 over the notes that were named.
    struct Comparison: Encodable {
        let precision: String
        let notes: Int
        let spans: Int
        let spansRounded: Int
        let spansOfBoth: Int
        /// The share of the float32 spans that are found in the other precision too.
        let identical: Double
        /// Of one against the other.
        let f1: Double
        let largestLogitDifference: Float
    }

    /// Bytes.
    struct Memory: Encodable {
        /// All weights in float32; less where the token table stays in its file.
        let estimate: Int
        let beforeLoading: Int?
        let afterLoading: Int?
        let afterSelfTest: Int?
    }

    struct Test: Encodable {
        let passed: Bool
        let texts: Int
        let tokens: Int
        let largestDifference: Float
        let problems: [String]
    }

    let name: String
    let architecture: String
    let task: String
    let problemType: String?
    let sizes: Sizes
    let activation: String
    let parameters: Int
    let labels: Labels
    let tokenizer: TokenizerPart
    let windows: Windows
    let weights: Weights
    let engine: Engine
    let memory: Memory
    let selfTest: Test
    let comparison: Comparison?
    let warnings: [String]
}

extension ModelReport {
    /// Loads the model of `folder`, runs it, and says what was seen.
    ///
    /// - Parameters:
    ///   - precision: what is compared with float32, if something is.
    ///   - notes: over which.
    /// - Throws: ``BadInput`` if it cannot be loaded.
    init(folder: String, comparing precision: Precision? = nil, over notes: [Note] = []) throws {
        let before = ProcessMemory().residentBytes
        try ModelLocation.check(folder)
        let model = try ClinicalModel(checkpoint: folder, acceptsBareEncoder: true)
        let loaded = ProcessMemory().residentBytes
        let test = model.selfTest()
        let tested = ProcessMemory().residentBytes
        let configuration = model.configuration
        let probe = TokenizerProbe(model.tokenizer)

        name = try ClinicalModel.name(ofCheckpoint: folder)
        architecture = configuration.architecture.rawValue
        (task, problemType) = Self.task(configuration)
        sizes = Sizes(
            layers: configuration.layers, hidden: configuration.hiddenSize, heads: configuration.heads,
            intermediate: configuration.intermediateSize, vocabulary: configuration.vocabularySize,
            positions: configuration.maximumPositions, tokenTypes: configuration.typeVocabularySize)
        activation = String(describing: configuration.activation)
        parameters = model.weights.parameters
        labels = Labels(count: configuration.labels.count, names: configuration.labels)
        tokenizer = TokenizerPart(
            kind: Self.tokenizerKind(folder, model.tokenizer), vocabulary: model.tokenizer.vocabulary.count,
            lowercases: probe.lowercases, maximumLength: model.tokenizer.maximumLength)
        windows = Windows(
            window: configuration.windows.window, stride: configuration.windows.stride,
            temperature: configuration.temperature)
        let files = model.weights.files
        weights = Weights(
            form: model.weights.form, files: files.map { Weights.File(name: $0.name, bytes: $0.bytes) },
            bytes: files.reduce(0) { $0 + $1.bytes }, precision: model.weights.numbers, unused: model.weights.unused)
        memory = Memory(
            estimate: parameters * MemoryLayout<Float>.size, beforeLoading: before, afterLoading: loaded,
            afterSelfTest: tested)
        selfTest = Test(
            passed: test.problems.isEmpty, texts: test.texts, tokens: test.tokens,
            largestDifference: test.largestDifference, problems: test.problems)
        engine = Engine(
            vectors: VectorInstructions.title, names: VectorInstructions.names,
            precisions: Precision.allCases.filter { $0.unavailableReason == nil }.map(\.rawValue),
            kernels: Kernel.all.map {
                Engine.Kernel(
                    operation: $0.operation, instructionSet: $0.instructionSet, difference: $0.difference,
                    refused: $0.refused)
            })
        comparison = try precision.map { precision in
            let rounded = try ClinicalModel(checkpoint: folder, precision: precision)
            let comparison = try model.compare(with: rounded, over: notes.map(\.text))
            return Comparison(
                precision: precision.rawValue, notes: comparison.notes, spans: comparison.exact,
                spansRounded: comparison.rounded,
                spansOfBoth: comparison.shared, identical: comparison.identical, f1: comparison.f1,
                largestLogitDifference: comparison.largestDifference)
        }
        warnings = Self.warnings(model, probe)
    }

    private static func task(_ configuration: ModelConfiguration) -> (String, String?) {
        switch configuration.task {
        case .tokenClassification: ("tokenClassification", nil)
        case .sequenceClassification(let problem): ("sequenceClassification", problem.rawValue)
        case .maskedLanguageModel: ("maskedLanguageModel", nil)
        case .questionAnswering: ("questionAnswering", nil)
        }
    }

    /// `model.type` of `tokenizer.json`; a checkpoint with a vocabulary alone has WordPiece.
    private static func tokenizerKind(_ folder: String, _ tokenizer: Tokenizer) -> String {
        let file = "\(folder)/tokenizer.json"
        guard FileManager.default.fileExists(atPath: file),
            let json = try? OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        else { return "WordPiece" }
        return json["model"]?["type"]?.string ?? "WordPiece"
    }

    private static func warnings(_ model: ClinicalModel, _ probe: TokenizerProbe) -> [String] {
        var warnings = Kernel.warnings()
        if model.isBareEncoder {
            warnings.append(
                "the weights have nothing of \(model.configuration.task): they are a bare encoder's, to be fine-tuned "
                    + "before it can predict")
        }
        if probe.lowercases, probe.isCased {
            warnings.append(
                "the vocabulary has upper and lower case and the tokenizer writes all text in lower case, as the "
                    + "reference would: tokenizer_config.json names no \"do_lower_case\": false")
        }
        let unused = model.weights.unused
        if !unused.isEmpty {
            let some = unused.prefix(4).map(\.printable).joined(separator: ", ")
            let count = unused.count == 1 ? "1 tensor" : "\(unused.count) tensors"
            warnings.append("\(count) in the weights that nothing uses: \(some)\(unused.count > 4 ? ", …" : "")")
        }
        if model.configuration.labels.contains(where: { $0.hasPrefix("LABEL_") }) {
            warnings.append("config.json gives the labels no names (\"id2label\")")
        }
        return warnings
    }
}

/// What a tokenizer does with case, found by looking at what it does.
struct TokenizerProbe {
    /// Whether it makes the same pieces of upper and of lower case.
    let lowercases: Bool
    /// Whether its vocabulary has words with capitals.
    let isCased: Bool

    init(_ tokenizer: Tokenizer) {
        func ids(_ text: String) -> [Int32] { tokenizer.encode(NoteText(text)).ids }
        let words = ["Pain", "The", "Blood", "Heart", "No"]
        lowercases = words.allSatisfy { ids($0) == ids($0.lowercased()) }
        // Single capitals are in uncased vocabularies of some makers, too.
        isCased = words.contains { tokenizer.vocabulary.id(of: $0) != nil }
    }
}
