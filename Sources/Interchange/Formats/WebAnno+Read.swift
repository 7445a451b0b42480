import Annotation
import ClinicalText

extension WebAnno {
    struct Reader: DocumentReader {
        var documents: Documents

        init(_ input: Input) throws(BadInput) { documents = try Documents(input, ending: ".tsv") }

        func record(
            of source: ByteSource, id: String, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            var sheet = Parser(source)
            return try sheet.record(id: id, &report)
        }
    }

    /// A layer of spans or relations and the columns it takes.
    private struct Layer {
        var name: String
        var features: [String]
        var isRelation: Bool
    }

    private struct Parser {
        private var lines: LineSource
        private var layers: [Layer] = []
        private var sentences: [String] = []
        private var sentenceStarts: [Int] = []
        private var isInText = false
        private var spans: [(layer: Int, number: Int, start: Int, end: Int, features: [String: String])] = []
        private var open: [String: Int] = [:]
        private var firstOfToken: [String: [Int: Int]] = [:]
        private var arcs:
            [(label: String, source: String, target: String, numbers: (Int, Int), attributes: [String: String])] = []

        init(_ source: ByteSource) { lines = LineSource(source) }

        private func bad(_ reason: String) -> BadInput { BadInput(lines.location, reason) }

        mutating func record(
            id: String, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            guard let head = try lines.nextText(), head.hasPrefix("#FORMAT=WebAnno TSV 3") else {
                throw bad("the first line is not \(WebAnno.format)")
            }
            while let bytes = try lines.next() {
                if let first = bytes.first, first != UInt8(ascii: "#"), first != 0x0D {
                    isInText = false
                    try token(bytes.last == 0x0D ? bytes.dropLast() : bytes)
                    continue
                }
                var line = try LineSource.text(bytes, lines.location)
                if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
                if line.hasPrefix("#T_") {
                    try layer(line)
                } else if line.hasPrefix("#Text=") {
                    let text = WebAnno.unescape(line.dropFirst(6))
                    if isInText {
                        sentences[sentences.count - 1] += "\n" + text
                    } else {
                        sentences.append(text)
                        sentenceStarts.append(-1)
                        isInText = true
                    }
                } else if line.isEmpty {
                    isInText = false
                }
            }
            return try build(id, &report)
        }

        private mutating func layer(_ line: String) throws(BadInput) {
            guard line.hasPrefix("#T_SP=") || line.hasPrefix("#T_RL=") else {
                throw bad("a layer of chains (#T_CH) is not read; export the file without it")
            }
            let parts = line.dropFirst(6).split(separator: "|").map(String.init)
            guard let name = parts.first else { throw bad("a layer has a name") }
            let isRelation = line.hasPrefix("#T_RL=")
            layers.append(
                Layer(
                    name: name, features: parts.dropFirst().filter { !$0.hasPrefix("BT_") }, isRelation: isRelation))
        }

        private mutating func token(_ line: ArraySlice<UInt8>) throws(BadInput) {
            let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            guard columns.count > 2, let (sentence, _) = Self.pair(columns[0]),
                let (start, end) = Self.pair(columns[1]),
                sentences.indices.contains(sentence - 1)
            else {
                throw bad("a token is: sentence-token, begin-end, token, and the layers' columns, with tabs between")
            }
            if sentenceStarts[sentence - 1] < 0 {
                // Where the sentence begins: as far before its first token as its text says.
                let before = sentences[sentence - 1].unicodeScalars.firstIndex { !$0.properties.isWhitespace }
                let lead = sentences[sentence - 1][..<(before ?? sentences[sentence - 1].startIndex)].utf16.count
                let (begin, _) = start.subtractingReportingOverflow(lead)
                sentenceStarts[sentence - 1] = max(0, begin)
            }
            var next = 3
            for (index, layer) in layers.enumerated() {
                let width = max(1, layer.features.count) + (layer.isRelation ? 1 : 0)
                guard columns.count >= next + width else { throw bad("there are too few columns for the layers") }
                let own = columns[next..<next + width]
                next += width
                // Most tokens have nothing in most layers.
                if own.allSatisfy({ $0.elementsEqual([UInt8(ascii: "_")]) }) { continue }
                var cells: [String] = []
                for cell in own { cells.append(try LineSource.text(cell, lines.location)) }
                let address = String(decoding: columns[0], as: UTF8.self)
                if layer.isRelation {
                    try relation(cells, layer, at: address)
                } else {
                    annotate(cells, index, layer, start, end, at: address)
                }
            }
        }

        /// Reads `1-2`, or a part of a token, `1-2.1`.
        private static func pair(_ cell: ArraySlice<UInt8>) -> (Int, Int)? {
            let numbers = cell.split(separator: UInt8(ascii: "-")).map { number in
                Int(String(decoding: number.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self))
            }
            guard numbers.count == 2, let first = numbers[0], let second = numbers[1] else { return nil }
            return (first, second)
        }

        private mutating func annotate(
            _ columns: [String], _ index: Int, _ layer: Layer, _ start: Int, _ end: Int, at address: String
        ) {
            let stacks = columns.map(Self.stack)
            for place in (stacks.first ?? []).indices {
                var features: [String: String] = [:]
                var number = 0
                for (feature, stack) in zip(layer.features, stacks) where stack.indices.contains(place) {
                    number = stack[place].number
                    if stack[place].value != "*" { features[feature] = WebAnno.unescape(stack[place].value) }
                }
                let key = "\(index)/\(number)"
                if number > 0, let known = open[key] {
                    spans[known].end = end
                } else {
                    open[key] = spans.count
                    spans.append((index, number, start, end, features))
                }
                firstOfToken[address, default: [:]][number] = open[key] ?? 0
            }
        }

        /// The values of a cell and the numbers that tell them apart; nothing for `_`.
        private static func stack(_ cell: String) -> [(value: String, number: Int)] {
            guard cell != "_" else { return [] }
            var values: [(value: String, number: Int)] = []
            for part in divided(cell, at: "|") {
                guard part.hasSuffix("]"), let bracket = part.lastIndex(of: "["),
                    let number = Int(part[part.index(after: bracket)...].dropLast())
                else {
                    values.append((part, 0))
                    continue
                }
                values.append((String(part[..<bracket]), number))
            }
            return values
        }

        private static func divided(_ cell: String, at separator: Character) -> [String] {
            var parts = [""]
            var isEscaped = false
            for character in cell {
                if !isEscaped, character == separator {
                    parts.append("")
                    continue
                }
                isEscaped = !isEscaped && character == "\\"
                parts[parts.count - 1].append(character)
            }
            return parts
        }

        /// Reads `TrAP` and `1-1[3_4]`.
        private mutating func relation(_ columns: [String], _ layer: Layer, at address: String) throws(BadInput) {
            guard let last = columns.last, last != "_" else { return }
            let labels = Self.divided(columns[0], at: "|")
            for (index, source) in last.split(separator: "|").enumerated() {
                var token = source
                var numbers = (0, 0)
                if let bracket = source.firstIndex(of: "["), source.hasSuffix("]") {
                    token = source[..<bracket]
                    let pair = source[source.index(after: bracket)...].dropLast().split(separator: "_").map { Int($0) }
                    guard pair.count == 2, let from = pair[0], let to = pair[1] else {
                        throw bad("the source of a relation is sentence-token[from_to]")
                    }
                    numbers = (from, to)
                }
                let label = labels.indices.contains(index) ? WebAnno.unescape(labels[index]) : "relation"
                arcs.append((label == "*" ? layer.name : label, String(token), address, numbers, [:]))
            }
        }

        private func build(
            _ id: String, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            var text = ""
            for (sentence, start) in zip(sentences, sentenceStarts) {
                let gap = start < 0 ? (text.isEmpty ? 0 : 1) : start - text.utf16.count
                let widest = 10_000
                guard (0...widest).contains(gap) else {
                    throw BadInput(SourceLocation(lines.name), "the offsets are not those of the sentences' texts")
                }
                // What stands between sentences is not in the file.
                if gap > 0 { text += "\n" + String(repeating: " ", count: gap - 1) }
                text += sentence
            }
            guard !text.isEmpty else { throw BadInput(SourceLocation(lines.name), "the file has no text") }
            var record = Record(id: id, text: NoteText(text))
            var marked: [(place: Place, span: (SpanContent) -> Record.Span)] = []
            for (index, span) in spans.enumerated() {
                var features = span.features
                let layer = layers[span.layer].name
                let short = layer.split(separator: ".").last.map(String.init) ?? layer
                let label = ["value", "label"].compactMap { features.removeValue(forKey: $0) }.first ?? short
                let code = features.removeValue(forKey: WebAnno.identifier)?.split(separator: ":", maxSplits: 1)
                    .map(String.init)
                let references = code.map { parts in
                    [Record.Reference(source: parts.count == 2 ? parts[0] : "", code: parts.last ?? "")]
                }
                marked.append(
                    (
                        Place(parts: [(span.start, span.end)], surface: nil, label: label),
                        { [features] content in
                            Record.Span(
                                id: "w\(index)", content: content, attributes: features, references: references ?? [])
                        }
                    ))
            }
            let unfit = record.add(marked, preferred: .utf16, &report)
            for arc in arcs {
                guard let from = firstOfToken[arc.source]?[arc.numbers.0],
                    let to = firstOfToken[arc.target]?[arc.numbers.1]
                else {
                    report.add(.brokenRelation, in: id)
                    continue
                }
                record.relations.append(
                    Record.Relation(
                        label: arc.label,
                        arguments: [.init(role: "Arg1", target: "w\(from)"), .init(role: "Arg2", target: "w\(to)")]))
            }
            return (record, unfit)
        }
    }
}
