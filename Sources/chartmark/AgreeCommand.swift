import Annotation
import ArgumentParser
import ClinicalText
import Journal
import Storage

/// `agree`: how far annotators agree.
struct AgreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agree",
        abstract: "Print how far annotators agree on the notes that all of them completed.",
        discussion: """
            Span F1: the same words and label (strict), or a label's spans that overlap (partial), over all pairs of \
            annotators. Kappa: on word tokens, Cohen's for two annotators, Fleiss' for more. Alpha: Krippendorff's with \
            unitising (1995, 2004), which counts where units are, not only what they are called. Near matches are told apart \
            from misses. Where chance explains everything a figure is "–".
            """)

    /// Enough to see what to talk about, few enough to read; --json has all.
    private static let shown = 10

    @Option(
        help: ArgumentHelp(
            "One of the annotators; give it for each. Default: everyone who has a journal and does not adjudicate.",
            valueName: "name"))
    var between: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("A project's folder.", valueName: "project"))
    var folder: String

    func run() throws {
        let project = Project(folder: folder)
        guard PrivateFile.isFolder(project.journalsFolder) else {
            throw BadInput(SourceLocation(folder), "is not a project: it has no folder 'journals'")
        }
        let readings = try CompletedReadings(of: project, between: between)
        let entries = readings.completedByAll
        let leftOut = readings.noteCount - entries.count
        guard !entries.isEmpty else {
            throw BadInput(
                SourceLocation(folder),
                "none of the \(readings.noteCount) notes is completed by all of: "
                    + "\(readings.annotators.joined(separator: ", ")); choose two with --between NAME --between NAME")
        }
        var agreement = Agreement(annotators: readings.annotators)
        for entry in entries {
            agreement.add(
                note: entry.note.id, text: entry.note.text,
                readings: entry.views.map { $0.document.spans.map { LabelledSpan($0.content) } })
        }
        if json {
            standardOutput(json: try JSONValue.line(agreement.object(leftOut: leftOut)))
        } else {
            for line in lines(agreement, leftOut: leftOut) { standardOutput(line) }
        }
    }

    private func lines(_ agreement: Agreement, leftOut: Int) -> [String] {
        let names = agreement.annotators
        let all = names.count == 2 ? "both" : "all"
        var lines = [
            "\(names.joined(separator: ", ")): \(agreement.notes.count) notes completed by \(all), \(leftOut) left out",
            "",
        ]
        let labels = agreement.labels
        let width = (labels.map(\.count) + ["label".count, "all".count]).max() ?? 0
        let kappa = names.count == 2 ? "Cohen " : "Fleiss"
        lines.append("\("label".padded(to: width))  strict  partial  \(kappa)  alpha_U  spans")
        func row(_ name: String, _ strict: SpanScores.Counts, _ partial: SpanScores.Counts, label: String?) -> String {
            // Each annotator's spans stand in as many pairs as there are other annotators.
            let spans = (strict.predicted + strict.gold) / max(1, names.count - 1)
            return "\(name.padded(to: width))  \(strict.f1.threeDigits)   \(partial.f1.threeDigits)    "
                + "\(agreement.kappa(label: label).figure)  \(agreement.units.alpha(label: label).figure)   \(spans)"
        }
        for label in labels {
            lines.append(
                row(label, agreement.strict[label] ?? .init(), agreement.partial[label] ?? .init(), label: label))
        }
        lines.append(
            row("all", SpanScores.micro(agreement.strict), SpanScores.micro(agreement.partial), label: nil))
        if names.count > 2 { lines += [""] + pairLines(agreement) }
        lines += ["", "of \(agreement.kinds.values.reduce(0, +)) spans laid side by side:"]
        for kind in SpanAlignment.Kind.allCases {
            lines.append("  \(String(agreement.kinds[kind] ?? 0).leftPadded(to: 6))  \(kind.words)")
        }
        lines += confusionLines(agreement)
        let worst = agreement.worstNotes
        if !worst.isEmpty {
            lines += ["", "worst notes:  strict F1, disagreements"]
            lines += worst.prefix(Self.shown).map {
                "  \($0.f1.threeDigits)  \(String($0.disagreements).leftPadded(to: 4))  \($0.note)"
            }
            if worst.count > Self.shown { lines.append("  and \(worst.count - Self.shown) more") }
        }
        return lines
    }

    private func pairLines(_ agreement: Agreement) -> [String] {
        agreement.pairs.map { pair in
            let names = "\(agreement.annotators[pair.first]), \(agreement.annotators[pair.second])"
            return "\(names): strict \(SpanScores.micro(pair.scores.strict).f1.threeDigits), "
                + "partial \(SpanScores.micro(pair.scores.partial).f1.threeDigits), "
                + "Cohen \(agreement.tokens.cohen(pair.first, pair.second).figure)"
        }
    }

    private func confusionLines(_ agreement: Agreement) -> [String] {
        let confused = agreement.confusion.filter { $0.key.first != $0.key.second }
            .sorted { ($1.value, $0.key.words) < ($0.value, $1.key.words) }
        guard !confused.isEmpty else { return [] }
        var lines = [
            "",
            "confused (\(agreement.annotators.count == 2 ? agreement.annotators.joined(separator: " / ") : "earlier / later annotator")):",
        ]
        lines += confused.prefix(Self.shown).map { "  \(String($0.value).leftPadded(to: 6))  \($0.key.words)" }
        if confused.count > Self.shown { lines.append("  and \(confused.count - Self.shown) more kinds") }
        return lines
    }
}

extension SpanAlignment.Kind {
    fileprivate var words: String {
        switch self {
        case .same: "the same"
        case .label: "the same words, another label"
        case .edges: "near: the same label, other edges"
        case .both: "near: another label, other edges"
        case .missing: "missed: only one has it"
        }
    }
}

extension Agreement.Confused {
    fileprivate var words: String { "\(first ?? "nothing") / \(second ?? "nothing")" }
}

extension Double? {
    /// Three digits, or a dash where there is no figure.
    fileprivate var figure: String {
        guard let self else { return "–     " }
        return (self < 0 ? "-" : "") + abs(self).threeDigits + (self < 0 ? "" : " ")
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

extension Agreement {
    /// Cohen's kappa for two annotators, Fleiss' for more.
    fileprivate func kappa(label: String? = nil) -> Double? {
        annotators.count == 2 ? tokens.cohen(0, 1, label: label) : tokens.fleiss(label: label)
    }

    /// Everything, for a program.
    fileprivate func object(leftOut: Int) -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }
        func kinds(_ kinds: [SpanAlignment.Kind: Int]) -> JSONValue {
            .object(
                Dictionary(
                    uniqueKeysWithValues: SpanAlignment.Kind.allCases.map { ($0.rawValue, integer(kinds[$0] ?? 0)) }))
        }
        func scores(_ strict: SpanScores.Counts, _ partial: SpanScores.Counts, label: String?) -> JSONValue {
            .object([
                "strict_f1": .number(strict.f1), "partial_f1": .number(partial.f1),
                "cohen_kappa": annotators.count == 2 ? number(tokens.cohen(0, 1, label: label)) : .null,
                "fleiss_kappa": number(tokens.fleiss(label: label)), "alpha_u": number(units.alpha(label: label)),
                "matched": integer(strict.matched), "near_or_matched": integer(partial.matched),
                "spans": integer((strict.predicted + strict.gold) / max(1, annotators.count - 1)),
            ])
        }
        return .object([
            "annotators": .array(annotators.map { .string($0) }), "notes": integer(notes.count),
            "left_out": integer(leftOut), "tokens": integer(tokens.tokens),
            "all": scores(SpanScores.micro(strict), SpanScores.micro(partial), label: nil),
            "labels": .object(
                Dictionary(
                    uniqueKeysWithValues: labels.map {
                        ($0, scores(strict[$0] ?? .init(), partial[$0] ?? .init(), label: $0))
                    })),
            "kinds": kinds(self.kinds),
            "pairs": .array(
                pairs.map { pair in
                    .object([
                        "annotators": .array([.string(annotators[pair.first]), .string(annotators[pair.second])]),
                        "strict_f1": .number(SpanScores.micro(pair.scores.strict).f1),
                        "partial_f1": .number(SpanScores.micro(pair.scores.partial).f1),
                        "cohen_kappa": number(tokens.cohen(pair.first, pair.second)), "kinds": kinds(pair.kinds),
                    ])
                }),
            "confusion": .array(
                confusion.sorted { ($1.value, $0.key.words) < ($0.value, $1.key.words) }.map { entry in
                    .object([
                        "first": entry.key.first.map { .string($0) } ?? .null,
                        "second": entry.key.second.map { .string($0) } ?? .null, "count": integer(entry.value),
                    ])
                }),
            "worst_notes": .array(
                worstNotes.map {
                    .object([
                        "id": .string($0.note), "strict_f1": .number($0.f1), "disagreements": integer($0.disagreements),
                    ])
                }),
        ])
    }
}
