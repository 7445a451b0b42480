import ClinicalText

/// The entries of a zip archive as torch writes them: stored, not compressed, so that each is a range of the file's bytes
/// (PKWARE's APPNOTE.TXT; 4.3.7 local headers, 4.3.12 the directory, 4.3.14 and 4.5.3 zip64).
struct ZipArchive {
    /// One file of the archive.
    struct Entry {
        let name: String
        /// Bytes of the archive.
        let range: Range<Int>
        /// Whether they are the file's own, not a compressed form.
        let isStored: Bool
    }

    let entries: [String: Entry]

    private static let endSignature: UInt32 = 0x0605_4B50
    private static let end64Signature: UInt32 = 0x0606_4B50
    private static let locatorSignature: UInt32 = 0x0706_4B50
    private static let directorySignature: UInt32 = 0x0201_4B50
    static let localSignature: UInt32 = 0x0403_4B50

    /// Reads the directory at the end and checks every entry's place against its own header.
    ///
    /// - Throws: ``BadInput`` with the byte: no directory, which is what a cut-off file lacks, entries past the end or given
    ///   twice, encrypted ones.
    init(_ file: MappedFile) throws(BadInput) {
        let directory = try Self.directory(of: file)
        var cursor = FileCursor(file, directory)
        var entries: [String: Entry] = [:]
        while cursor.position < cursor.end {
            let start = cursor.position
            let entry = try Self.entry(&cursor, before: directory.lowerBound)
            guard entries.updateValue(entry, forKey: entry.name) == nil else {
                throw cursor.bad("the archive has '\(entry.name.printable)' twice", at: start)
            }
        }
        self.entries = entries
    }

    /// Bytes of the directory: found from the record that ends the archive, which torch never puts a comment after.
    private static func directory(of file: MappedFile) throws(BadInput) -> Range<Int> {
        let size = file.bytes.count
        let endLength = 22
        let start = size - endLength
        var end = FileCursor(file, max(0, start)..<size)
        guard start >= 0, try end.integer(UInt32.self) == endSignature else {
            throw end.bad("the zip archive has no end; was the download cut off?", at: size)
        }
        _ = try end.bytes(8)
        var length = UInt64(try end.integer(UInt32.self))
        var offset = UInt64(try end.integer(UInt32.self))
        if let wide = try wideDirectory(file, before: start) { (length, offset) = wide }
        guard let offset = Int(exactly: offset), let length = Int(exactly: length), offset <= start,
            length <= start - offset
        else { throw end.bad("the zip archive's directory is said to be outside of it", at: start) }
        return offset..<offset + length
    }

    /// Length and offset from the zip64 records, if there are any: an archive past 4 GB needs them, torch always has them.
    private static func wideDirectory(
        _ file: MappedFile, before end: Int
    ) throws(BadInput) -> (length: UInt64, offset: UInt64)? {
        let locatorLength = 20
        guard end >= locatorLength else { return nil }
        var locator = FileCursor(file, end - locatorLength..<end)
        guard try locator.integer(UInt32.self) == locatorSignature else { return nil }
        _ = try locator.bytes(4)
        guard let place = Int(exactly: try locator.integer(UInt64.self)), place < end else {
            throw locator.bad("the zip64 directory is said to be outside of the archive")
        }
        var record = FileCursor(file, place..<end)
        guard try record.integer(UInt32.self) == end64Signature else {
            throw record.bad("there is no zip64 directory here", at: place)
        }
        _ = try record.bytes(36)
        return (try record.integer(UInt64.self), try record.integer(UInt64.self))
    }

    private static func entry(_ cursor: inout FileCursor, before directory: Int) throws(BadInput) -> Entry {
        let start = cursor.position
        guard try cursor.integer(UInt32.self) == directorySignature else {
            throw cursor.bad("the zip archive's directory is damaged", at: start)
        }
        _ = try cursor.bytes(4)
        let flags = try cursor.integer(UInt16.self)
        let method = try cursor.integer(UInt16.self)
        _ = try cursor.bytes(8)
        var sizes = Sizes(
            stored: UInt64(try cursor.integer(UInt32.self)), whole: UInt64(try cursor.integer(UInt32.self)), offset: 0)
        let nameLength = Int(try cursor.integer(UInt16.self))
        let extraLength = Int(try cursor.integer(UInt16.self))
        let commentLength = Int(try cursor.integer(UInt16.self))
        _ = try cursor.bytes(8)
        sizes.offset = UInt64(try cursor.integer(UInt32.self))
        let name = String(decoding: try cursor.bytes(nameLength), as: UTF8.self)
        let extra = cursor.position..<cursor.position + extraLength
        _ = try cursor.bytes(extraLength)
        _ = try cursor.bytes(commentLength)
        try sizes.widen(FileCursor(cursor.file, extra))
        guard flags & 1 == 0 else { throw cursor.bad("'\(name.printable)' is encrypted", at: start) }

        guard let offset = Int(exactly: sizes.offset), let length = Int(exactly: sizes.stored), offset < directory
        else {
            throw cursor.bad("'\(name.printable)' is said to be outside of the archive", at: start)
        }
        var local = FileCursor(cursor.file, offset..<directory)
        guard try local.integer(UInt32.self) == localSignature else {
            throw local.bad("'\(name.printable)' should start here and does not", at: offset)
        }
        _ = try local.bytes(22)
        let localName = Int(try local.integer(UInt16.self))
        let localExtra = Int(try local.integer(UInt16.self))
        guard try local.bytes(localName).elementsEqual(name.utf8) else {
            throw local.bad("the entry here is not '\(name.printable)', as the directory says", at: offset)
        }
        _ = try local.bytes(localExtra)
        let data = local.position
        _ = try local.bytes(length)
        return Entry(name: name, range: data..<data + length, isStored: method == 0 && sizes.stored == sizes.whole)
    }

    private struct Sizes {
        var stored: UInt64
        var whole: UInt64
        var offset: UInt64

        /// Takes the numbers that do not fit 32 bits from the zip64 field of an entry's extra bytes, in the order that the
        /// format gives them.
        mutating func widen(_ extra: FileCursor) throws(BadInput) {
            let narrow = UInt64(UInt32.max)
            guard stored == narrow || whole == narrow || offset == narrow else { return }
            var extra = extra
            while extra.end - extra.position >= 4 {
                let kind = try extra.integer(UInt16.self)
                let length = Int(try extra.integer(UInt16.self))
                let start = extra.position
                _ = try extra.bytes(length)
                guard kind == 1 else { continue }
                var field = FileCursor(extra.file, start..<start + length)
                if whole == narrow { whole = try field.integer() }
                if stored == narrow { stored = try field.integer() }
                if offset == narrow { offset = try field.integer() }
                return
            }
        }
    }
}
