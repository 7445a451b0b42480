import ClinicalText

extension NoteLayout {
    /// The layout with stretches folded to their first row and one more, which stands for the others.
    ///
    /// That row covers what it hides, so that rows still cover the note without gaps: a hidden offset is at its left edge.
    ///
    /// - Parameter stretches: what is folded, in order, none overlapping; a stretch that ``canFold(_:)`` says
    ///   no to stays as it is.
    public func folding(_ stretches: [TextSpan]) -> NoteLayout {
        var result = self
        result.rows = allRows
        guard !stretches.isEmpty else { return result }
        result.rows = []
        var rest = stretches.filter(canFold)[...]
        var isHiding = false
        for row in allRows {
            while let next = rest.first, next.end.value <= row.scalar {
                rest = rest.dropFirst()
                isHiding = false
            }
            guard let fold = rest.first, fold.start.value < row.scalar else {
                result.rows.append(row)
                continue
            }
            if isHiding {
                result.rows[result.rows.count - 1].hidden += 1
            } else {
                result.rows.append(Row(scalar: row.scalar, byte: row.byte, indent: 0, hidden: 1))
                isHiding = true
            }
        }
        return result
    }

    /// How many rows are folded into this one; 0 for a row that shows its own words.
    public func hiddenRows(at row: Int) -> Int { rows[clamped(row)].hidden }

    /// Whether the code point at `offset` is folded away.
    public func isHidden(_ offset: ScalarOffset) -> Bool { rows[row(of: offset)].hidden > 0 }

    /// Whether folding a stretch would save a row: a single one below the first is as short as what would stand for it.
    public func canFold(_ stretch: TextSpan) -> Bool {
        let second = allRows.partitioningIndex { $0.scalar > stretch.start.value } + 1
        return second < allRows.count && allRows[second].scalar < stretch.end.value
    }
}

extension Array {
    /// The first place from which on `holds`, which once true stays true.
    fileprivate func partitioningIndex(_ holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
