/// Which code points of the note a byte of normalised text stands for.
struct Alignment: Sendable, Hashable {
    var start: Int32
    var end: Int32
}

/// Normalised text, in UTF-8, in which every byte knows the code points of the note it came from.
///
/// The tokens of the reference are ranges of bytes of such a text, and their offsets the alignments of the first and the
/// last byte (tokenizers 0.23, `tokenizer/normalizer.rs`).
struct AlignedText: Sendable {
    /// The first ``count`` are in use: writing into room that is there costs less than appending byte by byte.
    private(set) var bytes: [UInt8] = []
    private(set) var alignments: [Alignment] = []
    private(set) var count = 0

    init() {}

    /// A text in which nothing has been changed yet.
    init(_ string: String) {
        let utf8 = Array(string.utf8)
        _ = utf8.withUnsafeBufferPointer { append($0, firstScalar: 0) }
    }

    /// The code points of `range`, for comparisons and tests.
    func scalars(_ range: Range<Int>) -> [UInt32] {
        var scalars: [UInt32] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let (scalar, length) = scalar(at: index)
            scalars.append(scalar)
            index += length
        }
        return scalars
    }

    /// The code point that starts at `index`, and how many bytes it takes.
    @inline(__always)
    func scalar(at index: Int) -> (value: UInt32, length: Int) { UTF8Scalar.decode(bytes, at: index) }

    /// Where the code point before `index` starts.
    func start(before index: Int) -> Int {
        var start = index - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    mutating func removeAll() { count = 0 }

    private mutating func makeRoom(_ more: Int) {
        let needed = count + more
        guard needed > bytes.count else { return }
        let size = max(needed, bytes.count * 2, 256)
        bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        alignments.append(contentsOf: repeatElement(Alignment(start: 0, end: 0), count: size - alignments.count))
    }

    /// Appends one code point.
    mutating func append(_ scalar: UInt32, _ alignment: Alignment) {
        makeRoom(4)
        let length = UTF8Scalar.encode(scalar, into: &bytes, at: count)
        for index in count..<count + length { alignments[index] = alignment }
        count += length
    }

    /// Appends one byte; the caller sees to it that the bytes are UTF-8 in the end.
    mutating func append(byte: UInt8, _ alignment: Alignment) {
        makeRoom(1)
        bytes[count] = byte
        alignments[count] = alignment
        count += 1
    }

    /// Appends part of a text as it is.
    mutating func append(_ text: AlignedText, _ range: Range<Int>) {
        makeRoom(range.count)
        for index in range {
            bytes[count] = text.bytes[index]
            alignments[count] = text.alignments[index]
            count += 1
        }
    }

    /// Appends untouched bytes of the note, whose first code point is the note's `firstScalar`th; returns the number of
    /// the code point after them.
    @discardableResult
    mutating func append(_ utf8: UnsafeBufferPointer<UInt8>, firstScalar: Int32) -> Int32 {
        makeRoom(utf8.count)
        var scalar = firstScalar
        let start = count
        bytes.withUnsafeMutableBufferPointer { bytes in
            alignments.withUnsafeMutableBufferPointer { alignments in
                for index in 0..<utf8.count {
                    let byte = utf8[index]
                    // A continuation byte belongs to the code point of the byte before.
                    scalar &+= byte & 0xC0 == 0x80 ? 0 : 1
                    bytes[start + index] = byte
                    alignments[start + index] = Alignment(start: scalar &- 1, end: scalar)
                }
            }
        }
        count += utf8.count
        return scalar
    }

    /// Appends a run of ASCII, each byte through `table`, where 0 means that the byte is left out.
    mutating func append(ascii text: AlignedText, _ range: Range<Int>, through table: [UInt8]) {
        makeRoom(range.count)
        var end = count
        bytes.withUnsafeMutableBufferPointer { bytes in
            alignments.withUnsafeMutableBufferPointer { alignments in
                table.withUnsafeBufferPointer { table in
                    text.bytes.withUnsafeBufferPointer { source in
                        text.alignments.withUnsafeBufferPointer { sourceAlignments in
                            for index in range {
                                let byte = table[Int(source[index])]
                                bytes[end] = byte
                                alignments[end] = sourceAlignments[index]
                                end += byte == 0 ? 0 : 1
                            }
                        }
                    }
                }
            }
        }
        count = end
    }

    /// Whether `range` is ASCII alone.
    func isASCII(_ range: Range<Int>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var all: UInt8 = 0
            for index in range { all |= bytes[index] }
            return all < 0x80
        }
    }

    /// Where the run of ASCII that starts at `index` ends.
    func endOfASCII(_ index: Int, in range: Range<Int>) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var end = index
            while end < range.upperBound, bytes[end] < 0x80 { end += 1 }
            return end
        }
    }
}

/// One code point to and from UTF-8 that is known to be valid.
enum UTF8Scalar {
    @inline(__always)
    static func decode(_ bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int) {
        bytes.withUnsafeBufferPointer { decode($0, at: index) }
    }

    @inline(__always)
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (value: UInt32, length: Int) {
        let first = bytes[index]
        if first < 0x80 { return (UInt32(first), 1) }
        func tail(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset] & 0x3F) }
        if first < 0xE0 { return (UInt32(first & 0x1F) << 6 | tail(1), 2) }
        if first < 0xF0 { return (UInt32(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return (UInt32(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }

    /// Writes one code point and returns how many bytes it took.
    @inline(__always)
    static func encode(_ scalar: UInt32, into bytes: inout [UInt8], at index: Int) -> Int {
        func part(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3F) }
        switch scalar {
        case ..<0x80:
            bytes[index] = UInt8(truncatingIfNeeded: scalar)
            return 1
        case ..<0x800:
            bytes[index] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            bytes[index + 1] = part(0)
            return 2
        case ..<0x10000:
            bytes[index] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            bytes[index + 1] = part(6)
            bytes[index + 2] = part(0)
            return 3
        default:
            bytes[index] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
            bytes[index + 1] = part(12)
            bytes[index + 2] = part(6)
            bytes[index + 3] = part(0)
            return 4
        }
    }
}
