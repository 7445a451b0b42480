import ClinicalText

/// The JSON values of a file, one at a time: a line each, or the elements of one array.
///
/// A file that starts with `[` is an array of records; one that starts with `{` over several lines is an object, of whose
/// member `list` the elements are the records (BioC's `documents`). Only one element is in memory at a time.
struct JSONElements {
    private enum Form {
        case lines
        case array
        case document
    }

    let source: ByteSource
    private let list: String?
    private let unread: Set<String>
    private var lines: LineSource?
    private var buffer: [UInt8] = []
    private var position = 0
    private var line = 1
    private var form: Form?
    private var isDone = false
    /// What stands around the array, for a file that is one object: its text with the array emptied.
    private(set) var frame: [UInt8] = []
    /// Where the element read last begins.
    private(set) var location: SourceLocation

    /// - Parameters:
    ///   - source: the bytes.
    ///   - list: the member whose elements are wanted if the file is one object.
    ///   - unread: members of records that nobody wants; `null` comes in their place.
    init(_ source: ByteSource, list: String? = nil, unread: Set<String> = []) {
        self.source = source
        self.list = list
        self.unread = unread
        location = SourceLocation(source.name)
    }

    /// The next record.
    ///
    /// - Throws: ``BadInput`` with `file:line` for what is not JSON.
    mutating func next() throws(BadInput) -> OrderedJSON? {
        if form == nil { try begin() }
        if form == .lines {
            guard var lines else { return nil }
            defer { self.lines = lines }
            guard let line = try lines.nextFilled() else { return nil }
            location = lines.location
            return try parse(line)
        }
        guard !isDone else { return nil }
        try skipSpace()
        if form == .document {
            guard try peek() != nil else { return nil }
            location = SourceLocation(source.name, line: line)
            return try parse(try value())
        }
        guard let byte = try peek() else { throw bad("the array has no end; is the file cut off?") }
        if byte == UInt8(ascii: ",") {
            position += 1
            try skipSpace()
        }
        if try peek() == UInt8(ascii: "]") {
            isDone = true
            frame += try rest()
            return nil
        }
        location = SourceLocation(source.name, line: line)
        return try parse(try value())
    }

    private func parse(_ bytes: ArraySlice<UInt8>) throws(BadInput) -> OrderedJSON {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw BadInput(location, LineSource.notUTF8) }
        do {
            return try OrderedJSON.parse(bytes, file: location.file, unread: unread)
        } catch {
            let place = error.location.byte.map { " (byte \($0) of the record)" } ?? ""
            throw BadInput(location, "not valid JSON: \(error.reason)\(place)")
        }
    }

    private mutating func begin() throws(BadInput) {
        try skipSpace()
        let first = try peek()
        if first == UInt8(ascii: "["), try !startsWithText() {
            form = .array
            position += 1
        } else if let list, first == UInt8(ascii: "{"), try enter(list) {
            form = .array
        } else {
            form = try isSpread() ? .document : .lines
            if form == .lines { lines = LineSource(source, held: Array(buffer[position...]), after: line - 1) }
        }
    }

    /// Whether the array that begins here holds a string first: then it is a record itself (spaCy's pairs), not a list of them.
    private mutating func startsWithText() throws(BadInput) -> Bool {
        var next = position + 1
        while true {
            while next >= buffer.count { guard try more() else { return false } }
            guard [0x20, 0x09, 0x0D, 0x0A].contains(buffer[next]) else { return buffer[next] == UInt8(ascii: "\"") }
            next += 1
        }
    }

    /// Whether the object that begins here goes over several lines, as a person or `json.dump` with an indent writes it.
    private mutating func isSpread() throws(BadInput) -> Bool {
        guard try peek() == UInt8(ascii: "{") else { return false }
        var next = position + 1
        while true {
            while next >= buffer.count { guard try more() else { return false } }
            switch buffer[next] {
            case 0x0A: return true
            case 0x20, 0x09, 0x0D: next += 1
            default: return false
            }
        }
    }

    /// Goes to the first element of the member `name` of the object that begins here.
    private mutating func enter(_ name: String) throws(BadInput) -> Bool {
        let start = position
        frame.append(buffer[position])
        position += 1
        while true {
            try skipSpace()
            guard let byte = try peek() else { throw bad("the object has no end; is the file cut off?") }
            if byte == UInt8(ascii: ",") {
                frame.append(byte)
                position += 1
                continue
            }
            if byte == UInt8(ascii: "}") {
                // An object without the member is a record itself; all of it is still in the buffer.
                position = start
                frame = []
                return false
            }
            let key = Array(try value(keeping: start))
            frame += key
            try skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw bad("':' is missing after a member's name") }
            frame.append(UInt8(ascii: ":"))
            position += 1
            try skipSpace()
            if key == Array("\"\(name)\"".utf8), try peek() == UInt8(ascii: "[") {
                frame.append(UInt8(ascii: "["))
                position += 1
                return true
            }
            frame += try value(keeping: start)
        }
    }

    private func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(source.name, line: line), reason) }

    private mutating func peek() throws(BadInput) -> UInt8? {
        while position >= buffer.count { guard try more() else { return nil } }
        return buffer[position]
    }

    private mutating func skipSpace() throws(BadInput) {
        while let byte = try peek(), byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
            if byte == 0x0A { line += 1 }
            position += 1
        }
        if position == 0, buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
            try skipSpace()
        }
    }

    private mutating func more() throws(BadInput) -> Bool {
        guard let bytes = try source.next() else { return false }
        buffer += bytes
        return true
    }

    private mutating func rest() throws(BadInput) -> [UInt8] {
        while try more() {
            guard buffer.count - position < LineSource.longestLine else { break }
        }
        defer { position = buffer.count }
        return Array(buffer[position...])
    }

    /// The bytes of the value that begins here: brackets are counted outside strings.
    private mutating func value(keeping start: Int? = nil) throws(BadInput) -> ArraySlice<UInt8> {
        // What was read is dropped when it is most of the buffer: moving the rest up for each record took longer than reading.
        if start == nil, position > buffer.count / 2 {
            buffer.removeFirst(position)
            position = 0
        }
        let begin = position
        var depth = 0
        var isInString = false
        var isEscaped = false
        while true {
            guard let byte = try peek() else { throw bad("a record has no end; is the file cut off?") }
            guard position - begin <= LineSource.longestLine else {
                throw bad("the record is longer than \(LineSource.longestLine >> 20) MiB; no record of a note is")
            }
            if byte == 0x0A { line += 1 }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    if depth == 0 {
                        position += 1
                        return buffer[begin..<position]
                    }
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return buffer[begin..<position] }
                    depth -= 1
                    if depth == 0 {
                        position += 1
                        return buffer[begin..<position]
                    }
                case UInt8(ascii: ",") where depth == 0: return buffer[begin..<position]
                case UInt8(ascii: ":") where depth == 0: return buffer[begin..<position]
                default: break
                }
            }
            position += 1
        }
    }
}
