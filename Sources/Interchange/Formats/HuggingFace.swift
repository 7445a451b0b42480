import Annotation
import ClinicalText

/// Rows for `datasets`: token classification (`tokens`, `ner_tags`) and text classification (`text`, `label`).
///
/// A folder of `data.jsonl` and `labels.json`, the names of the numbers in `ner_tags`, is written; a file alone is read too, if
/// its tags are words. `text` and `offsets` beside the tokens let the spans be read back over the note itself; a note's own
/// label stands in the column `label_` and its name.
enum HuggingFace {
    static let dataFile = "data.jsonl"
    static let labelsFile = "labels.json"
    static let labelPrefix = "label_"
    private static let members: Set<String> = [
        "id", "text", "tokens", "words", "offsets", "ner_tags", "tags", "labels", "label",
    ]

    struct Reader: JSONRecordReader {
        var elements: JSONElements
        var misfits = Misfits()
        private var names: [String] = []
        private let notes: [String: Note]

        init(_ input: Input, _ options: FormatOptions) throws(BadInput) {
            notes = options.notes
            guard input.isFolder else {
                elements = JSONElements(try input.open())
                return
            }
            let name = try input.files(".jsonl", ".json").first { !$0.hasSuffix(labelsFile) } ?? dataFile
            guard let source = try input.open(name) else {
                throw BadInput(SourceLocation(input.name), "has no \(dataFile)")
            }
            elements = JSONElements(source)
            if let labels = try input.bytes(labelsFile) {
                let place = input.location(labelsFile)
                names = (try OrderedJSON.parse(labels, file: place).elements ?? []).compactMap(\.string)
                if names.isEmpty { throw BadInput(SourceLocation(place), "is no list of the names of tags") }
            }
        }

        func record(
            of row: OrderedJSON, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            let location = elements.location
            guard row.members != nil else { throw BadInput(location, "a row must be a JSON object") }
            let tokens = (row["tokens"] ?? row["words"])?.elements?.compactMap(\.string) ?? []
            let tags = try tags(row["ner_tags"] ?? row["tags"] ?? row["labels"], count: tokens.count, location)
            let note = row["id"]?.name.flatMap { notes[$0] }
            let known = note?.text ?? row["text"]?.string.map { NoteText($0) }
            let text = known ?? NoteText(tokens.joined(separator: " "))
            guard text.scalarCount > 0 else { throw BadInput(location, "a row needs 'tokens' or a 'text'") }
            var record = Record(id: row["id"]?.name, text: text, meta: note?.meta ?? [:])
            if known == nil { report.add(.rebuilt, in: record.id) }
            for (name, value) in row.others(than: members) {
                if name.hasPrefix(labelPrefix) {
                    if value != .null { record.labels[String(name.dropFirst(labelPrefix.count))] = value }
                } else {
                    record.meta[name] = value
                }
            }
            if tokens.isEmpty, let label = row["label"] {
                let number = label.int.flatMap { names.indices.contains($0) ? names[$0] : nil }
                record.labels["label"] = label.string.map(JSONValue.string) ?? .string(number ?? label.name ?? "")
            }
            guard !tokens.isEmpty else { return (record, []) }
            guard let places = places(of: tokens, row["offsets"], text) else {
                return (record, ["the tokens are not those of the text"])
            }
            var decoder = TagDecoder()
            for tag in tags {
                guard decoder.add(tag) else {
                    throw BadInput(location, "the tag '\(tag.printable)' is not O, B-…, I-… or one of E, S, L, U, M")
                }
            }
            report.add(.illegalTag, decoder.illegal, in: record.id)
            record.spans = decoder.chunks.map { chunk in
                let span = TextSpan(places[chunk.tokens.lowerBound].start, places[chunk.tokens.upperBound].end)
                return Record.Span(content: SpanContent(span, in: text, label: chunk.label))
            }
            return (record, [])
        }

        private func tags(
            _ value: OrderedJSON?, count: Int, _ location: SourceLocation
        ) throws(BadInput) -> [String] {
            let elements = value?.elements ?? []
            guard elements.count == count else {
                throw BadInput(location, "there are \(count) tokens and \(elements.count) tags")
            }
            var tags: [String] = []
            for element in elements {
                if let tag = element.string {
                    tags.append(tag)
                } else if let number = element.int, names.indices.contains(number) {
                    tags.append(names[number])
                } else {
                    throw BadInput(
                        location,
                        "a tag is a number without a name: give the folder that has \(labelsFile) beside the rows")
                }
            }
            return tags
        }

        private func places(of tokens: [String], _ offsets: OrderedJSON?, _ text: NoteText) -> [TextSpan]? {
            guard let pairs = offsets?.elements, pairs.count == tokens.count else {
                return TokenAlignment.places(of: tokens, in: text)
            }
            var places: [TextSpan] = []
            var walk = ScalarWalk(text)
            for (pair, token) in zip(pairs, tokens) {
                guard let pair = pair.elements, pair.count == 2, let start = pair[0].int, let end = pair[1].int,
                    text.holds(TextSpan(start, end)), start >= places.last?.end.value ?? 0
                else { return TokenAlignment.places(of: tokens, in: text) }
                let first = walk.byte(of: ScalarOffset(start))
                guard text.utf8[first..<walk.byte(of: ScalarOffset(end))].elementsEqual(token.utf8) else {
                    return TokenAlignment.places(of: tokens, in: text)
                }
                places.append(TextSpan(start, end))
            }
            return places
        }
    }

    struct Writer: RecordWriter {
        private let scheme: TagScheme
        private var names = ["O"]
        private var numbers = ["O": 0]

        init(_ options: FormatOptions) { scheme = options.scheme }

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(
                record, lacking: [.rejected, .comment, .relation, .attribute, .reference, .field, .provenance])
            let tagged = TaggedTokens(record, scheme: scheme, name: { $0 }, &report)
            let labels = record.labels.sorted { $0.key < $1.key }.map {
                (labelPrefix + $0.key, Optional(OrderedJSON($0.value)))
            }
            let meta = record.meta.sorted { $0.key < $1.key }
                .filter { !members.contains($0.key) && !$0.key.hasPrefix(labelPrefix) }
                .map { ($0.key, Optional(OrderedJSON($0.value))) }
            // The tokens are most of a row, and a tree of them takes five times as long as their bytes.
            var bytes = [UInt8(ascii: "{")]
            JSONText.append(members: [("id", .string(record.id))], to: &bytes)
            bytes += #","tokens":["#.utf8
            var walk = ScalarWalk(record.text)
            for (index, token) in tagged.tokens.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                let start = walk.byte(of: token.start)
                JSONText.append(utf8: record.text.utf8[start..<walk.byte(of: token.end)], to: &bytes)
            }
            bytes += #"],"ner_tags":["#.utf8
            for (index, tag) in tagged.tags.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(number(tag), to: &bytes)
            }
            bytes += #"],"offsets":["#.utf8
            for (index, token) in tagged.tokens.enumerated() {
                bytes += (index > 0 ? ",[" : "[").utf8
                JSONText.append(token.start.value, to: &bytes)
                bytes.append(UInt8(ascii: ","))
                JSONText.append(token.end.value, to: &bytes)
                bytes.append(UInt8(ascii: "]"))
            }
            bytes += "],".utf8
            JSONText.append(members: [("text", .string(record.text.string))] + labels + meta, to: &bytes)
            bytes += "}\n".utf8
            try output.append(bytes, to: dataFile)
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(JSONText.line(.array(names.map(OrderedJSON.string))), to: labelsFile)
        }

        /// The number of a tag; those of a label come together, in the order in which labels are first seen.
        private mutating func number(_ tag: String) -> Int {
            if let number = numbers[tag] { return number }
            for tag in scheme.tags(of: String(tag.dropFirst(2))) {
                numbers[tag] = names.count
                names.append(tag)
            }
            return numbers[tag] ?? 0
        }
    }
}
