import ClinicalBERT
import ClinicalText
import Journal

/// The adapter that an annotator adopted last, as far as it goes with a session's model.
struct AdapterInUse: Hashable {
    /// Its version's name and folder; `nil` where suggestions come from the model as it is.
    var version: String?
    var folder: String?
    /// Why one that was adopted is left out.
    var reason: String?

    /// None.
    init() {}

    /// None, though one was adopted.
    init(leftOut reason: String) { self.reason = reason }

    /// - Parameter cased: whether the session reads text in its case whatever the tokenizer's files say.
    /// - Throws: ``BadInput`` for a damaged list of versions, or a model without weights.
    init(
        of model: String, in models: ReviewModels, _ annotator: String, _ project: Project, cased: Bool
    ) throws(BadInput) {
        guard models.readers.count == 1 else { return }
        let versions = try AdapterVersions(of: annotator, in: project)
        // The model's digest takes a while, and most annotators have no adapter.
        guard let last = versions.adopted.last else { return }
        let name = try ClinicalModel.name(ofCheckpoint: model)
        if last.base == name, last.isCased != cased {
            reason = "the adapter \(last.name) is left out: it was trained \(cased ? "without" : "with") --cased"
        } else if let used = versions.inUse(for: name) {
            version = used.name
            folder = versions.folder(of: used)
        } else {
            reason =
                last.base == name
                ? "the adapter \(last.name) is left out: its folder \(versions.folder(of: last)) is gone"
                : "the adapter \(last.name) is left out: it was trained for \(last.base), and this is \(name)"
        }
    }
}
