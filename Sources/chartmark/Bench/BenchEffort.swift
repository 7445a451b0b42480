import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText
import Effort
import ReviewUI
import Screen
import Suggestions

extension BenchCommand {
    /// Key presses from suggestions to gold.
    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "effort",
            abstract: "Count the keys that make a model's suggestions the gold spans of some notes.",
            discussion: """
                An oracle that knows the gold spans presses the real keys of review and looks for the cheapest way that a \
                practised person could see on the screen; at the end of each note the spans must equal the gold, or it is an \
                error. keys_per_span counts every key, Enter and its answer too, without any key that accepts more than one \
                suggestion: neither + nor "accept all" at Enter. "Reject all" at Enter is used where only wrong ones are left.
                """)

        @OptionGroup var options: ModelOptions
        @Option(help: ArgumentHelp("JSON lines with the right \"spans\".", valueName: "file")) var notes: String
        @Option(help: "Columns of the screen.") var columns: Int = 120
        @Option(help: "Rows of the screen.") var rows: Int = 40
        @Flag(help: "Print the keys pressed in each note.") var show = false

        func validate() throws {
            guard columns >= 40, rows >= 10 else { throw ValidationError("the screen must be at least 40 × 10") }
        }

        func run() throws {
            let model = try options.load()
            let suggester = ClinicalBERTSuggester(model, name: "model")
            var work: [EffortWork] = []
            for note in try NoteReader.read([notes]) {
                guard let spans = try note.carriedSpans() else {
                    throw BadInput(note.location ?? SourceLocation(notes), "the record has no 'spans'")
                }
                guard
                    case .ready(let suggestions)? = suggester.suggest(
                        note, onProgress: { _ in }, isCancelled: { false })
                else {
                    throw BadInput(note.location ?? SourceLocation(notes), "the model has no suggestions for the note")
                }
                let gold = Set(spans.map { LabelledSpan($0.content) })
                work.append(EffortWork(note: note, suggestions: suggestions, gold: gold))
            }
            let schema = EffortWork.schema(for: work, modelLabels: model.configuration.entityLabels)
            let oracle = EffortOracle(schema: schema, size: ScreenSize(columns: columns, rows: rows))
            let spans = work.reduce(0) { $0 + $1.gold.count }
            guard spans > 0 else { throw BadInput(SourceLocation(notes), "there are no gold spans in it") }
            let offered = work.reduce(0) { $0 + $1.suggestions.count }
            standardOutput(
                "\(work.count) notes, \(spans) gold spans, \(offered) suggestions, screen \(columns)×\(rows)")
            let batched = try tally(of: work, by: oracle, batches: .acceptAll, spans: spans, title: "with +")
            let single = try tally(
                of: work, by: oracle, batches: .never, spans: spans, title: "without + and without accept all at Enter")
            standardOutput("keys_per_span_with_accept_all=\((Double(batched.total) / Double(spans)).threeDigits)")
            standardOutput("keys_per_span=\((Double(single.total) / Double(spans)).threeDigits)")
        }

        private func tally(
            of work: [EffortWork], by oracle: EffortOracle, batches: EffortOracle.Batches, spans: Int, title: String
        ) throws -> KeyTally {
            let efforts = try EffortWork.efforts(for: work, by: oracle, batches: batches)
            var sum = KeyTally()
            standardOutput("\(title):")
            for (item, effort) in zip(work, efforts) {
                sum += effort.tally
                if show { standardOutput("  \(item.note.id): " + effort.keys.map(\.name).joined(separator: " ")) }
            }
            for purpose in KeyTally.Purpose.allCases where sum[purpose] > 0 {
                let share = (Double(sum[purpose]) / Double(spans)).threeDigits
                standardOutput("  \(purpose.rawValue.padded(to: 24))\(sum[purpose]) keys, \(share) a span")
            }
            standardOutput(
                "  \("all".padded(to: 24))\(sum.total) keys, \((Double(sum.total) / Double(spans)).threeDigits) a span")
            return sum
        }
    }
}
