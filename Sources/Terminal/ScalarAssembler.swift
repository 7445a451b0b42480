/// Puts the bytes of UTF-8 together, however they come apart on the way; malformed ones are dropped.
struct ScalarAssembler: Sendable {
    private var bytes: [UInt8] = []
    private var needed = 0

    /// The scalar that this byte completes.
    mutating func take(_ byte: UInt8) -> Unicode.Scalar? {
        switch byte {
        case 0x80...0xBF where !bytes.isEmpty:
            bytes.append(byte)
            guard bytes.count == needed else { return nil }
            defer { bytes = [] }
            return String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
        case 0xC2...0xDF: start(byte, 2)
        case 0xE0...0xEF: start(byte, 3)
        case 0xF0...0xF4: start(byte, 4)
        default:
            bytes = []
            return byte < 0x80 ? Unicode.Scalar(byte) : nil
        }
        return nil
    }

    private mutating func start(_ byte: UInt8, _ length: Int) {
        bytes = [byte]
        needed = length
    }
}
