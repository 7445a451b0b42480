import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Testing
import Tokenization
import Training

@Suite("Pre-training")
struct PretrainingTests {
    private typealias Folder = FineTuningTests.Folder

    private static func notes(_ count: Int) -> [Note] {
        (0..<count).map { index in
            Note(
                id: "note-\(index)", text: NoteText(index % 2 == 0 ? "no chest pain ." : "a painful chest ."),
                location: SourceLocation("notes.jsonl", line: index + 1))
        }
    }

    private static var settings: PretrainingSettings {
        var settings = PretrainingSettings()
        settings.epochs = 3
        settings.batchSize = 3
        settings.learningRate = 0.02
        settings.windows = .init(window: 12, stride: 3)
        settings.workers = 1
        return settings
    }

    private func run(
        _ tiny: TinyEncoder, _ output: String, _ settings: PretrainingSettings = settings, resumes: Bool = false
    ) throws(BadInput) -> Pretraining {
        try Pretraining(
            tiny.checkpoint, training: Self.notes(10), development: Self.notes(4), settings: settings, output: output,
            resumes: resumes)
    }

    /// A text of so many words, the first of every four of two pieces.
    private func window(_ tiny: TinyEncoder, words: Int) throws -> (MaskableWindow, Encoding, Tokenizer) {
        let tokenizer = try Tokenizer(checkpoint: tiny.path)
        let text = (0..<words).map { ["painful", "no", "chest", "a"][$0 % 4] }.joined(separator: " ")
        let encoding = tokenizer.encode(NoteText(text))
        return (MaskableWindow(encoding), encoding, tokenizer)
    }

    @Test("hides 15 in 100 of the pieces, whole words and no special token")
    func wholeWords() throws {
        let (window, encoding, tokenizer) = try window(try TinyEncoder(.bert), words: 160)
        let masking = try #require(WordMasking(tokenizer, rows: 12, seed: 7))
        // 40 words of two pieces, 120 of one: 200 pieces.
        for epoch in 0..<20 {
            let hidden = masking.hide(window, window: 0, epoch: epoch)
            #expect(hidden.targets.count == 30)
            let tokens = Set(hidden.targets.map(\.token))
            for target in hidden.targets {
                #expect(!encoding.special[target.token])
                #expect(target.label == Int(encoding.ids[target.token]))
                for other in encoding.words.indices where encoding.words[other] == encoding.words[target.token] {
                    #expect(tokens.contains(other))
                }
            }
            for token in encoding.ids.indices where !tokens.contains(token) {
                #expect(hidden.ids[token] == encoding.ids[token])
            }
        }
    }

    @Test("puts the mask in place of 80 in 100 of them, another piece in place of 10, and leaves 10")
    func shares() throws {
        let (window, encoding, tokenizer) = try window(try TinyEncoder(.bert), words: 160)
        let masking = try #require(WordMasking(tokenizer, rows: 12, seed: 7))
        var counts = (all: 0.0, masked: 0.0, kept: 0.0)
        for epoch in 0..<200 {
            let hidden = masking.hide(window, window: 0, epoch: epoch)
            for target in hidden.targets {
                counts.all += 1
                let id = hidden.ids[target.token]
                if id == tokenizer.maskID { counts.masked += 1 }
                if id == encoding.ids[target.token] { counts.kept += 1 }
                #expect(id == tokenizer.maskID || id >= 5, "no special token stands in for a word")
            }
        }
        #expect(counts.all == 6000)
        #expect(abs(counts.masked / counts.all - 0.8) < 0.02)
        // Of seven pieces one is the right one: a tenth, and a seventh of the other tenth.
        #expect(abs(counts.kept / counts.all - (0.1 + 0.1 / 7)) < 0.02)
    }

    @Test("hides the same for the same seed and pass, and other words in another")
    func seeds() throws {
        let (window, _, tokenizer) = try window(try TinyEncoder(.bert), words: 80)
        func hidden(_ seed: UInt64, _ index: Int, _ epoch: Int) throws -> [Int] {
            try #require(WordMasking(tokenizer, rows: 12, seed: seed)).hide(window, window: index, epoch: epoch).targets
                .map(\.token)
        }
        let first = try hidden(7, 0, 0)
        #expect(try hidden(7, 0, 0) == first)
        #expect(try hidden(8, 0, 0) != first)
        #expect(try hidden(7, 1, 0) != first)
        #expect(try hidden(7, 0, 1) != first)
    }

    @Test("hides a share of the words from a model that learns labels: all pieces of each, behind the mask")
    func coversWords() throws {
        let (window, encoding, tokenizer) = try window(try TinyEncoder(.bert), words: 160)
        let masking = try #require(WordMasking(tokenizer, rows: 12, seed: 7))
        var sequence = TrainingSequence(
            ids: encoding.ids, types: encoding.types, targets: [.init(token: 1, label: 2)])
        sequence.words = window.words
        var hidden = 0
        for epoch in 0..<100 {
            let covered = masking.cover(sequence, share: 0.1, window: 0, epoch: epoch)
            #expect(covered.targets == sequence.targets)
            let masked = Set(covered.ids.indices.filter { covered.ids[$0] != encoding.ids[$0] })
            #expect(masked.allSatisfy { covered.ids[$0] == tokenizer.maskID && !encoding.special[$0] })
            for word in window.words { #expect(Set(word).isSubset(of: masked) || masked.isDisjoint(with: word)) }
            hidden += window.words.count { masked.contains($0.lowerBound) }
        }
        // Of 16,000 words a tenth, within five standard deviations (38).
        #expect(abs(hidden - 1600) < 190)
        #expect(
            masking.cover(sequence, share: 0.1, window: 0, epoch: 1).ids
                == masking.cover(sequence, share: 0.1, window: 0, epoch: 1).ids)
        #expect(
            masking.cover(sequence, share: 0.1, window: 0, epoch: 1).ids
                != masking.cover(sequence, share: 0.1, window: 0, epoch: 2).ids)
    }

    @Test("hides the only word of a short note")
    func oneWord() throws {
        let (window, encoding, tokenizer) = try window(try TinyEncoder(.bert), words: 1)
        let hidden = try #require(WordMasking(tokenizer, rows: 12, seed: 7)).hide(window, window: 0, epoch: 0)
        #expect(hidden.targets.map(\.token) == [1, 2])
        #expect(hidden.targets.map(\.label) == encoding.ids[1...2].map(Int.init))
    }

    @Test(
        "finds more of the held-out words than before, and leaves a masked language model",
        arguments: TrainableCheckpoint.Architecture.allCases)
    func learns(_ architecture: TrainableCheckpoint.Architecture) throws {
        let tiny = try TinyEncoder(architecture)
        let output = Folder()
        var settings = Self.settings
        settings.epochs = 100
        settings.seed = 2
        let training = try run(tiny, output.path, settings)
        #expect(training.startsHead)
        let before = try #require(training.perplexity())
        var scores: [Double] = []
        let outcome = try training.run { if let score = $0.score { scores.append(score) } }
        #expect(scores.count == 100)
        #expect(outcome == .done(best: scores.max()))
        let after = try #require(training.perplexity())
        // Of twelve pieces; what stands around a word leaves one.
        #expect(before > 6)
        #expect(after < 2)
        let model = try ClinicalModel(checkpoint: output.path)
        #expect(model.configuration.task == .maskedLanguageModel)
        let masks = try #require(try model.filledMasks(in: [NoteText("no [MASK] pain .")], candidates: 1)?.first)
        #expect(masks.first?.candidates.first.map { model.tokenizer.piece($0.id) } == "chest")
        // The decoder is the word table, not a copy that could come to differ.
        let written = try TrainableCheckpoint(folder: output.path)
        #expect(!written.has("cls.predictions.decoder.weight") && !written.has("vocab_projector.weight"))
        // And it goes on from the head that is there.
        #expect(
            try !Pretraining(
                written, training: Self.notes(4), development: [], settings: settings, output: Folder().path
            ).startsHead)
    }

    @Test("puts the word table in the place of a decoder of its own, and says so in config.json")
    func untiedDecoder() throws {
        let untied = try TinyEncoder(.bert, others: [("cls.predictions.decoder.weight", [12, 6])])
        let path = "\(untied.path)/config.json"
        var members = try #require(try JSONValue.parse(try NoteReader.bytes(of: path), file: path).objectValue)
        members["tie_word_embeddings"] = .bool(false)
        try AtomicFile().replace(path, with: Array(try JSONValue.line(members).utf8))
        let output = Folder()
        let training = try run(untied, output.path)
        #expect(training.leavesDecoderOut)
        #expect(try !run(TinyEncoder(.bert), Folder().path).leavesDecoderOut)
        _ = try training.run()
        let model = try ClinicalModel(checkpoint: output.path)
        #expect(try model.filledMasks(in: [NoteText("no [MASK] pain .")], candidates: 1)?.first?.count == 1)
    }

    @Test("measures without dropout: twice the same, and what a step's loss would be")
    func measuring() throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.5)
        let training = try run(tiny, Folder().path)
        #expect(training.perplexity() == training.perplexity())
        let batch = GradientTests.batch(.masks)
        let model = EncoderModel(tiny.checkpoint, task: .masks, dropout: TrainableCheckpoint.DropoutRates.none)
        let calm = Trainer(model, weights: training.trainer.weights, seed: 1, workers: 2)
        let mean = training.trainer.sumOfLosses(of: batch) / 3
        #expect(abs(calm.computeGradients(of: batch).loss - mean) < 1e-6)
        #expect(abs(training.trainer.computeGradients(of: batch).loss - mean) > 1e-3)
    }

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
        var other = Self.settings
        other.learningRate = 0.01
        let error = #expect(throws: BadInput.self) { try run(tiny, divided.path, other, resumes: true) }
        #expect(error?.reason.contains("rate 0.02") == true)
        let second = try run(tiny, divided.path, resumes: true)
        #expect(second.trainer.step == stopAfter)
        _ = try second.run()
        #expect(Array(second.trainer.weights.numbers) == Array(straight.trainer.weights.numbers))
        let bytes = try NoteReader.bytes(of: "\(divided.path)/model.safetensors")
        #expect(try NoteReader.bytes(of: "\(whole.path)/model.safetensors") == bytes)
    }

    @Test("says of notes without words that there is nothing to learn from")
    func empty() throws {
        let tiny = try TinyEncoder(.bert)
        let blank = Note(id: "a", text: NoteText("  \n"), location: SourceLocation("a.txt"))
        for notes in [[], [blank]] {
            let error = #expect(throws: BadInput.self) {
                try Pretraining(
                    tiny.checkpoint, training: notes, development: [], settings: Self.settings,
                    output: Folder().path)
            }
            #expect(error?.reason.contains("nothing to learn from") == true)
        }
    }

    @Test("refuses a tokenizer without a mask")
    func noMask() throws {
        let tiny = try TinyEncoder(.bert)
        let words = TinyEncoder.vocabulary.map { $0 == "[MASK]" ? "other" : $0 }
        try AtomicFile().replace("\(tiny.path)/vocab.txt", with: Array(words.joined(separator: "\n").utf8))
        let error = #expect(throws: BadInput.self) { try run(tiny, Folder().path) }
        #expect(error?.reason.contains("no mask") == true)
    }

    @Test("refuses windows longer than the model takes")
    func longWindows() throws {
        let tiny = try TinyEncoder(.bert)
        var settings = Self.settings
        settings.windows = .init(window: 17, stride: 4)
        let error = #expect(throws: BadInput.self) { try run(tiny, Folder().path, settings) }
        #expect(error?.location.file == "--window")
    }
}
