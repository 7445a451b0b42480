import Annotation
import ClinicalText

/// Every journal of a project, read and divided by note.
public struct ProjectState: Sendable {
    /// What one annotator decided.
    public struct AnnotatorState: Sendable {
        /// Whose it is.
        public let annotator: String
        /// The journal's file.
        public let path: String
        /// What it holds.
        public let contents: JournalContents
        /// The places in ``JournalContents/lines`` of each note's events, by note id.
        private let places: [String: [Int]]

        /// Divides a journal by note.
        public init(annotator: String, path: String, contents: JournalContents) {
            self.annotator = annotator
            self.path = path
            self.contents = contents
            places = Dictionary(grouping: contents.lines.indices) { contents.lines[$0].note }
        }

        /// The ids of the notes it has events of, in alphabetical order.
        public var notes: [String] { places.keys.sorted() }

        /// The line of the file of the first event that was decided on another text of `note`, or `nil`.
        public func lineOfChange(of note: Note) -> Int? {
            places[note.id]?.first { contents.lines[$0].digest != note.digest }.map { contents.lineNumbers[$0] }
        }

        /// What the annotator decided on `note`.
        ///
        /// - Throws: ``BadInput`` with `file:line` if the note changed since.
        public func document(_ note: Note) throws(BadInput) -> Document {
            if let line = lineOfChange(of: note) {
                throw ProjectState.changed(note, path: path, line: line)
            }
            let events = (places[note.id] ?? []).map { contents.lines[$0].recorded }
            return Document(note: note.id, text: note.text, events: events)
        }
    }

    static func changed(_ note: Note, path: String, line: Int) -> BadInput {
        BadInput(
            SourceLocation(path, line: line),
            "the note '\(note.id)' changed since it was annotated: its text no longer has the digest of this event; "
                + "bring the old text back, or give the new one another name")
    }

    /// The annotators, in alphabetical order.
    public let annotators: [AnnotatorState]

    /// Takes journals that were read.
    public init(_ annotators: [AnnotatorState]) { self.annotators = annotators }

    /// Reads every journal of a project, changing nothing.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a bad line that is no torn end.
    public init(of project: Project) throws(BadInput) {
        var annotators: [AnnotatorState] = []
        for name in project.annotators {
            let path = project.journalFile(of: name)
            annotators.append(AnnotatorState(annotator: name, path: path, contents: try JournalReader.read(path)))
        }
        self.annotators = annotators
    }
}
