import Annotation
import ClinicalText

/// What several annotators made of the notes of a project that they completed.
public struct CompletedReadings: Sendable {
    /// A note, and the views of those who completed it.
    public struct Entry: Sendable {
        /// The note.
        public let note: Note
        /// Who, and the fold of their events, in the order of ``CompletedReadings/annotators``.
        public let views: [(annotator: String, document: Document)]
    }

    /// Whose journals were read.
    public let annotators: [String]
    /// The notes that two of them or more completed, in the project's order.
    public let entries: [Entry]
    /// How many notes the project has.
    public let noteCount: Int

    /// The notes that every one of the annotators completed.
    public var completedByAll: [Entry] { entries.filter { $0.views.count == annotators.count } }

    /// Reads the journals of a project, changing nothing.
    ///
    /// - Parameters:
    ///   - project: the project.
    ///   - names: whose; empty for everyone who is not an adjudicator.
    /// - Throws: ``BadInput`` if there are fewer than two, one has no journal, a journal cannot be read, or a note changed.
    public init(of project: Project, between names: [String] = []) throws(BadInput) {
        let there = project.annotators
        let adjudicators = try project.settings()?.adjudicators ?? []
        var wanted: [String] = []
        for name in names.isEmpty ? there.filter({ !adjudicators.contains($0) }) : names where !wanted.contains(name) {
            guard there.contains(name) else {
                throw BadInput(
                    SourceLocation(project.journalsFolder),
                    "there is no journal of '\(name)'; there are some of: \(there.joined(separator: ", "))")
            }
            wanted.append(name)
        }
        guard wanted.count > 1 else {
            let whose = wanted.first.map { "there is only one of '\($0)'" } ?? "there is none"
            throw BadInput(
                SourceLocation(project.journalsFolder),
                "two annotators' journals are needed and \(whose); review the notes with another --annotator")
        }
        var states: [ProjectState.AnnotatorState] = []
        for name in wanted {
            let path = project.journalFile(of: name)
            states.append(
                ProjectState.AnnotatorState(annotator: name, path: path, contents: try JournalReader.read(path)))
        }
        let notes = try project.notes()
        var entries: [Entry] = []
        for note in notes {
            var views: [(annotator: String, document: Document)] = []
            for state in states {
                let document = try state.document(note)
                if document.status == .completed { views.append((state.annotator, document)) }
            }
            if views.count > 1 { entries.append(Entry(note: note, views: views)) }
        }
        annotators = wanted
        noteCount = notes.count
        self.entries = entries
    }
}
