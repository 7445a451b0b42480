import ClinicalText

/// Code points of a text as UTF-16 units, which Java and JavaScript count.
struct UTF16Map {
    private let units: [Int]

    init(_ text: NoteText) {
        var units: [Int] = []
        units.reserveCapacity(text.scalarCount + 1)
        var count = 0
        text.forEachScalar { _, scalar in
            units.append(count)
            count += scalar.value > 0xFFFF ? 2 : 1
        }
        units.append(count)
        self.units = units
    }

    /// UTF-16 units before a code point of the text.
    subscript(offset: ScalarOffset) -> Int { units[min(max(0, offset.value), units.count - 1)] }
}
