import ClinicalText
import Glibc

/// The lines of a source, one at a time, with their numbers.
struct LineSource {
    /// A line that is longer than all notes of a ward together is refused before it fills the memory.
    static let longestLine = 64 << 20

    private let source: ByteSource
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// The number of the line read last, counted from 1.
    private(set) var number = 0

    /// - Parameters:
    ///   - source: the bytes.
    ///   - held: what was taken from it already.
    ///   - lines: how many lines were.
    init(_ source: ByteSource, held: [UInt8] = [], after lines: Int = 0) {
        self.source = source
        buffer = held
        number = lines
    }

    var location: SourceLocation { SourceLocation(source.name, line: number) }
    var name: String { source.name }

    /// The next line without its `\n`; `nil` at the end.
    ///
    /// A byte-order mark before the first line belongs to none.
    mutating func next() throws(BadInput) -> ArraySlice<UInt8>? {
        var searched = position
        while true {
            if let end = Self.lineFeed(in: buffer, from: searched) {
                defer { position = end + 1 }
                return line(to: end)
            }
            searched = buffer.count
            guard buffer.count - position <= Self.longestLine else {
                throw BadInput(
                    SourceLocation(source.name, line: number + 1),
                    "the line is longer than \(Self.longestLine >> 20) MiB; no record of a note is")
            }
            guard !isAtEnd, let more = try source.next() else {
                isAtEnd = true
                guard position < buffer.count else { return nil }
                defer { position = buffer.count }
                return line(to: buffer.count)
            }
            if position > 0 {
                buffer.removeFirst(position)
                searched -= position
                position = 0
            }
            buffer += more
        }
    }

    private mutating func line(to end: Int) -> ArraySlice<UInt8> {
        number += 1
        let line = buffer[position..<end]
        return number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
    }

    private static func lineFeed(in buffer: [UInt8], from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, start < bytes.count else { return nil }
            return memchr(base + start, 0x0A, bytes.count - start).map { base.distance(to: UnsafeRawPointer($0)) }
        }
    }

    /// The next line that is not blank.
    mutating func nextFilled() throws(BadInput) -> ArraySlice<UInt8>? {
        while let line = try next() {
            if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return line }
        }
        return nil
    }

    /// The next line as text, without a `\r` at its end.
    ///
    /// - Throws: ``BadInput`` with `file:line` where it is not UTF-8.
    mutating func nextText() throws(BadInput) -> String? {
        guard var line = try next() else { return nil }
        if line.last == 0x0D { line = line.dropLast() }
        return try Self.text(line, location)
    }

    static let notUTF8 = "not UTF-8; convert the file (for example: iconv -f LATIN1 -t UTF-8)"

    static func text(_ bytes: ArraySlice<UInt8>, _ location: SourceLocation) throws(BadInput) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BadInput(location, notUTF8)
        }
        return text
    }
}
