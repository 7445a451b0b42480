import ClinicalText
import FoundationEssentials
import Testing
import Tokenization
import Training

@Suite("Training notes")
struct TrainingNotesTests {
    private func read(
        _ text: String, name: String = "notes.jsonl", _ selection: TrainingSelection = TrainingSelection()
    ) throws -> TrainingNotes.Reading {
        let folder =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try AtomicFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile().replace("\(folder)/\(name)", with: Array(text.utf8))
        return try TrainingNotes.read("\(folder)/\(name)", selection)
    }

    @Test("are read from gold records, with the patient as their group")
    func gold() throws {
        let reading = try read(
            """
            {"id":"a","text":"chest pain","spans":[{"start":0,"end":5,"label":"X"}],"meta":{"group":"p1"}}
            {"id":"b","text":"no pain","spans":[]}
            """)
        #expect(reading.notes.map(\.id) == ["a", "b"])
        #expect(reading.notes.map(\.group) == ["p1", "b"])
        #expect(reading.notes[0].spans == [.init(TextSpan(0, 5), "X")])
        #expect(reading.notes[1].spans == [])
    }

    @Test("of a patient with a number are one group")
    func numberedPatients() throws {
        let reading = try read(
            """
            {"id":"a","text":"chest pain","spans":[],"meta":{"group":17}}
            {"id":"b","text":"no pain","spans":[],"group":17}
            """)
        #expect(reading.notes.map(\.group) == ["17", "17"])
    }

    @Test("that stand in two places are refused with both; of the same name with other texts they are two")
    func twice() throws {
        let one = try read(#"{"id":"a","text":"chest pain","spans":[],"annotator":"kim"}"#, name: "kim.jsonl").notes
        let same = try read(#"{"id":"a","text":"chest pain","spans":[],"annotator":"lee"}"#, name: "lee.jsonl").notes
        let other = try read(#"{"id":"a","text":"no pain","spans":[]}"#, name: "other.jsonl").notes
        #expect(throws: Never.self) { try TrainingNotes.checkOnce(one + other) }
        let error = #expect(throws: BadInput.self) { try TrainingNotes.checkOnce(one + other + same) }
        #expect(error?.location.file.hasSuffix("lee.jsonl") == true)
        #expect(error?.reason.contains("kim.jsonl:1, too") == true)
    }

    @Test("that are not finished are left out and counted")
    func unfinished() throws {
        let reading = try read(
            """
            {"id":"a","text":"pain","spans":[],"answer":"accept"}
            {"id":"b","text":"pain","spans":[],"answer":"pending"}
            {"id":"c","text":"pain","spans":[],"answer":"ignore"}
            """)
        #expect(reading.notes.map(\.id) == ["a"])
        #expect(reading.unfinished == 2)
    }

    @Test(
        "with what cannot be right are refused with their line",
        arguments: [
            (#"{"id":"a","text":"pain","spans":[{"start":0,"end":9,"label":"X"}]}"#, "do not fit"),
            (#"{"id":"a","text":"pain","spans":[],"digest":"sha256:00"}"#, "digest"),
            (#"{"id":"a","spans":[]}"#, "'text'"), ("[1]", "JSON object"), ("{", "not valid JSON"),
        ])
    func bad(_ line: String, _ reason: String) throws {
        let error = #expect(throws: BadInput.self) {
            try read(#"{"id":"0","text":"pain","spans":[]}"# + "\n" + line)
        }
        #expect(error?.location.line == 2)
        #expect(error?.reason.contains(reason) == true)
    }

    @Test("that two annotators finished are refused with both names")
    func twoReadings() throws {
        let error = #expect(throws: BadInput.self) {
            try read(
                """
                {"id":"a","text":"pain","spans":[],"answer":"accept","annotator":"kim"}
                {"id":"a","text":"pain","spans":[],"answer":"accept","annotator":"lee"}
                """)
        }
        #expect(error?.reason.contains("kim and lee") == true)
    }

    @Test("that several people annotated are those of the one who is named, and of nobody")
    func annotator() throws {
        let reading = try read(
            """
            {"id":"a","text":"pain","spans":[],"answer":"accept","annotator":"kim"}
            {"id":"a","text":"pain","spans":[{"start":0,"end":4,"label":"X"}],"answer":"accept","annotator":"lee"}
            {"id":"b","text":"pain","spans":[]}
            """, TrainingSelection(annotator: "lee"))
        #expect(reading.notes.map(\.id) == ["a", "b"])
        #expect(reading.notes[0].spans == [.init(TextSpan(0, 4), "X")])
    }

    @Test("that are not finished count with what was decided on them, where that is asked for")
    func pending() throws {
        let lines = """
            {"id":"a","text":"no chest pain","answer":"pending","spans":[{"start":3,"end":13,"label":"X"}],\
            "rejected":[{"start":0,"end":2,"label":"Y","score":0.4}]}
            {"id":"b","text":"pain","answer":"ignore","spans":[]}
            """
        let reading = try read(lines, TrainingSelection(takesPending: true))
        #expect(reading.unfinished == 1)
        let note = try #require(reading.notes.first)
        #expect(!note.isComplete)
        #expect(note.spans == [.init(TextSpan(3, 13), "X")])
        #expect(note.rejected == [.init(TextSpan(0, 2), "Y")])
    }

    @Test("with spans of several parts are refused with their number, unless what lies between is learned, too")
    func fragments() throws {
        let line =
            #"{"id":"a","text":"pain in arm","spans":[{"start":0,"end":11,"label":"X","fragments":[[0,4],[8,11]]}]}"#
        let error = #expect(throws: BadInput.self) { try read(line) }
        #expect(error?.reason.hasPrefix("1 span has several parts") == true)
        #expect(error?.reason.contains("--cover") == true)
        let covered = try read(line, TrainingSelection(coversFragments: true))
        #expect(covered.notes[0].spans == [.init(TextSpan(0, 11), "X")])
    }

    @Test("have their own label under 'labels' or in the record")
    func ownLabels() throws {
        let reading = try read(
            """
            {"id":"a","text":"pain","labels":{"kind":"discharge"}}
            {"id":"b","text":"pain","kind":"progress"}
            {"id":"c","text":"pain"}
            """, TrainingSelection(label: "kind"))
        #expect(reading.notes.map(\.label) == ["discharge", "progress", nil])
        #expect(throws: BadInput.self) {
            try read(#"{"id":"a","text":"x","labels":{"kind":["a","b"]}}"#, TrainingSelection(label: "kind"))
        }
    }

    @Test("are made of a CoNLL file's sentences, or of its documents")
    func conll() throws {
        let sentences = try read("No\tO\nchest\tB-X\npain\tI-X\n\nBRCA1\tB-G\n", name: "train.tsv").notes
        #expect(sentences.map(\.text.string) == ["No chest pain", "BRCA1"])
        #expect(sentences.map(\.spans) == [[.init(TextSpan(3, 13), "X")], [.init(TextSpan(0, 5), "G")]])
        #expect(sentences[1].location.line == 5)
        let documents = try read("-DOCSTART- O\n\nNo O\npain B-X\n\npain I-X\n", name: "train.conll").notes
        #expect(documents.map(\.text.string) == ["No pain\npain"])
        #expect(documents[0].spans == [.init(TextSpan(3, 7), "X"), .init(TextSpan(8, 12), "X")])
        // As `export --format conll` writes a label with a space.
        let coded = try read("pain\tB-Sign%20symptom\n50\tB-50%\n", name: "train.tsv").notes
        #expect(coded[0].spans?.map(\.label) == ["Sign symptom", "50%"])
    }

    @Test(
        "of a CoNLL file with a line of another form are refused with it", arguments: ["pain", "pain\tX", "pain\tB-"])
    func badConll(_ line: String) throws {
        let error = #expect(throws: BadInput.self) { try read("No\tO\n\(line)\n", name: "train.tsv") }
        #expect(error?.location.line == 2)
    }

    @Test("of one patient are never divided between training and development")
    func split() {
        let notes = (0..<60).map { index in
            TrainingNote(
                id: "\(index)", group: "patient \(index / 3)", text: NoteText("x"), spans: [],
                location: SourceLocation("notes"))
        }
        let (training, development) = TrainingNotes.split(notes, by: \.group, share: 0.1, seed: 7)
        #expect(training.count == 54 && development.count == 6)
        #expect(Set(training.map(\.group)).isDisjoint(with: development.map(\.group)))
        #expect(TrainingNotes.split(notes, by: \.group, share: 0.1, seed: 7).development == development)
        #expect(TrainingNotes.split(notes, by: \.group, share: 0.1, seed: 8).development != development)
        #expect(TrainingNotes.split(Array(notes.prefix(9)), by: \.group, share: 0.1, seed: 7).development.isEmpty)
    }

    @Test("become windows with a label at the first piece of each word")
    func windows() throws {
        let tiny = try TinyEncoder(.bert)
        let tokenizer = try Tokenizer(checkpoint: tiny.path)
        let tagger = TaggedWindows(
            tokenizer: tokenizer, window: 16, labels: ["O", "B-X", "I-X"])
        // [CLS] no pain ##ful chest . pain [SEP]: "painful chest" is one span, the last "pain" another.
        let note = TrainingNote(
            id: "a", text: NoteText("no painful chest.pain"),
            spans: [.init(TextSpan(3, 16), "X"), .init(TextSpan(17, 21), "X"), .init(TextSpan(3, 10), "X")],
            location: SourceLocation("notes"))
        let sequences = try tagger.sequences(of: note)
        #expect(sequences.map(\.ids) == [[2, 7, 6, 8, 5, 9, 6, 3]])
        #expect(sequences[0].targets.map(\.token) == [1, 2, 4, 5, 6])
        #expect(sequences[0].targets.map(\.label) == [0, 1, 2, 0, 1])
    }

    @Test("have a label at every piece, where that is wanted: the rest of a word goes on with its span")
    func allPieces() throws {
        let tiny = try TinyEncoder(.bert)
        let tagger = TaggedWindows(
            tokenizer: try Tokenizer(checkpoint: tiny.path), window: 16, labels: ["O", "B-X", "I-X"],
            labelsAllPieces: true)
        let note = TrainingNote(
            id: "a", text: NoteText("no painful chest. painful"), spans: [.init(TextSpan(3, 16), "X")],
            location: SourceLocation("notes"))
        // [CLS] no pain ##ful chest . pain ##ful [SEP]
        let targets = try #require(try tagger.sequences(of: note).first).targets
        #expect(targets.map(\.token) == [1, 2, 3, 4, 5, 6, 7])
        #expect(targets.map(\.label) == [0, 1, 2, 2, 0, 0, 0])
    }

    @Test("that are not finished say something of the decided words only; where two decisions meet, the span counts")
    func partial() throws {
        let tiny = try TinyEncoder(.bert)
        let tagger = TaggedWindows(
            tokenizer: try Tokenizer(checkpoint: tiny.path), window: 16, labels: ["O", "B-X", "I-X", "B-Y", "I-Y"])
        var note = TrainingNote(
            id: "a", text: NoteText("no painful chest . a b"), spans: [.init(TextSpan(3, 16), "X")],
            location: SourceLocation("notes"))
        note.isComplete = false
        note.rejected = [.init(TextSpan(11, 18), "Y"), .init(TextSpan(21, 22), "unknown")]
        let targets = try #require(try tagger.sequences(of: note).first).targets
        #expect(targets.map(\.token) == [2, 4, 5])
        #expect(targets.map(\.excluded) == [[], [], [3, 4]])
        #expect(targets.prefix(2).map(\.label) == [1, 2])
    }

    @Test("tell how often which label follows which word by word, if they are finished")
    func transitions() throws {
        let tiny = try TinyEncoder(.bert)
        let tokenizer = try Tokenizer(checkpoint: tiny.path)
        // A window of four tokens holds two words: its edges do not matter here.
        let tagger = TaggedWindows(
            tokenizer: tokenizer, window: 4, labels: ["O", "B-X", "I-X"], labelsAllPieces: true)
        var note = TrainingNote(
            id: "a", text: NoteText("no painful chest . no"), spans: [.init(TextSpan(3, 16), "X")],
            location: SourceLocation("notes"))
        #expect(
            tagger.transitions(in: [note, note]).counts == [
                "O": ["O": 4, "B-X": 2], "B-X": ["I-X": 2], "I-X": ["O": 2],
            ])
        note.isComplete = false
        #expect(tagger.transitions(in: [note]).counts.isEmpty)
    }

    @Test("longer than a window lose no word to its edges")
    func longNotes() throws {
        let tiny = try TinyEncoder(.bert)
        let tokenizer = try Tokenizer(checkpoint: tiny.path)
        let tagger = TaggedWindows(tokenizer: tokenizer, window: 7, labels: ["O", "B-X", "I-X"])
        let words = (0..<40).map { ["no", "painful", "chest"][$0 % 3] }
        let note = TrainingNote(
            id: "a", text: NoteText(words.joined(separator: " ")), spans: [.init(TextSpan(0, 16), "X")],
            location: SourceLocation("notes"))
        let sequences = try tagger.sequences(of: note)
        #expect(sequences.count > 5)
        #expect(sequences.allSatisfy { $0.ids.count <= 7 })
        let labels = sequences.flatMap { $0.targets.map(\.label) }
        #expect(labels == [1, 2, 2] + [Int](repeating: 0, count: 37))
    }
}
