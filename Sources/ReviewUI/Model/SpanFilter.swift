import Annotation
import ClinicalText

/// Which spans are worth looking at just now: what `n` and `p` go to, and what is drawn plainly.
///
/// Written as words with a space between them, all of which must hold:
///
///     label:S,Medication    one of these labels, by name or by key
///     is:undecided          or accepted, rejected, own, corrected, commented, disputed
///     score:<70             a model's score: <0.7, >40, 30-60
///     pain                  the span's words hold this; "chest pain" in quotes
package struct SpanFilter: Hashable, Sendable {
    /// What can be asked of a span's state.
    enum State: String, Hashable, Sendable, CaseIterable {
        case undecided
        case accepted
        case rejected
        case own
        case corrected
        case commented
        /// Offered by some models and not by others.
        case disputed
    }

    /// As it was written.
    package let written: String
    private(set) var labels: Set<String> = []
    private(set) var states: Set<State> = []
    private(set) var scores: ClosedRange<Double>?
    private(set) var words: [String] = []

    /// Why a filter was not understood, in words for the person.
    struct Misread: Error, Hashable { let reason: String }

    /// Reads a filter.
    ///
    /// - Throws: ``Misread`` for a part that is none of these.
    init(_ written: String, schema: LabelSchema) throws(Misread) {
        self.written = written.split(separator: " ").joined(separator: " ")
        for part in Self.parts(of: written) {
            guard !part.isQuoted, let colon = part.text.firstIndex(of: ":") else {
                words.append(part.text.lowercased())
                continue
            }
            let name = part.text[..<colon].lowercased()
            let values = part.text[part.text.index(after: colon)...].split(separator: ",").map(String.init)
            guard !values.isEmpty else { throw Misread(reason: "\(name): needs a value after the colon") }
            switch name {
            case "label": for value in values { labels.insert(try Self.label(value, schema)) }
            case "is":
                for value in values {
                    guard let state = State(rawValue: value.lowercased()) else {
                        let all = State.allCases.map(\.rawValue).joined(separator: ", ")
                        throw Misread(reason: "is:\(value) is not known: it is \(all)")
                    }
                    states.insert(state)
                }
            case "score": scores = try Self.scores(values[0])
            default: throw Misread(reason: "\(name): is not known: label:, is:, score:, or words")
            }
        }
        if labels.isEmpty, states.isEmpty, scores == nil, words.isEmpty {
            throw Misread(reason: "an empty filter: label:S is:undecided score:<70, or words")
        }
    }

    /// Parts at spaces; what stands in double quotes is one.
    private static func parts(of written: String) -> [(text: String, isQuoted: Bool)] {
        var parts: [(text: String, isQuoted: Bool)] = []
        for (index, piece) in written.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                if !piece.isEmpty { parts.append((String(piece), true)) }
            } else {
                parts += piece.split(separator: " ").map { (String($0), false) }
            }
        }
        return parts
    }

    private static func label(_ value: String, _ schema: LabelSchema) throws(Misread) -> String {
        if value.count == 1, let key = value.uppercased().first, let label = schema.spanLabel(on: key) {
            return label.label
        }
        if let label = schema.spanLabel(standingFor: value) { return label.label }
        let fitting = schema.spans.filter { $0.label.lowercased().hasPrefix(value.lowercased()) }
        guard fitting.count == 1, let only = fitting.first else {
            throw Misread(
                reason: fitting.isEmpty
                    ? "the schema has no label \(value)" : "\(value) begins \(fitting.count) labels: write more of it")
        }
        return only.label
    }

    /// Reads `<70`, `>0.4`, `30-60`, or a score alone for that and more.
    private static func scores(_ value: String) throws(Misread) -> ClosedRange<Double> {
        let misread = Misread(reason: "score:\(value) is not known: <70, >0.4 or 30-60")
        if let first = value.first, first == "<" || first == ">" {
            guard let bound = Model.share(String(value.dropFirst())) else { throw misread }
            return first == "<" ? 0...max(0, bound.nextDown) : min(1, bound.nextUp)...1
        }
        let bounds = value.split(separator: "-", omittingEmptySubsequences: false).map { Model.share(String($0)) }
        guard let low = bounds.first ?? nil, let high = bounds.count > 1 ? bounds.last ?? nil : 1, bounds.count < 3,
            low <= high
        else { throw misread }
        return low...high
    }

    /// Whether a mark fits.
    ///
    /// - Parameters:
    ///   - isDisputed: whether the models differ on it.
    ///   - isCommented: whether there is a remark on it.
    func fits(_ mark: Mark, isDisputed: Bool, isCommented: Bool) -> Bool {
        if !labels.isEmpty, !labels.contains(mark.content.label) { return false }
        if !states.isEmpty,
            !states.contains(where: { Self.holds($0, of: mark, isDisputed: isDisputed, isCommented: isCommented) })
        {
            return false
        }
        if let scores {
            guard let score = mark.modelScore, scores.contains(score) else { return false }
        }
        let text = words.isEmpty ? "" : mark.content.text.lowercased()
        return words.allSatisfy(text.contains)
    }

    private static func holds(_ state: State, of mark: Mark, isDisputed: Bool, isCommented: Bool) -> Bool {
        switch (state, mark.kind) {
        case (.undecided, .undecided), (.rejected, .rejected): true
        case (.accepted, .decided(let span)): span.source == .model || span.source == .imported
        case (.own, .decided(let span)): span.source == .human
        case (.corrected, .decided(let span)): span.source == .corrected
        case (.disputed, _): isDisputed
        case (.commented, _): isCommented
        default: false
        }
    }
}

extension Mark {
    /// How sure a model was, whatever became of what it offered.
    var modelScore: Double? {
        switch kind {
        case .undecided(let offered): offered.isFromAnnotators ? nil : offered.score
        case .rejected(let rejected): rejected.offered.isFromAnnotators ? nil : rejected.offered.score
        case .decided(let span): span.offered.flatMap { $0.isFromAnnotators ? nil : $0.score }
        }
    }
}
