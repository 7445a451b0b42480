import Annotation
import ClinicalText

/// CoNLL files: a token a line, its tag last, a blank line between sentences, `-DOCSTART-` before a note.
///
///     -DOCSTART-	note-17	O
///
///     Denies	0-6	O
///     chest	7-12	B-Sign_symptom
///     pain	13-17	I-Sign_symptom
///
/// Three columns with tabs are ours: `start-end` lets spans be read back exactly. Four with spaces are CoNLL-2003
/// (`token -X- -X- tag`), two are what most tools read. White space and `%` of names of notes and labels are
/// percent-encoded. A blank line never falls inside a span.
enum CoNLL {
    static let documentStart = "-DOCSTART-"
    /// In CoNLL-2003 the part of speech and the phrase, which nobody asked us for.
    static let unknown = "-X-"

    struct Writer: RecordWriter {
        private let scheme: TagScheme
        private let columns: Int

        init(_ options: FormatOptions) {
            scheme = options.scheme
            columns = options.columns
        }

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .noteLabel, .comment, .relation, .meta])
            // Spans that are left out take their attributes along.
            var flat = record
            flat.spans = record.spans.filter { $0.content.fragments == nil }
            report.add(flat, lacking: [.attribute, .reference, .field, .provenance])
            if columns != 3 { report.add(.name, in: record.id) }
            try output.append(document(record, &report), to: "")
        }

        private func document(_ record: Record, _ report: inout LossReport) -> [UInt8] {
            let tagged = TaggedTokens(record, scheme: scheme, name: { PercentCoding.encode($0) }, &report)
            let sentences = Sentence.spans(of: record.text).map(\.start)
            var walk = ScalarWalk(record.text)
            var bytes: [UInt8] = []
            bytes += documentStart.utf8
            append(Array(PercentCoding.encode(record.id).utf8), "O", to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            var next = 0
            var last: String?
            var place: [UInt8] = []
            for (token, tag) in zip(tagged.tokens, tagged.tags) {
                var isFirst = false
                while next < sentences.count, sentences[next] <= token.start {
                    isFirst = true
                    next += 1
                }
                if isFirst, let last, !goesOn(tag, after: last) { bytes.append(UInt8(ascii: "\n")) }
                bytes += record.text.utf8[walk.byte(of: token.start)..<walk.byte(of: token.end)]
                place.removeAll(keepingCapacity: true)
                if columns == 3 {
                    JSONText.append(token.start.value, to: &place)
                    place.append(UInt8(ascii: "-"))
                    JSONText.append(token.end.value, to: &place)
                }
                append(place, tag, to: &bytes)
                last = tag
            }
            bytes.append(UInt8(ascii: "\n"))
            return bytes
        }

        /// Whether a tag goes on with the span of the one before: no sentence may end there.
        private func goesOn(_ tag: String, after last: String) -> Bool {
            tag != "O" && !"BSU".contains(tag.first ?? "O") && last.dropFirst(2) == tag.dropFirst(2)
        }

        /// Appends what follows the token: the columns between, and the tag.
        private func append(_ place: [UInt8], _ tag: String, to bytes: inout [UInt8]) {
            switch columns {
            case 2: bytes += "\t".utf8
            case 4: bytes += " \(CoNLL.unknown) \(CoNLL.unknown) ".utf8
            default:
                bytes.append(UInt8(ascii: "\t"))
                bytes += place
                bytes.append(UInt8(ascii: "\t"))
            }
            bytes += tag.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}

extension CoNLL {
    /// Reads notes back: over the note that has the document's name, or over a text put together from the tokens.
    struct Reader: RecordReader {
        private var lines: LineSource
        private let notes: [String: Note]
        private var decoder = TagDecoder()
        private var misfits = Misfits()
        private var count = 0
        private var name: String?
        private var isInDocument = false
        private var tokens: [(text: String, place: TextSpan?, startsSentence: Bool)] = []
        private var isSentenceStart = false

        init(_ source: ByteSource, _ options: FormatOptions) {
            lines = LineSource(source)
            notes = options.notes
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            while let line = try lines.next() {
                guard let columns = Columns(line) else {
                    isSentenceStart = true
                    continue
                }
                guard columns.count > 1 else {
                    throw BadInput(lines.location, "a line has at least two columns: the token first and the tag last")
                }
                let token = try LineSource.text(columns.token, lines.location)
                if token == documentStart {
                    let finished = isInDocument ? try record(&report) : nil
                    isInDocument = true
                    let given = columns.count == 3 ? try LineSource.text(columns.second, lines.location) : unknown
                    name = given == unknown ? nil : PercentCoding.decode(given)
                    if let name, !notes.isEmpty, notes[name] == nil {
                        throw BadInput(lines.location, "the note '\(name.printable)' is not among the notes")
                    }
                    if let finished { return finished }
                    continue
                }
                isInDocument = true
                let label = try LineSource.text(columns.tag, lines.location)
                guard decoder.add(label) else {
                    throw BadInput(
                        lines.location, "the tag '\(label.printable)' is not O, B-…, I-… or one of E, S, L, U, M")
                }
                let place = columns.count > 2 ? columns.place : nil
                if let place, let note = name.flatMap({ notes[$0] }) {
                    let content = SpanContent(span: place, text: token, label: label)
                    if let misfit = content.misfit(in: note.text) { misfits.add([misfit], at: "line \(lines.number)") }
                }
                tokens.append((token, place, isSentenceStart))
                isSentenceStart = false
            }
            if isInDocument {
                isInDocument = false
                if let record = try record(&report) { return record }
            }
            try misfits.check(lines.name)
            return nil
        }

        /// The note that has just ended; `nil` for one without tokens.
        private mutating func record(_ report: inout LossReport) throws(BadInput) -> Record? {
            defer {
                tokens = []
                decoder.restart()
                name = nil
                isSentenceStart = false
            }
            let note = name.flatMap { notes[$0] }
            guard note != nil || !tokens.isEmpty else { return nil }
            count += 1
            var places = tokens.map(\.place)
            var text = note?.text
            if let note, places.contains(nil) {
                places = try aligned(note.text)
            } else if note == nil {
                let rebuilt = rebuilt()
                text = rebuilt.text
                places = rebuilt.places
            }
            guard let text else { return nil }
            var record = Record(id: note?.id ?? name ?? "document-\(count)", text: text, meta: note?.meta ?? [:])
            if note == nil { report.add(.rebuilt, in: record.id) }
            report.add(.illegalTag, decoder.illegal, in: record.id)
            for chunk in decoder.chunks {
                guard let first = places[chunk.tokens.lowerBound], let last = places[chunk.tokens.upperBound],
                    text.holds(TextSpan(first.start, last.end))
                else { continue }
                record.spans.append(
                    Record.Span(
                        content: SpanContent(
                            TextSpan(first.start, last.end), in: text, label: PercentCoding.decode(chunk.label))))
            }
            return record
        }

        /// Where the tokens stand in the note: each after the one before.
        private mutating func aligned(_ text: NoteText) throws(BadInput) -> [TextSpan?] {
            guard let places = TokenAlignment.places(of: tokens.map(\.text), in: text) else {
                throw BadInput(
                    lines.location, "the tokens before this line are not those of the note '\((name ?? "").printable)'")
            }
            return places
        }

        /// A text that has the tokens: at their offsets where these are given, else with a space or line end between two.
        private func rebuilt() -> (text: NoteText, places: [TextSpan?]) {
            // Offsets are taken at their word only where they leave no more room than a note could have there.
            let widestGap = 1000
            var isPlaced = true
            var end = 0
            let lengths = tokens.map { token in token.text.utf8.count { $0 & 0xC0 != 0x80 } }
            for (token, length) in zip(tokens, lengths) {
                guard let place = token.place, place.start.value >= end, place.start.value - end < widestGap,
                    place.count == length
                else {
                    isPlaced = false
                    break
                }
                end = place.end.value
            }
            var text: [UInt8] = []
            var places: [TextSpan?] = []
            places.reserveCapacity(tokens.count)
            var position = 0
            for (index, token) in tokens.enumerated() {
                var gap = index == 0 ? 0 : 1
                if isPlaced, let place = token.place { gap = place.start.value - position }
                if gap > 0 {
                    text += repeatElement(0x20, count: gap - 1)
                    text.append(token.startsSentence && index > 0 ? 0x0A : 0x20)
                }
                position += gap
                places.append(TextSpan(position, position + lengths[index]))
                text += token.text.utf8
                position += lengths[index]
            }
            return (NoteText(String(decoding: text, as: UTF8.self)), places)
        }
    }

    /// The columns of a line that matter: between tabs if it has one, else between spaces.
    ///
    /// Of bytes: a note has a line a word, and the characters of strings took a minute for a large file.
    private struct Columns {
        let token: ArraySlice<UInt8>
        let second: ArraySlice<UInt8>
        let tag: ArraySlice<UInt8>
        let count: Int

        /// - Returns: `nil` for a blank line.
        init?(_ line: ArraySlice<UInt8>) {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
            guard let first = line.firstIndex(of: 0x09), let last = line.lastIndex(of: 0x09) else {
                let words = line.split(separator: 0x20)
                token = words[0]
                second = words.count > 1 ? words[1] : []
                tag = words[words.count - 1]
                count = words.count
                return
            }
            token = line[..<first]
            tag = line[(last + 1)...]
            let behind = line[(first + 1)...]
            let end = behind.firstIndex(of: 0x09) ?? behind.endIndex
            second = behind[..<end]
            count = first == last ? 2 : 2 + line[first..<last].count { $0 == 0x09 }
        }

        /// The second column as `7-12`.
        var place: TextSpan? {
            guard let dash = second.firstIndex(of: UInt8(ascii: "-")), let start = Self.number(second[..<dash]),
                let end = Self.number(second[(dash + 1)...])
            else { return nil }
            return TextSpan(start, end)
        }

        private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
            // So many digits always fit.
            let longest = 18
            guard !digits.isEmpty, digits.count <= longest else { return nil }
            var number = 0
            for byte in digits {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return number
        }
    }
}

/// Tokens of a file found again in the text that they were taken from.
enum TokenAlignment {
    /// The place of each token, or `nil` if one does not follow the one before it after nothing but white space.
    static func places(of tokens: [String], in text: NoteText) -> [TextSpan]? {
        let scalars = Array(text.string.unicodeScalars)
        var places: [TextSpan] = []
        var position = 0
        for token in tokens {
            let wanted = Array(token.unicodeScalars)
            while position < scalars.count, scalars[position] != wanted.first {
                guard isSpace(scalars[position]) else { return nil }
                position += 1
            }
            guard position + wanted.count <= scalars.count, !wanted.isEmpty,
                scalars[position..<position + wanted.count].elementsEqual(wanted)
            else { return nil }
            places.append(TextSpan(position, position + wanted.count))
            position += wanted.count
        }
        return places
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isWhitespace { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse: return true
        default: return false
        }
    }
}
