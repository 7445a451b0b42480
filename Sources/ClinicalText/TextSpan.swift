/// A half-open range of code points of a note.
public struct TextSpan: Hashable, Sendable {
    /// The first code point inside.
    public let start: ScalarOffset
    /// The first code point after it.
    public let end: ScalarOffset

    /// Makes the span `[start, end)`.
    public init(_ start: ScalarOffset, _ end: ScalarOffset) {
        self.start = start
        self.end = end
    }

    /// Makes the span `[start, end)` from plain counts of code points.
    public init(_ start: Int, _ end: Int) { self.init(ScalarOffset(start), ScalarOffset(end)) }

    /// Code points inside; 0 for a span that ends before it starts.
    public var count: Int {
        let (difference, overflow) = end.value.subtractingReportingOverflow(start.value)
        return overflow ? 0 : max(0, difference)
    }

    /// Whether the two share a code point.
    public func overlaps(_ other: TextSpan) -> Bool { start < other.end && other.start < end }

    /// Whether `other` lies wholly inside.
    public func contains(_ other: TextSpan) -> Bool { start <= other.start && other.end <= end }

    /// Whether the code point at `offset` is inside.
    public func contains(_ offset: ScalarOffset) -> Bool { start <= offset && offset < end }
}

extension TextSpan: Comparable {
    /// Reading order: by start, the longer first where two start together.
    public static func < (left: TextSpan, right: TextSpan) -> Bool {
        left.start == right.start ? left.end > right.end : left.start < right.start
    }
}
