/// Normalised text in which every code point knows the code points of the note it came from.
struct AlignedText {
    /// The normalised code points.
    private(set) var scalars: [UInt32] = []
    /// For each, the first code point of the note that it stands for.
    private(set) var starts: [Int32] = []
    /// For each, the code point of the note after the last that it stands for.
    private(set) var ends: [Int32] = []

    var count: Int { scalars.count }

    mutating func append(_ scalar: UInt32, from start: Int32, to end: Int32) {
        scalars.append(scalar)
        starts.append(start)
        ends.append(end)
    }

    mutating func removeAll() {
        scalars.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
