import Annotation
import ClinicalText

/// The lines of one note, written so that those nobody changed are as they came.
struct BratSheet {
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
        var facts: [Fact] = []
        for index in record.spans.indices { facts += spanFacts(index, &report) }
        for index in record.relations.indices { facts += relationFacts(index, &report) }
        facts += remarkFacts(&report)
        let known = Dictionary(facts.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in record.native[Format.brat.rawValue]?.arrayValue ?? [] {
            guard let raw = entry.stringValue else { continue }
            keep(raw, known, &report)
        }
        for fact in facts where written.insert(fact.key).inserted { write(fact, &report) }
        return lines
    }

    /// Writes an entry of the carried order: the name of a span, or a line whose meaning still holds.
    private mutating func keep(_ raw: String, _ known: [BratLine: Fact], _ report: inout LossReport) {
        guard raw.contains("\t"), let line = try? BratLine(raw, SourceLocation("")) else {
            guard let index = brat.spanNames.firstIndex(of: raw), let line = brat.line(of: index) else { return }
            let key = key(line)
            if let fact = known[key], written.insert(key).inserted { write(fact, &report) }
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

    /// Writes a line of ours; names are spelled otherwise only in these.
    private mutating func write(_ fact: Fact, _ report: inout LossReport) {
        lines.append(numbered(fact.line).description)
        for name in fact.renamed where names.renamed.insert(name).inserted { report.add(.renamed, in: record.id) }
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
        // Longer ones are somebody else's ids, as for `BratRecord`, and leave no number to go on with.
        guard let id = line.id, let letter = id.first, id.utf8.count <= BratRecord.longestID,
            let number = Int(id.dropFirst())
        else { return }
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

    private mutating func spanFacts(_ index: Int, _ report: inout LossReport) -> [Fact] {
        let span = record.spans[index]
        let place = span.content.span
        let label = BratNames.spelled(span.content.label)
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
        var facts = [Fact(key: key(own), line: line, names: [span.content.label])]
        facts += attributeFacts(span.attributes, target: brat.spanNames[index])
        for reference in span.references {
            let line = BratLine.reference(
                id: "", kind: "Reference", target: brat.spanNames[index],
                reference: Record.Reference(
                    source: BratNames.spelled(reference.source),
                    code: PercentCoding.encode(reference.code), text: onOneLine(reference.text)))
            let own = BratLine.reference(id: "", kind: "", target: brat.spanNames[index], reference: reference)
            facts.append(Fact(key: own, line: line, names: [reference.source]))
        }
        return facts
    }

    private mutating func attributeFacts(
        _ attributes: [String: String], target: String
    ) -> [Fact] {
        attributes.sorted { $0.key < $1.key }.map { name, value in
            let value = value == Brat.set ? nil : value
            let spelledName = BratNames.spelled(name)
            let spelledValue = value.map(BratNames.spelled)
            names.attributes[spelledName, default: []].formUnion(spelledValue.map { [$0] } ?? [])
            return Fact(
                key: .attribute(id: "", name: name, target: target, value: value),
                line: .attribute(id: "", name: spelledName, target: target, value: spelledValue),
                names: [name] + (value.map { [$0] } ?? []))
        }
    }

    private mutating func relationFacts(
        _ index: Int, _ report: inout LossReport
    ) -> [Fact] {
        let relation = record.relations[index]
        guard let arguments = brat.arguments(relation) else {
            report.add(.relation, in: record.id)
            return []
        }
        let label = BratNames.spelled(relation.label)
        let spelled = arguments.map {
            Record.Relation.Argument(role: BratNames.spelled($0.role), target: $0.target)
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
        var facts = [Fact(key: key, line: line, names: [relation.label] + arguments.map(\.role))]
        if let name {
            facts += attributeFacts(relation.attributes, target: name)
            facts += relation.comments.map { remark(on: name, $0) }
        } else {
            report.add(.comment, relation.comments.count, in: record.id)
        }
        return facts
    }

    private func remark(on target: String, _ text: String) -> Fact {
        let kind = BratLine.annotatorNotes
        return Fact(
            key: .remark(id: "", kind: kind, target: target, text: text),
            line: .remark(id: "", kind: kind, target: target, text: onOneLine(text)), names: [])
    }

    private func remarkFacts(_ report: inout LossReport) -> [Fact] {
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

/// Something that the record says, and the line that says it.
private struct Fact {
    /// The line with the record's own names, by which a line that was carried is known to hold still.
    let key: BratLine
    /// The line in brat's spelling.
    let line: BratLine
    /// Which names of it are spelled otherwise.
    let renamed: [String]

    init(key: BratLine, line: BratLine, names: [String]) {
        self.key = key
        self.line = line
        renamed = names.filter { !BratNames.spelled($0).utf8.elementsEqual($0.utf8) && !$0.isEmpty }
    }
}
