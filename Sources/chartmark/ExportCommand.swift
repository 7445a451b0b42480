import Annotation
import ArgumentParser
import ClinicalText
import Interchange
import Journal
import Storage

/// `export`: labels in the form of another tool.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the labels of a project, or of a file in any format, in another tool's form.",
        discussion: """
            labels        one JSON record a note and annotator; nothing is lost
            prodigy       one task a line, with tokens and spans
            doccano       JSONL: label triples, entities and relations, or cats
            label-studio  a folder: tasks.json and the labelling config.xml
            brat          a folder of .txt and .ann files, and annotation.conf
            conll         a token a line; see --columns and --scheme
            hf            a folder: rows for datasets, and labels.json
            spacy         Doc.to_json, a document a line
            i2b2          a folder of .txt, .con, .ast and .rel files
            bioc          BioC as JSON; bioc-xml: as XML
            webanno       a folder of WebAnno TSV 3.3 files
            xmi           a folder of UIMA CAS XMI files and TypeSystem.xml
            fhir          a FHIR R4 Bundle; a label's alias fhir:Condition in the
                          schema says which resource it becomes
            csv, tsv      one entity a row, with the words around it

            What is read from a file is found from its content; --from names it.
            Notes that are not complete are left out, except by labels, csv and
            tsv; skipped ones too, except by labels, prodigy, label-studio, csv and
            tsv. Formats with room for one record a note need --annotator where
            several finished it. What a format has no place for is counted on
            standard error, the first twenty with note and offsets.
            """)

    @Option(help: ArgumentHelp("The form to write.", valueName: "format"))
    var format: Format

    @Option(
        help: ArgumentHelp(
            "The file to write, packed if it ends in .gz, or the new folder; - for standard output.", valueName: "path")
    )
    var output: String

    @Option(
        help: ArgumentHelp("The form of the file that is read. Default: found from its content.", valueName: "format"))
    var from: Format?

    @Option(help: ArgumentHelp("conll, hf: iob1, iob2, bioes or bilou.", valueName: "scheme"))
    var scheme = TagScheme.iob2

    @Option(
        help: ArgumentHelp(
            "conll: 2 (token, tag), 3 (token, start-end, tag) or 4 (CoNLL-2003, with spaces).", valueName: "number"))
    var columns = 3

    @OptionGroup var transfer: TransferOptions

    @Argument(help: ArgumentHelp("A project's folder, or a file or folder in any format.", valueName: "project|file"))
    var source: String

    func validate() throws {
        if format.isFolder, output == NoteReader.standardInput {
            throw ValidationError(
                "\(format.rawValue) is a folder of files and cannot go to standard output; give --output FOLDER.")
        }
        guard format.isWritten else { throw ValidationError("\(format.rawValue) is only read, by import.") }
        guard (2...4).contains(columns) else { throw ValidationError("--columns is 2, 3 or 4.") }
    }

    func run() throws {
        var options = try transfer.formatOptions()
        options.scheme = scheme
        options.columns = columns
        let isProject = PrivateFile.isFolder(Project(folder: source).journalsFolder)
        if isProject { options.resources = Self.resources(try Project(folder: source).schema()) }
        var writer = try format.writer(options)
        var way = Transfer(from: source, annotator: transfer.annotator, isSingle: !format.holdsSeveralAnnotators)
        var output = try DraftOutput(output, isFolder: format.isFolder)
        let interruption = Interruption()
        do {
            if isProject {
                try copyProject(&way, &writer, &output, interruption)
                try way.finish()
            } else {
                try copy(&way, &writer, &output, options, interruption)
            }
            try writer.finish(&output)
            try transfer.conclude(way.report, of: "export")
            try output.commit()
        } catch {
            output.discard()
            // Said already where it was noticed between two records.
            if !(error is ExitCode) { try interruption.check("export") }
            throw error
        }
    }

    private func copy(
        _ way: inout Transfer, _ writer: inout any RecordWriter, _ output: inout DraftOutput, _ options: FormatOptions,
        _ interruption: Interruption
    ) throws {
        let (reader, source) = try RecordSource.open(self.source, as: from, options)
        var records = reader
        var progress = ReadingProgress("export", of: source)
        while let record = try way.next(&records) {
            try interruption.check("export")
            try way.write(record, &writer, to: &output)
            progress.show()
        }
        progress.finish()
    }

    /// The records of a project as it is now, one at a time; `labels.jsonl` is brought up to date on the way.
    private func copyProject(
        _ way: inout Transfer, _ writer: inout any RecordWriter, _ output: inout DraftOutput,
        _ interruption: Interruption
    ) throws(BadInput) {
        let project = Project(folder: source)
        let notes = try project.notes()
        let bar = ProgressBar("export", total: notes.count)
        var seen: Set<String> = []
        func take(_ label: LabelRecord) throws(BadInput) {
            guard !interruption.isAsked else {
                throw BadInput(SourceLocation(source), "stopped; nothing was written")
            }
            if seen.insert(label.id).inserted { bar.show(seen.count) }
            let record = way.record(label)
            if try way.isWanted(record) { try way.write(record, &writer, to: &output) }
        }
        do {
            // Whoever is named is wanted even where an adjudicator's record is preferred.
            guard transfer.annotator == nil else {
                try LabelsFile.update(project, notes: notes)
                return try LabelsFile.forEachRecord(of: project, notes: notes, onlyFinal: false, take)
            }
            try LabelsFile.update(project, notes: notes, each: take)
        } catch {
            // A project that may only be read can be exported all the same; once something was taken, the error is its own.
            guard seen.isEmpty else { throw error }
            try LabelsFile.forEachRecord(
                of: project, notes: notes, onlyFinal: transfer.annotator == nil, take)
            standardError("export: labels.jsonl was not brought up to date: \(error)")
        }
    }

    /// Which FHIR resource a label becomes, from its aliases.
    private static func resources(_ schema: LabelSchema?) -> [String: String] {
        var resources: [String: String] = [:]
        for label in schema?.spans ?? [] {
            for alias in label.aliases where alias.hasPrefix(resourcePrefix) {
                resources[label.label] = String(alias.dropFirst(resourcePrefix.count))
            }
        }
        return resources
    }

    /// What stands before a resource's name among the aliases of a label.
    private static let resourcePrefix = "fhir:"
}

/// Opens what is to be read.
enum RecordSource {
    /// The reader of a file or folder, and its bytes where a progress bar can follow them.
    ///
    /// - Throws: ``BadInput`` if its format is none that is read.
    static func open(
        _ path: String, as format: Format?, _ options: FormatOptions
    ) throws(BadInput) -> (reader: any RecordReader, source: ByteSource?) {
        let input = try Input(path: path)
        guard format != nil || path != NoteReader.standardInput else {
            throw BadInput(SourceLocation("standard input"), "can be read once only: name its format")
        }
        let detected: Format
        if let format { detected = format } else { detected = try Format.detect(input) }
        let reader = try detected.reader(input, options: options)
        return (reader, (reader as? any FileReader)?.source)
    }
}
