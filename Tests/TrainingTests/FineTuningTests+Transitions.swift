import ClinicalBERT
import ClinicalText
import Testing
import Training

extension FineTuningTests {
    /// A checkpoint that was trained on "no chest pain ." and knows what followed what.
    private func checkpointWithTransitions(_ output: String) throws {
        let tiny = try TinyEncoder(.bert)
        _ = try run(tiny, output).run()
        var counts = TransitionCounts()
        counts.weight = 0.5
        counts.add("O", after: "O", times: 97)
        counts.add("B-X", after: "O")
        counts.add("I-X", after: "B-X")
        counts.add("O", after: "I-X")
        try CheckpointEntry.write(transitions: counts, checkpoint: output, windows: Self.settings.windows)
    }

    @Test(
        "goes on with what followed what in the notes of a checkpoint with the same labels, and weighs it no more than its own"
    )
    func transitions() throws {
        let (first, second) = (Folder(), Folder())
        try checkpointWithTransitions(first.path)
        _ = try FineTuning(
            TrainableCheckpoint(folder: first.path), task: Self.task, training: Self.notes(10), development: [],
            settings: Self.settings, output: second.path
        ).run()
        // Five times "no chest pain ." and five times "no .", 30 words: four times that is no less than the 100 before.
        let transitions = try #require(try ModelConfiguration(checkpoint: second.path).transitions)
        #expect(transitions.weight == 0.5)
        #expect(
            transitions.counts == ["O": ["O": 60 + 97, "B-X": 20 + 1], "B-X": ["I-X": 20 + 1], "I-X": ["O": 20 + 1]])
    }

    @Test("goes by what follows what where the notes it measures on are better with it")
    func fittedTransitions() throws {
        let tiny = try TinyEncoder(.bert)
        let (first, second) = (Folder(), Folder())
        // It learns "chest" and "pain" as spans of their own.
        let apart = Self.notes(10).map { note in
            var note = note
            if note.spans?.isEmpty == false {
                note.spans = [.init(TextSpan(3, 8), "X"), .init(TextSpan(9, 13), "X")]
            }
            return note
        }
        var settings = Self.settings
        settings.epochs = 8
        _ = try FineTuning(
            tiny.checkpoint, task: Self.task, training: apart, development: [], settings: settings, output: first.path
        ).run()
        let text = NoteText("no chest pain .")
        let before = try #require(try ClinicalModel(checkpoint: first.path).spans(in: [text])?.first)
        #expect(before.map(\.span) == [TextSpan(3, 8), TextSpan(9, 13)])
        // It learns nothing more, but sees that in these notes an I- follows each B-.
        settings.learningRate = 1e-9
        settings.epochs = 1
        let tuning = try FineTuning(
            TrainableCheckpoint(folder: first.path), task: Self.task, training: Self.notes(10),
            development: Self.notes(10), settings: settings, output: second.path)
        #expect(try tuning.run() == .done(best: 1))
        let model = try ClinicalModel(checkpoint: second.path)
        #expect(model.configuration.transitions?.weight == tuning.transitionWeight)
        #expect(tuning.transitionWeight != nil)
        #expect(try model.spans(in: [text])?.first?.map(\.span) == [TextSpan(3, 13)])
    }

    @Test("leaves out what follows what where that is no better, or not known of every label")
    func noTransitions() throws {
        let (first, second, third) = (Folder(), Folder(), Folder())
        try checkpointWithTransitions(first.path)
        // Ten notes to measure on, which it reads without a fault; four are too few to tell.
        for (count, weight) in [(10, nil), (4, 0.5)] as [(Int, Double?)] {
            _ = try FineTuning(
                TrainableCheckpoint(folder: first.path), task: Self.task, training: Self.notes(10),
                development: Self.notes(count), settings: Self.settings, output: "\(second.path)/\(count)"
            ).run()
            let folder = "\(second.path)/\(count)"
            #expect(try ModelConfiguration(checkpoint: folder).transitions?.weight == weight)
        }
        _ = try FineTuning(
            TrainableCheckpoint(folder: first.path), task: .tokens(labels: TrainingLabels.tags(["X", "Y"])),
            training: Self.notes(10), development: [], settings: Self.settings, output: third.path
        ).run()
        #expect(try ModelConfiguration(checkpoint: third.path).transitions == nil)
    }
}
