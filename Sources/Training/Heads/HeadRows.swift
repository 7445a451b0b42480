import ClinicalBERT
import ClinicalText

/// The rows of a checkpoint's classifier, so that a label it knows goes on from what it learned when others are added.
package enum HeadRows {
    /// The labels of the checkpoint's head, by row; none where it has no head of this task.
    package static func known(_ checkpoint: TrainableCheckpoint, _ task: TrainingTask) -> [String] {
        guard let configuration = try? ModelConfiguration(checkpoint: checkpoint.folder) else { return [] }
        switch (configuration.task, task) {
        case (.tokenClassification, .tokens), (.sequenceClassification, .texts): return configuration.labels
        default: return []
        }
    }

    /// Copies the rows of labels that the checkpoint has, too; nothing where it shares no more than `O`.
    ///
    /// - Throws: ``BadInput`` if the checkpoint's classifier is damaged.
    package static func copy(
        _ known: [String], of checkpoint: TrainableCheckpoint, to weights: ParameterArena, _ model: EncoderModel
    ) throws(BadInput) {
        let shared = model.task.labels.enumerated().compactMap { row, label in
            known.firstIndex(of: label).map { (row: row, old: $0, label: label) }
        }
        guard shared.contains(where: { $0.label != "O" }) else { return }
        for name in ["classifier.weight", "classifier.bias"] {
            guard let parameter = model.layout.parameter(name), checkpoint.has(name),
                let target = weights[parameter].baseAddress
            else { continue }
            let columns = parameter.count / model.task.labels.count
            let old = FloatMemory(count: known.count * columns)
            try checkpoint.copy(name, [known.count] + parameter.shape.dropFirst(), to: old.pointer)
            for pair in shared {
                (target + pair.row * columns).update(from: old.pointer + pair.old * columns, count: columns)
            }
        }
    }
}
