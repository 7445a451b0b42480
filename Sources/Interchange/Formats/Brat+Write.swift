import Annotation
import ClinicalText

extension Brat {
    struct Writer: RecordWriter {
        private var names = BratNames()

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .noteLabel, .field, .provenance, .meta])
            let path = try NotePath.path(of: record.id)
            try output.append(record.text.utf8, to: path + ".txt")
            var sheet = BratSheet(record, names)
            let lines = sheet.lines(&report)
            names = sheet.names
            try output.append(Array(lines.map { $0 + "\n" }.joined().utf8), to: path + ".ann")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(Array(names.configuration.utf8), to: "annotation.conf")
        }
    }
}

/// The lines of one note, written so that those nobody changed are as they came.
private struct BratSheet {
    private let brat: BratRecord
    private let record: Record
    var names: BratNames
    private var lines: [String] = []
    private var counters: [Character: Int] = [:]
    /// What has been written, by a key that says the same as the line.
    private var written: Set<BratLine> = []

    init(_ record: Record, _ names: BratNames) {
        self.record = record
        self.names = names
        brat = BratRecord(record)
    }

    mutating func lines(_ report: inout LossReport) -> [String] {
        var facts: [(key: BratLine, line: BratLine)] = []
        for index in record.spans.indices { facts += spanFacts(index, &report) }
        for index in record.relations.indices { facts += relationFacts(index, &report) }
        facts += remarkFacts(&report)
        let known = Dictionary(facts.map { ($0.key, $0.line) }, uniquingKeysWith: { first, _ in first })
        for entry in record.native[Format.brat.rawValue]?.arrayValue ?? [] {
            guard let raw = entry.stringValue else { continue }
            keep(raw, known)
        }
        for (key, line) in facts where written.insert(key).inserted { lines.append(numbered(line).description) }
        return lines
    }

    /// Writes an entry of the carried order: the name of a span, or a line whose meaning still holds.
    private mutating func keep(_ raw: String, _ known: [BratLine: BratLine]) {
        guard raw.contains("\t"), let line = try? BratLine(raw, SourceLocation("")) else {
            guard let index = brat.spanNames.firstIndex(of: raw), let line = brat.line(of: index) else { return }
            let key = key(line)
            if let known = known[key], written.insert(key).inserted { lines.append(known.description) }
            return
        }
        if case .remark(_, let kind, let target, _) = line, kind != BratLine.annotatorNotes {
            // Somebody's program wrote it, for itself.
            if brat.name(target) != nil {
                count(line)
                lines.append(raw)
            }
            return
        }
        guard known[key(line)] != nil, written.insert(key(line)).inserted else { return }
        count(line)
        lines.append(raw)
    }

    /// What a line says, without its number where that says nothing, and without the words, which follow from the text.
    private func key(_ line: BratLine) -> BratLine {
        switch line {
        case .span(let id, let label, let parts, _): .span(id: id, label: label, parts: parts, surface: "")
        case .attribute(_, let name, let target, let value):
            .attribute(id: "", name: name, target: target, value: value == Brat.set ? nil : value)
        case .reference(_, _, let target, let reference):
            .reference(id: "", kind: "", target: target, reference: reference)
        case .remark(_, let kind, let target, let text): .remark(id: "", kind: kind, target: target, text: text)
        default: line
        }
    }

    private mutating func count(_ line: BratLine) {
        guard let id = line.id, let letter = id.first, let number = Int(id.dropFirst()) else { return }
        counters[letter] = max(counters[letter] ?? 0, number)
    }

    private mutating func next(_ letter: Character) -> String {
        let number = (counters[letter] ?? 0) + 1
        counters[letter] = number
        return "\(letter)\(number)"
    }

    private mutating func numbered(_ line: BratLine) -> BratLine {
        switch line {
        case .attribute(_, let name, let target, let value):
            .attribute(id: next("A"), name: name, target: target, value: value)
        case .reference(_, let kind, let target, let reference):
            .reference(id: next("N"), kind: kind, target: target, reference: reference)
        case .remark(_, let kind, let target, let text):
            .remark(id: next("#"), kind: kind, target: target, text: text)
        default: line
        }
    }

    private mutating func spanFacts(_ index: Int, _ report: inout LossReport) -> [(key: BratLine, line: BratLine)] {
        let span = record.spans[index]
        let place = span.content.span
        let label = names.spelled(span.content.label, in: record.id, &report)
        guard let line = brat.line(of: index, label: label), let own = brat.line(of: index) else {
            report.add(.blank, in: record.id, at: place)
            return []
        }
        if case .span(_, _, let parts, _) = line, let first = parts.first, let last = parts.last,
            first.start != place.start || last.end != place.end
        {
            report.add(.trimmed, in: record.id, at: place)
        }
        names.entities.insert(label)
        var facts = [(key(own), line)]
        facts += attributeFacts(span.attributes, target: brat.spanNames[index], &report)
        for reference in span.references {
            let line = BratLine.reference(
                id: "", kind: "Reference", target: brat.spanNames[index],
                reference: Record.Reference(
                    source: names.spelled(reference.source, in: record.id, &report),
                    code: PercentCoding.encode(reference.code), text: onOneLine(reference.text)))
            let own = BratLine.reference(id: "", kind: "", target: brat.spanNames[index], reference: reference)
            facts.append((own, line))
        }
        return facts
    }

    private mutating func attributeFacts(
        _ attributes: [String: String], target: String, _ report: inout LossReport
    ) -> [(key: BratLine, line: BratLine)] {
        attributes.sorted { $0.key < $1.key }.map { name, value in
            let value = value == Brat.set ? nil : value
            let spelledName = names.spelled(name, in: record.id, &report)
            let spelledValue = value.map { names.spelled($0, in: record.id, &report) }
            names.attributes[spelledName, default: []].formUnion(spelledValue.map { [$0] } ?? [])
            return (
                .attribute(id: "", name: name, target: target, value: value),
                .attribute(id: "", name: spelledName, target: target, value: spelledValue)
            )
        }
    }

    private mutating func relationFacts(
        _ index: Int, _ report: inout LossReport
    ) -> [(key: BratLine, line: BratLine)] {
        let relation = record.relations[index]
        guard let arguments = brat.arguments(relation) else {
            report.add(.relation, in: record.id)
            return []
        }
        let label = names.spelled(relation.label, in: record.id, &report)
        let spelled = arguments.map {
            Record.Relation.Argument(role: names.spelled($0.role, in: record.id, &report), target: $0.target)
        }
        let name = brat.relationNames[index]
        let key: BratLine
        let line: BratLine
        if let name, let trigger = relation.trigger {
            guard let trigger = brat.name(trigger) else {
                report.add(.relation, in: record.id)
                return []
            }
            names.events[label, default: []].formUnion(spelled.map(\.role))
            key = .event(id: name, label: relation.label, trigger: trigger, arguments: arguments)
            line = .event(id: name, label: label, trigger: trigger, arguments: spelled)
        } else if let name {
            names.relations[label, default: []].formUnion(spelled.map(\.role))
            key = .relation(id: name, label: relation.label, arguments: arguments)
            line = .relation(id: name, label: label, arguments: spelled)
        } else {
            names.relations[label, default: []].formUnion(["Arg1", "Arg2"])
            key = .equivalence(label: relation.label, targets: arguments.map(\.target))
            line = .equivalence(label: label, targets: arguments.map(\.target))
        }
        var facts = [(key, line)]
        if let name {
            facts += attributeFacts(relation.attributes, target: name, &report)
            facts += relation.comments.map { remark(on: name, $0) }
        } else {
            report.add(.comment, relation.comments.count, in: record.id)
        }
        return facts
    }

    private func remark(on target: String, _ text: String) -> (key: BratLine, line: BratLine) {
        let kind = BratLine.annotatorNotes
        return (
            .remark(id: "", kind: kind, target: target, text: text),
            .remark(id: "", kind: kind, target: target, text: onOneLine(text))
        )
    }

    private func remarkFacts(_ report: inout LossReport) -> [(key: BratLine, line: BratLine)] {
        // A remark that came with a line of its own keeps the span of that line, where two have one place.
        let carried = (record.native[Format.brat.rawValue]?.arrayValue ?? []).compactMap { entry -> BratLine? in
            guard let raw = entry.stringValue, raw.hasPrefix("#") else { return nil }
            return try? BratLine(raw, SourceLocation(""))
        }
        return record.comments.compactMap { comment in
            let candidates = record.spans.indices.filter { index in
                let place = record.spans[index].content.span
                return place.start.value == comment.start && place.end.value == comment.end
            }.map { brat.spanNames[$0] }
            let own = candidates.first { name in
                carried.contains {
                    if case .remark(_, _, name, comment.text) = $0 { true } else { false }
                }
            }
            guard let target = own ?? candidates.first else {
                report.add(.comment, in: record.id)
                return nil
            }
            return remark(on: target, comment.text)
        }
    }

    private func onOneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars { line.unicodeScalars.append(Brat.lineEnds.contains(scalar) ? " " : scalar) }
        return line
    }
}

/// The names of labels, attributes and values in brat's spelling, and the configuration that declares them.
private struct BratNames {
    var entities: Set<String> = []
    var attributes: [String: Set<String>] = [:]
    var relations: [String: Set<String>] = [:]
    var events: [String: Set<String>] = [:]
    private var renamed: Set<String> = []

    /// The name with everything but letters, digits, `-` and `_` replaced.
    mutating func spelled(_ name: String, in note: String, _ report: inout LossReport) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isSafe =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-" || scalar == "_"
            result.unicodeScalars.append(isSafe ? scalar : "_")
        }
        if result.isEmpty { result = "_" }
        if !result.utf8.elementsEqual(name.utf8), renamed.insert(name).inserted { report.add(.renamed, in: note) }
        return result
    }

    var configuration: String {
        var lines = ["[entities]"] + entities.sorted() + ["", "[relations]"]
        func arguments(_ names: [String: Set<String>]) -> [String] {
            names.sorted { $0.key < $1.key }.map { name, roles in
                let arguments = roles.sorted().map { "\($0):<ANY>" }.joined(separator: ", ")
                return arguments.isEmpty ? name : "\(name)\t\(arguments)"
            }
        }
        lines += arguments(relations) + ["", "[events]"] + arguments(events) + ["", "[attributes]"]
        for (name, values) in attributes.sorted(by: { $0.key < $1.key }) {
            let values = values.isEmpty ? "" : ", Value:\(values.sorted().joined(separator: "|"))"
            lines.append("\(name)\tArg:<ANY>\(values)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
