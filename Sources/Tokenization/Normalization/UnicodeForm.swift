// `_nfd` and `_nfc` are the standard library's canonical forms; FoundationEssentials uses the same entry points.
@_spi(_Unicode) import Swift

/// Unicode's four normalisation forms (UAX #15) as the reference computes them: by the tables of Unicode 9, and with the
/// alignment of a text whose marks change places (unicode-normalization-alignments 0.1).
enum UnicodeForm: Sendable, Hashable {
    case nfc
    case nfd
    case nfkc
    case nfkd

    /// The version that the reference's tables are of.
    private static let version = 9

    func normalize(_ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        var index = range.lowerBound
        while index < range.upperBound {
            // ASCII stays; the last character of a run may be composed with what follows.
            let end = input.endOfASCII(index, in: range)
            let plain = end == range.upperBound ? end : max(index, end - 1)
            output.append(input, index..<plain)
            guard plain < range.upperBound else { return }
            // A stretch ends before ASCII, which neither composes with what precedes it nor moves.
            var stop = end
            while stop < range.upperBound, input.bytes[stop] >= 0x80 { stop += 1 }
            output.append(changes(input.scalars(plain..<stop)), replacing: plain..<stop, of: input)
            index = stop
        }
    }

    /// What becomes of a stretch of code points.
    func changes(_ scalars: [UInt32]) -> [Change] {
        let decomposed = Self.decomposed(scalars, compatibility: self == .nfkc || self == .nfkd)
        return self == .nfc || self == .nfkc ? Self.composed(decomposed) : decomposed
    }

    /// Canonical combining class.
    static func combiningClass(_ scalar: UInt32) -> UInt8 {
        guard scalar >= 0x300, let properties = Unicode.Scalar(scalar)?.properties,
            UnicodeAge.isKnown(properties, since: version)
        else { return 0 }
        return properties.canonicalCombiningClass.rawValue
    }

    private static func decomposed(_ scalars: [UInt32], compatibility: Bool) -> [Change] {
        var changes: [(order: UInt8, change: Change)] = []
        changes.reserveCapacity(scalars.count)
        var pending = 0
        func sort(from start: Int) {
            guard changes.count - start > 1 else { return }
            // Swift's sort is stable: marks of one class keep their order.
            changes[start...].sort { $0.order < $1.order }
        }
        for scalar in scalars {
            var isFirst = true
            for part in parts(scalar, compatibility: compatibility) {
                let order = combiningClass(part)
                if order == 0 {
                    sort(from: pending)
                    pending = changes.count
                }
                changes.append((order, Change(scalar: part, change: isFirst ? 0 : 1)))
                isFirst = false
            }
        }
        sort(from: pending)
        return changes.map(\.change)
    }

    private static func parts(_ scalar: UInt32, compatibility: Bool) -> [UInt32] {
        guard scalar >= 0xA0, let value = Unicode.Scalar(scalar), UnicodeAge.isKnown(value.properties, since: version)
        else { return [scalar] }
        if compatibility, let parts = CompatibilityDecomposition.parts(of: scalar) { return parts }
        return String(value)._nfd.map(\.value)
    }

    private static func composed(_ decomposed: [Change]) -> [Change] {
        var output: [Change] = []
        output.reserveCapacity(decomposed.count)
        var base: Change?
        var marks: [Change] = []
        var lastClass: UInt8?
        for change in decomposed {
            let order = combiningClass(change.scalar)
            guard let starter = base else {
                if order == 0 { base = change } else { output.append(change) }
                continue
            }
            let isBlocked = lastClass.map { $0 >= order } ?? false
            if !isBlocked, let whole = composition(starter.scalar, change.scalar) {
                base = Change(scalar: whole, change: starter.change + change.change - 1)
            } else if order == 0 {
                output.append(starter)
                output += marks
                marks.removeAll(keepingCapacity: true)
                base = change
                lastClass = nil
            } else {
                marks.append(change)
                lastClass = order
            }
        }
        if let base { output.append(base) }
        return output + marks
    }

    /// The one code point that two are canonically equal to.
    private static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        guard second >= 0x300, let first = Unicode.Scalar(first), let second = Unicode.Scalar(second) else {
            return nil
        }
        var pair = String(first)
        pair.unicodeScalars.append(second)
        var whole: Unicode.Scalar?
        for scalar in pair._nfc {
            guard whole == nil else { return nil }
            whole = scalar
        }
        guard let whole, UnicodeAge.isKnown(whole.properties, since: version) else { return nil }
        return whole.value
    }
}
