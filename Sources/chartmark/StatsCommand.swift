import Annotation
import ArgumentParser
import ClinicalText
import Interchange
import Journal
import LabelQuality
import Storage

/// `stats`: what there is, counted.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count notes, spans and words by label, annotator and day; lengths, agreement, accept rates.",
        discussion: """
            Every annotator's reading of a note counts; days are those of the last decision on a note, in UTC. Words are word \
            tokens without punctuation. The accept rate is the share of a model's decided suggestions that was taken as it \
            was, under the label it has now.
            """)

    @Flag(help: "Print one JSON object: a member a table, rows as objects.")
    var json = false

    @Option(help: ArgumentHelp("Write a page that opens without a network.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("The form of a file. Default: found from its content.", valueName: "format"))
    var from: Format?

    @Argument(help: ArgumentHelp("A project's folder, or a file of labelled notes.", valueName: "project|file"))
    var path: String

    func run() throws {
        let readings = try LabelReadings.read(path, as: from, onlyFinal: false)
        guard !readings.isEmpty else { throw BadInput(SourceLocation(path), "nothing was decided in it yet") }
        let tables = LabelStatistics(readings).tables
        if let html {
            do {
                try OutputFile.write(Array(StatisticsPage.html(tables, title: path).utf8), to: html)
            } catch {
                throw BadInput(SourceLocation(html), "cannot be written (\(error))")
            }
            standardError("stats: wrote \(html)")
        }
        if json {
            standardOutput(
                json: try JSONValue.line(
                    JSONValue.object(Dictionary(tables.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 }))))
        } else if html == nil {
            for table in tables { standardOutput(table.text + "\n") }
        }
    }
}
