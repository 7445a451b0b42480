import Annotation
import ClinicalText

extension Model {
    /// Asks the classifiers about the open note, once.
    mutating func requestScores() -> [Effect] {
        guard abilities.contains(.classifyingNotes), review.scores == nil else { return [] }
        notes[current].scores = []
        return [.classify(note: review.note.id)]
    }

    /// Takes a classifier's view of a note.
    mutating func take(_ scores: NoteScores, for note: String) {
        guard let index = position(of: note), notes[index].isOpen else { return }
        notes[index].scores = (notes[index].scores ?? []).filter { $0.model != scores.model } + [scores]
    }

    /// The row of the note's own labels to begin on: the likeliest value of the first that is not set.
    var likeliestValue: Int {
        let rows = noteLabelValues
        for label in schema.noteLabels where review.document.noteLabels[label.name] == nil {
            guard let (value, _) = review.likeliest(of: label) else { continue }
            return rows.firstIndex { $0.label == label && $0.value == value } ?? 0
        }
        return 0
    }

    var askAvailability: Availability {
        abilities.contains(.answeringQuestions)
            ? .available
            : .unavailable("no model answers questions: give one with --model, or among models in project.json")
    }

    /// Puts a question to the open note.
    mutating func ask(_ typed: String) -> [Effect] {
        let question = typed.split(separator: " ").joined(separator: " ")
        guard !question.isEmpty else { return [] }
        openQuestion = question
        askedAt = now
        answering = nil
        return [.ask(note: review.note.id, question: question)]
    }

    /// Shows where the answer stands, as a search would; an answer that nobody waits for is dropped.
    mutating func show(_ answer: NoteAnswer, to question: String, in note: String) {
        guard openQuestion == question, review.note.id == note else { return }
        openQuestion = nil
        switch answer {
        case .found(let span, let score) where page.text.holds(span):
            search = Search(query: question, hits: [span])
            // Under a hand that went on, the next key would fall on the answer.
            let isIdle = now == askedAt && context == .note && selection == nil
            if isIdle { moveCursor(to: span) }
            let way = isIdle ? "comes back to it" : "goes to it"
            inform(
                "“\(Self.quoted(page.text[span]))” · \(score.percent); \(key("next-target")) \(way), \(key("cancel")) ends it"
            )
        case .found, .nothing: inform("the model finds no answer in this note")
        case .failed(let reason): refuse(reason)
        }
    }

    /// Asks the classifiers of attributes about spans of the open note that they were not asked about.
    mutating func requestGuesses() -> [Effect] {
        var effects: [Effect] = []
        for attribute in schema.attributes where attribute.model != nil {
            let known = review.guesses[attribute.name] ?? [:]
            var seen: Set<TextSpan> = []
            var wanted: [TextSpan] = []
            for mark in page.marks.marks where mark.rank < 2 && attribute.isFor(mark.content.label) {
                if known[mark.span] == nil, seen.insert(mark.span).inserted { wanted.append(mark.span) }
            }
            guard !wanted.isEmpty else { continue }
            for span in wanted { notes[current].guesses[attribute.name, default: [:]][span] = .some(nil) }
            effects.append(.guess(note: review.note.id, attribute: attribute.name, spans: wanted))
        }
        return effects
    }

    /// Takes what a classifier proposes, under the schema's spelling; what the schema lacks is no proposal.
    mutating func take(_ guesses: [TextSpan: AttributeGuess], of attribute: String, for note: String) {
        guard let index = position(of: note), notes[index].isOpen,
            let values = schema.attribute(named: attribute)?.values.map(\.value)
        else { return }
        for (span, guess) in guesses {
            guard let value = values.first(where: { $0.lowercased() == guess.value.lowercased() }) else { continue }
            notes[index].guesses[attribute, default: [:]][span] = AttributeGuess(
                value: value, probability: guess.probability)
        }
    }

    /// What a classifier proposes for a mark's attribute.
    func guess(of attribute: SpanAttribute, for mark: Mark) -> AttributeGuess? {
        (review.guesses[attribute.name]?[mark.span]).flatMap { $0 }
    }
}

extension NoteReview {
    /// How likely a value of the note's own labels is; upper and lower case alike.
    func score(of value: String) -> Double? {
        for view in scores ?? [] {
            if let score = view.values.first(where: { $0.key.lowercased() == value.lowercased() }) {
                return score.value
            }
        }
        return nil
    }

    /// The likeliest value of one of the note's own labels.
    func likeliest(of label: NoteLabel) -> (value: String, score: Double)? {
        label.values.compactMap { value in score(of: value).map { (value, $0) } }.max { $0.1 < $1.1 }
    }
}
