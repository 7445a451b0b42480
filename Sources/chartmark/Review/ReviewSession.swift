import Annotation
import ClinicalBERT
import ClinicalText
import Dispatch
import FoundationEssentials
import Glibc
import Journal
import ReviewUI
import Screen
import Suggestions
import Synchronization
import Terminal

/// The thin shell around the pure interface: takes keys to it, carries out its effects, shows its frames.
final class ReviewSession {
    private let setup: ReviewSetup
    private let warning: String?
    private let journal: Journal
    private let mailbox: Mailbox<Message>
    private let queue: SuggestionQueue
    private let labels: LabelsRefresh
    private let questions = ProjectQuestions()
    private let sideModels: SideModels
    /// `nil` where nothing can be learned from the decisions.
    private let training: AdapterTraining?
    private var ids = EventIDSource(seed: UInt64.random(in: 0 ... .max))
    private let shelf: NoteShelf
    private var decisions = 0
    /// The steps of this session: all notes that they were decided in are open.
    private var steps: Set<EventID> = []
    /// Whether the person was told that leaving now loses decisions.
    private var isWarned = false

    /// Opens the journal and prepares everything that can fail.
    ///
    /// - Parameters:
    ///   - setup: what the session begins with.
    ///   - warning: what the person is to know about the project.
    ///   - keepSettings: keeps with the project how it was opened; done last, when nothing can be refused any more.
    /// - Throws: ``BadInput`` for a journal, note or schema that cannot be used.
    init(_ setup: ReviewSetup, warning: String? = nil, keepSettings: () throws -> Void) throws {
        self.setup = setup
        self.warning = warning
        let mailbox = try Mailbox<Message>()
        self.mailbox = mailbox
        let path = setup.project.journalFile(of: setup.annotator)
        let known = setup.journalIndex.wait() ?? nil
        journal =
            if setup.isReadOnly {
                try Journal.readOnly(path, because: "--readonly", index: known)
            } else {
                try Journal.open(
                    path, annotator: setup.annotator, group: setup.project.isShared, index: known
                ) { state in
                    mailbox.post(.saving(ReviewUI.SaveState(state)))
                }
            }
        let shelf = try NoteShelf(setup.notes, journal: path, index: journal.index)
        self.shelf = shelf
        // What is wrong with a note of a small project is said at once.
        if shelf.count <= NoteShelf.openedAtOnce {
            for position in 0..<shelf.count { _ = try shelf.open(at: position) }
        }
        try keepSettings()
        let cache = setup.isReadOnly ? nil : setup.cache
        let isBlind = setup.isBlind
        let besideCarried = setup.suggestsBesideCarried
        let queue = SuggestionQueue(note: { shelf.noteToRead($0, besideCarried: besideCarried) }, cache: cache) {
            note, outcome in
            let carried = isBlind ? nil : shelf.opened(note)?.carried
            mailbox.post(.suggestions(note: note, SuggestionState(outcome, beside: carried ?? [])))
        } onProgress: { note, share in
            mailbox.post(.progress(Progress(note: note, share: share)))
        }
        self.queue = queue
        labels = LabelsRefresh(setup.project)
        let sideModels = SideModels(setup, shelf, mailbox)
        self.sideModels = sideModels
        // Another session of the annotator's that writes has its training in the same folder.
        training =
            journal.writer == nil
            ? nil : setup.trainedModel.map { AdapterTraining(setup, base: $0, beside: queue, sideModels, mailbox) }
    }

    /// Runs until the person leaves, or the system asks to.
    ///
    /// - Throws: ``BadInput`` if decisions could not be kept.
    func run(on terminal: TerminalSession) throws {
        if setup.acceptsCarried { try acceptCarried() }
        try carryOverAgreements()
        let queued = setup.queue?.targets.first.flatMap { shelf.position(of: $0.note) }
        let first = queued ?? (0..<shelf.count).first { shelf.progress(at: $0).status == .pending } ?? 0
        let reviews = try (0..<shelf.count).map { position in
            position == first || shelf.opened(shelf.id(at: position)) != nil
                ? try review(at: position)
                : NoteReview(id: shelf.id(at: position), progress: shelf.progress(at: position))
        }
        guard
            var model = Model(
                notes: reviews, schema: setup.schema, guidelines: setup.guidelines, threshold: setup.threshold,
                annotator: setup.annotator, readOnly: journal.readOnlyReason,
                engine: setup.models.readers.isEmpty ? .none : .loading, registry: setup.registry,
                readerCount: max(1, setup.models.readers.count), abilities: setup.abilities,
                filter: setup.filter, ids: ids, size: terminal.size, queue: setup.queue, usesMouse: setup.usesMouse,
                retrainEvery: setup.retrainEvery)
        else { return }
        let presenter = FramePresenter(terminal)
        let loop = EventLoop(terminal, mailbox: mailbox)
        if let file = journal.setAside {
            _ = update(&model, .notice("the journal's last line was cut off; it was set aside in \(file)"))
        }
        if let words = setup.orderWords { _ = update(&model, .notice(words)) }
        if let warning { _ = update(&model, .notice(warning)) }
        showSaveState(&model)
        presenter.present(render(model))
        startEngine()
        _ = carryOut(update(&model, .started), on: &model, terminal)
        var isRunning = true
        while isRunning {
            var isStale = false
            // The note that the person sees while the keys of this turn are typed.
            let seen = model.current
            for event in loop.nextEvents() {
                // What was typed ahead of leaving is meant for the shell.
                guard isRunning else { break }
                // Only wakes the loop: by now the state may be another.
                if case .message(.saving) = event {
                    isStale = isStale || savingState != model.save
                    continue
                }
                isStale = true
                switch event {
                case .key(let key):
                    if model.current != seen, model.finishesNote(key) {
                        _ = update(&model, .notice(Self.tooEarly(model)))
                        continue
                    }
                    isRunning = carryOut(update(&model, .key(key, at: Self.now)), on: &model, terminal) && isRunning
                case .resize(let size): _ = carryOut(update(&model, .resized(size)), on: &model, terminal)
                case .message(let message):
                    if case .occurrences(_, let found) = message { openAll(found.keys, on: &model, terminal) }
                    _ = carryOut(update(&model, message), on: &model, terminal)
                case .resumed: _ = carryOut(update(&model, .resized(terminal.size)), on: &model, terminal)
                case .groundKnown, .tick: break
                case .terminate: isRunning = false
                }
                if isWarned {
                    isWarned = isRunning
                    if case .key = event, isRunning, journal.writer?.saveState.isFailed ?? false {
                        _ = update(&model, .notice(Self.unsavedWarning(model)))
                    }
                }
            }
            guard isRunning, isStale else { continue }
            showSaveState(&model)
            presenter.present(render(model))
        }
        queue.stop()
        sideModels.stop()
        training?.close()
        let final = journal.writer?.close()
        if !setup.isReadOnly { journal.index.keep(of: setup.annotator, in: setup.project) }
        terminal.close()
        // A terminal that is closed hangs up on the shell and on us; the second time must not cut the labels short.
        signal(SIGHUP, SIG_IGN)
        try farewell(final, summary: model.sessionSummary)
    }

    /// The journal's state as it is now; `nil` where nothing is written.
    private var savingState: ReviewUI.SaveState? { journal.writer.map { ReviewUI.SaveState($0.saveState) } }

    /// Takes over the journal's state, so that a decision and its `saving` are one frame.
    private func showSaveState(_ model: inout Model) {
        guard let state = savingState, state != model.save else { return }
        _ = update(&model, .saving(state))
    }

    private static func tooEarly(_ model: Model) -> String {
        "pressed before this note was on the screen: it is not finished by that; \(model.key("complete")) completes it"
    }

    private static func unsavedWarning(_ model: Model) -> String {
        "NOT SAVED: make room or press \(model.key("quit")) again to leave and lose what is in memory"
    }

    /// Milliseconds since 1970.
    private static var now: UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }

    /// Carries out what the interface asks for.
    ///
    /// - Returns: whether the session goes on.
    private func carryOut(_ effects: [Effect], on model: inout Model, _ terminal: TerminalSession) -> Bool {
        var goesOn = true
        var left = effects[...]
        // A step in several notes is one write: a process that is killed leaves all of it or nothing.
        var step = Step()
        defer { append(step) }
        while let effect = left.popFirst() {
            switch effect {
            case .append(let note, let batch, let events):
                if step.batch != batch {
                    append(step)
                    step = Step(batch: batch)
                }
                step.events.append((note, events))
            case .open(let note): left = open(note, on: &model) + left
            case .openNotes(let step, let isUndo, let batch):
                // What becomes of the step in these notes belongs to the same write.
                left = openNotes(of: step, isUndo, batch, on: &model, terminal) + left
            case .suggest(let notes):
                queue.request(notes)
            case .findOccurrences(let words): questions.findOccurrences(of: words, on: shelf, mailbox)
            case .explain(let note, let span, let names, let model):
                let mailbox = mailbox
                queue.explain(SpanQuestion(note: note, span: span, names: names, model: model)) { share in
                    mailbox.post(.answering(share))
                } onAnswer: { answer in
                    mailbox.post(.explanation(note: note, span: span, answer))
                }
            case .classify(let note): sideModels.classify(note)
            case .ask(let note, let question): sideModels.ask(question, of: note)
            case .guess(let note, let attribute, let spans): sideModels.guess(attribute, of: spans, in: note)
            case .dropQuestion:
                questions.drop()
                sideModels.dropQuestion()
                queue.dropQuestion()
            case .train: training?.start()
            case .stopTraining: training?.stop()
            case .adopt: adopt()
            case .takeBackAdapter: takeBackAdapter()
            case .setThreshold(let threshold): keep(threshold)
            case .stopSuggesting: queue.request([])
            case .setMouse(let isWanted):
                if !terminal.setMouse(isWanted) { mailbox.post(.notice("this terminal has no mouse to give")) }
            case .quit:
                // Who was asked and said yes insists.
                isWarned = isWarned || model.isAskingToLeave
                goesOn = !mayLeave()
            }
        }
        return goesOn
    }

    /// Reads a note that the interface wants to open, or tells it why that cannot be done.
    private func open(_ id: String, on model: inout Model) -> [Effect] {
        guard let position = shelf.position(of: id) else { return [] }
        do {
            return update(&model, .opened(try review(at: position)))
        } catch {
            return update(&model, .notOpened(note: id, reason: "\(error)"))
        }
    }

    /// Opens the notes in which something may be marked.
    private func openAll(_ ids: some Sequence<String>, on model: inout Model, _ terminal: TerminalSession) {
        for id in ids where shelf.opened(id) == nil { _ = carryOut(open(id, on: &model), on: &model, terminal) }
    }

    /// Opens the notes in which a step was decided before this session, and lets it be reverted there, too.
    private func openNotes(
        of step: EventID, _ isUndo: Bool, _ batch: EventID, on model: inout Model, _ terminal: TerminalSession
    ) -> [Effect] {
        // The journal of a large project is long, and most undo is of what was just decided.
        guard !steps.contains(step) else { return [] }
        do {
            let path = setup.project.journalFile(of: setup.annotator)
            let closed = try JournalReader.notes(ofBatch: step, in: path).filter { shelf.opened($0) == nil }
            guard !closed.isEmpty else { return [] }
            openAll(closed, on: &model, terminal)
            return update(&model, .revert(step: step, isUndo: isUndo, batch: batch, notes: closed))
        } catch {
            return update(&model, .notice("only in the notes that are open: \(error)"))
        }
    }

    /// A note as the interface takes it.
    private func review(at position: Int) throws -> NoteReview {
        let opened = try shelf.open(at: position)
        let offered: SuggestionState =
            setup.isBlind
            ? .withheld("no suggestions: --blind")
            : setup.suggestsBesideCarried ? .none : opened.carried.map { .ready($0) } ?? .none
        return NoteReview(
            note: opened.note, document: opened.document, suggestions: offered,
            comparison: setup.comparisons[opened.note.id])
    }

    /// What a person did at once, in one note or several.
    private struct Step {
        var batch: EventID?
        var events: [(note: String, events: [IdentifiedEvent])] = []
    }

    private func append(_ step: Step) {
        guard let writer = journal.writer, let batch = step.batch else { return }
        let parts = step.events.compactMap { id, events in
            shelf.opened(id).map { NoteEvents(note: id, digest: $0.note.digest, events: events) }
        }
        guard !parts.isEmpty else { return }
        do {
            try writer.append(parts, batch: batch, at: Self.now)
            decisions += parts.count
            steps.insert(batch)
            labels.markStale()
        } catch {
            mailbox.post(.notice(error.description))
        }
    }

    private func keep(_ threshold: Double) {
        guard !setup.isReadOnly, (try? setup.project.settings()) ?? nil != nil else { return }
        do {
            try setup.project.changeSettings(createdBy: "chartmark \(chartmarkVersion)") { $0.threshold = threshold }
        } catch {
            mailbox.post(.notice(error.description))
        }
    }

    /// Whether everything is saved, or the person insists.
    private func mayLeave() -> Bool {
        guard let writer = journal.writer else { return true }
        writer.retry()
        guard writer.saveState.isFailed, !isWarned else { return true }
        isWarned = true
        return false
    }

    /// Uses the adapter that was trained from now on.
    private func adopt() {
        do {
            try training?.adopt()
            startEngine(again: true)
        } catch {
            mailbox.post(.training(.notAdopted(error.description)))
        }
    }

    /// Goes back to the adapter before.
    private func takeBackAdapter() {
        do {
            if try training?.takeBack() != nil {
                startEngine(again: true)
            } else {
                mailbox.post(.notice("no adapter was adopted: suggestions come from the model as it is"))
            }
        } catch {
            mailbox.post(.notice(error.description))
        }
    }

    /// Reads the models; `again` where suggestions of those before are on the screen.
    private func startEngine(again: Bool = false) {
        let folders = setup.models.readers
        guard !folders.isEmpty else { return }
        let mailbox = mailbox
        let shelf = shelf
        let setup = setup
        let used = Mutex(AdapterInUse())
        queue.start {
            var suggesters: [any Suggester] = []
            for folder in folders {
                let (loaded, adapter) = try SuggesterLoading.load(folder, of: setup)
                used.withLock { $0 = adapter }
                for warning in loaded.warnings { mailbox.post(.notice(warning)) }
                suggesters.append(loaded.suggester)
            }
            return suggesters.count == 1 ? suggesters[0] : SuggesterGroup(suggesters)
        } onLoaded: { result in
            switch result {
            case .success(let name):
                mailbox.post(.engine(.ready(name)))
                // What the model before offered and nobody decided on is offered anew.
                let stale = again ? shelf.openedWithoutCarried(orAll: setup.suggestsBesideCarried) : []
                for id in stale { mailbox.post(.suggestions(note: id, .none)) }
                let adapter = used.withLock { $0 }
                mailbox.post(.training(.inUse(adapter.version)))
                if let reason = adapter.reason { mailbox.post(.notice(reason)) }
            case .failure(let failure): mailbox.post(.engine(.failed(failure.description)))
            }
        }
        if setup.fillsCache { queue.fillCache(with: (0..<shelf.count).map(shelf.id)) }
    }

    /// Enters what the notes carry as decided, one batch a note that nothing was decided on yet.
    private func acceptCarried() throws {
        guard journal.writer != nil else { return }
        for position in 0..<shelf.count where !shelf.hasDecisions(at: position) {
            let opened = try shelf.open(at: position)
            // The journal's own word: what an index says is no reason to decide anything twice.
            guard !opened.document.hasDecisions, let carried = opened.carried, !carried.isEmpty else { continue }
            let known = carried.compactMap { suggestion in
                setup.schema.spanLabel(standingFor: suggestion.content.label).map { label in
                    var known = suggestion
                    known.content.label = label.label
                    return known
                }
            }
            guard !known.isEmpty else { continue }
            try enter(.acceptAll(known), on: opened)
        }
        labels.markStale()
    }

    /// Carries a command out before the screen is there.
    private func enter(_ command: Command, on opened: NoteShelf.Opened) throws {
        guard let writer = journal.writer else { return }
        let note = opened.note
        var document = opened.document
        let now = Self.now
        let batch = ids.next(at: now)
        var made = ids
        let events = try document.decide(command, schema: setup.schema) { made.next(at: now) }
        ids = made
        let recorded = try writer.append(events, batch: batch, note: note.id, digest: note.digest, at: now)
        for event in recorded { document.apply(event) }
        shelf.replace(document)
        labels.markStale()
    }

    /// Enters what the annotators agree on, one batch a note that the adjudicator decided nothing on yet; a note on which they
    /// agree in everything is complete with it.
    private func carryOverAgreements() throws {
        guard !setup.comparisons.isEmpty else { return }
        for position in 0..<shelf.count where !shelf.hasDecisions(at: position) {
            guard let comparison = setup.comparisons[shelf.id(at: position)] else { continue }
            do {
                let opened = try shelf.open(at: position)
                guard !opened.document.hasDecisions else { continue }
                try enter(.carryOver(comparison, completing: comparison.isUnanimous), on: opened)
            } catch is CommandRejected {
                // They agree on nothing: there is nothing to write.
                continue
            }
        }
    }

    private func farewell(_ final: JournalState?, summary: String?) throws {
        guard let writer = journal.writer else { return }
        if case .failed(let reason) = final {
            throw BadInput(SourceLocation(writer.path), "the last decisions could not be saved: \(reason)")
        }
        if case .elsewhere(let displacement) = final {
            throw BadInput(SourceLocation(displacement.journal), displacement.description)
        }
        guard labels.isStale || decisions > 0 else { return refreshLabels() }
        try LabelsFile.update(setup.project, notes: setup.project.notes())
        let count = decisions == 1 ? "1 decision" : "\(decisions) decisions"
        standardOutput("\(count) saved in \(writer.path); labels in \(setup.project.labelsFile)")
        if let summary { standardOutput(summary) }
    }

    /// Brings the labels up to what an earlier session decided that was killed.
    private func refreshLabels() {
        guard LabelsFile.isStale(in: setup.project) else { return }
        do {
            try LabelsFile.update(setup.project, notes: setup.project.notes())
        } catch {
            standardError("review: labels.jsonl was not brought up to date: \(error)")
        }
    }
}

extension ReviewUI.SaveState {
    /// The journal's state as the screen shows it.
    init(_ state: JournalState) {
        switch state {
        case .saved: self = .saved
        case .saving: self = .saving
        case .failed(let reason): self = .failed(reason)
        case .elsewhere(let place): self = .elsewhere("the journal \(place.change); decisions go to \(place.file)")
        }
    }
}

extension SuggestionState {
    /// The queue's outcome as the screen shows it, together with what the note's record carries.
    init(_ outcome: SuggestionOutcome, beside carried: [Suggestion]) {
        switch outcome {
        case .ready(let suggestions): self = .ready(carried + suggestions)
        case .withheld where !carried.isEmpty, .failed where !carried.isEmpty: self = .ready(carried)
        case .withheld(let reason): self = .withheld(reason)
        case .failed(let reason): self = .failed(reason)
        }
    }
}
