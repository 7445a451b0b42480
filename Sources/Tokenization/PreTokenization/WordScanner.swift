/// Finds the words of GPT-2's pattern without a pattern engine.
enum WordScanner {
    /// What it stands for.
    static let pattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    private enum Class: UInt8 {
        case other
        case letter
        case number
        case space
    }

    private static let ascii: [Class] = (UInt32(0)..<0x80).map { wide($0) }

    private static func wide(_ scalar: UInt32) -> Class {
        ScalarClass.isLetter(scalar)
            ? .letter : ScalarClass.isNumber(scalar) ? .number : ScalarClass.isWhitespace(scalar) ? .space : .other
    }

    /// Where the word that starts at `start` ends; every character is part of one.
    static func end(in text: AlignedText, from start: Int, to end: Int) -> Int {
        text.bytes.withUnsafeBufferPointer { bytes in
            ascii.withUnsafeBufferPointer { table in
                func kind(_ place: Int) -> (Class, Int) {
                    let byte = bytes[place]
                    if byte < 0x80 { return (table[Int(byte)], 1) }
                    let (scalar, length) = UTF8Scalar.decode(bytes, at: place)
                    return (wide(scalar), length)
                }
                func run(of wanted: Class, from place: Int) -> Int {
                    var place = place
                    while place < end {
                        let (kind, length) = kind(place)
                        guard kind == wanted else { break }
                        place += length
                    }
                    return place
                }
                if bytes[start] == UInt8(ascii: "'"), let end = contraction(bytes, start, end) { return end }
                let (first, length) = kind(start)
                guard first == .space else { return run(of: first, from: start + length) }
                if bytes[start] == 0x20, start + 1 < end {
                    let (next, nextLength) = kind(start + 1)
                    if next != .space { return run(of: next, from: start + 1 + nextLength) }
                }
                // White space before a word leaves its last character to it, unless it has but one.
                let stop = run(of: .space, from: start + length)
                guard stop < end else { return stop }
                var last = stop - 1
                while bytes[last] & 0xC0 == 0x80 { last -= 1 }
                return last > start ? last : stop
            }
        }
    }

    private static func contraction(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start + 1 < end else { return nil }
        switch bytes[start + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return start + 2 < end && bytes[start + 2] == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"): return start + 2 < end && bytes[start + 2] == UInt8(ascii: "l") ? start + 3 : nil
        default: return nil
        }
    }
}
