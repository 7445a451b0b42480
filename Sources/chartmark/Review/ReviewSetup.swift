import Annotation
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Journal

/// What a review begins with: notes, project, schema, and how the model is found.
///
/// Read before the screen is taken, so that whatever is wrong is said where the person can read it.
struct ReviewSetup {
    let notes: [Note]
    let project: Project
    let annotator: String
    let schema: LabelSchema
    let guidelines: String
    let threshold: Double
    /// The model's folder; `nil` for a review without suggestions.
    let modelFolder: String?
    /// What the notes' own records propose, by note id.
    let carried: [String: [Suggestion]]
    /// Whether the engine runs over notes that carry spans, too: only when a model was named.
    let suggestsBesideCarried: Bool
    /// What annotators agree on and where they differ, by note id; empty outside an adjudication.
    let comparisons: [String: NoteComparison]
    /// `--cased`: the tokenizer keeps case and accents.
    let cased: Bool
    let isReadOnly: Bool
    let isBlind: Bool
    /// Whether clicks come to the program.
    let usesMouse: Bool
    /// Whether the carried spans are entered as accepted.
    let acceptsCarried: Bool
    private let hasStoredSchema: Bool

    /// Prepares an adjudication: the notes that two annotators or more completed, without a model.
    ///
    /// - Throws: ``BadInput`` if the schema or the guidelines cannot be read.
    init(
        adjudicating readings: CompletedReadings, of project: Project, by annotator: String, usesMouse: Bool
    ) throws(BadInput) {
        guard let schema = try project.schema() else {
            throw BadInput(
                SourceLocation(project.schemaFile), "the project has no schema; open it once with review")
        }
        var comparisons: [String: NoteComparison] = [:]
        for entry in readings.entries { comparisons[entry.note.id] = NoteComparison(entry.views, schema: schema) }
        self.comparisons = comparisons
        self.project = project
        self.annotator = annotator
        self.schema = schema
        notes = readings.entries.map(\.note)
        guidelines = try project.guidelines() ?? ""
        threshold = 0
        modelFolder = nil
        carried = [:]
        suggestsBesideCarried = false
        cased = false
        isReadOnly = false
        isBlind = false
        self.usesMouse = usesMouse
        acceptsCarried = false
        hasStoredSchema = true
    }

    init(_ command: ReviewSubcommand) throws {
        annotator = try command.annotatorName()
        project = try Project.locate(notes: command.notes, folder: command.project)
        var notes = try NoteReader.read(command.notes)
        if command.order == .random { notes.shuffle() }
        self.notes = notes

        // A model of the project that has gone is said in the session, which works without; one that was just named is a slip.
        if let model = command.model {
            try ModelLocation.check(model)
            try ClinicalModel.check(checkpoint: model)
        }
        guard !notes.isEmpty else {
            throw BadInput(SourceLocation(command.notes.joined(separator: " ")), "there are no notes in it")
        }
        let settings = try project.settings()
        threshold = settings?.threshold ?? 0
        let named = command.model ?? settings?.model
        modelFolder = command.blind ? nil : named ?? ModelLocation.standard
        var carried: [String: [Suggestion]] = [:]
        for note in notes {
            if let spans = try note.carriedSpans() { carried[note.id] = spans }
        }
        let stored = try project.schema()
        schema = try Self.schema(
            command, stored: stored, modelFolder: named ?? ModelLocation.standard, carried: carried)
        self.carried = command.blind ? [:] : carried
        suggestsBesideCarried = command.model != nil
        guidelines = try project.guidelines() ?? ""
        hasStoredSchema = stored != nil
        comparisons = [:]
        cased = command.casing.cased
        isReadOnly = command.readonly
        isBlind = command.blind
        usesMouse = command.screen.mouse
        acceptsCarried = command.acceptExisting
    }

    /// Makes the folders that are missing of the project; nothing was written before.
    ///
    /// - Throws: ``BadInput`` if they cannot be made.
    func createFolders(for command: ReviewSubcommand) throws(BadInput) {
        if !command.readonly { try project.create(group: command.group) }
    }

    /// Keeps with the project what it was opened with; done last, when nothing can be refused any more.
    ///
    /// - Throws: ``BadInput`` if it cannot be written, or the notes do not go with those the project has.
    func keepSettings(of command: ReviewSubcommand) throws(BadInput) {
        guard !command.readonly else { return }
        try project.remember(notes: command.notes, createdBy: "chartmark \(chartmarkVersion)")
        // Kept, so that another model later does not move the capitals under the annotator's fingers.
        if !hasStoredSchema { try project.save(schema: schema) }
    }

    /// The schema that was named, the project's, or one made of the labels that the model and the notes have.
    private static func schema(
        _ command: ReviewSubcommand, stored: LabelSchema?, modelFolder: String?, carried: [String: [Suggestion]]
    ) throws(BadInput) -> LabelSchema {
        if let file = command.schema { return try Project.schema(at: file) }
        if let stored { return stored }
        var labels: [String] = []
        if let modelFolder, FileManager.default.fileExists(atPath: "\(modelFolder)/config.json") {
            labels = try ModelConfiguration(checkpoint: modelFolder).entityLabels
        }
        let imported = Set(carried.values.joined().map(\.content.label)).subtracting(labels).sorted()
        guard !(labels + imported).isEmpty else {
            throw BadInput(
                SourceLocation("--schema"),
                "there is no schema, no model to take labels from, and the notes carry none: "
                    + "give --schema FILE or --model DIR")
        }
        return LabelSchema.derived(from: labels + imported)
    }

    /// Every note with what was decided on it.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a note that changed since.
    func documents(_ contents: JournalContents) throws(BadInput) -> [Document] {
        let decisions = ProjectState.AnnotatorState(
            annotator: annotator, path: project.journalFile(of: annotator), contents: contents)
        var documents: [Document] = []
        for note in notes { documents.append(try decisions.document(note)) }
        return documents
    }
}
