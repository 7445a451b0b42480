import ArgumentParser
import ClinicalText
import Glibc
import Journal

/// `check`: whether everything in a project fits together.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look a project over: journals, digests, labels, spans, locks. Changes nothing.",
        discussion: "Exits with 1 if there is a problem. Journals in use and ends set aside before are only mentioned.")

    @Flag(help: "Print one JSON object for each finding.")
    var json = false

    @Argument(help: ArgumentHelp("A project's folder.", valueName: "project"))
    var folder: String

    func run() throws {
        let project = Project(folder: folder)
        guard PrivateFile.isFolder(project.folder) else {
            throw BadInput(SourceLocation(folder), "no such project folder")
        }
        let findings = ProjectCheck.findings(in: project)
        let problems = findings.count(where: \.isProblem)
        for finding in findings { print(json ? try JSONValue.line(finding) : finding.description) }
        if !json {
            let journals = project.annotators.count
            print("\(journals) journal\(journals == 1 ? "" : "s"), \(problems) problem\(problems == 1 ? "" : "s")")
        }
        if problems > 0 { throw ExitCode(1) }
    }
}
