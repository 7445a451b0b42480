import Annotation
import ClinicalText
import Dispatch
import Synchronization

/// Finds suggestions beside the interface: the note in front of the person first, the next one ahead of time.
///
/// One thread of its own, on which the model is loaded as well; the engine's workers are under it. A new wish takes the
/// place of the old ones, and what runs for a note that nobody wishes any more is cancelled.
public final class SuggestionQueue: Sendable {
    private struct State {
        var suggester: (any Suggester)?
        var wishes: [String] = []
        /// Read when nothing is wished for, for the cache only.
        var rest: [String] = []
        /// Counts questions about spans; the answer to an older one is not wanted any more.
        var asked = 0
        /// Whether one waits for its answer.
        var isAsked = false
        var isStopped = false
        /// Signalled once nobody waits for a note or an answer.
        var bystanders: [DispatchSemaphore] = []

        /// Whether somebody waits for a note or an answer.
        var isAwaited: Bool { suggester != nil && !isStopped && (isAsked || !wishes.isEmpty) }

        mutating func wakeBystanders() {
            guard !isAwaited else { return }
            for bystander in bystanders { bystander.signal() }
            bystanders = []
        }
    }

    private let note: @Sendable (String) -> Note?
    private let cache: SuggestionCache?
    private let onResult: @Sendable (String, SuggestionOutcome) -> Void
    private let onProgress: @Sendable (String, Double) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "chartmark.suggestions", qos: .userInitiated)

    /// Makes a queue that waits for its suggester.
    ///
    /// - Parameters:
    ///   - note: what can be wished for, by id; asked on the queue's thread.
    ///   - cache: where results are kept; `nil` to keep none.
    ///   - onResult: told each result with the note's id, on the queue's thread.
    ///   - onProgress: told the share of a note that is done, 0 to 1, while it takes longer than ``quietTime``.
    public init(
        note: @escaping @Sendable (String) -> Note?, cache: SuggestionCache?,
        onResult: @escaping @Sendable (String, SuggestionOutcome) -> Void,
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.note = note
        self.cache = cache
        self.onResult = onResult
        self.onProgress = onProgress
    }

    /// Work shorter than this needs no bar: it would only flash.
    private static let quietTime = Duration.milliseconds(500)
    /// Reports in between would cost more than the eye can see.
    private static let reportEvery = Duration.milliseconds(100)

    /// Loads the suggester on the queue's thread, then works on what was wished for meanwhile.
    ///
    /// - Parameters:
    ///   - load: makes the suggester, or throws.
    ///   - onLoaded: told the suggester's name, or the error's description.
    public func start(
        load: @escaping @Sendable () throws -> any Suggester,
        onLoaded: @escaping @Sendable (Result<String, SuggesterFailure>) -> Void
    ) {
        // Another one may be at work, whose results would be out of date.
        state.withLock { state in
            state.suggester = nil
            state.wakeBystanders()
        }
        queue.async { [self] in
            do {
                let suggester = try load()
                state.withLock { $0.suggester = suggester }
                onLoaded(.success(suggester.name))
                for member in suggester.members { cache?.open(model: member.cacheName) }
                work()
            } catch {
                onLoaded(.failure(SuggesterFailure(description: "\(error)")))
            }
        }
    }

    /// Wishes for these notes, most urgent first, instead of whatever was wished for before.
    public func request(_ ids: [String]) {
        state.withLock { state in
            state.wishes = ids
            state.wakeBystanders()
        }
        queue.async { [self] in work() }
    }

    /// Reads these notes, too, whenever nothing is wished for, so that the cache knows them; nobody is told the results.
    public func fillCache(with ids: [String]) {
        guard cache != nil else { return }
        state.withLock { $0.rest = ids.reversed() }
        queue.async { [self] in work() }
    }

    /// Asks a model why a span is what it is; the question before is dropped.
    ///
    /// Neither is called for a dropped question.
    ///
    /// - Parameters:
    ///   - onProgress: told the share that is done, 0 to 1, from any thread.
    ///   - onAnswer: told the answer on the queue's thread, `nil` if there is none.
    public func explain(
        _ question: SpanQuestion, onProgress: @escaping @Sendable (Double) -> Void = { _ in },
        onAnswer: @escaping @Sendable (SpanExplanation?) -> Void
    ) {
        let number = state.withLock { state in
            state.asked += 1
            state.isAsked = true
            return state.asked
        }
        queue.async { [self] in
            @Sendable func isDropped() -> Bool { state.withLock { $0.isStopped || $0.asked != number } }
            guard !isDropped() else { return }
            let members = state.withLock { $0.suggester }?.members ?? []
            let member = members.first { $0.name == question.model } ?? members.first
            let answer = note(question.note).flatMap { note in
                member?.explain(
                    question, of: note, onProgress: { if !isDropped() { onProgress($0) } }, isCancelled: isDropped)
            }
            guard !isDropped() else { return }
            state.withLock { state in
                state.isAsked = false
                state.wakeBystanders()
            }
            onAnswer(answer)
            work()
        }
    }

    /// Drops the question that waits for its answer.
    public func dropQuestion() {
        state.withLock { state in
            state.asked += 1
            state.isAsked = false
            state.wakeBystanders()
        }
        queue.async { [self] in work() }
    }

    /// Waits while somebody waits for a note or an answer: for work that shall not be in their way.
    public func waitUntilIdle() {
        let turn = state.withLock { state -> DispatchSemaphore? in
            guard state.isAwaited else { return nil }
            let turn = DispatchSemaphore(value: 0)
            state.bystanders.append(turn)
            return turn
        }
        turn?.wait()
    }

    /// Drops everything, the running note included, and takes no more wishes.
    public func stop() {
        state.withLock { state in
            state.wishes = []
            state.rest = []
            state.isStopped = true
            state.wakeBystanders()
        }
    }

    /// Works until nothing is wished for.
    ///
    /// Runs on the queue's thread only, so never twice at once.
    private func work() {
        while let (id, suggester, isWished) = next() {
            guard let note = note(id) else {
                finish(id, isWished: isWished)
                continue
            }
            let report = reports(on: id, isAwaited: isWished)
            let outcome = read(note, suggester, onProgress: report) { [self] in
                state.withLock { state in
                    if state.isStopped { return true }
                    // What is read ahead of every wish makes way for the first.
                    return isWished
                        ? !state.wishes.contains(id)
                        : state.isAsked || !state.wishes.isEmpty || state.suggester == nil
                }
            }
            if outcome != nil || isWished { finish(id, isWished: isWished) }
            if isWished, let outcome { onResult(id, outcome) }
        }
    }

    /// What the models make of a note, each asked only where the cache does not know; `nil` if it was cancelled.
    private func read(
        _ note: Note, _ suggester: any Suggester, onProgress: @escaping @Sendable (Double) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? {
        var outcomes: [SuggestionOutcome] = []
        let members = suggester.members
        let count = Double(members.count)
        for (index, member) in members.enumerated() {
            if let kept = cache?.suggestions(for: note, of: member.cacheName) {
                outcomes.append(.ready(kept))
                continue
            }
            let outcome = member.suggest(
                note, onProgress: { onProgress((Double(index) + $0) / count) }, isCancelled: isCancelled)
            guard let outcome else { return nil }
            if case .ready(let suggestions) = outcome { cache?.keep(suggestions, for: note, of: member.cacheName) }
            outcomes.append(outcome)
        }
        return SuggestionOutcome(joining: outcomes)
    }

    /// Passes on how far a note has come: once it takes longer than ``quietTime``, and no oftener than the eye can see.
    private func reports(on id: String, isAwaited: Bool) -> @Sendable (Double) -> Void {
        let due = ReportClock(first: ContinuousClock.now + Self.quietTime)
        return { [self] share in
            if isAwaited, due.isDue(every: Self.reportEvery) { onProgress(id, share) }
        }
    }

    private func next() -> (id: String, suggester: any Suggester, isWished: Bool)? {
        state.withLock { state in
            guard !state.isStopped, let suggester = state.suggester else { return nil }
            if let id = state.wishes.first { return (id, suggester, true) }
            guard !state.isAsked else { return nil }
            return state.rest.last.map { ($0, suggester, false) }
        }
    }

    private func finish(_ id: String, isWished: Bool) {
        state.withLock { state in
            // A wish for what was just read ahead is still to be answered.
            if isWished {
                state.wishes.removeAll { $0 == id }
            } else if state.rest.last == id {
                state.rest.removeLast()
            }
            state.wakeBystanders()
        }
    }
}

/// When the next report is due; asked from any thread.
private final class ReportClock: Sendable {
    private let due: Mutex<ContinuousClock.Instant>

    init(first: ContinuousClock.Instant) { due = Mutex(first) }

    /// Whether a report is due; if so the next one is due after `pause`.
    func isDue(every pause: Duration) -> Bool {
        due.withLock { due in
            let now = ContinuousClock.now
            guard now >= due else { return false }
            due = now + pause
            return true
        }
    }
}

/// Why there is no suggester.
public struct SuggesterFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public let description: String
}
