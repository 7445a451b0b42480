import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText
import Effort
import Screen
import Suggestions
import Training

extension BenchCommand {
    /// What a reviewer's labels are worth, note by note.
    struct Learning: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "learning",
            abstract: "Train from the base encoder on more and more notes and print F1 against notes seen.",
            discussion: """
                The gold stands for a reviewer who completes notes: at each size a model is trained anew on the notes so far. \
                In the order "uncertain" the last model chooses those that come next, as review --order uncertain does; the \
                first are the same in both orders. What is printed is F1 on --dev, of the last epoch, never the best one, and \
                the keys of review from the model's suggestions to the gold spans of some of its notes, as bench effort counts \
                them.
                """)

        @Option(help: ArgumentHelp("The encoder to start from.", valueName: "dir")) var model: String
        @Option(help: ArgumentHelp("Gold JSON lines to learn from.", valueName: "file")) var data: String
        @Option(help: ArgumentHelp("Gold JSON lines to measure on.", valueName: "file")) var dev: String
        @Option(parsing: .upToNextOption, help: ArgumentHelp("Numbers of notes.", valueName: "n"))
        var sizes = [10, 20, 40, 80, 140]
        @Option(help: ArgumentHelp("Steps of a training, at most.", valueName: "n")) var steps = 250
        @Option(help: ArgumentHelp("Passes over the notes, at most.", valueName: "n")) var epochs = 10
        @Option(
            help: ArgumentHelp(
                "Notes of --dev on which keys are counted; of one that takes some five seconds.", valueName: "n"))
        var effortNotes = 8
        @Option(help: ArgumentHelp("Where the plot is written.", valueName: "file")) var svg: String?
        @Option(help: ArgumentHelp("Of orders and trainings.", valueName: "n")) var seed: UInt64 = 1
        @OptionGroup var workers: WorkerThreads

        func validate() throws {
            guard steps >= 1, epochs >= 1 else { throw ValidationError("--steps and --epochs must be at least 1") }
            guard effortNotes >= 0 else { throw ValidationError("--effort-notes must not be negative") }
            guard sizes == Set(sizes).sorted(), sizes.first ?? 0 >= 1 else {
                throw ValidationError("--sizes must rise from at least 1")
            }
        }

        private enum Order: String, CaseIterable {
            case uncertain, random
        }

        func run() throws {
            let labelled = try TrainingNotes.read(data).notes.filter { $0.spans != nil }
            let gold = Dictionary(labelled.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let notes = try NoteReader.read([data]).filter { gold[$0.id] != nil }
            let development = try GoldNotes(dev, label: nil)
            guard let most = sizes.last, most <= notes.count else {
                throw BadInput(
                    SourceLocation(data), "has \(notes.count) notes, and --sizes asks for \(sizes.last ?? 0)")
            }
            // Weights only; words of notes stay where they are.
            let scratch = try ScratchFolder()
            defer { scratch.remove() }
            let interruption = Interruption()
            var curve = LearningCurve(lines: [])
            var whole: LearningCurve.Point?
            let duration = try ContinuousClock().measure {
                for order in Order.allCases {
                    var line = LearningCurve.Line(name: order.rawValue, points: [])
                    var pool = notes
                    var generator = SplitMix(seed: seed, stream: SplitMix.Purpose.draws)
                    pool.shuffle(using: &generator)
                    var seen: [Note] = []
                    var last: ClinicalModel?
                    for size in sizes {
                        if order == .uncertain, let last { pool = try byUncertainty(pool, last) }
                        let next = pool.prefix(size - seen.count)
                        seen += next
                        pool.removeFirst(next.count)
                        // All notes are the same notes in any order.
                        if size == notes.count, let whole {
                            line.points.append(whole)
                            continue
                        }
                        let output = "\(scratch.path)/\(order.rawValue)-\(size)"
                        let trained = try train(seen.compactMap { gold[$0.id] }, to: output, interruption)
                        let read = try development.readings(of: trained, threads: workers.count)(
                            trained.configuration.temperature)
                        let f1 = development.evaluation(read).f1
                        let keys = try keysPerSpan(development.work(offering: read).prefix(effortNotes), trained)
                        let point = LearningCurve.Point(notes: size, f1: f1, keysPerSpan: keys)
                        standardError(
                            "learning: \(order.rawValue), \(size) notes: F1 \(f1.threeDigits)"
                                + (keys.map { ", \($0.threeDigits) keys a span" } ?? ""))
                        line.points.append(point)
                        if size == notes.count { whole = point }
                        last = trained
                    }
                    curve.lines.append(line)
                }
            }
            standardOutput("\(curve.table)\n\n\(curve.plot)")
            if let svg { try AtomicFile().replace(svg, with: Array(curve.svg.utf8)) }
            Rounds.report([duration / .seconds(1)])
        }

        /// The keys from a model's suggestions to the gold spans, for each of these; `nil` without any.
        private func keysPerSpan(_ work: ArraySlice<EffortWork>, _ model: ClinicalModel) throws -> Double? {
            let spans = work.reduce(0) { $0 + $1.gold.count }
            guard spans > 0 else { return nil }
            let schema = EffortWork.schema(for: Array(work), modelLabels: model.configuration.entityLabels)
            let oracle = EffortOracle(schema: schema, size: Self.screen)
            let efforts = try EffortWork.efforts(for: Array(work), by: oracle, batches: .never)
            return Double(efforts.reduce(0) { $0 + $1.tally.total }) / Double(spans)
        }

        /// That of `bench effort`.
        private static let screen = ScreenSize(columns: 120, rows: 40)

        /// Those that the model is least sure of first.
        private func byUncertainty(_ notes: [Note], _ model: ClinicalModel) throws -> [Note] {
            let spans = try model.spans(in: notes.map(\.text), threads: workers.count) ?? []
            let offered = zip(notes, spans).map { note, spans in
                (
                    note.id,
                    spans.map {
                        Suggestion(
                            content: SpanContent(span: $0.span, text: note.text[$0.span], label: $0.label),
                            model: model.folder, score: $0.score)
                    }
                )
            }
            let suggestions = Dictionary(offered, uniquingKeysWith: { first, _ in first })
            return NoteOrder.byUncertainty(notes.count) { suggestions[notes[$0].id] }.positions.map { notes[$0] }
        }

        private func train(
            _ notes: [TrainingNote], to output: String, _ interruption: Interruption
        ) throws -> ClinicalModel {
            let checkpoint = try TrainableCheckpoint(folder: model)
            var settings = FineTuningSettings(for: checkpoint)
            settings.workers = workers.count
            settings.seed = seed
            settings.mostSteps = steps
            settings.savesEpochs = false
            settings.epochs = epochs
            let labels = TrainingLabels.counts(notes, isOfText: false).keys.sorted()
            let run = try FineTuning(
                checkpoint, task: .tokens(labels: TrainingLabels.tags(labels)), training: notes, development: [],
                settings: settings, output: output)
            let bar = ProgressBar("training on \(notes.count) notes", total: 100)
            _ = try run.run(report: { bar.show(Int(100 * $0.share)) }, isInterrupted: { interruption.isAsked })
            try interruption.check("learning")
            return try ClinicalModel(checkpoint: output)
        }
    }
}
