import ClinicalText
import Glibc

/// The state of a journal: the file, how many lines it has, and the last event's number.
struct JournalMark: Hashable, Sendable {
    let file: FileFingerprint
    let lines: Int
    let lastSeq: Int

    init(file: FileFingerprint, lines: Int, lastSeq: Int) {
        self.file = file
        self.lines = lines
        self.lastSeq = lastSeq
    }

    /// The state of a journal that was read to its end.
    init?(_ contents: JournalContents, _ file: FileFingerprint?) {
        guard let file else { return nil }
        self.init(file: file, lines: contents.lineNumbers.last ?? 0, lastSeq: contents.lines.last?.seq ?? 0)
    }

    init?(from reader: inout ByteReader) {
        guard let file = FileFingerprint(from: &reader), let lines = reader.number(), let lastSeq = reader.number(),
            file.size >= 0, (0...file.size).contains(lines)
        else { return nil }
        self.init(file: file, lines: lines, lastSeq: lastSeq)
    }

    func write(to writer: inout ByteWriter) {
        file.write(to: &writer)
        writer.add(lines)
        writer.add(lastSeq)
    }

    /// No line of ours is longer: a note's text in a comment is the most that goes in.
    private static let longestLine = 65_536

    /// Whether the journal at `path` is still in this state: the same file, which ends with the same event.
    func holds(of path: String) -> Bool {
        guard FileFingerprint(of: path) == file else { return false }
        guard file.size > 0 else { return lines == 0 }
        let start = max(0, file.size - Self.longestLine)
        guard let bytes = try? FileStretch.read(path, start..<file.size, isOfProject: true),
            bytes.last == UInt8(ascii: "\n")
        else { return false }
        let last = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = try? JournalReader.parse(Array(bytes[last...]), file: path)
        return line?.lines.last?.seq == lastSeq
    }
}
