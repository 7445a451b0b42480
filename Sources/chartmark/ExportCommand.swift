import Annotation
import ArgumentParser
import ClinicalText
import FoundationEssentials
import Glibc
import Interchange
import Journal

/// `export`: labels in the form of another tool.
struct ExportCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case labels, prodigy, conll, brat
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the labels of a project, or of a labels.jsonl, in another tool's form.",
        discussion: """
            labels   one JSON record a note and annotator; nothing is lost
            prodigy  one task a line, with tokens and spans; attributes stand in
                     their span, labels of the note under 'labels'
            conll    three columns: token, start-end, BIO tag; before each note a
                     line -DOCSTART- with its name
            brat     a new folder of .txt and .ann files

            prodigy leaves out notes that are not complete; conll and brat also those
            that were skipped, and need --annotator where several finished a note.
            What a format has no place for is counted on standard error.
            """)

    @Option(help: "labels, prodigy, conll or brat.")
    var format: Format

    @Option(help: ArgumentHelp("The file to write, or for brat the folder; - for standard output.", valueName: "path"))
    var output: String

    @Option(help: ArgumentHelp("Write only this annotator's records.", valueName: "name"))
    var annotator: String?

    @Argument(help: ArgumentHelp("A project's folder, or a labels.jsonl.", valueName: "project|file"))
    var source: String

    func validate() throws {
        if format == .brat, output == NoteReader.standardInput {
            throw ValidationError("brat is a folder of files and cannot go to standard output; give --output FOLDER.")
        }
    }

    func run() throws {
        var records = PrivateFile.isFolder(source) ? try ofProject() : try ofFile()
        if let annotator { records = try Readings.of(annotator, among: records, file: source) }
        var report = LossReport()
        switch format {
        case .labels: try write(try LabelsJSONL.write(records))
        case .prodigy: try write(try ProdigyJSONL.write(records, report: &report))
        case .conll: try write(try CoNLL.write(records, file: source, report: &report))
        case .brat: try write(try Brat.write(records, file: source, report: &report))
        }
        for line in report.lines { say(line) }
    }

    private func ofFile() throws(BadInput) -> [LabelRecord] {
        let bytes = try NoteReader.bytes(of: source)
        return try LabelsJSONL.read(bytes, file: source == NoteReader.standardInput ? "standard input" : source)
    }

    /// The records of a project as it is now; `labels.jsonl` is brought up to date on the way.
    private func ofProject() throws(BadInput) -> [LabelRecord] {
        let project = Project(folder: source)
        guard PrivateFile.isFolder(project.journalsFolder) else {
            throw BadInput(SourceLocation(source), "is not a project: it has no folder 'journals'")
        }
        let notes = try project.notes()
        var records: [LabelRecord]
        do {
            records = try LabelsFile.update(project, notes: notes)
            // Whoever is named is wanted even where an adjudicator's record is preferred.
            if annotator != nil { records = try LabelsFile.records(of: project, notes: notes) }
        } catch {
            // A project that may only be read can be exported all the same; what is wrong with it is thrown here again.
            records = try LabelsFile.records(of: project, notes: notes)
            if annotator == nil { records = try LabelsFile.preferred(records, in: project) }
            say("labels.jsonl was not brought up to date: \(error)")
        }
        try LabelsJSONL.check(records, file: source)
        return records
    }

    private func write(_ text: String) throws(BadInput) {
        if output == NoteReader.standardInput {
            do {
                // Not `print`, which ignores a full disk.
                try PrivateFile.write(Array(text.utf8), to: STDOUT_FILENO)
            } catch {
                throw BadInput(SourceLocation("standard output"), "cannot be written (\(error))")
            }
        } else {
            try replace(output, Array(text.utf8))
        }
    }

    private func write(_ files: [Brat.File]) throws(BadInput) {
        if PrivateFile.exists(output) {
            let held = try? FileManager.default.contentsOfDirectory(atPath: output)
            guard let held, held.isEmpty else {
                throw BadInput(
                    SourceLocation(output), "is there already and not an empty folder; give another --output")
            }
        }
        for file in files {
            let path = "\(output)/\(file.path)"
            do {
                try PrivateFile.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
            } catch {
                throw BadInput(SourceLocation(path), "its folder cannot be made (\(error))")
            }
            try replace(path, file.bytes)
        }
    }

    private func replace(_ path: String, _ bytes: [UInt8]) throws(BadInput) {
        do {
            try PrivateFile.replace(path, with: bytes)
        } catch {
            throw BadInput(SourceLocation(path), "cannot be written (\(error))")
        }
    }

    private func say(_ line: String) { try? PrivateFile.write(Array("export: \(line)\n".utf8), to: STDERR_FILENO) }
}
