import ArgumentParser
import ClinicalText
import Journal
import LabelQuality
import Storage

/// `assign`: who reads which notes.
struct AssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Give a project's notes to annotators, a share of them to two.",
        discussion: """
            Writes assignments.json in the project; review then opens for each of these annotators only what is theirs, and \
            for anyone else everything. Everyone gets the same number of notes, and each two share about as many as any other \
            two, so that agree can compare them. The same seed, notes and names give the same assignment.
            """)

    @Option(help: ArgumentHelp("Who reads; give it for each.", valueName: "name"))
    var annotator: [String]

    @Option(help: ArgumentHelp("The share of the notes that two annotators read, 0 to 1.", valueName: "share"))
    var twice = 0.2

    @Option(help: ArgumentHelp("Of the order in which notes are dealt.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The notes, of a project that has not been opened yet.", valueName: "path"))
    var notes: [String] = []

    @Flag(help: "Take the place of an assignment that is there.")
    var replace = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("A project's folder.", valueName: "project"))
    var folder: String

    func validate() throws {
        guard (0...1).contains(twice) else { throw ValidationError("--twice is a share, 0 to 1.") }
        guard !annotator.isEmpty else { throw ValidationError("give --annotator NAME, once for each.") }
        guard Set(annotator).count == annotator.count else { throw ValidationError("an --annotator is named twice.") }
        guard twice == 0 || annotator.count > 1 else {
            throw ValidationError("one annotator reads nothing twice; give another --annotator, or --twice 0.")
        }
    }

    func run() throws {
        for name in annotator { try AnnotatorName.check(name, from: "--annotator") }
        let project = Project(folder: folder)
        let there = try project.assignments()
        guard there == nil || replace else {
            throw BadInput(
                SourceLocation(project.assignmentsFile), "notes are assigned already; --replace deals them out anew")
        }
        if !notes.isEmpty {
            _ = try NoteReader.read(notes)
            let folders = try project.create()
            if let warning = folders.warning { standardError("assign: \(warning)") }
            do {
                try project.remember(notes: notes, createdBy: "chartmark \(chartmarkVersion)")
            } catch {
                folders.removeEmpty()
                throw error
            }
        }
        guard PrivateFile.isFolder(project.folder) else {
            throw BadInput(SourceLocation(folder), "no such project; --notes PATH makes one")
        }
        let ids = try project.notes().map(\.id)
        let assignment = Assignment(ids, to: annotator, twice: twice, seed: seed)
        try project.save(Assignments(notes: assignment.notes, seed: seed, twice: twice))
        if json {
            let notes = assignment.notes.mapValues { JSONValue.array($0.map(JSONValue.string)) }
            let object: JSONValue = .object([
                "notes": .object(notes), "twice": .array(assignment.twice.map(JSONValue.string)),
                "seed": .string(String(seed)),
            ])
            return standardOutput(json: try JSONValue.line(object))
        }
        for name in annotator { standardOutput("\(name): \(assignment.notes[name]?.count ?? 0) notes") }
        standardOutput("\(ids.count) notes, \(assignment.twice.count) of them for two annotators")
    }
}
