import Annotation
import ClinicalText
import Dispatch
import Effort
import Synchronization

/// A note with what is offered and what is right: between them an oracle presses the keys.
struct EffortWork: Sendable {
    let note: Note
    let suggestions: [Suggestion]
    let gold: Set<LabelledSpan>

    /// The cheapest keys for each note, all cores at work.
    ///
    /// - Throws: ``BadInput`` for a note whose gold no keys lead to.
    static func efforts(
        for work: [EffortWork], by oracle: EffortOracle, batches: EffortOracle.Batches
    ) throws(BadInput) -> [EffortOracle.Effort] {
        let efforts = Mutex<[Int: Result<EffortOracle.Effort, BadInput>]>([:])
        DispatchQueue.concurrentPerform(iterations: work.count) { index in
            let item = work[index]
            let effort = Result { () throws(BadInput) in
                try oracle.review(item.note, suggestions: item.suggestions, gold: item.gold, batches: batches)
            }
            efforts.withLock { $0[index] = effort }
        }
        var found: [EffortOracle.Effort] = []
        for index in work.indices {
            if let effort = try efforts.withLock({ $0[index] })?.get() { found.append(effort) }
        }
        return found
    }

    /// The labels of some models and of the gold, on capitals.
    static func schema(for work: [EffortWork], modelLabels: [String]) -> LabelSchema {
        let goldLabels = Set(work.flatMap { $0.gold.map(\.label) })
        return LabelSchema.derived(from: modelLabels + goldLabels.subtracting(modelLabels).sorted())
    }
}
