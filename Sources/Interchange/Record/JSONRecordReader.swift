import ClinicalText

/// A reader of a file that has a record an element, be it a line or an element of an array.
///
/// Records whose spans do not fit their text are left out and named together at the end, when the file is refused.
protocol JSONRecordReader: FileReader {
    /// The elements.
    var elements: JSONElements { get set }
    /// What did not fit so far.
    var misfits: Misfits { get set }

    /// The record of an element, and what of its spans does not fit its text.
    ///
    /// - Throws: ``BadInput`` with `file:line` for an element that is no record.
    mutating func record(
        of value: OrderedJSON, _ report: inout LossReport
    ) throws(BadInput) -> (record: Record, misfits: [String])
}

extension JSONRecordReader {
    /// The bytes of the file.
    var source: ByteSource { elements.source }

    /// The next record that fits.
    ///
    /// - Throws: ``BadInput`` as ``record(of:_:)`` does, and at the end if anything did not fit.
    mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
        while let value = try elements.next() {
            let (record, unfit) = try record(of: value, &report)
            if unfit.isEmpty { return record }
            misfits.add(unfit, at: "line \(elements.location.line ?? 0)")
        }
        try misfits.check(elements.source.name)
        return nil
    }
}
