import Annotation
import ClinicalText

/// Finds spans whose first or last token is drawn otherwise than the rest of the project draws it.
///
/// Wherever a span could have left out or taken in a white space, a punctuation mark or a determiner at its edge, one of the
/// two was chosen. Where one choice is rare, it is a slip.
struct EdgeHabits {
    /// What may stand at an edge.
    private enum Edge: Hashable {
        case space
        case mark(Unicode.Scalar)
        case determiner
    }

    /// One kind of choice: what, and on which side.
    private struct Choice: Hashable {
        let edge: Edge
        let atStart: Bool
    }

    private struct Place {
        let reading: Int
        let span: Int
    }

    private struct Choices {
        var inside: [Place] = []
        var outside: [Place] = []
    }

    /// A choice is rare where the other was made at least so many times as often.
    private static let factor = 4
    /// Marks that end or open something around a span rather than belong to a word.
    private static let marks: Set<Unicode.Scalar> = [
        ".", ",", ";", ":", "!", "?", "(", ")", "[", "]", "\"", "'", "“", "”", "‘", "’", "«", "»", "-", "–", "—", "。",
        "，", "；",
        "：", "、", "（", "）", "！", "？",
    ]
    /// English, French, German and Spanish articles, demonstratives and possessives, in lower case.
    private static let determiners: Set<UInt64> = Set(
        [
            "a", "an", "the", "this", "that", "these", "those", "his", "her", "their", "its", "my", "your", "our", "le",
            "la",
            "les", "un", "une", "des", "du", "ce", "cette", "son", "sa", "ses", "der", "die", "das", "ein", "eine",
            "einen",
            "el", "los", "las", "una", "su", "sus",
        ].map(WordNumber.of))

    private let readings: [LabelReading]
    private var choices: [Choice: Choices] = [:]

    init(_ readings: [LabelReading]) {
        self.readings = readings
        for (index, reading) in readings.enumerated() {
            for (number, span) in reading.record.spans.enumerated() {
                let place = Place(reading: index, span: number)
                for atStart in [true, false] {
                    let (inside, outside) = Self.edges(of: span.content.span, in: reading, atStart: atStart)
                    for edge in inside {
                        choices[Choice(edge: edge, atStart: atStart), default: Choices()].inside.append(place)
                    }
                    for edge in outside {
                        choices[Choice(edge: edge, atStart: atStart), default: Choices()].outside.append(place)
                    }
                }
            }
        }
    }

    /// What the span takes in at an edge, and what stands next to it outside.
    private static func edges(
        of span: TextSpan, in reading: LabelReading, atStart: Bool
    ) -> (inside: [Edge], outside: [Edge]) {
        let text = reading.text
        guard text.holds(span) else { return ([], []) }
        var inside: [Edge] = []
        var outside: [Edge] = []
        let first = atStart ? text.scalar(at: span.start) : text.scalar(at: span.end.advanced(by: -1))
        let next = atStart ? text.scalar(at: span.start.advanced(by: -1)) : text.scalar(at: span.end)
        if first?.properties.isWhitespace == true {
            inside.append(.space)
        } else if next?.properties.isWhitespace == true {
            outside.append(.space)
        }
        let tokens = reading.tokens(in: span)
        guard !tokens.isEmpty else { return (inside, outside) }
        let own = atStart ? tokens.lowerBound : tokens.upperBound - 1
        let neighbour = atStart ? own - 1 : own + 1
        if let mark = mark(own, of: reading), !belongs(mark, to: tokens, of: reading) {
            inside.append(.mark(mark))
        } else if reading.tokens.indices.contains(neighbour), let mark = mark(neighbour, of: reading),
            touches(own, neighbour, reading)
        {
            outside.append(.mark(mark))
        }
        guard atStart else { return (inside, outside) }
        // A span that is nothing but a determiner is not one that takes it in.
        if tokens.count > 1, determiners.contains(reading.tokens[own].word) {
            inside.append(.determiner)
        } else if neighbour >= 0, determiners.contains(reading.tokens[neighbour].word) {
            outside.append(.determiner)
        }
        return (inside, outside)
    }

    private static func mark(_ token: Int, of reading: LabelReading) -> Unicode.Scalar? {
        let token = reading.tokens[token]
        guard !token.isWord, token.end - token.start == 1,
            let scalar = reading.text.scalar(at: ScalarOffset(Int(token.start))), marks.contains(scalar)
        else { return nil }
        return scalar
    }

    private static func touches(_ one: Int, _ other: Int, _ reading: LabelReading) -> Bool {
        let (left, right) = (reading.tokens[min(one, other)], reading.tokens[max(one, other)])
        return left.end == right.start
    }

    private static let partners: [Unicode.Scalar: Unicode.Scalar] = [
        "(": ")", "[": "]", "“": "”", "‘": "’", "«": "»", "（": "）", "\"": "\"", "'": "'",
    ]

    /// Whether the mark is a part of the words: a bracket whose other half is in the span, the full stop of "b.i.d." or "pt.".
    private static func belongs(_ mark: Unicode.Scalar, to tokens: Range<Int>, of reading: LabelReading) -> Bool {
        let others = tokens.compactMap { self.mark($0, of: reading) }
        if let partner = partners[mark] { return others.count { $0 == partner } >= (partner == mark ? 2 : 1) }
        if let opening = partners.first(where: { $0.value == mark })?.key { return others.contains(opening) }
        guard mark == "." else { return false }
        if others.count(where: { $0 == "." }) > 1 { return true }
        // Up to three letters before a full stop are an abbreviation more often than the end of a sentence.
        let abbreviation = 3
        guard let before = tokens.dropLast().last else { return false }
        let token = reading.tokens[before]
        return token.isWord && Int(token.end - token.start) <= abbreviation
    }

    var findings: [LabelFinding] {
        choices.flatMap { choice, made -> [LabelFinding] in
            let (inside, outside) = (made.inside.count, made.outside.count)
            if inside > 0, inside * Self.factor <= outside {
                return made.inside.map { finding($0, choice, isInside: true, rare: inside, usual: outside) }
            }
            if outside > 0, outside * Self.factor <= inside {
                return made.outside.map { finding($0, choice, isInside: false, rare: outside, usual: inside) }
            }
            return []
        }
    }

    private func finding(_ place: Place, _ choice: Choice, isInside: Bool, rare: Int, usual: Int) -> LabelFinding {
        let record = readings[place.reading].record
        let content = record.spans[place.span].content
        let what =
            switch choice.edge {
            case .space: "white space"
            case .mark(let mark): "‘\(String(mark))’"
            case .determiner: "a determiner"
            }
        let side = choice.atStart ? "begins" : "ends"
        let reason =
            isInside
            ? "\(side) with \(what), which \(usual) of \(usual + rare) such spans leave out"
            : "leaves out \(what) where it \(side), which \(usual) of \(usual + rare) such spans take in"
        return LabelFinding(
            .edge, note: record.id, annotator: record.annotator, span: content.span, label: content.label,
            about: "\(what) \(side) \(isInside)", reason: "“\(content.text.printable)” \(reason)")
    }
}
