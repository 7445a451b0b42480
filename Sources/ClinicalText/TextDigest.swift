import CSodium

/// The SHA-256 of a note's bytes: what says that a note is still the one that was annotated.
public struct TextDigest: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let hex: String

    /// Hashes `bytes` (libsodium's `crypto_hash_sha256`).
    public init(of bytes: [UInt8]) {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_bytes()))
        crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        hex = Self.hex(digest)
    }

    /// Hashes the bytes of `pointer`, for files mapped into memory.
    public init(of pointer: UnsafeRawBufferPointer) {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_bytes()))
        crypto_hash_sha256(&digest, pointer.bindMemory(to: UInt8.self).baseAddress, UInt64(pointer.count))
        hex = Self.hex(digest)
    }

    /// Reads the stored form, `sha256:` and 64 hexadecimal digits.
    public init?(_ stored: String) {
        guard stored.hasPrefix("sha256:") else { return nil }
        let digits = stored.dropFirst(7)
        // Bytes, not characters: each line of a journal has a digest, and characters took 40 % of the time to read one.
        let isHex = digits.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard digits.utf8.count == 64, isHex else { return nil }
        hex = String(digits)
    }

    /// The stored form: `sha256:` and the digits.
    public var description: String { "sha256:\(hex)" }

    private static func hex(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension TextDigest: Codable {
    /// Reads the stored form.
    ///
    /// - Throws: `DecodingError` if it is not `sha256:` and 64 hexadecimal digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let stored = try container.decode(String.self)
        guard let digest = TextDigest(stored) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(stored)' is not sha256: and 64 hexadecimal digits")
        }
        self = digest
    }

    /// Writes the stored form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
