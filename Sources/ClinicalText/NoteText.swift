/// The text of a note exactly as it was read: one UTF-8 buffer, addressable in code points.
///
/// A checkpoint every 64 code points makes the way from a ``ScalarOffset`` to its byte a jump and at most 63 steps;
/// `String.Index` arithmetic, which is linear, is never used.
public struct NoteText: Hashable, Sendable {
    /// The bytes, valid UTF-8, nothing trimmed or normalised.
    public let utf8: [UInt8]
    /// How many code points there are.
    public let scalarCount: Int
    /// The byte at which code point `64 * i` starts.
    private let checkpoints: [Int]

    /// 64 keeps the table under 2 % of the text and a look-up within a cache line or two.
    private static let stride = 64

    /// Keeps `string` as it is.
    public init(_ string: String) { self.init(validUTF8: Array(string.utf8)) }

    /// Keeps `bytes`, or says where they stop being UTF-8.
    ///
    /// - Throws: ``InvalidUTF8`` with the offset of the first byte that does not belong.
    public init(bytes: [UInt8]) throws(InvalidUTF8) {
        if let offset = InvalidUTF8.firstInvalidByte(of: bytes) { throw InvalidUTF8(offset: UTF8Offset(offset)) }
        self.init(validUTF8: bytes)
    }

    private init(validUTF8 bytes: [UInt8]) {
        var checkpoints: [Int] = []
        checkpoints.reserveCapacity(bytes.count / Self.stride + 1)
        var scalars = 0
        for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            if scalars % Self.stride == 0 { checkpoints.append(index) }
            scalars += 1
        }
        utf8 = bytes
        scalarCount = scalars
        self.checkpoints = checkpoints
    }

    /// The whole text as a `String`.
    public var string: String { String(decoding: utf8, as: UTF8.self) }

    /// The span that covers all of it.
    public var fullSpan: TextSpan { TextSpan(0, scalarCount) }

    /// The byte at which the code point at `offset` starts; offsets outside the text are clamped to it.
    public func utf8Offset(of offset: ScalarOffset) -> UTF8Offset {
        guard offset.value > 0 else { return UTF8Offset(0) }
        guard offset.value < scalarCount else { return UTF8Offset(utf8.count) }
        var byte = checkpoints[offset.value / Self.stride]
        for _ in 0..<(offset.value % Self.stride) { byte += Self.length(ofScalarStartingWith: utf8[byte]) }
        return UTF8Offset(byte)
    }

    /// The code point that holds the byte at `offset`; offsets outside the text are clamped to it.
    public func scalarOffset(of offset: UTF8Offset) -> ScalarOffset {
        guard offset.value > 0 else { return ScalarOffset(0) }
        guard offset.value < utf8.count else { return ScalarOffset(scalarCount) }
        var low = 0
        var high = checkpoints.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if checkpoints[middle] <= offset.value { low = middle } else { high = middle }
        }
        var scalar = low * Self.stride
        var byte = checkpoints[low]
        while true {
            let next = byte + Self.length(ofScalarStartingWith: utf8[byte])
            if next > offset.value { return ScalarOffset(scalar) }
            byte = next
            scalar += 1
        }
    }

    /// Whether `span` lies in the text and holds at least one code point.
    public func holds(_ span: TextSpan) -> Bool {
        span.start.value >= 0 && span.start < span.end && span.end.value <= scalarCount
    }

    /// The text of `span`, clamped to the note.
    public subscript(span: TextSpan) -> String {
        let from = utf8Offset(of: span.start).value
        let to = utf8Offset(of: span.end).value
        return from < to ? String(decoding: utf8[from..<to], as: UTF8.self) : ""
    }

    /// Calls `body` with each code point and its position, in order.
    public func forEachScalar(in span: TextSpan? = nil, _ body: (ScalarOffset, Unicode.Scalar) -> Void) {
        let span = span ?? fullSpan
        var byte = utf8Offset(of: span.start).value
        let endByte = utf8Offset(of: span.end).value
        var scalar = max(0, span.start.value)
        while byte < endByte {
            let (decoded, length) = Self.decode(utf8, at: byte)
            body(ScalarOffset(scalar), decoded)
            byte += length
            scalar += 1
        }
    }

    /// `span` without the white space at its ends; `span` itself if there is nothing else in it.
    ///
    /// Byte-level and SentencePiece tokenizers count the space before a word to it.
    public func trimmed(_ span: TextSpan) -> TextSpan {
        var first: ScalarOffset?
        var last = span.end
        forEachScalar(in: span) { offset, scalar in
            guard !scalar.properties.isWhitespace else { return }
            if first == nil { first = offset }
            last = ScalarOffset(offset.value + 1)
        }
        return first.map { TextSpan($0, last) } ?? span
    }

    /// The code point at `offset`, or `nil` outside the text.
    public func scalar(at offset: ScalarOffset) -> Unicode.Scalar? {
        guard offset.value >= 0, offset.value < scalarCount else { return nil }
        return Self.decode(utf8, at: utf8Offset(of: offset).value).0
    }

    private static func length(ofScalarStartingWith byte: UInt8) -> Int {
        byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    }

    /// Decodes one code point of valid UTF-8.
    private static func decode(_ bytes: [UInt8], at index: Int) -> (Unicode.Scalar, Int) {
        let length = length(ofScalarStartingWith: bytes[index])
        var value = UInt32(bytes[index])
        if length > 1 {
            value &= 0xFF >> UInt32(length + 1)
            for next in 1..<length { value = value << 6 | UInt32(bytes[index + next] & 0x3F) }
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }
}
