import Annotation
import ArgumentParser
import ClinicalText
import FoundationEssentials
import Journal

extension BenchCommand {
    /// Opening a large project.
    struct OpenProject: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "project",
            abstract: "Time review of a large project from the start of its process to the first frame.",
            discussion: """
                Writes invented notes and a journal to a temporary folder (300 MB and 250 MB for the default), opens the \
                project once without and once with its indexes, then measures. Prints the first opening, peak memory after the \
                first suggestions, and last seconds= to the first frame with warm indexes.
                """)

        @Option(help: ArgumentHelp("A checkpoint's folder.", valueName: "dir")) var model: String?
        @Option(help: "Notes.") var notes: Int = 100_000
        @Option(help: "Notes that are complete.") var complete: Int = 10_000
        @Option(help: "Events in the journal.") var events: Int = 500_000
        @Option(help: "Characters of a note.") var characters: Int = 3_000
        @OptionGroup var rounds: Rounds

        func validate() throws {
            guard notes >= 1, (1...notes).contains(complete), events >= complete, characters >= 100 else {
                throw ValidationError("at least a note, an event for each complete one, and 100 characters")
            }
        }

        func run() throws {
            let bench = try BenchNote(characters: characters)
            let words = String(decoding: try NoteReader.bytes(of: bench.note), as: UTF8.self)
            let file = "\(bench.folder)/notes.jsonl"
            let project = Project(folder: bench.project)
            try project.create()
            try project.save(schema: LabelSchema.derived(from: ["Sign_symptom", "Disease_disorder", "Medication"]))
            try write(words, to: file)
            try decide(on: words, of: project)
            let arguments = try BenchNote.program(["--project", bench.project], model: model, notes: file)
            standardOutput("first opening, without indexes: \(try open(arguments).first) s")
            standardOutput("first opening, with indexes: \(try open(arguments).first) s")
            var seconds: [Double] = []
            var memory = 0.0
            for _ in 0..<rounds.rounds {
                let opened = try open(arguments)
                seconds.append(opened.first)
                memory = max(memory, opened.megabytes)
            }
            standardOutput("peak_resident_megabytes=\(memory.rounded())")
            Rounds.report(seconds)
        }

        /// Opens the project, waits for suggestions, and leaves as a person does.
        private func open(_ arguments: [String]) throws -> (first: Double, megabytes: Double) {
            let start = ContinuousClock.now
            let terminal = try PseudoTerminal(arguments, columns: 120, rows: 40)
            try terminal.wait(for: "saved", seconds: 600)
            let first = (ContinuousClock.now - start) / .seconds(1)
            try terminal.wait(for: "undecided", seconds: 600)
            let megabytes = terminal.peakMegabytes
            terminal.type("q")
            terminal.waitForEnd(seconds: 60)
            return (first, megabytes)
        }

        private static func id(_ note: Int) -> String { "note-\(String(1_000_000 + note).dropFirst())" }

        private func text(_ note: Int, _ words: String) -> String { Self.id(note) + "\n" + words }

        private func write(_ words: String, to file: String) throws {
            guard let output = BulkFile(file) else { throw BadInput(SourceLocation(file), "cannot be written") }
            for note in 0..<notes {
                let record: [String: JSONValue] = ["id": .string(Self.id(note)), "text": .string(text(note, words))]
                output.add(Array((try JSONValue.line(JSONValue.object(record)) + "\n").utf8))
            }
        }

        /// Writes as many events to each complete note, the last of which completes it.
        private func decide(on words: String, of project: Project) throws {
            let journal = try Journal.open(project.journalFile(of: "bench"), annotator: "bench")
            guard let writer = journal.writer else { return }
            var ids = EventIDSource(seed: 1)
            var left = events
            for index in 0..<complete {
                let note = Note(id: Self.id(index), text: NoteText(text(index, words)))
                let count = left / (complete - index)
                left -= count
                let tokens = WordToken.tokens(of: note.text)
                let made = (0..<count - 1).map { event in
                    let token = tokens[event * max(1, tokens.count / count) % tokens.count].span
                    let label = event < tokens.count ? "Sign_symptom" : "Medication"
                    return IdentifiedEvent(
                        id: ids.next(at: BenchNote.then),
                        event: .created(SpanContent(token, in: note.text, label: label)))
                }
                let done = IdentifiedEvent(id: ids.next(at: BenchNote.then), event: .completed)
                try writer.append(
                    made + [done], batch: ids.next(at: BenchNote.then), note: note.id, digest: note.digest,
                    at: BenchNote.then)
            }
            writer.close()
        }
    }
}
