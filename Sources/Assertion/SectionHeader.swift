import ClinicalText

/// The header that a sentence stands under, where that header says how the findings below it are meant.
struct SectionHeader {
    /// Its words, without the colon.
    let span: TextSpan
    let value: AssertionValue

    /// Headers, folded.
    private static let values: [String: AssertionValue] = [
        "family history": .family, "family hx": .family, "fh": .family, "fhx": .family,
        "family medical history": .family,
        "family / social history": .family, "past medical history": .historical, "past medical hx": .historical,
        "medical history": .historical, "past history": .historical, "pmh": .historical, "pmhx": .historical,
        "pmh / psh": .historical, "past surgical history": .historical, "psh": .historical,
        "previous medical history": .historical,
        "past medical and surgical history": .historical, "past psychiatric history": .historical,
        "past medical / surgical history": .historical, "background": .historical, "background history": .historical,
        "previous history": .historical,
    ]

    /// How far up a header is looked for: a list of past illnesses on a page.
    private static let reach = 2000
    /// A header is a few words; more is a sentence.
    private static let mostWords = 6
    /// Longer lines are not looked at: no header is as long.
    private static let longestHeader = 60

    /// The header over `offset`: the nearest line above it (or its own) that is one, if it tells anything.
    ///
    /// Any other header ends the search: what stands under "Medications" is not family history any more.
    static func over(_ offset: ScalarOffset, in text: NoteText) -> SectionHeader? {
        let from = ScalarOffset(max(0, offset.value - reach))
        var lines: [TextSpan] = []
        var start = from
        text.forEachScalar(in: TextSpan(from, offset)) { place, scalar in
            if scalar == "\n" {
                lines.append(TextSpan(start, place))
                start = place.advanced(by: 1)
            }
        }
        lines.append(TextSpan(start, ScalarOffset(min(text.scalarCount, start.value + longestHeader))))
        for line in lines.reversed() {
            guard let header = header(of: line, in: text, isWhole: line != lines.last) else { continue }
            guard header.span.end <= offset, let value = values[header.name] else { return nil }
            return SectionHeader(span: header.span, value: value)
        }
        return nil
    }

    /// What a line starts with if that is a header: a few words and a colon, or a few capitals alone on their line.
    private static func header(
        of line: TextSpan, in text: NoteText, isWhole: Bool
    ) -> (span: TextSpan, name: String)? {
        let part = TextSpan(line.start, min(line.end, line.start.advanced(by: longestHeader)))
        let tokens = WordToken.tokens(of: text, in: part)
        guard let first = tokens.first, first.isWord else { return nil }
        let colon = tokens.firstIndex { text[$0.span] == ":" }
        if let colon, colon <= mostWords {
            let span = TextSpan(first.span.start, tokens[colon - 1].span.end)
            return (span, name(text, tokens[..<colon]))
        }
        guard isWhole, part == line, tokens.count <= mostWords, let last = tokens.last else { return nil }
        let isCapital = text[line].unicodeScalars.allSatisfy { !$0.properties.isLowercase }
        let name = name(text, tokens[...])
        guard isCapital || values[name] != nil, tokens.allSatisfy({ $0.isWord || "/&".contains(text[$0.span]) }) else {
            return nil
        }
        return (TextSpan(first.span.start, last.span.end), name)
    }

    private static func name(_ text: NoteText, _ tokens: ArraySlice<WordToken>) -> String {
        tokens.map { text[$0.span].lowercased() }.joined(separator: " ")
    }
}
