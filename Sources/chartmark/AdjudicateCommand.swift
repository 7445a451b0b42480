import ArgumentParser
import ClinicalText
import Journal
import Storage
import Terminal

/// `adjudicate`: settles what annotators read differently, in a journal of its own.
struct AdjudicateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjudicate",
        abstract: "Settle what annotators read differently: only the disagreements, readings side by side.",
        discussion: """
            Takes the notes that two annotators or more completed. What all of them marked is carried over when a note is \
            first opened here, as events of the adjudicator's journal; a note on which they agree in everything is complete \
            with it. In the terminal 1 takes the first reading, 2 the second; a and x decide on single spans, and all keys of \
            review work. Leaving and starting again goes on where it was left. labels.jsonl then has the adjudicator's record \
            of each note that is finished, instead of the annotators'.
            """)

    @Option(help: ArgumentHelp("Who adjudicates; not one of the annotators.", valueName: "name"))
    var annotator = "adjudicator"

    @Option(
        help: ArgumentHelp(
            "One of the annotators; give it for each. Default: everyone who has a journal.", valueName: "name"))
    var between: [String] = []

    @OptionGroup(title: "Screen") var screen: ScreenOptions

    @Argument(help: ArgumentHelp("A project's folder.", valueName: "project"))
    var folder: String

    func run() throws {
        try AnnotatorName.check(annotator, from: "--annotator")
        let project = Project(folder: folder)
        guard PrivateFile.isFolder(project.journalsFolder) else {
            throw BadInput(SourceLocation(folder), "is not a project: it has no folder 'journals'")
        }
        let known = try project.settings()?.adjudicators ?? []
        guard known.contains(annotator) || !project.annotators.contains(annotator) else {
            throw BadInput(
                SourceLocation(project.journalFile(of: annotator)),
                "'\(annotator)' annotated these notes; adjudicate under another name with --annotator NAME")
        }
        let readings = try CompletedReadings(of: project, between: between)
        guard !readings.entries.isEmpty else {
            throw BadInput(
                SourceLocation(folder),
                "no note is completed by two of: \(readings.annotators.joined(separator: ", "))")
        }
        let setup = try ReviewSetup(adjudicating: readings, of: project, by: annotator, usesMouse: screen.mouse)
        let terminal = try TerminalSession(screen.options)
        defer { terminal.close() }
        try ReviewSession(setup) { try keepName(with: project) }.run(on: terminal)
    }

    private func keepName(with project: Project) throws {
        try project.changeSettings(createdBy: "chartmark \(chartmarkVersion)") { settings in
            guard !(settings.adjudicators ?? []).contains(annotator) else { return }
            settings.adjudicators = (settings.adjudicators ?? []) + [annotator]
        }
    }
}
