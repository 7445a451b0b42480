import Annotation
import ClinicalText

extension I2B2 {
    /// Writes the tokens of each line with a space between, and the concepts over them.
    struct Writer: RecordWriter {
        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .noteLabel, .comment, .reference, .field, .provenance, .meta])
            let path = try NotePath.path(of: record.id)
            let sheet = Sheet(record, &report)
            if sheet.text != record.text.string { report.add(.rebuilt, in: record.id) }
            try output.append(Array(sheet.text.utf8), to: path + ".txt")
            try output.append(Array(sheet.concepts.joined().utf8), to: path + ".con")
            if !sheet.assertions.isEmpty {
                try output.append(Array(sheet.assertions.joined().utf8), to: path + ".ast")
            }
            if !sheet.relations.isEmpty {
                try output.append(Array(sheet.relations.joined().utf8), to: path + ".rel")
            }
        }
    }

    private struct Sheet {
        var text = ""
        var concepts: [String] = []
        var assertions: [String] = []
        var relations: [String] = []

        init(_ record: Record, _ report: inout LossReport) {
            let marked = MarkedTokens(of: record.text, for: record.spans.map(\.content.span))
            let tokens = marked.tokens
            // Where each token stands: its line, counted from 1, and its place in it, counted from 0.
            var places: [(line: Int, token: Int)] = []
            var line = 1
            var inLine = 0
            var position = ScalarOffset(0)
            func breaks(to end: ScalarOffset) {
                record.text.forEachScalar(in: TextSpan(position, end)) { _, scalar in
                    if scalar == "\n" {
                        text += "\n"
                        line += 1
                        inLine = 0
                    }
                }
            }
            for token in tokens {
                breaks(to: token.start)
                if inLine > 0 { text += " " }
                text += record.text[token]
                places.append((line, inLine))
                inLine += 1
                position = token.end
            }
            breaks(to: ScalarOffset(record.text.scalarCount))
            if !text.hasSuffix("\n") { text += "\n" }

            var written: [String: String] = [:]
            for span in record.spans {
                let place = span.content.span
                if span.content.fragments != nil { report.add(.joined, in: record.id, at: place) }
                guard let range = marked.tokens(in: place) else {
                    report.add(.blank, in: record.id, at: place)
                    continue
                }
                if tokens[range.lowerBound].start != place.start || tokens[range.upperBound].end != place.end {
                    report.add(.trimmed, in: record.id, at: place)
                }
                let words = range.map { record.text[tokens[$0]] }.joined(separator: " ").lowercased()
                let first = places[range.lowerBound]
                let last = places[range.upperBound]
                let concept = "c=\"\(words)\" \(first.line):\(first.token) \(last.line):\(last.token)"
                let type = span.content.label.replacing("\"", with: "'").replacing("\n", with: " ")
                concepts.append("\(concept)||t=\"\(type)\"\n")
                if let value = span.attributes[assertion] {
                    assertions.append("\(concept)||t=\"\(type)\"||a=\"\(value.replacing("\"", with: "'"))\"\n")
                }
                report.add(
                    .attribute, span.attributes.count { $0.key != assertion }, in: record.id, at: place)
                if let id = span.id { written[id] = concept }
            }
            for relation in record.relations {
                let ends = relation.arguments.compactMap { written[$0.target] }
                guard relation.trigger == nil, relation.arguments.count == 2, ends.count == 2 else {
                    report.add(.relation, in: record.id)
                    continue
                }
                relations.append("\(ends[0])||r=\"\(relation.label.replacing("\"", with: "'"))\"||\(ends[1])\n")
            }
        }
    }
}
