import Dispatch
import Journal
import Synchronization

/// Brings `labels.jsonl` up to date beside the interface, at most once a minute.
final class LabelsRefresh: Sendable {
    /// The design's interval: often enough that an evening's work can be trained on after a crash, too rare to be felt.
    private static let interval = DispatchTimeInterval.seconds(60)

    private struct State {
        var isStale = false
        var isPlanned = false
    }

    private let project: Project
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "chartmark.labels", qos: .utility)

    init(_ project: Project) { self.project = project }

    /// Whether decisions were made that the file lacks.
    var isStale: Bool { state.withLock { $0.isStale } }

    /// Says that a decision was made; the file follows within the interval.
    func markStale() {
        let plans = state.withLock { state in
            state.isStale = true
            defer { state.isPlanned = true }
            return !state.isPlanned
        }
        guard plans else { return }
        queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in self?.refresh() }
    }

    private func refresh() {
        state.withLock { state in
            state.isPlanned = false
            state.isStale = false
        }
        // What fails now is tried again with the next decision, and at the end, where the person is told.
        let isDone = (try? LabelsFile.update(project, notes: project.notes())) != nil
        if !isDone { state.withLock { $0.isStale = true } }
    }
}
