import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Testing
import Training

extension FineTuningTests {
    private static let kinds = TrainingTask.texts(labels: ["bare", "painful"])

    /// "no chest pain ." is painful, "no ." is bare.
    private static func labelled(_ count: Int) -> [TrainingNote] {
        notes(count).enumerated().map { index, note in
            var note = note
            note.label = index % 2 == 0 ? "painful" : "bare"
            return note
        }
    }

    private func classifier(_ tiny: TinyEncoder, _ output: String, _ change: (inout FineTuningSettings) -> Void) throws
    {
        var settings = Self.settings
        settings.epochs = 30
        change(&settings)
        let outcome = try FineTuning(
            tiny.checkpoint, task: Self.kinds, training: Self.labelled(10), development: Self.labelled(4),
            settings: settings, output: output
        ).run()
        #expect(outcome == .done(best: 1))
    }

    @Test("learns labels of whole texts, and measures the share that is right")
    func texts() throws {
        let output = Folder()
        try classifier(TinyEncoder(.bert), output.path) { _ in }
        let scores = try ClinicalModel(checkpoint: output.path).scores(
            of: ["no chest pain .", "no ."].map { NoteText($0) })
        #expect(try #require(scores[0]["painful"]) > 0.5)
        #expect(try #require(scores[1]["bare"]) > 0.5)
    }

    @Test("of texts cuts them off where training did, whoever reads them; without a word of that, where the model ends")
    func textLength() throws {
        let output = Folder()
        try classifier(TinyEncoder(.bert), output.path) { $0.windows = .init(window: 8, stride: 2) }
        let text = NoteText("no . no . a b a b chest pain")
        func scores(_ length: Int?) throws -> [String: Double] {
            try #require(try ClinicalModel(checkpoint: output.path).scores(of: [text], maximumLength: length).first)
        }
        #expect(try scores(nil) == scores(8))
        #expect(try scores(nil) != scores(16))
        let path = "\(output.path)/config.json"
        var members = try #require(try JSONValue.parse(try NoteReader.bytes(of: path), file: path).objectValue)
        members["chartmark"] = nil
        try AtomicFile().replace(path, with: Array(try JSONValue.line(members).utf8))
        #expect(try scores(nil) == scores(16))
    }

    @Test("with adapters on a bare encoder takes the pooler that was trained beside them, not the base's")
    func adaptersOfBareEncoder() throws {
        let output = Folder()
        let bare = try TinyEncoder(
            .bert, isBare: true, others: [("pooler.dense.weight", [6, 6]), ("pooler.dense.bias", [6])])
        try classifier(bare, output.path) {
            $0.adapters = AdapterSettings(rank: 2)
            $0.learningRate = 0.05
        }
        let texts = ["no chest pain .", "no .", "a painful chest"].map { NoteText($0) }
        let merged = try ClinicalModel(checkpoint: output.path).scores(of: texts)
        let adapted = try ClinicalModel(checkpoint: "\(output.path)/adapter").scores(of: texts)
        for (one, other) in zip(merged, adapted) {
            for (label, score) in one { #expect(abs(score - (other[label] ?? 0)) < 1e-5) }
        }
    }
}
