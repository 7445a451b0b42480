import Annotation
import ClinicalText
import Interchange

/// What a format can say of a span or a note.
struct Capability: OptionSet {
    let rawValue: Int
    static let overlap = Capability(rawValue: 1)
    static let parts = Capability(rawValue: 2)
    static let attributes = Capability(rawValue: 4)
    static let labels = Capability(rawValue: 8)
    /// Whether the text travels with the spans.
    static let text = Capability(rawValue: 16)
    static let all: Capability = [.overlap, .parts, .attributes, .labels, .text]
}

/// A generator of numbers that gives the same ones for the same seed (splitmix64, Steele and others 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Invents notes that have in them what offsets stumble over, and spans of what a format can hold.
struct NoteGenerator {
    private var random: SeededGenerator
    private static let words = [
        "Denies", "pain", "46M", "b.i.d.", "café", "cafe\u{301}", "🙂", "👩‍⚕️", "發燒", "120/80", "q\u{308}d", "“left”",
        "hand",
        "\u{1F1EB}\u{1F1F7}", "x|y", "[n]", "a_b", "<b>", "&amp;", "50%", "it's", "\"so\"", "back\\slash", "*", "ß",
    ]
    private static let spaces = [" ", "  ", "\u{A0}", "\t", "\r\n", "\n", "\n\n", "\r\n\r\n", " \u{2009} ", ": ", ", "]
    private static let labels = ["Problem", "Test", "Body_part"]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func record(_ number: Int, _ capability: Capability) -> Record {
        var string = ""
        for index in 0..<Int.random(in: 3...40, using: &random) {
            if index > 0 { string += pick(Self.spaces) }
            string += pick(Self.words)
        }
        let text = NoteText(string)
        var record = Record(id: "note-\(number)", text: text, annotator: "kim")
        let tokens = WordToken.tokens(of: text).map(\.span)
        var taken: [TextSpan] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let first = Int.random(in: 0..<tokens.count, using: &random)
            let last = min(tokens.count - 1, first + Int.random(in: 0...4, using: &random))
            let place = TextSpan(tokens[first].start, tokens[last].end)
            guard capability.contains(.overlap) || !taken.contains(where: place.overlaps),
                !taken.contains(place)
            else { continue }
            taken.append(place)
            var content = SpanContent(place, in: text, label: pick(Self.labels))
            // Two parts with a token between them, which no line end may stand for.
            if capability.contains(.parts), last - first > 1, Bool.random(using: &random) {
                content.fragments = [tokens[first], tokens[last]]
            }
            var span = Record.Span(content: content)
            if capability.contains(.attributes) {
                if Bool.random(using: &random) { span.attributes["assertion"] = pick(["absent", "possible"]) }
                if Bool.random(using: &random) { span.attributes["severity"] = pick(["mild", "grave"]) }
            }
            record.spans.append(span)
        }
        if capability.contains(.labels) {
            if Bool.random(using: &random) { record.labels["note_type"] = .string(pick(["admission", "discharge"])) }
            if Bool.random(using: &random) { record.labels["topics"] = .array([.string("pain"), .string("drugs")]) }
        }
        return record
    }
}
