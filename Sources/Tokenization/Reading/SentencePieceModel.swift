import ClinicalText

/// A model as SentencePiece writes it, `spm.model` or `sentencepiece.bpe.model`, of checkpoints without `tokenizer.json`
/// (sentencepiece, `src/sentencepiece_model.proto`).
struct SentencePieceModel {
    /// Pieces and their scores, by id.
    private(set) var pieces: [(piece: String, score: Double)] = []
    /// The control pieces and those that a user defined: they are added tokens.
    private(set) var tokens: [AddedToken] = []
    private(set) var map: CharacterMap?
    private var unknownID = 0
    private let file: String

    /// `ModelProto`, `SentencePiece`, `TrainerSpec` and `NormalizerSpec`.
    private enum Field {
        static let (pieces, trainer, normalizer) = (1, 2, 3)
        static let (piece, score, type) = (1, 2, 3)
        static let (modelType, unknownID) = (3, 40)
        static let characterMap = 2
    }

    private static let unigram: UInt64 = 1
    private static let control: UInt64 = 3
    private static let userDefined: UInt64 = 4

    init(_ file: String) throws(BadInput) {
        self.file = file
        let bytes = try NoteReader.bytes(of: file)
        var message = ProtocolBuffer(bytes, 0..<bytes.count, file: file)
        while let (field, value) = try message.next() {
            guard case .bytes(let range) = value else { continue }
            let part = ProtocolBuffer(bytes, range, file: file)
            switch field {
            case Field.pieces: try readPiece(part)
            case Field.trainer: try readTrainer(part)
            case Field.normalizer: try readNormalizer(part)
            default: break
            }
        }
        guard !pieces.isEmpty else { throw BadInput(SourceLocation(file), "there are no pieces in this file") }
    }

    private mutating func readPiece(_ message: ProtocolBuffer) throws(BadInput) {
        var message = message
        var piece: String?
        var score = Float(0)
        var type: UInt64 = 1
        while let (field, value) = try message.next() {
            switch (field, value) {
            case (Field.piece, .bytes(let range)): piece = String(validating: message.bytes[range], as: UTF8.self)
            case (Field.score, .float(let number)): score = number
            case (Field.type, .number(let number)): type = number
            default: break
            }
        }
        guard let piece, score.isFinite else {
            throw BadInput(SourceLocation(file), "piece \(pieces.count) has no text in UTF-8 or no score")
        }
        pieces.append((piece, Double(score)))
        if type == Self.control || type == Self.userDefined { tokens.append(AddedToken(content: piece)) }
    }

    private mutating func readTrainer(_ message: ProtocolBuffer) throws(BadInput) {
        var message = message
        while let (field, value) = try message.next() {
            guard case .number(let number) = value else { continue }
            if field == Field.unknownID { unknownID = Int(Int32(truncatingIfNeeded: number)) }
            if field == Field.modelType, number != Self.unigram {
                throw BadInput(
                    SourceLocation(file),
                    "the model is of type \(number); supported: 1, Unigram; save the tokenizer "
                        + "with its tokenizer.json")
            }
        }
    }

    private mutating func readNormalizer(_ message: ProtocolBuffer) throws(BadInput) {
        var message = message
        while let (field, value) = try message.next() {
            guard field == Field.characterMap, case .bytes(let range) = value, !range.isEmpty else { continue }
            guard let map = CharacterMap(Array(message.bytes[range])) else {
                throw BadInput(SourceLocation(file, byte: range.lowerBound), "the map of characters is damaged")
            }
            self.map = map
        }
    }

    /// The tokenizer that a class builds of it; the class puts its own special pieces in place of the file's first ones
    /// (`convert_from_spm`, transformers 5.24).
    func components(
        as kind: TokenizerClass, _ configuration: TokenizerConfiguration
    ) throws(BadInput) -> TokenizerComponents {
        func content(_ name: String, _ standard: String) -> String { configuration.special(name, standard).content }
        var all: [(piece: String, score: Double)]
        switch kind {
        case .xlmRoberta:
            all = [
                (content("bos_token", "<s>"), 0), (content("pad_token", "<pad>"), 0), (content("eos_token", "</s>"), 0),
                (content("unk_token", "<unk>"), 0),
            ]
            all += pieces.dropFirst(3) + [(content("mask_token", "<mask>"), 0)]
        case .camembert:
            all = [
                ("<s>NOTUSED", 0), (content("pad_token", "<pad>"), 0), ("</s>NOTUSED", 0),
                (content("unk_token", "<unk>"), 0), ("<unk>NOTUSED", -100),
            ]
            all += pieces.dropFirst() + [(content("mask_token", "<mask>"), 0)]
        default: all = pieces
        }
        var configuration = configuration
        configuration.unknownID = unknownID
        let model = try Unigram(
            all, unknownID: kind == .debertaV2 ? unknownID : 3, fallsBackToBytes: false,
            Component(json: .object([]), path: "pieces", file: file))
        let built = try kind.components(
            of: .unigram(model), tokens: configuration.tokens(as: kind, extra: tokens), map: map, configuration, file)
        guard let built else { throw BadInput(SourceLocation(file), "no class of tokenizer that is known reads it") }
        return built
    }
}
