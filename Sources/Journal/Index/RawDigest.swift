import ClinicalText

/// A SHA-256 as four numbers: a hundred thousand of them are compared in no time, and take no memory of their own.
struct RawDigest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ digest: TextDigest) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, digit) in digest.hex.utf8.prefix(64).enumerated() {
            let value = digit < UInt8(ascii: "a") ? digit &- UInt8(ascii: "0") : digit &- UInt8(ascii: "a") &+ 10
            words[index / 16] = words[index / 16] << 4 | UInt64(value & 15)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    init?(from reader: inout ByteReader) {
        guard let first = reader.unsigned(), let second = reader.unsigned(), let third = reader.unsigned(),
            let fourth = reader.unsigned()
        else { return nil }
        words = (first, second, third, fourth)
    }

    func write(to writer: inout ByteWriter) {
        for word in [words.0, words.1, words.2, words.3] { writer.add(word) }
    }

    static func == (left: RawDigest, right: RawDigest) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
