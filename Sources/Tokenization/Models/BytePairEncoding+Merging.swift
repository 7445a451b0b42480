extension BytePairEncoding {
    /// A piece in the making, and how many bytes of the text it covers.
    struct Symbol {
        var id: Int32
        var length: Int32
    }

    /// Up to here the next merge is found by looking at all pairs, which for a word's few beats any queue.
    private static let fewSymbols = 32

    /// Room for symbols on the stack.
    func withSymbols(_ count: Int, _ body: (UnsafeMutableBufferPointer<Symbol>) -> Void) {
        withUnsafeTemporaryAllocation(of: Symbol.self, capacity: count) { symbols in
            body(symbols)
        }
    }

    /// Merges the first `count` symbols as far as it goes, the lowest rank first and of equals the leftmost; returns how
    /// many are left, from the start.
    func merge(_ symbols: UnsafeMutableBufferPointer<Symbol>, count: Int) -> Int {
        count <= Self.fewSymbols ? mergeFew(symbols, count) : mergeMany(symbols, count)
    }

    private static let never = PairTable.Merge(rank: .max, id: 0)

    private func mergeFew(_ symbols: UnsafeMutableBufferPointer<Symbol>, _ count: Int) -> Int {
        var count = count
        return withUnsafeTemporaryAllocation(of: PairTable.Merge.self, capacity: Self.fewSymbols) { pairs in
            for index in 0..<max(0, count - 1) {
                pairs[index] = merges[symbols[index].id, symbols[index + 1].id] ?? Self.never
            }
            while count > 1 {
                var best = 0
                for index in 1..<count - 1 where pairs[index].rank < pairs[best].rank { best = index }
                let merge = pairs[best]
                guard merge.rank != .max else { break }
                symbols[best].id = merge.id
                symbols[best].length += symbols[best + 1].length
                count -= 1
                for index in best + 1..<max(best + 1, count) { symbols[index] = symbols[index + 1] }
                for index in best..<max(best, count - 1) { pairs[index] = pairs[index + 1] }
                if best > 0 { pairs[best - 1] = merges[symbols[best - 1].id, symbols[best].id] ?? Self.never }
                if best < count - 1 { pairs[best] = merges[symbols[best].id, symbols[best + 1].id] ?? Self.never }
            }
            return count
        }
    }

    /// The same with a queue, for words that a person did not write.
    private func mergeMany(_ symbols: UnsafeMutableBufferPointer<Symbol>, _ count: Int) -> Int {
        // Neighbours that are still there.
        var left = (0..<count).map { $0 - 1 }
        var right = (0..<count).map { $0 + 1 < count ? $0 + 1 : -1 }
        var queue = MergeQueue()
        func push(_ place: Int) {
            guard place >= 0, right[place] >= 0,
                let merge = merges[symbols[place].id, symbols[right[place]].id]
            else { return }
            queue.push(MergeQueue.Entry(rank: merge.rank, place: Int32(place), id: merge.id))
        }
        for place in 0..<count - 1 { push(place) }
        while let entry = queue.pop() {
            let place = Int(entry.place)
            guard symbols[place].length > 0, right[place] >= 0 else { continue }
            let next = right[place]
            // The pair may have become another since it was queued.
            guard merges[symbols[place].id, symbols[next].id]?.id == entry.id else { continue }
            symbols[place].id = entry.id
            symbols[place].length += symbols[next].length
            symbols[next].length = 0
            right[place] = right[next]
            if right[place] >= 0 { left[right[place]] = place }
            push(left[place])
            push(place)
        }
        var kept = 0
        for place in 0..<count where symbols[place].length > 0 {
            symbols[kept] = symbols[place]
            kept += 1
        }
        return kept
    }
}

/// Merges in the order of their ranks, and from left to right: a binary heap.
struct MergeQueue {
    struct Entry {
        var rank: Int32
        var place: Int32
        var id: Int32

        func isBefore(_ other: Entry) -> Bool {
            rank == other.rank ? place < other.place : rank < other.rank
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0, entries[index].isBefore(entries[(index - 1) / 2]) {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            var index = 0
            while true {
                var least = index
                for child in [2 * index + 1, 2 * index + 2]
                where child < entries.count && entries[child].isBefore(entries[least]) { least = child }
                if least == index { break }
                entries.swapAt(index, least)
                index = least
            }
        }
        return first
    }
}
