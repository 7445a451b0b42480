import ClinicalText

/// A reader of a format that has a note a file: a single file, or all of a folder.
///
/// Notes whose spans do not fit their text are left out and named together at the end, when all is refused.
protocol DocumentReader: RecordReader {
    /// The files that are left, and what did not fit so far.
    var documents: Documents { get set }

    /// The record of a file, and what of its spans does not fit its text.
    ///
    /// - Parameter id: the note's, from the file's path.
    /// - Throws: ``BadInput`` for a file that is not of the format.
    func record(
        of source: ByteSource, id: String, _ report: inout LossReport
    ) throws(BadInput) -> (record: Record, misfits: [String])
}

/// The files of one ending that are to be read.
struct Documents {
    fileprivate let input: Input
    fileprivate let ending: String
    fileprivate var files: [String]
    fileprivate var misfits = Misfits()

    /// - Throws: ``BadInput`` for a folder without such files.
    init(_ input: Input, ending: String) throws(BadInput) {
        self.input = input
        self.ending = ending
        files = input.isFolder ? try input.files(ending).reversed() : [""]
        if files.isEmpty { throw BadInput(SourceLocation(input.name), "has no \(ending) files") }
    }

    fileprivate func source(_ file: String) throws(BadInput) -> ByteSource {
        guard let source = try input.open(file) else {
            throw BadInput(SourceLocation(input.location(file)), "was removed while the folder was read")
        }
        return source
    }

    fileprivate func id(_ file: String) -> String {
        let name = file.isEmpty ? input.name.split(separator: "/").last.map(String.init) ?? input.name : file
        return NotePath.id(of: name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name)
    }
}

extension DocumentReader {
    /// The next record that fits.
    ///
    /// - Throws: ``BadInput`` as ``record(of:id:_:)`` does, and at the end if anything did not fit.
    mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
        while let file = documents.files.popLast() {
            let (record, unfit) = try record(of: try documents.source(file), id: documents.id(file), &report)
            if unfit.isEmpty { return record }
            documents.misfits.add(unfit, at: documents.input.location(file))
        }
        try documents.misfits.check(documents.input.name)
        return nil
    }
}
