import Annotation
import ClinicalText

/// A note's word tokens, divided wherever a span begins or ends inside one, so that every span is a run of whole tokens.
///
/// "46M" is one word to a reader and two facts to an annotator: dividing it loses neither.
struct MarkedTokens {
    /// The tokens, in order.
    let tokens: [TextSpan]
    /// How many word tokens were divided.
    let divided: Int

    init(of text: NoteText, for spans: [TextSpan]) {
        let edges = Set(spans.flatMap { [$0.start, $0.end] }).sorted()
        var tokens: [TextSpan] = []
        var divided = 0
        var next = 0
        for token in WordToken.tokens(of: text).map(\.span) {
            while next < edges.count, edges[next] <= token.start { next += 1 }
            var start = token.start
            while next < edges.count, edges[next] < token.end {
                tokens.append(TextSpan(start, edges[next]))
                start = edges[next]
                next += 1
            }
            if start != token.start { divided += 1 }
            tokens.append(TextSpan(start, token.end))
        }
        self.tokens = tokens
        self.divided = divided
    }

    /// The tokens inside `span`; `nil` if it holds none.
    func tokens(in span: TextSpan) -> ClosedRange<Int>? {
        let first = firstIndex { $0.start >= span.start }
        let last = firstIndex { $0.end > span.end } - 1
        return first <= last ? first...last : nil
    }

    /// The first token for which `holds`, which must stay so for all later ones.
    private func firstIndex(_ holds: (TextSpan) -> Bool) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if holds(tokens[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
