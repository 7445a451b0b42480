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
        var isWorking = false
        var isStopped = false
    }

    private let notes: [String: Note]
    private let cache: SuggestionCache?
    private let onResult: @Sendable (String, SuggestionOutcome) -> Void
    private let onProgress: @Sendable (String, Double) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "chartmark.suggestions", qos: .userInitiated)

    /// Makes a queue that waits for its suggester.
    ///
    /// - Parameters:
    ///   - notes: what can be wished for.
    ///   - cache: where results are kept; `nil` to keep none.
    ///   - onResult: told each result with the note's id, on the queue's thread.
    ///   - onProgress: told the share of a note that is done, 0 to 1, while it takes longer than ``quietTime``.
    public init(
        notes: [Note], cache: SuggestionCache?, onResult: @escaping @Sendable (String, SuggestionOutcome) -> Void,
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.notes = Dictionary(notes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
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
        queue.async { [self] in
            do {
                let suggester = try load()
                state.withLock { $0.suggester = suggester }
                onLoaded(.success(suggester.name))
                cache?.open(model: suggester.name)
                work()
            } catch {
                onLoaded(.failure(SuggesterFailure(description: "\(error)")))
            }
        }
    }

    /// Wishes for these notes, most urgent first, instead of whatever was wished for before.
    public func request(_ ids: [String]) {
        state.withLock { $0.wishes = ids }
        queue.async { [self] in work() }
    }

    /// Drops everything, the running note included, and takes no more wishes.
    public func stop() {
        state.withLock { state in
            state.wishes = []
            state.isStopped = true
        }
    }

    /// Works until nothing is wished for.
    ///
    /// Runs on the queue's thread only, so never twice at once.
    private func work() {
        while let (id, suggester) = next() {
            guard let note = notes[id] else {
                finish(id)
                continue
            }
            if let kept = cache?.suggestions(for: note) {
                finish(id)
                onResult(id, .ready(kept))
                continue
            }
            let nextReport = Mutex(ContinuousClock.now + Self.quietTime)
            let outcome = suggester.suggest(note) { [self] share in
                let isDue = nextReport.withLock { due in
                    let now = ContinuousClock.now
                    guard now >= due else { return false }
                    due = now + Self.reportEvery
                    return true
                }
                if isDue { onProgress(id, share) }
            } isCancelled: { [self] in
                state.withLock { $0.isStopped || !$0.wishes.contains(id) }
            }
            finish(id)
            guard let outcome else { continue }
            if case .ready(let suggestions) = outcome { cache?.keep(suggestions, for: note) }
            onResult(id, outcome)
        }
    }

    private func next() -> (String, any Suggester)? {
        state.withLock { state in
            guard !state.isStopped, let suggester = state.suggester, let id = state.wishes.first else { return nil }
            return (id, suggester)
        }
    }

    private func finish(_ id: String) {
        state.withLock { $0.wishes.removeAll { $0 == id } }
    }
}

/// Why there is no suggester.
public struct SuggesterFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public let description: String
}
