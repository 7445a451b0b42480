import Annotation
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Journal
import ReviewUI
import Suggestions

/// What a review begins with: notes, project, schema, and how the model is found.
///
/// Read before the screen is taken, so that whatever is wrong is said where the person can read it.
struct ReviewSetup {
    let notes: NoteShelf.Source
    let project: Project
    let annotator: String
    /// Where the annotator's journal has the events of each note, read beside everything else.
    let journalIndex: ReadAhead<JournalIndex?>
    let schema: LabelSchema
    let guidelines: String
    /// The commands on their keys.
    let registry: CommandRegistry
    let threshold: Double
    /// The models, by what they do.
    let models: ReviewModels
    /// What models found so far.
    let cache: SuggestionCache
    /// How the notes were ordered, in words; `nil` where they stand as in their files.
    let orderWords: String?
    /// Whether the notes that nobody looks at are read, too, so that the next session can order them.
    let fillsCache: Bool
    /// What to look at first, as after `:filter`.
    let filter: String?
    /// Whether the engine runs over notes that carry spans, too: only when a model was named.
    let suggestsBesideCarried: Bool
    /// What annotators agree on and where they differ, by note id; empty outside an adjudication.
    let comparisons: [String: NoteComparison]
    /// What is opened one after another; `nil` without `--queue`.
    let queue: ReviewQueue?
    /// `--cased`: the tokenizer keeps case and accents.
    let cased: Bool
    let isReadOnly: Bool
    let isBlind: Bool
    /// Whether clicks come to the program.
    let usesMouse: Bool
    /// Whether the carried spans are entered as accepted.
    let acceptsCarried: Bool
    /// After how many completed notes an adapter is trained; `nil` for only when it is asked for.
    let retrainEvery: Int?
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
        journalIndex = ReadAhead { JournalIndex.current(of: annotator, in: project) }
        self.schema = schema
        notes = .loaded(readings.entries.map { NoteShelf.Loaded(note: $0.note, carried: nil) })
        guidelines = try project.guidelines() ?? ""
        registry = try KeyFiles.registry(of: project)
        threshold = 0
        models = ReviewModels()
        cache = SuggestionCache(folder: project.cacheFolder) { [project] in project.fileMode }
        orderWords = nil
        fillsCache = false
        filter = nil
        suggestsBesideCarried = false
        queue = nil
        cased = false
        isReadOnly = false
        isBlind = false
        self.usesMouse = usesMouse
        acceptsCarried = false
        retrainEvery = nil
        hasStoredSchema = true
    }

    init(_ command: ReviewSubcommand) throws {
        annotator = try command.annotatorName()
        project = try Project.locate(notes: command.notes, folder: command.project)
        journalIndex = ReadAhead { [annotator, project] in JournalIndex.current(of: annotator, in: project) }
        let paths = command.notes.isEmpty ? try project.notePaths() : command.notes
        let bar = ProgressBar("reading the notes", total: 100)
        defer { ProgressBar.clear() }
        var catalog = try NoteCatalog(paths, of: project) { bar.show(Int($0 * 100)) }
        guard !catalog.entries.isEmpty else {
            throw BadInput(SourceLocation(paths.joined(separator: " ")), "there are no notes in it")
        }
        if let file = command.queue {
            let (queue, others) = try QueueFile.read(file, annotator: annotator)
            if others > 0 { standardError("review: \(others) findings are about other annotators' spans") }
            try Self.select(queue, in: &catalog, file)
            self.queue = queue
        } else {
            queue = nil
            try Self.selectAssigned(to: annotator, in: &catalog, of: project)
        }
        if command.order == .random { catalog.shuffle() }
        // A model of the project that has gone is said in the session, which works without; one that was just named is a slip.
        for model in command.model {
            try ModelLocation.check(model)
            try ClinicalModel.check(checkpoint: model)
        }
        registry = try KeyFiles.registry(of: project)
        let settings = try project.settings()
        threshold = settings?.threshold ?? 0
        var named = command.model.isEmpty ? settings?.allModels ?? [] : command.model
        if named.isEmpty, let standard = ModelLocation.standard { named = [standard] }
        let models = ReviewModels(named, precision: command.numbers.precision)
        self.models = command.blind ? ReviewModels() : models
        let stored = try project.schema()
        schema = try Self.schema(command, stored: stored, models: models, catalog: catalog)
        suggestsBesideCarried = !command.model.isEmpty
        cache = SuggestionCache(folder: project.cacheFolder) { [project] in project.fileMode }
        let ordered = try models.order(
            catalog, by: command.order, cache, carriedCounts: !suggestsBesideCarried, cased: command.casing.cased
        ) { [models = self.models, annotator, project] (folder) throws(BadInput) in
            try AdapterInUse(of: folder, in: models, annotator, project, cased: command.casing.cased).folder
        }
        notes = try Self.source(ordered.catalog)
        orderWords = ordered.words
        fillsCache = ordered.words != nil
        filter = command.order == .disagreement ? "is:disputed" : nil
        guidelines = try project.guidelines() ?? ""
        hasStoredSchema = stored != nil
        comparisons = [:]
        cased = command.casing.cased
        isReadOnly = command.readonly
        isBlind = command.blind
        usesMouse = command.screen.mouse
        acceptsCarried = command.acceptExisting
        retrainEvery = command.retrainEvery
    }

    /// The folder of the model that adapters are trained for; `nil` where there is not one, it is an adapter
    /// itself, or nothing may be written.
    var trainedModel: String? {
        guard !isReadOnly, models.readers.count == 1, let folder = models.readers.first,
            !FileManager.default.fileExists(atPath: "\(folder)/adapter_config.json")
        else { return nil }
        return folder.hasPrefix("/") ? folder : "\(FileManager.default.currentDirectoryPath)/\(folder)"
    }

    /// What the session's models can do beside offering spans.
    var abilities: Set<Ability> { trainedModel == nil ? models.abilities : models.abilities.union([.training]) }

    /// The adapter that the annotator uses with a model, if any.
    ///
    /// - Throws: ``BadInput`` for a damaged list of versions, or a model without weights.
    func adapter(of model: String) throws(BadInput) -> AdapterInUse {
        try AdapterInUse(of: model, in: models, annotator, project, cased: cased)
    }

    /// The notes of a small project, read; of a large one, where they are.
    ///
    /// What is wrong with the former is said before the screen is taken, with the latter when they are opened.
    private static func source(_ catalog: NoteCatalog) throws(BadInput) -> NoteShelf.Source {
        guard catalog.entries.count <= NoteShelf.openedAtOnce else { return .catalog(catalog) }
        var notes: [NoteShelf.Loaded] = []
        for position in catalog.entries.indices {
            let note = try catalog.note(at: position)
            notes.append(NoteShelf.Loaded(note: note, carried: try note.carriedSpans()))
        }
        return .loaded(notes)
    }

    /// Leaves the notes that a queue goes through, in its order.
    private static func select(_ queue: ReviewQueue, in catalog: inout NoteCatalog, _ file: String) throws(BadInput) {
        let places = Dictionary(
            catalog.entries.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var wanted: [Int] = []
        var seen: Set<String> = []
        for target in queue.targets where seen.insert(target.note).inserted {
            guard let place = places[target.note] else {
                throw BadInput(
                    SourceLocation(file), "the note '\(target.note.printable)' is not among the notes that were given")
            }
            wanted.append(place)
        }
        catalog.select(wanted)
    }

    /// Leaves the notes that an annotator is to read: all, unless `assign` gave them some.
    private static func selectAssigned(
        to annotator: String, in catalog: inout NoteCatalog, of project: Project
    ) throws(BadInput) {
        guard let own = try project.assignments()?.notes[annotator] else { return }
        let ids = Set(own)
        catalog.select(catalog.entries.indices.filter { ids.contains(catalog.entries[$0].id) })
        guard !catalog.entries.isEmpty else {
            throw BadInput(
                SourceLocation(project.assignmentsFile), "none of these notes is assigned to \(annotator)")
        }
    }

    /// Makes the folders that are missing of the project; nothing was written before.
    ///
    /// - Returns: what was made; `nil` where nothing may be.
    /// - Throws: ``BadInput`` if they cannot be made.
    func createFolders(for command: ReviewSubcommand) throws(BadInput) -> NewFolders? {
        command.readonly ? nil : try project.create(group: command.group)
    }

    /// Keeps with the project what it was opened with; done last, when nothing can be refused any more.
    ///
    /// - Throws: ``BadInput`` if it cannot be written, or the notes do not go with those the project has.
    func keepSettings(of command: ReviewSubcommand) throws(BadInput) {
        guard !command.readonly, !command.notes.isEmpty else { return }
        try project.remember(notes: command.notes, createdBy: "chartmark \(chartmarkVersion)")
        // Kept, so that another model later does not move the capitals under the annotator's fingers.
        if !hasStoredSchema { try project.saveFirst(schema: schema) }
    }

    /// The schema that was named, the project's, or one made of the labels that the model and the notes have.
    private static func schema(
        _ command: ReviewSubcommand, stored: LabelSchema?, models: ReviewModels, catalog: NoteCatalog
    ) throws(BadInput) -> LabelSchema {
        if let file = command.schema { return try Project.schema(at: file) }
        if let stored { return stored }
        let (labels, noteLabels) = try models.labels()
        var carried: Set<String> = []
        for position in catalog.entries.indices {
            carried.formUnion(try catalog.note(at: position).carriedSpans()?.map(\.content.label) ?? [])
        }
        let imported = carried.subtracting(labels).sorted()
        guard !(labels + imported).isEmpty || !noteLabels.isEmpty else {
            throw BadInput(
                SourceLocation("--schema"),
                "there is no schema, no model to take labels from, and the notes carry none: "
                    + "give --schema FILE or --model DIR")
        }
        var schema = LabelSchema.derived(from: labels + imported)
        schema.noteLabels = noteLabels
        return schema
    }
}
