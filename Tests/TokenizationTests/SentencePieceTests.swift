import ClinicalText
import FoundationEssentials
import Testing
import Tokenization

@Suite("SentencePiece's own file")
struct SentencePieceTests {
    /// A field of bytes.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count)] + bytes
    }

    /// A `ModelProto` of pieces, their scores and types.
    private static func model(_ pieces: [(String, Float, UInt8)], type: UInt8 = 1) -> [UInt8] {
        let entries = pieces.flatMap { piece, score, type in
            let bits = withUnsafeBytes(of: score.bitPattern.littleEndian, Array.init)
            return field(1, field(1, Array(piece.utf8)) + [2 << 3 | 5] + bits + [3 << 3, type])
        }
        // TrainerSpec: model_type, and unk_id, whose number 40 takes two bytes.
        return entries + field(2, [3 << 3, type, 0xC0, 0x02, 0])
    }

    private func tokenizer(_ name: String, _ bytes: [UInt8], _ type: String) throws -> Tokenizer {
        let folder = try CheckpointFolder(["config.json": #"{"model_type":"\#(type)"}"#])
        try Data(bytes).write(to: URL(filePath: "\(folder.path)/\(name)"))
        return try Tokenizer(checkpoint: folder.path)
    }

    private static let pieces: [(String, Float, UInt8)] = [
        ("▁no", -1, 1), ("▁pain", -2, 1), ("▁", -3, 1), ("s", -4, 1),
    ]

    @Test("of XLM-RoBERTa has its first three pieces replaced by four, and a mask at the end")
    func xlmRoberta() throws {
        let bytes = Self.model([("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)] + Self.pieces)
        let tokenizer = try tokenizer("sentencepiece.bpe.model", bytes, "xlm-roberta")
        #expect(tokenizer.encode(NoteText("no pains<mask> 心")).ids == [0, 4, 5, 7, 8, 6, 3, 2])
        #expect(tokenizer.encode(NoteText("no"), pair: NoteText("no")).ids == [0, 4, 2, 2, 4, 2])
    }

    @Test("of CamemBERT has five pieces in place of its first")
    func camembert() throws {
        let bytes = Self.model([("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)] + Self.pieces)
        let tokenizer = try tokenizer("sentencepiece.bpe.model", bytes, "camembert")
        #expect(tokenizer.encode(NoteText("no pains")).ids == [5, 7, 8, 10, 6])
    }

    @Test("of DeBERTa is taken as it is, with the mask after its pieces")
    func deberta() throws {
        let bytes = Self.model(
            [("[PAD]", 0, 3), ("[CLS]", 0, 3), ("[SEP]", 0, 3), ("[UNK]", 0, 2)] + Self.pieces)
        let tokenizer = try tokenizer("spm.model", bytes, "deberta-v2")
        #expect(tokenizer.encode(NoteText("no [MASK]")).ids == [1, 4, 8, 2])
        #expect(tokenizer.unknownID == 3)
    }

    @Test("is refused where it is damaged or of another kind, never fatal")
    func damaged() throws {
        let bytes = Self.model([("[PAD]", 0, 3), ("[CLS]", 0, 3), ("[SEP]", 0, 3), ("[UNK]", 0, 2)] + Self.pieces)
        for length in 0..<bytes.count {
            _ = try? tokenizer("spm.model", Array(bytes[..<length]), "deberta-v2").encode(NoteText("no pain"))
        }
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0xFF
            _ = try? tokenizer("spm.model", changed, "deberta-v2").encode(NoteText("no pain"))
        }
        let pairs = #expect(throws: BadInput.self) {
            try tokenizer("spm.model", Self.model(Self.pieces, type: 2), "deberta-v2")
        }
        #expect(pairs?.reason.contains("of type 2; supported: 1, Unigram") == true)
    }
}
