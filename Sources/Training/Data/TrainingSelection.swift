import Annotation
import ClinicalText

/// Which of the records that are there are learned from.
package struct TrainingSelection: Sendable, Hashable {
    /// The name of the notes' own label that is wanted; `nil` for spans.
    package var label: String?
    /// Whose records count; `nil` for everybody's.
    package var annotator: String?
    /// Whether what was decided on notes that are not finished counts, too.
    package var takesPending = false
    /// Whether a discontinuous span is learned as all that lies between its ends.
    package var coversFragments = false

    package init(
        label: String? = nil, annotator: String? = nil, takesPending: Bool = false, coversFragments: Bool = false
    ) {
        self.label = label
        self.annotator = annotator
        self.takesPending = takesPending
        self.coversFragments = coversFragments
    }

    /// Whether a record of this annotator counts; one of nobody does.
    func takes(annotator name: String?) -> Bool { annotator == nil || name == nil || name == annotator }
}

extension TrainingNotes {
    /// What was taken so far, and what stands against it.
    struct Collected {
        private let selection: TrainingSelection
        private var annotators: [String: String] = [:]
        private var discontinuous = 0

        init(_ selection: TrainingSelection) { self.selection = selection }

        /// Takes a record of a note.
        ///
        /// - Throws: ``BadInput`` if there was another one of it.
        mutating func claim(_ note: String, by annotator: String?, at place: SourceLocation) throws(BadInput) {
            let name = annotator ?? "somebody"
            guard let other = annotators.updateValue(name, forKey: note) else { return }
            throw BadInput(
                place,
                "the note '\(note)' has two records to learn from, of \(other) and \(name): choose with --annotator NAME, "
                    + "or adjudicate them")
        }

        /// Spans as the model learns them; counts those that have several parts.
        mutating func whole(_ spans: [SpanContent]) -> [TrainingNote.Span] {
            discontinuous += spans.count { $0.fragments != nil }
            return spans.map { .init($0.span, $0.label) }
        }

        /// - Throws: ``BadInput`` if there were spans of several parts, and they are not to be covered.
        func check(_ file: String) throws(BadInput) {
            guard discontinuous > 0, !selection.coversFragments, selection.label == nil else { return }
            throw BadInput(
                SourceLocation(file),
                "\(discontinuous) span\(discontinuous == 1 ? " has" : "s have") several parts, which a tag for each word "
                    + "cannot say: --cover learns all that lies between their ends")
        }
    }

    /// The notes of a project's records.
    ///
    /// - Parameters:
    ///   - schema: what may be marked; a label outside of it is refused.
    ///   - unfinished: is counted up by the records that are left out.
    /// - Throws: ``BadInput`` naming the note: a label outside the schema, two records, and what the selection refuses.
    package static func notes(
        _ records: [LabelRecord], file: String, schema: LabelSchema?, _ selection: TrainingSelection,
        unfinished: inout Int
    ) throws(BadInput) -> [TrainingNote] {
        var collected = Collected(selection)
        var notes: [TrainingNote] = []
        let place = SourceLocation(file)
        for record in records where selection.takes(annotator: record.annotator) {
            let isPending = record.answer == .pending
            guard record.answer == .accept || isPending && selection.takesPending else {
                unfinished += 1
                continue
            }
            try collected.claim(record.id, by: record.annotator, at: place)
            for span in record.spans {
                guard let schema, schema.spanLabel(named: span.content.label) == nil else { continue }
                throw BadInput(
                    place, "the label '\(span.content.label)' of the note '\(record.id)' is not in the schema")
            }
            let fields = record.labels
            var note = TrainingNote(
                id: record.id, group: record.meta["group"]?.nameValue, text: NoteText(record.text),
                spans: collected.whole(record.spans.map(\.content)),
                label: try selection.label.flatMap { name throws(BadInput) in try ownLabel(name, fields, place) },
                location: place)
            if isPending {
                note.isComplete = false
                note.rejected = record.rejected.map { .init($0.content.span, $0.content.label) }
            }
            notes.append(note)
        }
        try collected.check(file)
        return notes
    }
}
