import Annotation
import ClinicalBERT
import ClinicalText
import Glibc
import Journal
import ReviewUI
import Suggestions
import Synchronization
import Terminal
import Training

/// Trains adapters on an annotator's decisions beside the review.
///
/// One thread of the lowest priority, which stops after each step while somebody waits for suggestions or a side model.
final class AdapterTraining: Sendable {
    private struct State {
        /// Counts trainings: one that is not the last is not wanted any more.
        var number = 0
        /// What was trained last and may be adopted.
        var draft: (base: String, notes: Int)?
    }

    private let project: Project
    private let annotator: String
    private let schema: LabelSchema
    /// The folder of the model that adapters change.
    private let base: String
    private let cased: Bool
    private let suggestions: SuggestionQueue
    private let sideModels: SideModels
    private let mailbox: Mailbox<Message>
    private let state = Mutex(State())
    /// Held by the training that runs: one that was stopped ends before the next touches the same folder.
    private let turn = Mutex<Void>(())

    init(
        _ setup: ReviewSetup, base: String, beside suggestions: SuggestionQueue, _ sideModels: SideModels,
        _ mailbox: Mailbox<Message>
    ) {
        project = setup.project
        annotator = setup.annotator
        schema = setup.schema
        cased = setup.cased
        self.base = base
        self.suggestions = suggestions
        self.sideModels = sideModels
        self.mailbox = mailbox
    }

    /// Begins a training; what comes of it is posted.
    func start() {
        let number = state.withLock { state in
            state.number += 1
            state.draft = nil
            return state.number
        }
        do {
            try QuietThread.run { [self] in
                do {
                    try turn.withLock { _ in try train(number) }
                } catch let refusal as AdapterTrial.Refusal {
                    post(.failed("training \(refusal)"), of: number)
                } catch {
                    post(.failed("no adapter was trained: \(error)"), of: number)
                }
            }
        } catch {
            post(.failed(error.description), of: number)
        }
    }

    /// Drops the training that runs.
    func stop() { state.withLock { $0.number += 1 } }

    private func isStopped(_ number: Int) -> Bool { state.withLock { $0.number != number } }

    private func post(_ news: TrainingNews, of number: Int) {
        if !isStopped(number) { mailbox.post(.training(news)) }
    }

    private func train(_ number: Int) throws {
        guard !isStopped(number) else { return }
        let versions = try AdapterVersions(of: annotator, in: project)
        let name = try ClinicalModel.name(ofCheckpoint: base)
        let names = LabelNames(try ModelConfiguration(checkpoint: base).entityLabels, schema: schema)
        let notes = try decidedNotes(names)
        let trial = try AdapterTrial(base: base, notes: notes, names: names, cased: cased)
        try versions.prepareDraft()
        let reports = ReportPause()
        var isWanted = false
        defer { if !isWanted { versions.removeDraft() } }
        let outcome = try trial.run(into: versions.draftFolder) { share, secondsLeft in
            if reports.isDue() { post(.progress(share: share, secondsLeft: secondsLeft), of: number) }
        } isStopped: { [self] in
            suggestions.waitUntilIdle()
            sideModels.waitUntilIdle()
            return isStopped(number)
        }
        guard let outcome, !isStopped(number) else { return }
        isWanted = true
        let count = outcome.adapted.notes.count
        state.withLock { $0.draft = (name, count) }
        post(.offered(AdapterOffer(outcome, notes: count)), of: number)
    }

    /// The annotator's notes with what is decided on each, as the journal has them now.
    private func decidedNotes(_ names: LabelNames) throws -> [TrainingNote] {
        var own: [LabelRecord] = []
        try LabelsFile.forEachRecord(of: project, notes: project.notes(), onlyFinal: false) { record in
            if record.annotator == annotator { own.append(record) }
        }
        var skipped = 0
        let selection = TrainingSelection(takesPending: true, coversFragments: true)
        return try TrainingNotes.notes(
            own, file: project.folder, schema: schema, selection, unfinished: &skipped
        ).map { note in
            var note = note
            note.spans = note.spans?.map { .init($0.span, names.name(of: $0.label)) }
            note.rejected = note.rejected.map { .init($0.span, names.name(of: $0.label)) }
            return note
        }
    }

    /// Makes what was trained last a version that is in use.
    ///
    /// - Throws: ``BadInput`` if there is nothing to adopt, or the project cannot be written.
    func adopt() throws(BadInput) {
        guard let draft = state.withLock({ $0.draft }) else {
            throw BadInput(
                SourceLocation(project.folder), "there is no adapter to use: none was trained since the last one was")
        }
        var versions = try AdapterVersions(of: annotator, in: project)
        _ = try versions.adopt(base: draft.base, notes: draft.notes, cased: cased)
        state.withLock { $0.draft = nil }
    }

    /// Goes back to the version before.
    ///
    /// - Returns: the one that is no longer used; `nil` if none was.
    /// - Throws: ``BadInput`` if the project cannot be written.
    func takeBack() throws(BadInput) -> AdapterVersions.Version? {
        var versions = try AdapterVersions(of: annotator, in: project)
        return try versions.takeBack()
    }

    /// Ends what runs and takes away what nobody adopted.
    func close() {
        stop()
        try? AdapterVersions(of: annotator, in: project).removeDraft()
    }
}

/// Lets a report through a few times a second: more is not seen.
private final class ReportPause: Sendable {
    private let next = Mutex(ContinuousClock.now)
    private static let pause = Duration.milliseconds(500)

    func isDue() -> Bool {
        next.withLock { next in
            let now = ContinuousClock.now
            guard now >= next else { return false }
            next = now + Self.pause
            return true
        }
    }
}

extension AdapterOffer {
    /// What a trial came to, in figures.
    init(_ outcome: AdapterTrial.Outcome, notes: Int) {
        // The same notes give the same interval.
        var generator = SplitMix(seed: 1, stream: SplitMix.Purpose.draws)
        let bootstrap = Bootstrap(notes: notes, using: &generator)
        self.init(
            notes: notes, f1: outcome.adapted.f1, interval: outcome.adapted.interval(bootstrap),
            baseF1: outcome.base.f1, difference: outcome.adapted.interval(ofDifferenceFrom: outcome.base, bootstrap))
    }
}
