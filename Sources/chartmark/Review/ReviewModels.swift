import Annotation
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Journal
import ReviewUI
import Suggestions

/// The models of a session, by what their heads do.
struct ReviewModels {
    /// Those that mark spans, in the order they were named; one that cannot be read is among them, to fail where it is said.
    var readers: [String] = []
    /// Those that give labels to whole notes.
    var classifiers: [String] = []
    /// Those that answer questions.
    var answerers: [String] = []

    /// What they compute with.
    var precision = Precision.float32

    init() {}

    /// Sorts folders by the task in their `config.json`.
    init(_ folders: [String], precision: Precision = .float32) {
        self.precision = precision
        for folder in folders {
            guard let configuration = try? ModelConfiguration(checkpoint: folder) else {
                readers.append(folder)
                continue
            }
            switch configuration.task {
            case .tokenClassification: readers.append(folder)
            case .sequenceClassification: classifiers.append(folder)
            case .questionAnswering: answerers.append(folder)
            case .maskedLanguageModel: readers.append(folder)
            }
        }
    }

    /// What they can do beside offering spans.
    var abilities: Set<Ability> {
        var abilities: Set<Ability> = []
        if !classifiers.isEmpty { abilities.insert(.classifyingNotes) }
        if !answerers.isEmpty { abilities.insert(.answeringQuestions) }
        return abilities
    }

    /// The labels that the models know: of spans, and of whole notes under the classifier's name.
    ///
    /// - Throws: ``BadInput`` for a `config.json` that is there and cannot be read.
    func labels() throws(BadInput) -> (spans: [String], notes: [NoteLabel]) {
        var spans: [String] = []
        for folder in readers where FileManager.default.fileExists(atPath: "\(folder)/config.json") {
            for label in try ModelConfiguration(checkpoint: folder).entityLabels where !spans.contains(label) {
                spans.append(label)
            }
        }
        var notes: [NoteLabel] = []
        for folder in classifiers {
            let configuration = try ModelConfiguration(checkpoint: folder)
            let name = folder.split(separator: "/").last.map(String.init) ?? folder
            let isSingle = configuration.task == .sequenceClassification(.singleLabel)
            notes.append(NoteLabel(name: name, choose: isSingle ? .one : .many, values: configuration.labels))
        }
        return (spans, notes)
    }

    /// The notes in the order that was asked for, with a line that says what it is based on.
    ///
    /// - Parameters:
    ///   - carriedCounts: whether what notes bring with them is what is offered, and no model reads those.
    ///   - cased: whether models read text in its case whatever their tokenizers' files say.
    ///   - adapter: the folder of the adapter that is used with a model.
    /// - Throws: ``BadInput`` where a model that is needed is not there, or a note cannot be read.
    func order(
        _ catalog: NoteCatalog, by order: ReviewSubcommand.Order, _ cache: SuggestionCache, carriedCounts: Bool,
        cased: Bool, adapter: (String) throws(BadInput) -> String?
    ) throws(BadInput) -> (catalog: NoteCatalog, words: String?) {
        let count = catalog.entries.count
        let ranking: NoteOrder.Ranking
        switch order {
        case .file, .random: return (catalog, nil)
        case .uncertain:
            let names = try readNames(cache, atLeast: 1, for: "uncertain", cased: cased, adapter)
            ranking = try NoteOrder.byUncertainty(count) { (position) throws(BadInput) in
                let note = try catalog.note(at: position)
                if carriedCounts, let carried = try note.carriedSpans() { return carried }
                return names.lazy.compactMap { cache.suggestions(for: note, of: $0) }.first
            }
        case .disagreement:
            let names = try readNames(cache, atLeast: 2, for: "disagreement", cased: cased, adapter)
            ranking = try NoteOrder.byDisagreement(count) { (position) throws(BadInput) in
                let note = try catalog.note(at: position)
                guard let first = cache.suggestions(for: note, of: names[0]),
                    let second = cache.suggestions(for: note, of: names[1])
                else { return nil }
                return (first, second)
            }
        }
        var ordered = catalog
        ordered.select(ranking.positions)
        let rest = ranking.known < count ? "; the others follow and are read meanwhile" : ""
        return (
            ordered,
            "by \(order == .uncertain ? "uncertainty" : "disagreement"): "
                + "\(ranking.known) of \(count) notes are in the suggestion cache\(rest)"
        )
    }

    private func readNames(
        _ cache: SuggestionCache, atLeast count: Int, for order: String, cased: Bool,
        _ adapter: (String) throws(BadInput) -> String?
    ) throws(BadInput) -> [String] {
        guard readers.count >= count else {
            throw BadInput(
                SourceLocation("--order \(order)"),
                count > 1
                    ? "needs two models that mark spans, and there are \(readers.count): give --model twice"
                    : "needs a model that marks spans: give --model DIR")
        }
        var names: [String] = []
        for folder in readers {
            let adapter = try adapter(folder)
            let base = adapter == nil ? nil : folder
            let name = try ClinicalModel.name(ofCheckpoint: adapter ?? folder, base: base)
            let configuration = try ModelConfiguration(checkpoint: adapter ?? folder, base: base)
            names.append(
                ClinicalBERTSuggester.cacheName(name, configuration, cased: cased, precision: precision))
        }
        for name in names { cache.read(model: name) }
        return names
    }
}
