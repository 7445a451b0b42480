import ClinicalText

/// One or more annotators' view of a stretch of a note.
public struct Reading: Hashable, Sendable {
    /// A span with its attributes.
    public struct Span: Hashable, Sendable {
        /// Where and what.
        public let content: SpanContent
        /// Attributes by name, without those that have their default value.
        public let attributes: [String: String]

        /// Names a span.
        public init(content: SpanContent, attributes: [String: String] = [:]) {
            self.content = content
            self.attributes = attributes
        }
    }

    /// Who reads it so, in the order they were given.
    public let annotators: [String]
    /// What they marked, in reading order; empty for "nothing is here".
    public let spans: [Span]

    /// Makes a reading.
    public init(annotators: [String], spans: [Span]) {
        self.annotators = annotators
        self.spans = spans
    }
}

/// A stretch of a note that annotators read differently.
public struct Disagreement: Hashable, Sendable {
    /// From the first to the last code point that any of them marked.
    public let span: TextSpan
    /// The different readings, in the order of their first annotators.
    public let readings: [Reading]

    /// Makes a disagreement.
    public init(span: TextSpan, readings: [Reading]) {
        self.span = span
        self.readings = readings
    }

    /// The part of it that is about one span, with the first reading that has the span; `nil` if none has.
    public func about(_ content: SpanContent) -> (reading: Reading, part: Disagreement)? {
        let having = readings.filter { $0.spans.contains { $0.content.marksTheSame(as: content) } }
        guard let span = having.first?.spans.first(where: { $0.content.marksTheSame(as: content) }) else { return nil }
        let reading = Reading(annotators: having.flatMap(\.annotators), spans: [span])
        return (reading, Disagreement(span: content.span, readings: [reading]))
    }

    /// Every span and label that is in any reading, each once.
    public var contents: [SpanContent] {
        var seen: Set<DecidedMark> = []
        return readings.flatMap(\.spans).map(\.content).filter { seen.insert(DecidedMark($0)).inserted }
    }
}

/// What annotators agree on in one note, and where they differ.
public struct NoteComparison: Hashable, Sendable {
    /// A span that all of them have.
    public struct Agreed: Hashable, Sendable {
        /// Where, which label, which attributes.
        public let span: Reading.Span
        /// What all of them accepted as it was offered; `nil` where one made the span by hand or was offered something else.
        public let offered: Suggestion?
    }

    /// Whose views were compared.
    public let annotators: [String]
    /// Spans that all have, attributes included, in reading order.
    public let agreed: [Agreed]
    /// Where they differ, in reading order.
    public let disagreements: [Disagreement]
    /// The note's own labels that all gave the same values.
    public let noteLabels: [String: [String]]
    /// Names of the note's own labels that they gave different values.
    public let openNoteLabels: [String]

    /// What an adjudicator is offered: the open spans, and the agreed ones in case they were not carried over.
    public var offers: [Suggestion] {
        let names = annotators
        return agreed.map { $0.offered ?? Suggestion($0.span.content, by: names) } + disagreements.flatMap(\.offers)
    }

    /// Whether there is nothing to decide.
    public var isUnanimous: Bool { disagreements.isEmpty && openNoteLabels.isEmpty }

    /// Compares what several annotators made of a note.
    ///
    /// Open spans that touch each other's words are one disagreement: taking a reading settles all of them.
    ///
    /// - Parameters:
    ///   - views: who, and the fold of their events; all of one note.
    ///   - schema: for the attributes' default values.
    public init(_ views: [(annotator: String, document: Document)], schema: LabelSchema) {
        annotators = views.map(\.annotator)
        let spans = views.map { view in
            view.document.spans.map { (span: $0, reading: Reading.Span($0, schema: schema)) }
        }
        let sets = spans.map { Set($0.map(\.reading)) }
        let common = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
        agreed = (spans.first ?? []).filter { common.contains($0.reading) }.map { first in
            let offers = spans.map { view in view.first { $0.reading == first.reading }?.span.offered }
            let isSame = offers.allSatisfy {
                $0 == offers[0] && $0?.content.marksTheSame(as: first.reading.content) ?? false
            }
            return Agreed(span: first.reading, offered: isSame ? offers[0] : nil)
        }
        let open = spans.map { $0.map(\.reading).filter { !common.contains($0) } }
        disagreements = Self.stretches(of: open.joined().map(\.content.span)).map { stretch in
            Disagreement(
                span: stretch,
                readings: Self.readings(
                    zip(views, open).map { ($0.annotator, $1.filter { stretch.contains($0.content.span) }) }))
        }
        var same: [String: [String]] = [:]
        var different: [String] = []
        for name in Set(views.flatMap { $0.document.noteLabels.keys }).sorted() {
            let values = views.map { $0.document.noteLabels[name] ?? [] }
            if Set(values).count == 1 { same[name] = values[0] } else { different.append(name) }
        }
        noteLabels = same
        openNoteLabels = different
    }

    /// Stretches that the spans cover, those that share a code point together.
    private static func stretches(of spans: [TextSpan]) -> [TextSpan] {
        var stretches: [TextSpan] = []
        for span in spans.sorted() {
            if let last = stretches.last, span.overlaps(last) {
                stretches[stretches.count - 1] = TextSpan(last.start, max(last.end, span.end))
            } else {
                stretches.append(span)
            }
        }
        return stretches
    }

    /// Annotators with the same spans share a reading.
    private static func readings(_ views: [(annotator: String, spans: [Reading.Span])]) -> [Reading] {
        var readings: [Reading] = []
        for view in views {
            if let index = readings.firstIndex(where: { $0.spans == view.spans }) {
                readings[index] = Reading(
                    annotators: readings[index].annotators + [view.annotator], spans: view.spans)
            } else {
                readings.append(Reading(annotators: [view.annotator], spans: view.spans))
            }
        }
        return readings
    }
}

extension Reading.Span {
    /// A span that stands, as it is compared: without attributes that say the default.
    init(_ span: EntitySpan, schema: LabelSchema) {
        self.init(content: span.content, attributes: schema.withoutDefaults(span.attributes))
    }
}

extension Suggestion {
    /// Before the names of annotators where a model's name stands.
    private static let annotatorPrefix = "annotator:"

    /// What annotators marked, offered to the adjudicator: `annotator:kim+lee` stands where a model's name does.
    public init(_ content: SpanContent, by annotators: [String]) {
        self.init(content: content, model: Self.annotatorPrefix + annotators.joined(separator: "+"), score: 1)
    }

    /// Whether people marked it, rather than a model.
    public var isFromAnnotators: Bool { model.hasPrefix(Self.annotatorPrefix) }

    /// Who marked it; empty for a model's suggestion.
    public var annotators: [String] {
        isFromAnnotators ? model.dropFirst(Self.annotatorPrefix.count).split(separator: "+").map(String.init) : []
    }
}

extension Disagreement {
    /// What the adjudicator is offered: each span and label once, with the names of those who have it.
    public var offers: [Suggestion] {
        contents.map { content in
            Suggestion(
                content,
                by: readings.filter { $0.spans.contains { $0.content.marksTheSame(as: content) } }.flatMap(\.annotators)
            )
        }
    }
}
