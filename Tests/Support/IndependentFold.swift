import FoundationEssentials

/// What a journal comes to, folded by the description of its form and with none of the program's own code: so that a mistake in
/// the program's reader, writer or fold shows.
package struct IndependentFold {
    /// A line as it stands in the file.
    package struct Line: Decodable {
        package let seq: Int
        package let id: String
        package let batch: String
        package let note: String
        package let event: [String: Value]
    }

    /// Any JSON.
    package indirect enum Value: Decodable, Hashable {
        case null, bool(Bool), number(Double), string(String), array([Value]), object([String: Value])

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else if let value = try? container.decode([Value].self) {
                self = .array(value)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        package subscript(key: String) -> Value? {
            if case .object(let members) = self { return members[key] }
            return nil
        }

        package var text: String? {
            if case .string(let text) = self { return text }
            return nil
        }

        package var int: Int? {
            if case .number(let number) = self { return Int(exactly: number) }
            return nil
        }
    }

    /// A note as its events leave it.
    package struct Note: Hashable {
        /// `start-end label text (source) name=value…`, sorted.
        package var spans: [String] = []
        /// `start-end label`, sorted.
        package var rejected: [String] = []
        /// `accept`, `ignore` or `pending`.
        package var answer = "pending"
        /// Whether any event stands.
        package var hasDecisions = false

        /// A note without events.
        package init() {}
    }

    /// The lines of whole batches, in order.
    package let lines: [Line]
    /// What comes after them: a line without an end, or a batch whose last line is missing.
    package let torn: Int

    /// Reads a journal.
    ///
    /// - Throws: what the JSON decoder throws for a line in the middle that is none.
    package init(_ bytes: [UInt8]) throws {
        var lines: [Line] = []
        var whole = 0
        var wholeCount = 0
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = bytes[start..<end]
            start = end + 1
            lines.append(try JSONDecoder().decode(Line.self, from: Data(line)))
            // A space before the line's end says that its batch goes on.
            guard line.last != 0x20 else { continue }
            whole = start
            wholeCount = lines.count
        }
        self.lines = Array(lines[..<wholeCount])
        torn = bytes.count - whole
    }

    /// Each note's events, folded.
    package var notes: [String: Note] {
        Dictionary(grouping: lines, by: \.note).mapValues(Self.fold)
    }

    /// The steps, as the lines have them: the ids of batches, each once, in order.
    package var batches: [String] {
        var seen: Set<String> = []
        return lines.map(\.batch).filter { seen.insert($0).inserted }
    }

    private struct Span {
        var content: Value
        var label: String
        var offered: Value?
        var attributes: [String: String] = [:]
    }

    private static func fold(_ lines: [Line]) -> Note {
        // Which steps stand: an undone one goes, a redone one comes back, anything new forgets what could be redone.
        var standing: [String] = []
        var undone: [String] = []
        var batchOf: [String: String] = [:]
        for line in lines {
            batchOf[line.id] = line.batch
            batchOf[line.batch] = line.batch
            if let target = line.event["undone"]?["target"]?.text, let batch = batchOf[target] {
                if let place = standing.firstIndex(of: batch) { undone.append(standing.remove(at: place)) }
            } else if let target = line.event["redone"]?["target"]?.text, let batch = batchOf[target] {
                if let place = undone.firstIndex(of: batch) { standing.append(undone.remove(at: place)) }
            } else {
                if !standing.contains(line.batch) { standing.append(line.batch) }
                undone = []
            }
        }
        let live = Set(standing)
        var spans: [String: Span] = [:]
        var rejected: [String: Value] = [:]
        var note = Note()
        for line in lines where live.contains(line.batch) {
            guard let (kind, body) = line.event.first else { continue }
            note.hasDecisions = true
            let target = body["target"]?.text ?? ""
            switch kind {
            case "created": spans[line.id] = Span(content: body["span"] ?? .null, label: label(body["span"]))
            case "accepted":
                for (id, other) in rejected where key(other) == key(body["span"]) { rejected[id] = nil }
                spans[line.id] = Span(
                    content: body["span"] ?? .null, label: label(body["span"]), offered: body)
            case "rejected":
                for (id, span) in spans where span.offered.map({ key($0["span"]) == key(body["span"]) }) ?? false {
                    spans[id] = nil
                }
                if !rejected.values.contains(where: { key($0) == key(body["span"]) }) {
                    rejected[line.id] = body["span"] ?? .null
                }
            case "edited": spans[target]?.content = body["to"] ?? .null
            case "relabelled": spans[target]?.label = body["to"]?.text ?? ""
            case "deleted": spans[target] = nil
            case "attribute": spans[target]?.attributes[body["name"]?.text ?? ""] = body["value"]?.text ?? ""
            case "completed": note.answer = "accept"
            case "skipped": note.answer = "ignore"
            case "reopened": note.answer = "pending"
            default: break
            }
        }
        note.spans = spans.values.map(describe).sorted()
        note.rejected = rejected.values.map { "\(place($0)) \(label($0))" }.sorted()
        return note
    }

    private static func describe(_ span: Span) -> String {
        let attributes = span.attributes.filter { $0 != ("assertion", "present") }.sorted { $0.key < $1.key }
        var source = "human"
        if let offered = span.offered {
            let isAsOffered = place(offered["span"]) == place(span.content) && label(offered["span"]) == span.label
            source = !isAsOffered ? "corrected" : offered["model"]?.text == "imported" ? "imported" : "model"
        }
        let words = attributes.map { " \($0.key)=\($0.value)" }.joined()
        return "\(place(span.content)) \(span.label) \(span.content["text"]?.text ?? "") (\(source))\(words)"
    }

    private static func key(_ content: Value?) -> String { "\(place(content)) \(label(content))" }

    private static func label(_ content: Value?) -> String { content?["label"]?.text ?? "" }

    private static func place(_ content: Value?) -> String {
        "\(content?["start"]?.int ?? -1)-\(content?["end"]?.int ?? -1)"
    }

    /// The notes of one annotator's `labels.jsonl`, described in the same way.
    package static func notes(ofLabels bytes: [UInt8]) throws -> [String: Note] {
        var notes: [String: Note] = [:]
        for line in bytes.split(separator: 0x0A) {
            let record = try JSONDecoder().decode(Value.self, from: Data(line))
            var note = Note()
            note.hasDecisions = true
            note.answer = record["answer"]?.text ?? ""
            for span in record["spans"]?.elements ?? [] {
                var words = ""
                if case .object(let attributes)? = span["attributes"] {
                    words = attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value.text ?? "")" }.joined()
                }
                note.spans.append(
                    "\(place(span)) \(label(span)) \(span["text"]?.text ?? "") (\(span["source"]?.text ?? ""))\(words)")
            }
            note.spans.sort()
            note.rejected = (record["rejected"]?.elements ?? []).map { "\(place($0)) \(label($0))" }.sorted()
            notes[record["id"]?.text ?? ""] = note
        }
        return notes
    }
}

extension IndependentFold.Value {
    /// The elements of an array; none for anything else.
    package var elements: [IndependentFold.Value] {
        if case .array(let elements) = self { return elements }
        return []
    }
}
