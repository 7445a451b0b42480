import Annotation
import ClinicalText
import Journal
import ReviewUI
import Synchronization

/// The notes of a session: those that were opened, in memory, and where the others are.
final class NoteShelf: Sendable {
    /// Where a note comes from.
    enum Source: Sendable {
        /// Read when it is opened.
        case catalog(NoteCatalog)
        /// In memory already: those of a small project or an adjudication.
        case loaded([Loaded])
    }

    /// A note in memory.
    struct Loaded: Sendable {
        let note: Note
        /// What the note's own record proposes.
        let carried: [Suggestion]?
    }

    /// What was opened.
    struct Opened: Sendable {
        let note: Note
        let document: Document
        /// What the note's own record proposes.
        let carried: [Suggestion]?
    }

    private let source: Source
    private let journal: String
    private let index: JournalIndex
    private let openNotes = Mutex<[String: Opened]>([:])

    /// Up to here all notes are opened at once: that is not felt, and the list of notes then says what each has to offer.
    static let openedAtOnce = 1_000

    init(_ source: Source, journal: String, index: JournalIndex) throws(BadInput) {
        self.source = source
        self.journal = journal
        self.index = index
        guard case .catalog(let catalog) = source else { return }
        // Said before the first frame; opening the note says in which line.
        for (position, entry) in catalog.entries.enumerated() where !index.fits(entry) {
            _ = try index.document(of: try catalog.note(at: position), in: journal)
        }
    }

    var count: Int {
        switch source {
        case .catalog(let catalog): catalog.entries.count
        case .loaded(let notes): notes.count
        }
    }

    func id(at position: Int) -> String {
        switch source {
        case .catalog(let catalog): catalog.entries[position].id
        case .loaded(let notes): notes[position].note.id
        }
    }

    /// How far a note is: as it was opened, else from the index.
    func progress(at position: Int) -> NoteReview.Progress {
        let id = id(at: position)
        if let document = opened(id)?.document {
            return NoteReview.Progress(
                status: document.status, decisions: document.spans.count + document.rejected.count)
        }
        let entry = index.entries[id]
        return NoteReview.Progress(status: entry?.status ?? .pending, decisions: entry?.decisions ?? 0)
    }

    /// Whether anything was decided on a note when the session began.
    func hasDecisions(at position: Int) -> Bool { index.entries[id(at: position)]?.hasDecisions ?? false }

    /// Opens a note, with what was decided on it; one that is open already stays as it is.
    ///
    /// - Throws: ``BadInput`` if it cannot be read, or changed since.
    func open(at position: Int) throws(BadInput) -> Opened {
        if let known = openNotes.withLock({ $0[id(at: position)] }) { return known }
        let loaded = try loaded(at: position)
        let note = loaded.note
        let document = try index.document(of: note, in: journal)
        let new = Opened(note: note, document: document, carried: loaded.carried)
        openNotes.withLock { $0[note.id] = new }
        return new
    }

    /// Reads a note without opening it.
    ///
    /// - Throws: ``BadInput`` if it cannot be read.
    func note(at position: Int) throws(BadInput) -> Note {
        if let known = opened(id(at: position)) { return known.note }
        switch source {
        case .catalog(let catalog): return try catalog.note(at: position)
        case .loaded(let notes): return notes[position].note
        }
    }

    private func loaded(at position: Int) throws(BadInput) -> Loaded {
        if case .loaded(let notes) = source { return notes[position] }
        let note = try note(at: position)
        return Loaded(note: note, carried: try note.carriedSpans())
    }

    /// A note that a model may read: unless what it carries stands in place of suggestions.
    func noteToRead(_ id: String, besideCarried: Bool) -> Note? {
        guard let position = position(of: id), let note = try? note(at: position) else { return nil }
        guard !besideCarried, let carried = try? note.carriedSpans(), !carried.isEmpty else { return note }
        return nil
    }

    /// Takes over what was decided on a note before the screen was there.
    func replace(_ document: Document) {
        openNotes.withLock { opened in
            guard let old = opened[document.note] else { return }
            opened[document.note] = Opened(note: old.note, document: document, carried: old.carried)
        }
    }

    /// The notes that were opened and bring no suggestions of their own; or all that were opened.
    func openedWithoutCarried(orAll all: Bool) -> [String] {
        openNotes.withLock { $0.values.filter { all || $0.carried?.isEmpty ?? true }.map(\.note.id) }
    }

    /// A note that was opened.
    func opened(_ id: String) -> Opened? { openNotes.withLock { $0[id] } }

    /// Where the note of this id is.
    func position(of id: String) -> Int? { (0..<count).first { self.id(at: $0) == id } }
}
