import Annotation
import ClinicalText

/// Where a file says that a span is, before it is known what its numbers count.
struct Place {
    /// The parts, in order; one for a span that is whole.
    var parts: [(start: Int, end: Int)]
    /// The words that the file has for it; `nil` where it has none to check by.
    var surface: String?
    /// For messages.
    var label: String
}

/// What the offsets of a file count.
///
/// Code points, as chartmark does; else UTF-16 units, as JavaScript and Java do (doccano #2484, WebAnno TSV); else code points
/// of the text with each CRLF as one line feed, as a browser sees it (doccano #2114). The first reading in which every span
/// of a note has the words it should have is taken.
enum OffsetReading: CaseIterable {
    case codePoints
    case utf16
    case lineFeeds

    /// The spans of a note.
    ///
    /// - Parameters:
    ///   - places: what the file says.
    ///   - text: the note.
    ///   - preferred: the reading that the format prescribes, tried first.
    /// - Returns: a content for each place and the reading; or in what respect the first reading does not fit.
    static func read(
        _ places: [Place], in text: NoteText, preferred: OffsetReading = .codePoints
    ) -> Result<(contents: [SpanContent], reading: OffsetReading), MisfitList> {
        var misfits: [String] = []
        for reading in [preferred] + allCases where reading != preferred || misfits.isEmpty {
            let map = reading.map(of: text)
            var contents: [SpanContent] = []
            var failures: [String] = []
            for place in places {
                switch content(place, in: text, map) {
                case .success(let content): contents.append(content)
                case .failure(let failure): failures += failure.misfits
                }
            }
            if failures.isEmpty { return .success((contents, reading)) }
            if misfits.isEmpty { misfits = failures }
        }
        return .failure(MisfitList(misfits: misfits))
    }

    /// For each count of units the code point there; `nil` where counts are code points already.
    private func map(of text: NoteText) -> [Int]? {
        switch self {
        case .codePoints: return nil
        case .utf16:
            var map: [Int] = []
            text.forEachScalar { offset, scalar in
                map.append(offset.value)
                // Inside a surrogate pair there is no code point to begin or end at.
                if scalar.value > 0xFFFF { map.append(-1) }
            }
            map.append(text.scalarCount)
            return map
        case .lineFeeds:
            var map: [Int] = []
            var previous: Unicode.Scalar?
            text.forEachScalar { offset, scalar in
                if scalar == "\n", previous == "\r" { map.removeLast() }
                map.append(scalar == "\n" && previous == "\r" ? offset.value - 1 : offset.value)
                previous = scalar
            }
            map.append(text.scalarCount)
            return map
        }
    }

    private static func content(
        _ place: Place, in text: NoteText, _ map: [Int]?
    ) -> Result<SpanContent, MisfitList> {
        func misfit(_ reason: String) -> Result<SpanContent, MisfitList> {
            let offsets = "[\(place.parts.first?.start ?? 0), \(place.parts.last?.end ?? 0))"
            return .failure(MisfitList(misfits: ["\(place.label.printable) \(offsets) \(reason)"]))
        }
        var parts: [TextSpan] = []
        for part in place.parts {
            var span = TextSpan(part.start, part.end)
            if let map {
                guard map.indices.contains(part.start), map.indices.contains(part.end), map[part.start] >= 0,
                    map[part.end] >= 0
                else { return misfit("is not inside the text of \(text.scalarCount) code points") }
                span = TextSpan(map[part.start], map[part.end])
            }
            guard text.holds(span) else { return misfit("is not inside the text of \(text.scalarCount) code points") }
            if let last = parts.last, span.start < last.end { return misfit("has a part that is out of order") }
            parts.append(span)
        }
        guard let first = parts.first, let last = parts.last else { return misfit("has no offsets") }
        let whole = TextSpan(first.start, last.end)
        if let surface = place.surface, !agrees(surface, parts, text) { return misfit("has other words in the note") }
        let content = SpanContent(
            span: whole, text: text[whole], label: place.label, fragments: parts.count > 1 ? parts : nil)
        return .success(content)
    }

    /// Whether `surface` are the words of the parts: as they stand, with a space between parts, or, as tools write them on a
    /// line, with spaces in the place of line ends.
    private static func agrees(_ surface: String, _ parts: [TextSpan], _ text: NoteText) -> Bool {
        let whole = TextSpan(parts[0].start, parts[parts.count - 1].end)
        let words = parts.map { text[$0] }
        for candidate in [text[whole], words.joined(separator: " "), words.joined(separator: "…")]
        where candidate.utf8.elementsEqual(surface.utf8) {
            return true
        }
        let spaced = squeezed(surface)
        return spaced == squeezed(text[whole]) || spaced == squeezed(words.joined(separator: " "))
    }

    /// The text with each run of white space that has a line end in it, or none, as one space.
    private static func squeezed(_ text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if Brat.lineEnds.contains(scalar) || scalar == " " {
                if result.last != " " { result.append(" ") }
            } else {
                result.append(scalar)
            }
        }
        return result
    }
}

/// In what respect spans do not fit their text, without the words, which are a patient's.
struct MisfitList: Error {
    let misfits: [String]
}

extension Record {
    /// Adds spans where their places are found.
    ///
    /// - Returns: what does not fit; empty if everything does.
    mutating func add(
        _ marked: [(place: Place, span: (SpanContent) -> Span)], preferred: OffsetReading = .codePoints,
        _ report: inout LossReport
    ) -> [String] {
        switch OffsetReading.read(marked.map(\.place), in: text, preferred: preferred) {
        case .failure(let list): return list.misfits
        case .success(let (contents, reading)):
            if reading != preferred { report.add(.reread, in: id) }
            for (index, content) in contents.enumerated() { spans.append(marked[index].span(content)) }
            return []
        }
    }
}
