import ClinicalText

/// A place in a mapped file from which numbers and bytes are read in order, never past an end.
struct FileCursor {
    let file: MappedFile
    private(set) var position: Int
    /// One past the last byte that may be read.
    let end: Int

    /// - Parameter range: bytes of the file; what lies outside of it is left out.
    init(_ file: MappedFile, _ range: Range<Int>) {
        self.file = file
        let whole = 0..<file.bytes.count
        let range = range.clamped(to: whole)
        position = range.lowerBound
        end = range.upperBound
    }

    /// What is wrong with the file at `byte`, by default where the cursor stands.
    func bad(_ reason: String, at byte: Int? = nil) -> BadInput {
        BadInput(SourceLocation(file.path, byte: byte ?? position), reason)
    }

    /// Reads a little-endian number.
    ///
    /// - Throws: ``BadInput`` if the file ends before it does.
    mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(BadInput) -> Number {
        let bytes = try bytes(MemoryLayout<Number>.size)
        return Number(littleEndian: bytes.loadUnaligned(as: Number.self))
    }

    /// Reads a length, then as many bytes.
    ///
    /// - Throws: ``BadInput`` if the file ends before they do.
    mutating func bytes<Length: FixedWidthInteger>(
        countedBy length: Length.Type
    ) throws(BadInput) -> UnsafeRawBufferPointer {
        let count = try integer(length)
        guard let count = Int(exactly: count) else { throw bad("\(count) bytes are more than a file can have") }
        return try bytes(count)
    }

    /// Reads `count` bytes, which live as long as the file.
    ///
    /// - Throws: ``BadInput`` if there are fewer.
    mutating func bytes(_ count: Int) throws(BadInput) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= end - position else {
            throw bad("\(count) bytes should follow and there are \(end - position); the file is cut off or damaged")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: file.bytes[position..<position + count])
    }

    /// Reads up to a line feed, which is left out.
    ///
    /// - Throws: ``BadInput`` if none follows.
    mutating func line() throws(BadInput) -> String {
        guard let feed = file.bytes[position..<end].firstIndex(of: 0x0A) else { throw bad("a line has no end") }
        defer { position = feed + 1 }
        return String(decoding: file.bytes[position..<feed], as: UTF8.self)
    }
}
