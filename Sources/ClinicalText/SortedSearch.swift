extension RandomAccessCollection where Index == Int {
    /// The first place at which `isBefore` no longer holds, in a collection in which it holds for a beginning only.
    ///
    /// O(log n).
    package func partition(where isBefore: (Element) throws -> Bool) rethrows -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if try isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
