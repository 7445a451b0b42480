import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Glibc
import Interchange
import Journal
import LabelQuality
import Storage
import Tokenization

/// `check`: whether everything in a project fits together, and what in its labels should be looked at.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look a project over: journals, digests, locks; then its labels for what is probably wrong.",
        discussion: """
            Problems are what does not fit together: a journal that cannot be read, a note that changed, a span with other \
            words. With one, the exit code is 1.

            Labels to look at are no problems, and change no exit code:

              near_duplicate         a note that shares four fifths of its runs of
                                     five words with an earlier one
              labelled_differently   words that have another label elsewhere
              unlabelled             words without a label, in a complete note, that
                                     have one twice as often
              edge                   white space, a mark or a determiner at an edge,
                                     where four of five spans have it otherwise
              one_off_label          a label that is used once
              contradicted           with --model: a span that the model is sure is
                                     none, or something else; one that it misses
              annotator, day         a label that one annotator, or one day, has far
                                     more or less of than the others

            A model that has learned from these labels agrees with them. With --folds K the notes are divided into K parts \
            (patients and near-duplicates never apart), K copies of --model are trained, each on the other parts, and each \
            reads the part it has not seen; start from a checkpoint that did not learn from these notes either.

            check --json PROJECT > FILE and review --queue FILE NOTES opens one after another; --dismiss ID leaves one out \
            for good. A file in any format that import reads is checked for its labels only.
            """)

    @Flag(help: "Print one JSON object for each finding.")
    var json = false

    @Option(help: ArgumentHelp("A checkpoint whose contradictions count.", valueName: "dir"))
    var model: String?

    @OptionGroup var casing: CasingOption

    @Option(help: ArgumentHelp("Train so many copies of --model, each on the other parts.", valueName: "n"))
    var folds: Int?

    @Option(help: ArgumentHelp("Passes of that training.", valueName: "n"))
    var epochs = 3

    @Option(help: ArgumentHelp("How sure the model must be, 0 to 1.", valueName: "share"))
    var confidence = LabelInspection.confidence

    @OptionGroup var workers: WorkerThreads

    @Option(help: ArgumentHelp("Leave this finding out for good; may be given several times.", valueName: "id"))
    var dismiss: [String] = []

    @Flag(help: "Print what was dismissed, too.")
    var all = false

    @Option(help: ArgumentHelp("The form of a file. Default: found from its content.", valueName: "format"))
    var from: Format?

    @Argument(help: ArgumentHelp("A project's folder, or a file of labelled notes.", valueName: "project|file"))
    var path: String

    func validate() throws {
        guard (0...1).contains(confidence) else { throw ValidationError("--confidence is 0 to 1.") }
        guard epochs >= 1 else { throw ValidationError("--epochs must be at least 1") }
        if let folds {
            guard model != nil else { throw ValidationError("--folds trains copies of --model; give one.") }
            guard (2...20).contains(folds) else { throw ValidationError("--folds is 2 to 20.") }
        }
    }

    func run() throws {
        guard PrivateFile.exists(path) || path == NoteReader.standardInput else {
            throw BadInput(SourceLocation(path), "no such project or file")
        }
        let project = PrivateFile.isFolder(path) && !isForeignFolder ? Project(folder: path) : nil
        guard dismiss.isEmpty || project != nil else {
            throw BadInput(SourceLocation(path), "is no project: there is no place to keep what is dismissed")
        }
        let problems = try project.map(checkProject) ?? 0
        // What is broken is said above; labels are looked at as far as they can be read.
        let readings: [LabelReading]
        do {
            readings = try LabelReadings.read(path, as: from, onlyFinal: true)
        } catch {
            guard problems > 0 else { throw error }
            standardError("check: the labels were not looked at: \(error)")
            throw ExitCode(1)
        }
        let found = LabelInspection.findings(
            readings, models: try model.map { try read(readings, with: $0) } ?? [:], confidence: confidence)
        let dismissed = try project.map { project throws(BadInput) in try keepDismissed(found, in: project) } ?? []
        let shown = found.filter { all || !dismissed.contains($0.id) }
        if dismiss.isEmpty { for finding in shown { show(finding, isDismissed: dismissed.contains(finding.id)) } }
        if !json { summarize(project, problems, shown, hidden: found.count - shown.count) }
        if problems > 0 { throw ExitCode(1) }
    }

    /// Whether the folder is one of another tool's, rather than a project.
    private var isForeignFolder: Bool {
        guard !LabelReadings.isProject(path), let input = try? Input(path: path) else { return false }
        return from != nil || (try? Format.detect(input)) != nil
    }

    /// Says what does not fit together.
    ///
    /// - Returns: how many problems there are.
    private func checkProject(_ project: Project) throws -> Int {
        let findings = ProjectCheck.findings(in: project)
        if dismiss.isEmpty {
            for finding in findings {
                if json {
                    standardOutput(json: try JSONValue.line(finding))
                } else {
                    standardOutput(finding.description)
                }
            }
        }
        return findings.count(where: \.isProblem)
    }

    private func show(_ finding: LabelFinding, isDismissed: Bool) {
        if json, let line = try? JSONValue.line(finding) { return standardOutput(json: line) }
        let place = finding.span.map { " [\($0.start.value), \($0.end.value))" } ?? ""
        let mark = isDismissed ? ", dismissed" : ""
        standardOutput(
            "\(finding.note.printable)\(place): \(finding.kind.rawValue): \(finding.reason) (\(finding.id)\(mark))")
    }

    private func summarize(_ project: Project?, _ problems: Int, _ shown: [LabelFinding], hidden: Int) {
        var parts: [String] = []
        if let project {
            let journals = project.annotators.count
            parts.append("\(journals) journal\(journals == 1 ? "" : "s")")
            parts.append("\(problems) problem\(problems == 1 ? "" : "s")")
        }
        if dismiss.isEmpty {
            parts.append("\(shown.count) label\(shown.count == 1 ? "" : "s") to look at")
        } else {
            parts.append("\(Set(dismiss).count) dismissed")
        }
        if hidden > 0, dismiss.isEmpty { parts.append("\(hidden) dismissed before") }
        standardOutput(parts.joined(separator: ", "))
    }

    /// Adds what is to be dismissed and gives all that was.
    private func keepDismissed(_ found: [LabelFinding], in project: Project) throws(BadInput) -> Set<String> {
        let known = Set(found.map(\.id))
        for id in dismiss where !known.contains(id) {
            throw BadInput(
                SourceLocation("--dismiss"),
                "there is no finding '\(id.printable)' now; one that needs --model is only there with it")
        }
        let before = try DismissedFindings.ids(in: project)
        let new = Set(dismiss).subtracting(before).sorted()
        if !new.isEmpty {
            try DismissedFindings.add(new, to: project, at: UInt64(max(0, Date().timeIntervalSince1970 * 1000)))
        }
        return before.union(new)
    }

    /// What the model reads in each note.
    private func read(_ readings: [LabelReading], with folder: String) throws -> [String: ModelReading] {
        let notes = MarkedNote.notes(of: readings)
        if let folds {
            casing.warn(of: try Tokenizer(checkpoint: folder, cased: casing.cased))
            return try CrossValidation(
                model: folder, folds: folds, epochs: epochs, threads: workers.count, cased: casing.cased
            ).readings(of: notes, from: readings)
        }
        let model = try ModelLocation.load(folder, cased: casing.cased)
        casing.warn(of: model.tokenizer)
        let schema = LabelReadings.isProject(path) ? try Project(folder: path).schema() : nil
        let used = Set(readings.flatMap { $0.record.spans.map(\.content.label) })
        return try MarkedNote.read(notes, with: model, threads: workers.count) { label in
            // A model of other labels contradicts nothing.
            schema?.spanLabel(standingFor: label)?.label ?? (used.contains(label) ? label : nil)
        }
    }
}
