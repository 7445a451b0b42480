import ArgumentParser
import ClinicalText
import Glibc
import Interchange
import Journal
import Storage

extension Format: ExpressibleByArgument {}
extension TagScheme: ExpressibleByArgument {}

/// What `import` and `export` have in common.
struct TransferOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Take only this annotator's records.", valueName: "name"))
    var annotator: String?

    @Option(
        help: ArgumentHelp(
            "The notes themselves, for conll and hf, which hold tokens without the spaces between.", valueName: "notes")
    )
    var text: String?

    @Option(help: ArgumentHelp("Write what was lost as one JSON object to this file.", valueName: "file"))
    var report: String?

    @Flag(help: "Refuse instead of losing anything: nothing is written.")
    var strict = false

    /// - Throws: ``BadInput`` if the notes cannot be read.
    func formatOptions() throws(BadInput) -> FormatOptions {
        var options = FormatOptions()
        if let text {
            for note in try NoteReader.read([text]) { options.notes[note.id] = note }
        }
        return options
    }

    /// Says what was lost; with `--strict` that is an error.
    ///
    /// - Throws: ``BadInput`` if something was lost that must not be, or the report cannot be written.
    func conclude(_ report: LossReport, of command: String) throws(BadInput) {
        if let path = self.report {
            do {
                try OutputFile.write(Array(try JSONValue.line(report.json).utf8) + [0x0A], to: path)
            } catch {
                throw BadInput(SourceLocation(path), "cannot be written (\(error))")
            }
        }
        for line in report.lines { standardError("\(command): \(line)") }
        for place in report.places { standardError("\(command):   \(place)") }
        guard !strict || report.isEmpty else {
            throw BadInput(
                SourceLocation("--strict"), "something would be lost; nothing was written. Leave --strict out to go on")
        }
    }
}

/// A progress bar over the bytes of a file.
struct ReadingProgress {
    private let source: ByteSource?
    private let bar: ProgressBar
    private var shown = -1

    init(_ title: String, of source: ByteSource?) {
        self.source = source
        bar = ProgressBar(title, total: 100)
    }

    /// Shows how far the reading is, at most once a percent.
    mutating func show() {
        guard let source, let total = source.total, total > 0 else { return }
        let percent = min(100, source.consumed * 100 / total)
        guard percent != shown else { return }
        shown = percent
        bar.show(percent)
    }

    func finish() { if shown >= 0 { bar.show(100) } }
}
