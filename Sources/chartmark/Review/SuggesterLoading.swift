import ClinicalBERT
import ClinicalText
import Dispatch
import Suggestions
import Synchronization

/// Reads a model that offers spans.
enum SuggesterLoading {
    /// Loads a model of the session with the adapter that is in use; one that cannot be read is left out, with the reason.
    static func load(
        _ folder: String, of setup: ReviewSetup
    ) throws -> (loaded: Loaded, adapter: AdapterInUse) {
        var adapter = AdapterInUse()
        do {
            adapter = try setup.adapter(of: folder)
            return (try load(folder, adapter: adapter.folder, of: setup), adapter)
        } catch  where adapter.folder != nil || adapter == AdapterInUse() {
            let model = try load(folder, adapter: nil, of: setup)
            return (
                model, AdapterInUse(leftOut: "the adapter is left out: \(error); :take back the adapter forgets it")
            )
        }
    }

    typealias Loaded = (suggester: ClinicalBERTSuggester, warnings: [String])

    /// Loads the model while its weights' digest is taken on another core; with what there is to say of its tokenizer and of
    /// the engine.
    ///
    /// - Parameter adapter: the folder of an adapter that changes it.
    private static func load(_ folder: String, adapter: String?, of setup: ReviewSetup) throws -> Loaded {
        let (cased, precision) = (setup.cased, setup.models.precision)
        let name = Mutex<Result<String, BadInput>?>(nil)
        let naming = DispatchGroup()
        DispatchQueue.global(qos: .userInitiated).async(group: naming) {
            let result = Result { () throws(BadInput) in
                try ClinicalModel.name(ofCheckpoint: adapter ?? folder, base: adapter == nil ? nil : folder)
            }
            name.withLock { $0 = result }
        }
        let model = Result { () throws(BadInput) in
            if let adapter {
                return try ClinicalModel(checkpoint: adapter, base: folder, cased: cased, precision: precision)
            }
            return try ModelLocation.load(folder, cased: cased, precision: precision)
        }
        naming.wait()
        let loaded = try model.get()
        return (
            ClinicalBERTSuggester(loaded, name: try name.withLock { $0 }?.get() ?? folder, cased: cased),
            loaded.tokenizer.warnings + loaded.warnings + Kernel.warnings()
        )
    }
}
