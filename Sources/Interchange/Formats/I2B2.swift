import Annotation
import ClinicalText

/// The files of the i2b2/VA challenge of 2010: `.txt`, `.con` (concepts), `.ast` (assertions), `.rel` (relations).
///
///     c="chest pain" 12:1 12:2||t="problem"
///     c="chest pain" 12:1 12:2||t="problem"||a="absent"
///     c="aspirin" 14:3 14:3||r="TrAP"||c="chest pain" 14:6 14:7
///
/// The text has a space between tokens; a place is the line, counted from 1, and the token in it, counted from 0, the last one
/// inclusive. The words of `c=` are in lower case and may hold quotes, so that lines are read from the right.
enum I2B2 {
    static let assertion = "assertion"

    struct Reader: RecordReader {
        private let input: Input
        private var texts: [String]
        private let companions: [String: String]
        private var misfits = Misfits()

        init(_ input: Input) throws(BadInput) {
            self.input = input
            texts = try input.files(".txt").reversed()
            // The challenge has folders `txt`, `concept`, `ast` and `rel`; files that belong together share their name.
            var companions: [String: String] = [:]
            for file in try input.files(".con", ".ast", ".rel") { companions[I2B2.key(file)] = file }
            self.companions = companions
            let names = Set(texts.map { I2B2.key(String($0.dropLast(4))) })
            for (key, file) in companions where !names.contains(String(key.dropLast(4))) {
                throw BadInput(SourceLocation(input.location(file)), "the note's text, a .txt of this name, is missing")
            }
            if texts.isEmpty { throw BadInput(SourceLocation(input.name), "has no .txt files") }
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            while let file = texts.popLast() {
                let path = String(file.dropLast(4))
                let text = try input.text(file)
                guard text.scalarCount > 0 else {
                    throw BadInput(SourceLocation(input.location(file)), "the note is empty")
                }
                var record = Record(id: NotePath.id(of: path), text: text, answer: .pending)
                let grid = TokenGrid(text)
                var unfit: [String] = []
                for ending in [".con", ".ast", ".rel"] {
                    guard let companion = companions[I2B2.key(path + ending)], let bytes = try input.bytes(companion)
                    else { continue }
                    record.answer = .accept
                    var lines = LineSource(ByteSource(bytes, name: input.location(companion)))
                    while let line = try lines.nextText() {
                        guard !line.isEmpty else { continue }
                        unfit += try I2B2.read(line, ending, into: &record, grid, lines.location)
                    }
                }
                if unfit.isEmpty { return record }
                misfits.add(unfit, at: input.location(path))
            }
            try misfits.check(input.name)
            return nil
        }
    }

    /// The name of a file without its folder.
    private static func key(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func read(
        _ line: String, _ ending: String, into record: inout Record, _ grid: TokenGrid, _ location: SourceLocation
    ) throws(BadInput) -> [String] {
        var rest = line[...]
        if ending == ".rel" {
            guard let second = cut(&rest, "||c=\""), let relation = cut(&rest, "||r=\"")?.dropLast(),
                let first = concept(rest, grid), let last = concept("c=\"" + second, grid)
            else { throw BadInput(location, "a relation is: c=\"…\" 1:0 1:1||r=\"…\"||c=\"…\" 1:3 1:3") }
            func id(_ place: Concept) -> String {
                if let index = record.spans.firstIndex(where: { $0.content.span == place.span }) {
                    if record.spans[index].id == nil { record = record.named() }
                    return record.spans[index].id ?? ""
                }
                return ""
            }
            let ends = [id(first), id(last)]
            guard !ends.contains("") else { return ["line \(location.line ?? 0): a relation of no concept"] }
            record.relations.append(
                Record.Relation(
                    label: String(relation),
                    arguments: [.init(role: "Arg1", target: ends[0]), .init(role: "Arg2", target: ends[1])]))
            return []
        }
        let value = ending == ".ast" ? cut(&rest, "||a=\"")?.dropLast() : nil
        guard let type = cut(&rest, "||t=\"")?.dropLast(), let place = concept(rest, grid),
            ending == ".con" || value != nil
        else { throw BadInput(location, "a concept is: c=\"…\" 1:0 1:1||t=\"…\" with ||a=\"…\" in an .ast file") }
        guard place.fits else {
            return ["line \(location.line ?? 0): \(String(type).printable): the note has other words there"]
        }
        let content = SpanContent(place.span, in: record.text, label: String(type))
        let index = record.spans.firstIndex { $0.content == content }
        if index == nil { record.spans.append(Record.Span(content: content)) }
        if let value { record.spans[index ?? record.spans.count - 1].attributes[assertion] = String(value) }
        return []
    }

    /// Cuts `rest` at the last `mark` and gives what stood behind it.
    private static func cut(_ rest: inout Substring, _ mark: String) -> Substring? {
        let mark = Array(mark.utf8)
        let bytes = Array(rest.utf8)
        guard bytes.count >= mark.count else { return nil }
        for start in stride(from: bytes.count - mark.count, through: 0, by: -1)
        where bytes[start..<start + mark.count].elementsEqual(mark) {
            let behind = String(decoding: bytes[(start + mark.count)...], as: UTF8.self)
            rest = Substring(String(decoding: bytes[..<start], as: UTF8.self))
            return behind[...]
        }
        return nil
    }

    private struct Concept {
        let span: TextSpan
        let fits: Bool
    }

    /// Reads `c="chest pain" 12:1 12:2`.
    private static func concept(_ text: some StringProtocol, _ grid: TokenGrid) -> Concept? {
        let text = String(text)
        guard text.hasPrefix("c=\""), let quote = text.lastIndex(of: "\"") else { return nil }
        let words = text[..<quote].dropFirst(3)
        let places = text[text.index(after: quote)...].split(separator: " ").map { place in
            place.split(separator: ":").map { Int($0) }
        }
        guard places.count == 2, places.allSatisfy({ $0.count == 2 }), let line = places[0][0],
            let token = places[0][1], let lastLine = places[1][0], let lastToken = places[1][1]
        else { return nil }
        guard let first = grid.place(line, token), let last = grid.place(lastLine, lastToken), first.start <= last.start
        else { return Concept(span: TextSpan(0, 0), fits: false) }
        let span = TextSpan(first.start, last.end)
        return Concept(span: span, fits: squeezed(grid.text[span]) == squeezed(String(words)))
    }

    /// Lower case, a space in the place of white space.
    static func squeezed(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// The tokens of a text by line and place, as the challenge counts them.
struct TokenGrid {
    let text: NoteText
    private var lines: [[TextSpan]] = [[]]

    init(_ text: NoteText) {
        self.text = text
        var start: ScalarOffset?
        var lines: [[TextSpan]] = [[]]
        text.forEachScalar { offset, scalar in
            if scalar.properties.isWhitespace {
                if let from = start { lines[lines.count - 1].append(TextSpan(from, offset)) }
                start = nil
                if scalar == "\n" { lines.append([]) }
            } else if start == nil {
                start = offset
            }
        }
        if let from = start { lines[lines.count - 1].append(TextSpan(from, ScalarOffset(text.scalarCount))) }
        self.lines = lines
    }

    /// The token of a line, counted from 1, at a place, counted from 0.
    func place(_ line: Int, _ token: Int) -> TextSpan? {
        guard line >= 1, line <= lines.count, lines[line - 1].indices.contains(token) else { return nil }
        return lines[line - 1][token]
    }
}
