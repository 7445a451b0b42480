/// SentencePiece's `precompiled_charsmap`: a double-array trie from strings to what they are normalised to.
///
/// The form is a length in bytes, the trie's 32-bit units, then the normal forms, each ended by a zero byte; everything
/// little-endian (sentencepiece `normalizer.cc`, darts-clone). Used as the reference uses it, which looks a grapheme
/// cluster of under six bytes up whole and otherwise its code points (tokenizers 0.23, `normalizers/precompiled.rs`).
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let forms: [UInt8]

    /// A cluster of more bytes is looked up by its code points.
    private static let longestCluster = 5

    /// - Returns: `nil` if the bytes are not such a map.
    init?(_ bytes: [UInt8]) {
        func unit(_ index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count >= 4 else { return nil }
        let length = Int(unit(0)) / 4 * 4
        guard length >= 4, length <= bytes.count - 4 else { return nil }
        units = stride(from: 4, to: 4 + length, by: 4).map(unit)
        forms = Array(bytes[(4 + length)...])
        guard String(validating: forms, as: UTF8.self) != nil else { return nil }
    }

    /// Where the normal form of the shortest known prefix of `key` stands.
    private func form(of key: ArraySlice<UInt8>) -> Range<Int>? {
        func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 1 << 9) >> 6)) }
        var node = offset(units[0])
        for byte in key {
            guard byte != 0 else { return nil }
            node ^= Int(byte)
            guard node < units.count, units[node] & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
            let unit = units[node]
            node ^= offset(unit)
            guard unit >> 8 & 1 == 1 else { continue }
            guard node < units.count else { return nil }
            let start = Int(units[node] & 0x7FFF_FFFF)
            guard start <= forms.count, start == forms.count || forms[start] & 0xC0 != 0x80 else { return nil }
            return start..<(forms[start...].firstIndex(of: 0) ?? forms.count)
        }
        return nil
    }

    /// Whether the code point before `index` takes the one after it into its cluster, as Arabic number signs do.
    private static func joinsNext(_ input: AlignedText, before index: Int, _ start: Int) -> Bool {
        let before = input.start(before: index)
        guard before >= start, let scalar = Unicode.Scalar(input.scalar(at: before).value), scalar.value >= 0x600 else {
            return false
        }
        var text = String(scalar)
        text.append("1")
        return text.count == 1
    }

    func normalize(_ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        var changes: [Change] = []
        changes.reserveCapacity(range.count)
        var index = range.lowerBound
        var isModified = false
        func apply(_ key: Range<Int>, scalars: Int) -> Bool {
            guard let form = form(of: input.bytes[key]) else { return false }
            isModified = true
            let start = changes.count
            var place = form.lowerBound
            while place < form.upperBound {
                let (scalar, length) = UTF8Scalar.decode(forms, at: place)
                changes.append(Change(scalar: scalar, change: 0))
                place += length
            }
            let added = changes.count - start
            if added > scalars {
                for index in changes.count - (added - scalars)..<changes.count { changes[index].change = 1 }
            } else if added < scalars, !changes.isEmpty {
                changes[changes.count - 1].change += added - scalars
            }
            return true
        }
        func applyEach(_ cluster: Range<Int>) {
            input.forEachScalar(cluster) { scalar, place in
                let length = input.scalar(at: place).length
                if !apply(place..<place + length, scalars: 1) { changes.append(Change(scalar: scalar, change: 0)) }
            }
        }
        while index < range.upperBound {
            let next = index + 1
            // Before ASCII an ASCII character is a cluster of its own, but for CR LF.
            if input.bytes[index] < 0x80, next == range.upperBound || input.bytes[next] < 0x80,
                input.bytes[index] != 0x0D || next == range.upperBound || input.bytes[next] != 0x0A
            {
                applyEach(index..<next)
                index = next
                continue
            }
            var stop = next
            while stop < range.upperBound,
                input.bytes[stop] >= 0x80 || (input.bytes[stop] > 0x1F && Self.joinsNext(input, before: stop, index))
            {
                stop += 1
            }
            if stop == next { stop += 1 }
            for cluster in String(decoding: input.bytes[index..<stop], as: UTF8.self) {
                let end = index + cluster.utf8.count
                if cluster.utf8.count > Self.longestCluster
                    || !apply(index..<end, scalars: cluster.unicodeScalars.count)
                {
                    applyEach(index..<end)
                }
                index = end
            }
        }
        if isModified {
            output.append(changes, replacing: range, of: input)
        } else {
            output.append(input, range)
        }
    }
}
