import Annotation
import ArgumentParser
import ClinicalText
import Glibc
import Interchange

extension BenchCommand {
    /// Import and export of many notes.
    struct Interchange: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "interchange",
            abstract: "Time the way of many labelled notes from each format into another, and its memory.",
            discussion: """
                Writes invented notes of 3,000 characters with a span every 200 to a temporary file (460 MB for 100,000 \
                notes), then exports them to each format named and imports them again. The resident memory is that of all \
                of them together: name one to know its own.
                """)

        @Option(help: "Notes.") var notes: Int = 100_000
        @Argument(help: "Formats that are written.") var formats: [Format] = [.labels, .prodigy]

        func validate() throws {
            guard notes >= 1 else { throw ValidationError("--notes must be at least 1") }
            guard formats.allSatisfy(\.isWritten) else { throw ValidationError("only formats that are written") }
        }

        func run() throws {
            let bench = try BenchNote(characters: 3000)
            let text = try NoteText(bytes: NoteReader.bytes(of: bench.note))
            let labels = "\(bench.folder)/labels.jsonl"
            try write(text, to: labels)
            var seconds: [Double] = []
            for format in formats {
                let file = "\(bench.folder)/\(format.rawValue)"
                let out = try time { try copy(labels, .labels, to: file, format) }
                seconds.append(out)
                var line = "\(format.rawValue): export \(out.oneDigit) s"
                if format.isRead {
                    let back = try time { try copy(file, format, to: "\(bench.folder)/back", .labels) }
                    seconds.append(back)
                    line += ", import \(back.oneDigit) s"
                }
                standardOutput(line)
            }
            standardOutput("peak_resident_megabytes=\(ProcessMemory().peakMegabytes)")
            Rounds.report(seconds)
        }

        private func write(_ text: NoteText, to file: String) throws {
            let spans = stride(from: 0, to: text.scalarCount - 20, by: 200).map { start in
                let content = SpanContent(TextSpan(start, start + 20), in: text, label: "Problem")
                return Record.Span(content: content, source: .human)
            }
            var writer = try Format.labels.writer(FormatOptions())
            var output = try DraftOutput(file, isFolder: false)
            var report = LossReport()
            for index in 0..<notes {
                let record = Record(id: "note-\(index)", text: text, spans: spans, annotator: "kim")
                try writer.add(record, to: &output, &report)
            }
            try writer.finish(&output)
            try output.commit()
        }

        private func copy(_ from: String, _ source: Format, to target: String, _ format: Format) throws {
            var reader = try source.reader(try Input(path: from), options: FormatOptions())
            var writer = try format.writer(FormatOptions())
            var output = try DraftOutput(target, isFolder: format.isFolder)
            var way = Transfer(from: from, isSingle: false)
            while let record = try way.next(&reader) { try way.write(record, &writer, to: &output) }
            try writer.finish(&output)
            try output.commit()
        }

        private func time(_ work: () throws -> Void) rethrows -> Double {
            try ContinuousClock().measure(work) / .seconds(1)
        }
    }
}
