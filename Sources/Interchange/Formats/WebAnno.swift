import Annotation
import ClinicalText

/// WebAnno TSV 3.3, a file a note (https://inception-project.github.io, appendix "WebAnno TSV 3.3 File format").
///
///     #FORMAT=WebAnno TSV 3.3
///     #T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value|assertion
///
///
///     #Text=Denies chest pain.
///     1-1	0-6	Denies	_	_	_
///     1-2	7-12	chest	*[1]	PROBLEM[1]	absent[1]
///     1-3	13-17	pain	*[1]	PROBLEM[1]	absent[1]
///
/// Offsets count UTF-16 units. `_` is no annotation, `*` a feature without value, `[n]` tells stacked annotations and those of
/// several tokens apart, `|` stands between stacked ones. A sentence reaches to the beginning of the next, so that no white
/// space is lost; a line feed in it begins another `#Text=`.
enum WebAnno {
    static let format = "#FORMAT=WebAnno TSV 3.3"
    static let entity = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
    static let relation = "webanno.custom.Relation"
    static let identifier = "identifier"
    static let value = "value"
    /// What stands for something else in a value, and is written with a backslash.
    private static let escaped: Set<Unicode.Scalar> = ["\\", "[", "]", "|", "_", ";", "\t", "\n", "*"]

    static func escape(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if escaped.contains(scalar) { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result.replacing("->", with: "\\->")
    }

    /// The text of a sentence between its line feeds.
    static func escapeText(_ text: String) -> String {
        // Below the space there are only control characters.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{0C}": result += "\\f"
            case "\u{08}": result += "\\b"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func unescape(_ value: some StringProtocol) -> String {
        guard value.utf8.contains(UInt8(ascii: "\\")) else { return String(value) }
        var result = ""
        var isEscaped = false
        for scalar in value.unicodeScalars {
            if isEscaped {
                switch scalar {
                case "n": result += "\n"
                case "t": result += "\t"
                case "r": result += "\r"
                case "f": result += "\u{0C}"
                case "b": result += "\u{08}"
                default: result.unicodeScalars.append(scalar)
                }
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension WebAnno {
    struct Writer: RecordWriter {
        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .noteLabel, .comment, .field, .provenance, .meta])
            let path = try NotePath.path(of: record.id)
            try output.append(Sheet(record, &report).bytes, to: path + ".tsv")
        }
    }

    private struct Sheet {
        private(set) var bytes: [UInt8] = []

        init(_ record: Record, _ report: inout LossReport) {
            let utf16 = UTF16Map(record.text)
            let marked = MarkedTokens(of: record.text, for: record.spans.map(\.content.span))
            report.add(.divided, marked.divided, in: record.id)
            var attributes: [String] = []
            for name in Set(record.spans.flatMap { $0.attributes.keys }).sorted() {
                let spelled = XMLText.name(name)
                if !spelled.isSame { report.add(.renamed, in: record.id) }
                attributes.append(name)
            }
            let names = attributes.map { XMLText.name($0).name }
            let sentences = Self.sentences(of: record, marked.tokens)

            // For each token the annotations over it; `number` is 0 where one is alone on a single token.
            var cells = [[(span: Record.Span, number: Int)]](repeating: [], count: marked.tokens.count)
            var numbers: [String: (token: Int, number: Int)] = [:]
            var ranges: [(span: Record.Span, range: ClosedRange<Int>)] = []
            for span in record.spans {
                let place = span.content.span
                if span.content.fragments != nil { report.add(.joined, in: record.id, at: place) }
                guard let range = marked.tokens(in: place) else {
                    report.add(.blank, in: record.id, at: place)
                    continue
                }
                if marked.tokens[range.lowerBound].start != place.start
                    || marked.tokens[range.upperBound].end != place.end
                {
                    report.add(.trimmed, in: record.id, at: place)
                }
                report.add(.reference, max(0, span.references.count - 1), in: record.id, at: place)
                ranges.append((span, range))
            }
            var covering = [Int](repeating: 0, count: marked.tokens.count)
            for (_, range) in ranges { for token in range { covering[token] += 1 } }
            var next = 1
            for (span, range) in ranges {
                var number = 0
                if range.count > 1 || range.contains(where: { covering[$0] > 1 }) {
                    number = next
                    next += 1
                }
                for token in range { cells[token].append((span, number)) }
                if let id = span.id { numbers[id] = (range.lowerBound, number) }
            }
            let relations = Self.relations(record, numbers, &report)

            var head = WebAnno.format + "\n"
            head += "#T_SP=" + ([entity, identifier, value] + names).joined(separator: "|") + "\n"
            if !relations.isEmpty { head += "#T_RL=\(relation)|label|BT_\(entity)\n" }
            bytes = Array((head + "\n").utf8)
            let nothing = Array(repeating: "_", count: attributes.count + 2).joined(separator: "\t").utf8
            var walk = ScalarWalk(record.text)
            var token = 0
            for (index, sentence) in sentences.enumerated() {
                bytes.append(UInt8(ascii: "\n"))
                for line in record.text[sentence].split(
                    separator: "\n", omittingEmptySubsequences: false, byScalars: ())
                {
                    bytes += "#Text=\(WebAnno.escapeText(line))\n".utf8
                }
                var place = 1
                while token < marked.tokens.count, marked.tokens[token].end <= sentence.end {
                    let span = marked.tokens[token]
                    append(index + 1, place)
                    append(utf16[span.start], utf16[span.end])
                    bytes += record.text.utf8[walk.byte(of: span.start)..<walk.byte(of: span.end)]
                    bytes.append(UInt8(ascii: "\t"))
                    if cells[token].isEmpty {
                        bytes += nothing
                    } else {
                        bytes += Self.columns(cells[token], attributes).joined(separator: "\t").utf8
                    }
                    if !relations.isEmpty {
                        let columns = Self.columns(relations[token], sentences, marked)
                        bytes += "\t\(columns.joined(separator: "\t"))".utf8
                    }
                    bytes += "\t\n".utf8
                    token += 1
                    place += 1
                }
            }
        }

        /// Appends `1-2` and a tab.
        private mutating func append(_ first: Int, _ second: Int) {
            JSONText.append(first, to: &bytes)
            bytes.append(UInt8(ascii: "-"))
            JSONText.append(second, to: &bytes)
            bytes.append(UInt8(ascii: "\t"))
        }

        private static func columns(
            _ annotations: [(span: Record.Span, number: Int)], _ attributes: [String]
        ) -> [String] {
            let features: [(Record.Span) -> String?] =
                [
                    { span in span.references.first.map { $0.source.isEmpty ? $0.code : "\($0.source):\($0.code)" } },
                    { $0.content.label },
                ] + attributes.map { name in { $0.attributes[name] } }
            return features.map { feature in
                annotations.map { span, number in
                    (feature(span).map(WebAnno.escape) ?? "*") + (number > 0 ? "[\(number)]" : "")
                }.joined(separator: "|")
            }
        }

        private struct Arc {
            let label: String
            let source: (token: Int, number: Int)
            let target: (token: Int, number: Int)
        }

        private static func relations(
            _ record: Record, _ numbers: [String: (token: Int, number: Int)], _ report: inout LossReport
        ) -> [Int: [Arc]] {
            var arcs: [Int: [Arc]] = [:]
            for relation in record.relations {
                let ends = relation.arguments.compactMap { numbers[$0.target] }
                guard relation.trigger == nil, relation.arguments.count == 2, ends.count == 2 else {
                    report.add(.relation, in: record.id)
                    continue
                }
                report.add(.attribute, relation.attributes.count, in: record.id)
                arcs[ends[1].token, default: []].append(Arc(label: relation.label, source: ends[0], target: ends[1]))
            }
            return arcs
        }

        /// Label and source of the relations that end at a token: `TrAP`, `1-1[3_4]`.
        private static func columns(
            _ arcs: [Arc]?, _ sentences: [TextSpan], _ marked: MarkedTokens
        ) -> [String] {
            guard let arcs else { return ["_", "_"] }
            func address(_ token: Int) -> String {
                let start = marked.tokens[token].start
                let sentence = (sentences.firstIndex { $0.end > start }) ?? 0
                let begin = marked.tokens.partition { $0.start >= sentences[sentence].start }
                return "\(sentence + 1)-\(token - begin + 1)"
            }
            let sources = arcs.map { arc in
                arc.source.number == 0 && arc.target.number == 0
                    ? address(arc.source.token)
                    : "\(address(arc.source.token))[\(arc.source.number)_\(arc.target.number)]"
            }
            return [arcs.map { WebAnno.escape($0.label) }.joined(separator: "|"), sources.joined(separator: "|")]
        }

        /// Sentences that reach to the next one and that no span crosses.
        private static func sentences(of record: Record, _ tokens: [TextSpan]) -> [TextSpan] {
            var starts = Sentence.spans(of: record.text).map(\.start).dropFirst()
            let spans = record.spans.map(\.content.span)
            starts.removeAll { start in
                spans.contains { $0.start < start && start < $0.end }
                    || tokens.contains { $0.start < start && start < $0.end }
            }
            let edges = [ScalarOffset(0)] + starts + [ScalarOffset(record.text.scalarCount)]
            return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map { TextSpan($0, $1) }
        }
    }
}

extension String {
    /// The pieces between `separator`, which may stand inside a grapheme (`\r\n`).
    func split(separator: Unicode.Scalar, omittingEmptySubsequences: Bool, byScalars: Void) -> [String] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: omittingEmptySubsequences).map(
            String.init)
    }
}
