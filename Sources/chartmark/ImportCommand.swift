import Annotation
import ArgumentParser
import ClinicalText
import FoundationEssentials
import Glibc
import Interchange
import Journal
import Storage

/// `import`: labelled notes of another tool into a project.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring another tool's labelled notes into a project.",
        discussion: """
            Writes DIR/notes/NAME.jsonl, NAME being that of PATH: a note a line, its spans \
            as suggestions nobody has decided on. Review them with

              chartmark review --project DIR DIR/notes/NAME.jsonl

            and there with --accept-existing if they are to be taken as they are. Relations, events, terminology entries, \
            attributes, labels of the note and whatever else the format has lie in the note's meta.carried and leave with \
            it through export, as long as the spans they hang on are there.

            The format is found from the content; export --help lists them, and medcat (MedCATtrainer) and medtator are \
            read too, and inline (text files with marks such as ⟦Label:words⟧). gzip is unpacked. What had to be left out or put right is counted on standard error. A file that \
            does not fit its format is refused, with file and line, and nothing is written.
            """)

    @Option(help: ArgumentHelp("The form of PATH. Default: found from its content.", valueName: "format"))
    var format: Format?

    @Option(help: ArgumentHelp("The project's folder, made if it is not there.", valueName: "dir"))
    var project: String

    @OptionGroup var transfer: TransferOptions

    @Argument(help: ArgumentHelp("A file or folder; - for standard input, with --format.", valueName: "path"))
    var path: String

    func validate() throws {
        if let format, !format.isRead { throw ValidationError("\(format.rawValue) is only written, by export.") }
    }

    func run() throws {
        let target = Project(folder: project)
        let (reader, source) = try RecordSource.open(path, as: format, try transfer.formatOptions())
        var folders = try target.create()
        do {
            if let warning = folders.warning { standardError("import: \(warning)") }
            try write(reader, source, to: target, &folders)
        } catch {
            // A project that was made for nothing goes again; what others have put into it meanwhile stays.
            folders.removeEmpty()
            throw error
        }
    }

    private func write(
        _ reader: any RecordReader, _ source: ByteSource?, to target: Project, _ folders: inout NewFolders
    ) throws {
        let folder = "\(target.folder)/notes"
        do {
            try folders.make(folder)
            // What imports left that were killed: the folder has nobody else's files.
            try Folder(folder, followsLink: false).removeDrafts()
        } catch {
            throw BadInput(SourceLocation(folder), "cannot be made (\(error))")
        }
        let file = "\(folder)/\(name).jsonl"
        guard !PrivateFile.exists(file) else { throw isThere(file) }
        var output = try DraftOutput(file, isFolder: false)
        do {
            var way = Transfer(from: path, annotator: transfer.annotator, isSingle: false)
            var records = reader
            var progress = ReadingProgress("import", of: source)
            let interruption = Interruption()
            var seen: [String: String] = [:]
            while let record = try way.next(&records) {
                try interruption.check("import")
                if let other = seen.updateValue(record.annotator ?? "", forKey: record.id) {
                    throw twice(record, other)
                }
                try output.append(LabelsJSONL.noteLine(record), to: "")
                progress.show()
            }
            progress.finish()
            guard !seen.isEmpty else { throw BadInput(SourceLocation(path), "holds no record") }
            try transfer.conclude(way.report, of: "import")
            guard let written = try output.commit(replaces: false) else { throw isThere(file) }
            do {
                try target.remember(notes: [file], createdBy: "chartmark \(chartmarkVersion)")
            } catch {
                // A note of this name is in the project already: what was imported is not half in it.
                try? Folder(folder, followsLink: false).remove("\(name).jsonl", if: written)
                throw error
            }
            standardError("import: \(seen.count) note\(seen.count == 1 ? "" : "s") in \(file)")
        } catch {
            output.discard()
            throw error
        }
    }

    private func isThere(_ file: String) -> BadInput {
        BadInput(SourceLocation(file), "is there already: this was imported before; give another --project")
    }

    /// The file's name without what says its format.
    private var name: String {
        var name = path.split(separator: "/").last.map(String.init) ?? "notes"
        if path == NoteReader.standardInput || name == "." || name == ".." { name = "notes" }
        for ending in [".gz", ".jsonl", ".json", ".xml", ".tsv", ".conll", ".txt"] where name.hasSuffix(ending) {
            if name.count > ending.count { name.removeLast(ending.count) }
        }
        return name.hasPrefix(".") ? "notes" : name
    }

    private func twice(_ record: Record, _ other: String) -> BadInput {
        let names = [other, record.annotator ?? ""].filter { !$0.isEmpty }
        return BadInput(
            SourceLocation(path),
            "there are two records of the note '\(record.id)'"
                + (Set(names).count > 1
                    ? ", by \(names.joined(separator: " and ")); choose one with --annotator NAME"
                    : "; ids must be unique"))
    }
}
