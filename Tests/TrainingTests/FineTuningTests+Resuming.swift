import ClinicalBERT
import ClinicalText
import Testing
import Training

extension FineTuningTests {
    @Test("that was interrupted goes on to the very numbers of one that was not", arguments: [1, 4, 6])
    func resumes(_ stopAfter: Int) throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.1)
        let whole = Folder()
        let divided = Folder()
        let straight = try run(tiny, whole.path)
        _ = try straight.run()

        let first = try run(tiny, divided.path)
        var steps = 0
        let outcome = try first.run(report: { _ in steps += 1 }, isInterrupted: { steps == stopAfter })
        #expect(outcome == .interrupted)
        let second = try run(tiny, divided.path, resumes: true)
        #expect(second.trainer.step == stopAfter)
        _ = try second.run()
        #expect(Array(second.trainer.weights.numbers) == Array(straight.trainer.weights.numbers))
        for name in ["model.safetensors", "config.json"] {
            let bytes = try NoteReader.bytes(of: "\(divided.path)/\(name)")
            let golden = try NoteReader.bytes(of: "\(whole.path)/\(name)")
            #expect(bytes == golden)
        }
    }

    @Test("is not continued with other settings, nor started over an interrupted run or a model")
    func otherRuns() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var steps = 0
        let first = try run(tiny, output.path)
        _ = try first.run(report: { _ in steps += 1 }, isInterrupted: { steps == 2 })
        #expect(throws: BadInput.self) { try run(tiny, output.path) }
        var other = Self.settings
        other.learningRate = 0.01
        let error = #expect(throws: BadInput.self) { try run(tiny, output.path, other, resumes: true) }
        #expect(error?.description.contains("rate 0.02") == true)
        let (otherModel, moved) = (try TinyEncoder(.bert, spoil: { _ in 0.5 }), Self.notes(14))
        let base = #expect(throws: BadInput.self) { try run(otherModel, output.path, resumes: true) }
        #expect(base?.reason.contains("had other settings or data") == true)
        // The same fourteen notes, two of which are learned from in place of being measured on.
        let data = #expect(throws: BadInput.self) {
            try FineTuning(
                tiny.checkpoint, task: Self.task, training: Array(moved.prefix(12)),
                development: Array(moved.suffix(2)), settings: Self.settings, output: output.path, resumes: true)
        }
        #expect(data?.reason.contains("had other settings or data") == true)
        _ = try run(tiny, output.path, resumes: true).run()
        let done = #expect(throws: BadInput.self) { try run(tiny, output.path) }
        #expect(done?.description.contains("a model is in it already") == true)
        #expect(throws: BadInput.self) { try run(tiny, output.path, resumes: true) }
    }

    @Test("is not continued with a state that counts what cannot be")
    func damagedState() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var steps = 0
        _ = try run(tiny, output.path).run(report: { _ in steps += 1 }, isInterrupted: { steps == 2 })
        let file = "\(output.path)/state/state.json"
        let state = String(decoding: try NoteReader.bytes(of: file), as: UTF8.self)
        let damaged = state.replacing(#""epochsSinceBest":0"#, with: #""epochsSinceBest":9223372036854775807"#)
        #expect(damaged != state)
        try AtomicFile().replace(file, with: Array(damaged.utf8))
        let error = #expect(throws: BadInput.self) { try run(tiny, output.path, resumes: true) }
        #expect(error?.reason.contains("is not the state of a run") == true)
    }

    @Test("that lost patience and was cut off while it concluded has nothing more to learn")
    func cutOffAtTheEnd() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var settings = Self.settings
        var steps = 0
        // Ten notes in batches of three: an epoch has four steps.
        _ = try run(tiny, output.path, settings).run(report: { _ in steps += 1 }, isInterrupted: { steps == 4 })
        let file = "\(output.path)/state/state.json"
        let state = String(decoding: try NoteReader.bytes(of: file), as: UTF8.self)
        let patient = state.replacing(#""epochsSinceBest":0"#, with: #""epochsSinceBest":2"#)
        #expect(patient != state)
        try AtomicFile().replace(file, with: Array(patient.utf8))
        settings.patience = 2
        let resumed = try run(tiny, output.path, settings, resumes: true)
        guard case .done = try resumed.run() else { return #expect(Bool(false), "it was interrupted by nobody") }
        #expect(resumed.trainer.step == 4)
        #expect(throws: Never.self) { try ClinicalModel(checkpoint: output.path) }
    }

    @Test(
        "goes on to the same numbers with adapters, with frozen layers, and with whole texts",
        arguments: ["adapters", "frozen", "texts", "balanced"])
    func resumesKinds(_ kind: String) throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.1)
        var settings = Self.settings
        settings.balancesClasses = kind == "balanced"
        settings.frozenBlocks = kind == "frozen" ? 1 : 0
        settings.adapters = kind == "adapters" ? AdapterSettings(rank: 2) : nil
        let task = kind == "texts" ? TrainingTask.texts(labels: ["bare", "painful"]) : Self.task
        let notes = Self.notes(10).map { note in
            var note = note
            note.label = note.spans?.isEmpty == true ? "bare" : "painful"
            return note
        }
        func run(_ output: String, resumes: Bool = false) throws(BadInput) -> FineTuning {
            try FineTuning(
                tiny.checkpoint, task: task, training: notes, development: Array(notes.prefix(4)), settings: settings,
                output: output, resumes: resumes)
        }
        let (whole, divided) = (Folder(), Folder())
        let straight = try run(whole.path)
        _ = try straight.run()
        var steps = 0
        _ = try run(divided.path).run(report: { _ in steps += 1 }, isInterrupted: { steps == 6 })
        let resumed = try run(divided.path, resumes: true)
        _ = try resumed.run()
        #expect(steps == 6 && resumed.trainer.step == 16)
        #expect(Array(resumed.trainer.weights.numbers) == Array(straight.trainer.weights.numbers))
        #expect(
            try NoteReader.bytes(of: "\(divided.path)/model.safetensors")
                == NoteReader.bytes(of: "\(whole.path)/model.safetensors"))
    }
}
