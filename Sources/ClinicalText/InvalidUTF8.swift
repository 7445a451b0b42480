/// Bytes that are not UTF-8, and where they stop being it.
public struct InvalidUTF8: Error, Hashable, CustomStringConvertible {
    /// The first byte that does not belong.
    public let offset: UTF8Offset

    /// Says what is wrong and what to do; ``offset`` says where.
    public var description: String {
        "not UTF-8; convert the file (for example: iconv -f LATIN1 -t UTF-8)"
    }

    /// The index of the first byte of `bytes` that is not part of well-formed UTF-8 (Unicode 15, table 3-7), or `nil`.
    static func firstInvalidByte(of bytes: [UInt8]) -> Int? { bytes.withUnsafeBytes { firstInvalidByte(of: $0) } }

    /// The index of the first byte of `bytes` that is not part of well-formed UTF-8 (Unicode 15, table 3-7), or `nil`.
    static func firstInvalidByte(of bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 0
        func continues(_ at: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            at < bytes.count && range.contains(bytes[at])
        }
        while index < bytes.count {
            switch bytes[index] {
            case 0x00...0x7F:
                index += 1
                // Clinical text is nearly all ASCII: eight bytes at a time.
                while index + 8 <= bytes.count,
                    bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                }
            case 0xC2...0xDF:
                guard continues(index + 1) else { return index }
                index += 2
            case 0xE0...0xEF:
                let second: ClosedRange<UInt8> =
                    bytes[index] == 0xE0 ? 0xA0...0xBF : bytes[index] == 0xED ? 0x80...0x9F : 0x80...0xBF
                guard continues(index + 1, second), continues(index + 2) else { return index }
                index += 3
            case 0xF0...0xF4:
                let second: ClosedRange<UInt8> =
                    bytes[index] == 0xF0 ? 0x90...0xBF : bytes[index] == 0xF4 ? 0x80...0x8F : 0x80...0xBF
                guard continues(index + 1, second), continues(index + 2), continues(index + 3) else { return index }
                index += 4
            default:
                return index
            }
        }
        return nil
    }
}
