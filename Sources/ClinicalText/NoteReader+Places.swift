import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

extension NoteReader {
    /// Reads the notes of a path one after the other, so that never more than one is in memory.
    ///
    /// - Parameter body: told each note, the bytes of its record in a file of records, and the share that is read, 0 to 1.
    /// - Throws: ``BadInput`` as ``read(_:acceptsEmptyRecords:)`` does, but not for a name given twice.
    package static func forEachNote(
        of path: String, _ body: (_ note: Note, _ bytes: Range<Int>, _ share: Double) -> Void
    ) throws(BadInput) {
        var isFolder = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isThere, !isFolder, path.hasSuffix(".jsonl") else {
            if isFolder {
                let names = try textFiles(in: path)
                for (index, name) in names.enumerated() {
                    let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
                    let share = Double(index + 1) / Double(names.count)
                    body(try textNote(id: withoutTextSuffix(name), file: file), 0..<0, share)
                }
            } else {
                for note in try read([path]) { body(note, 0..<0, 1) }
            }
            return
        }
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            throw BadInput(SourceLocation(path), "cannot be read; check its permissions")
        }
        for (index, range) in lines(of: data).enumerated() {
            let line = Array(data[range])
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let share = Double(range.upperBound) / Double(data.count)
            body(try record(line, at: SourceLocation(path, line: index + 1)), range, share)
        }
    }

    /// The lines of a file, without their ends and without a byte-order mark.
    private static func lines(of data: Data) -> [Range<Int>] {
        data.withUnsafeBytes { bytes in
            var lines: [Range<Int>] = []
            var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while start < bytes.count, let base = bytes.baseAddress {
                let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
                let end = found.map { base.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
                lines.append(start..<end)
                start = end + 1
            }
            return lines
        }
    }

    /// Reads the note of a record.
    ///
    /// - Throws: ``BadInput`` for what is no record of a note.
    package static func record(_ line: [UInt8], at location: SourceLocation) throws(BadInput) -> Note {
        try note(try JSONLines.value(line[...], at: location), at: location, acceptsEmpty: false)
    }

    /// Makes sure that no two notes have one name.
    ///
    /// - Parameter place: where the note at a position was read.
    /// - Throws: ``BadInput`` naming both.
    package static func checkUnique(_ ids: [String], place: (Int) -> SourceLocation) throws(BadInput) {
        var first: [String: Int] = [:]
        first.reserveCapacity(ids.count)
        for (index, id) in ids.enumerated() {
            if let other = first.updateValue(index, forKey: id) {
                throw givenTwice(id, at: place(index), first: place(other))
            }
        }
    }
}
