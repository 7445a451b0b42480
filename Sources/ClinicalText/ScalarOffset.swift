/// A position in a note counted in Unicode code points (scalars) from its first one.
///
/// Every stored offset of chartmark is of this kind: it means the same in Python, spaCy, brat and Prodigy, and needs no
/// normalisation of the text. Not to be mixed with ``UTF8Offset``, which counts bytes.
public struct ScalarOffset: Hashable, Comparable, Sendable {
    /// Code points before this position.
    public let value: Int

    /// Makes the offset with `value` code points before it.
    public init(_ value: Int) { self.value = value }

    /// Orders by position.
    public static func < (left: ScalarOffset, right: ScalarOffset) -> Bool { left.value < right.value }

    /// The offset `count` code points further on; a sum that no `Int` holds stays at the largest.
    public func advanced(by count: Int) -> ScalarOffset {
        let (sum, overflow) = value.addingReportingOverflow(count)
        return ScalarOffset(overflow ? (count > 0 ? Int.max : Int.min) : sum)
    }
}

/// A position in a note counted in bytes of its UTF-8 form.
public struct UTF8Offset: Hashable, Comparable, Sendable {
    /// Bytes before this position.
    public let value: Int

    /// Makes the offset with `value` bytes before it.
    public init(_ value: Int) { self.value = value }

    /// Orders by position.
    public static func < (left: UTF8Offset, right: UTF8Offset) -> Bool { left.value < right.value }
}

extension ScalarOffset: Codable {
    /// Reads a plain number.
    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Int.self)
    }

    /// Writes a plain number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
