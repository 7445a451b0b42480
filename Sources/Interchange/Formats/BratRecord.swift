import Annotation
import ClinicalText

/// A record with brat's names: spans are `T1`, relations `R1`, events `E1`, and so are those who refer to them.
struct BratRecord {
    let record: Record
    /// Brat's name of each span and relation, by the record's.
    private var names: [String: String] = [:]
    /// Brat's name of the span at each index.
    private(set) var spanNames: [String] = []
    /// Brat's name of the relation at each index; `nil` for an equivalence.
    private(set) var relationNames: [String?] = []
    private var highest: [Character: Int] = [:]

    init(_ record: Record) {
        self.record = record
        for span in record.spans { note(span.id, "T") }
        for relation in record.relations { note(relation.id, relation.trigger == nil ? "R" : "E") }
        for span in record.spans {
            let name = spanNames.contains(span.id ?? "") ? nil : Self.valid(span.id, "T")
            let given = name ?? next("T")
            spanNames.append(given)
            if let id = span.id { names[id] = given }
        }
        for relation in record.relations {
            let letter: Character = relation.trigger == nil ? "R" : "E"
            let isNameless = relation.id == nil && relation.trigger == nil
            let given =
                isNameless && relation.arguments.allSatisfy(\.role.isEmpty)
                ? nil : Self.valid(relation.id, letter) ?? next(letter)
            relationNames.append(given)
            if let id = relation.id, let given { names[id] = given }
        }
    }

    private mutating func note(_ id: String?, _ letter: Character) {
        guard let id = Self.valid(id, letter), let number = Int(id.dropFirst()) else { return }
        highest[letter] = max(highest[letter] ?? 0, number)
    }

    /// A new name with this letter.
    private mutating func next(_ letter: Character) -> String {
        let number = (highest[letter] ?? 0) + 1
        highest[letter] = number
        return "\(letter)\(number)"
    }

    /// A letter and eight digits.
    static let longestID = 9

    /// The name, if it is one of brat's with this letter; numbers of more digits are somebody else's ids.
    private static func valid(_ id: String?, _ letter: Character) -> String? {
        guard let id, id.first == letter, (2...longestID).contains(id.utf8.count),
            id.dropFirst().allSatisfy(\.isASCIIDigit)
        else { return nil }
        return id
    }

    /// Brat's name for a name of the record; `nil` if nothing has it.
    func name(_ id: String) -> String? { names[id] }

    /// The line of a span; `nil` for one that holds nothing but line ends.
    func line(of index: Int, label: String? = nil) -> BratLine? {
        let content = record.spans[index].content
        let parts = (content.fragments ?? [content.span]).flatMap { lineParts(of: $0) }
        guard !parts.isEmpty else { return nil }
        let surface = parts.map { record.text[$0] }.joined(separator: " ")
        return .span(id: spanNames[index], label: label ?? content.label, parts: parts, surface: surface)
    }

    /// The line of the span with this name.
    func line(ofSpan name: String) -> BratLine? { spanNames.firstIndex(of: name).flatMap { line(of: $0) } }

    /// The arguments with brat's names.
    func arguments(_ relation: Record.Relation) -> [Record.Relation.Argument]? {
        var arguments: [Record.Relation.Argument] = []
        for argument in relation.arguments {
            guard let target = names[argument.target] else { return nil }
            arguments.append(.init(role: argument.role, target: target))
        }
        return arguments
    }

    /// The parts of `span` between line ends.
    private func lineParts(of span: TextSpan) -> [TextSpan] {
        var parts: [TextSpan] = []
        var start: ScalarOffset?
        record.text.forEachScalar(in: span) { offset, scalar in
            if Brat.lineEnds.contains(scalar) {
                if let from = start { parts.append(TextSpan(from, offset)) }
                start = nil
            } else if start == nil {
                start = offset
            }
        }
        if let from = start { parts.append(TextSpan(from, span.end)) }
        return parts
    }
}

extension Character {
    /// Whether it is one of 0 to 9.
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
