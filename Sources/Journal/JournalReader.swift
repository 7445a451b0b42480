import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Storage

/// Reads journals.
///
/// Changes nothing: only the holder of the lock may set a torn end aside.
public enum JournalReader {
    /// Stands at the end of a line whose batch goes on, before the newline: white space means nothing to JSON, and says
    /// that the batch is torn where the next line is missing or too short to name its batch.
    static let continues = UInt8(ascii: " ")

    private static let newline = UInt8(ascii: "\n")

    /// Reads the journal at `path`; one that is not there is empty.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a bad line that is not a torn end.
    public static func read(_ path: String) throws(BadInput) -> JournalContents {
        PrivateFile.exists(path) ? try parse(try ProjectFile.bytes(of: path), file: path) : JournalContents()
    }

    /// The notes in which a batch was decided.
    ///
    /// Reads the file and decodes only the lines that hold the batch's id.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a journal that cannot be read.
    public static func notes(ofBatch batch: EventID, in path: String) throws(BadInput) -> Set<String> {
        guard PrivateFile.exists(path) else { return [] }
        let bytes = try ProjectFile.bytes(of: path)
        let wanted = Array(batch.value.utf8)
        var notes: Set<String> = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
            let line = bytes[start..<end]
            if holds(line, wanted), let json = try? OrderedJSON.parse(line, file: path),
                let value = JournalLine(json), value.batch == batch
            {
                notes.insert(value.note)
            }
            start = end + 1
        }
        return notes
    }

    private static func holds(_ line: ArraySlice<UInt8>, _ words: [UInt8]) -> Bool {
        line.withUnsafeBytes { line in
            words.withUnsafeBytes { words in
                guard let first = words.first, let text = line.baseAddress, let wanted = words.baseAddress,
                    line.count >= words.count
                else { return false }
                return (0...line.count - words.count).contains {
                    line[$0] == first && memcmp(text + $0, wanted, words.count) == 0
                }
            }
        }
    }

    /// Reads a journal's bytes.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    ///   - firstLine: the number of the first line, where `bytes` are not the beginning.
    ///   - isStretch: whether `bytes` are not the end, either: then the last batch may go on behind them.
    /// - Throws: ``BadInput`` with `file:line` for a bad line that is not a torn end.
    public static func parse(
        _ bytes: [UInt8], file: String, firstLine: Int = 1, isStretch: Bool = false
    ) throws(BadInput) -> JournalContents {
        var contents = JournalContents()
        var open = OpenBatch()
        let decoder = JSONDecoder()
        var start = 0
        var number = firstLine &- 1
        while start < bytes.count {
            number &+= 1
            let end = bytes[start...].firstIndex(of: newline)
            let line = bytes[start..<(end ?? bytes.count)]
            // A power cut may leave NUL bytes where the file had grown and its last block was not written.
            guard let end, !(end == bytes.count - 1 && line.contains(0)) else {
                open.tear(&contents, bytes, at: start, line: number, together: open.goesOn || open.isNamed(in: line))
                return contents
            }
            defer { start = end + 1 }
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let value = try decode(line, decoder, SourceLocation(file, line: number), &contents)
            open.extend(with: value?.batch, at: start, line: number, lineCount: contents.lines.count)
            open.goesOn = line.last == continues
            if let value {
                contents.lines.append(value)
                contents.lineNumbers.append(number)
                contents.places.append(start..<(end + 1))
            }
        }
        if open.goesOn, !isStretch { open.tear(&contents, bytes, at: bytes.count, line: number, together: true) }
        return contents
    }

    /// Decodes a line; `nil` for one of a newer version that this program cannot read.
    private static func decode(
        _ line: ArraySlice<UInt8>, _ decoder: JSONDecoder, _ location: SourceLocation, _ contents: inout JournalContents
    ) throws(BadInput) -> JournalLine? {
        struct Version: Decodable { let v: Int }
        if let json = try? OrderedJSON.parse(line, file: location.file), let value = JournalLine(json) { return value }
        let data = Data(line)
        do {
            let value = try decoder.decode(JournalLine.self, from: data)
            guard value.v > 0 else { throw BadInput(location, "'v' must be 1 or more") }
            contents.version = max(contents.version, value.v)
            return value
        } catch let error as BadInput {
            throw error
        } catch {
            if let version = try? decoder.decode(Version.self, from: data).v, version > JournalLine.version {
                contents.version = max(contents.version, version)
                return nil
            }
            throw BadInput(
                location,
                "a bad line (\(JSONLines.reason(for: error))); nothing was changed: restore the journal from a copy")
        }
    }
}

/// The batch of the lines just read, which a torn line may belong to.
private struct OpenBatch {
    var id: String?
    /// Where its first line starts.
    var byte = 0
    var line = 0
    /// How many whole lines stand before it.
    var linesBefore = 0
    /// Whether its last line says that another follows.
    var goesOn = false

    mutating func extend(with batch: EventID?, at byte: Int, line: Int, lineCount: Int) {
        if let batch, batch.value == id { return }
        id = batch?.value
        self.byte = byte
        self.line = line
        linesBefore = lineCount
    }

    /// Whether a torn line names this batch; for journals whose lines do not say that they go on.
    func isNamed(in line: ArraySlice<UInt8>) -> Bool {
        guard let id else { return false }
        return String(decoding: line, as: UTF8.self).contains("\"batch\":\"\(id)\"")
    }

    func tear(_ contents: inout JournalContents, _ bytes: [UInt8], at start: Int, line number: Int, together: Bool) {
        let from = together ? byte : start
        let events = together ? contents.lines.count - linesBefore : 0
        contents.lines.removeLast(events)
        contents.lineNumbers.removeLast(events)
        contents.places.removeLast(events)
        contents.torn = .init(byte: from, line: together ? line : number, bytes: Array(bytes[from...]), events: events)
    }
}
