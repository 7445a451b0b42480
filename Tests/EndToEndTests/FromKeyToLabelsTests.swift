import Annotation
import ClinicalText
import Interchange
import Journal
import Testing

@Suite(
    "From the first key to the exported labels", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct FromKeyToLabelsTests {
    private static let note = "05-emergency-department"
    private static let comment = "asked the family, twice"
    private static let ownWords = "happy for"

    @Test("a person takes a sample note to a completed, exported record", arguments: [(80, 24), (120, 40)])
    func wholeStreet(columns: Int, rows: Int) throws {
        let folder = try ReviewFolder(samples: [Self.note, "11-french-consultation"])
        let window = try folder.review(columns: columns, rows: rows)
        let last = columns == 80 ? LastAnswer.accept : .reject
        let decided = try review(in: window, last: last)
        let record = try exportedRecord(folder)
        try check(record, against: decided, last: last, in: folder)
        try readBack(record, in: folder)
        try folder.expectSound()
    }

    /// How the question about undecided suggestions is answered.
    private enum LastAnswer: String {
        case accept = "a"
        case reject = "x"
    }

    /// The words that the screen showed for each decision.
    private struct Decided {
        var accepted = ""
        var rejected = ""
        var relabelled = ""
        var widened = ""
        var left = 0
    }

    // MARK: Keys

    private func review(in window: TerminalWindow, last: LastAnswer) throws -> Decided {
        var decided = Decided()
        try window.wait("suggestions") { $0.title.contains("undecided") && $0.lines.last?.contains("n next") == true }
        var screen = try window.wait("the first suggestion under the cursor") { Self.isOffered($0.span) }
        let offered = try #require(screen.undecided)
        func decide(_ what: String, _ key: String, left: Int, until holds: (ScreenText) -> Bool) throws -> String {
            let before = screen.span
            let shown = try #require(ScreenText.quoted(in: before), "nothing offered: \(screen)")
            try window.press(key)
            screen = try window.wait(what) { $0.undecided == left && $0.span != before && holds($0) }
            return shown
        }
        decided.accepted = try decide("an accept", "a", left: offered - 1) { Self.isOffered($0.span) }
        decided.rejected = try decide("a reject", "x", left: offered - 2) { Self.isOffered($0.span) }
        let capital = screen.span.contains(" History ") ? "E" : "H"
        decided.relabelled = try decide("another label", capital, left: offered - 3) { Self.isOffered($0.span) }

        // It went on to the next one, whose right edge goes out by a token.
        _ = try decide("other edges", "]", left: offered - 4) {
            $0.span.contains("corrected edges") && ScreenText.quoted(in: $0.status) != nil
        }
        decided.widened = try #require(ScreenText.quoted(in: screen.status))

        try makeOwnSpan(in: window)
        try labelNote(in: window)

        try window.press("Enter")
        screen = try window.wait(for: "undecided: a accept all · x reject all")
        decided.left = try #require(screen.undecided)
        try window.press(last.rawValue)
        try window.wait("the next note") {
            $0.title.contains("11-french") && $0.status.contains("\(Self.note): complete")
        }
        try window.press("o")
        screen = try window.wait(for: "1 of 2 finished")
        #expect(screen.lines.contains { $0.contains("✓ \(Self.note)") && $0.contains("complete") }, "\(screen)")
        try window.press("Escape")
        try window.wait(for: "A–Z label")
        try window.press("q")
        let (code, farewell) = try window.waitForExit()
        #expect(code == 0)
        #expect(farewell.contains("decisions saved in"), "\(farewell)")
        return decided
    }

    /// Whether the words under the cursor are an undecided suggestion, with the model's confidence.
    private static func isOffered(_ span: String) -> Bool { span.contains("undecided · ") && span.contains(" %") }

    /// Selects words that nothing is offered for, labels, deletes, undoes and redoes, comments.
    private func makeOwnSpan(in window: TerminalWindow) throws {
        try window.press("/")
        try window.wait(for: "search:")
        try window.type("happy")
        try window.press("Enter")
        try window.wait(for: "1 hit")
        try window.press("Escape")
        try window.wait("a bare word") { $0.span.contains("“happy”  no span here") }
        try window.press("v", "w")
        try window.wait("a selection") { $0.span.contains("selecting “\(Self.ownWords)”") }
        try window.press("H")
        try window.wait("a span of one's own") { $0.span.contains("“\(Self.ownWords)”") && $0.span.contains("yours") }
        try window.press("d")
        try window.wait("the span to go") { $0.status.contains("deleted: History") && $0.span.contains("no span here") }
        try window.press("u")
        try window.wait("the span back") { $0.status.contains("undid: deleted") && $0.span.contains("yours") }
        try window.press("C-r")
        try window.wait("the span gone again") { $0.status.contains("redid: deleted") && $0.span.contains("no span") }
        try window.press("u")
        try window.wait("the span back again") { $0.status.contains("undid: deleted") && $0.span.contains("yours") }
        try window.press("m")
        try window.wait(for: "comment on the span:")
        try window.type(Self.comment)
        try window.wait(for: Self.comment)
        try window.press("Enter")
        try window.wait(for: "comment written")
    }

    private func labelNote(in window: TerminalWindow) throws {
        try window.press("i")
        let screen = try window.wait(for: ") emergency")
        let row = try #require(screen.lines.first { $0.contains(") emergency") })
        let letter = try #require(row.split(separator: " ").first { $0.count == 1 && $0.first?.isLetter == true })
        try window.press(String(letter))
        try window.wait("the value set") { $0.lines.contains { $0.contains("emergency") && !$0.contains("( )") } }
        try window.press("Escape")
        try window.wait(for: "Enter complete")
    }

    // MARK: Exports

    private func exportedRecord(_ folder: ReviewFolder) throws -> LabelRecord {
        let export = try folder.run("export", "--format", "labels", "--output", "labels.out", folder.project)
        try #require(export.exitCode == 0, "\(export.errors)")
        let records = try LabelsJSONL.read(folder.bytes("labels.out"), file: "labels.out")
        #expect(records.map(\.id) == [Self.note], "the second note was only looked at")
        return try #require(records.first)
    }

    private func check(
        _ record: LabelRecord, against decided: Decided, last: LastAnswer, in folder: ReviewFolder
    ) throws {
        let text = try folder.noteText(Self.note)
        #expect(record.text == text.string)
        #expect(record.answer == .accept)
        #expect(record.annotator == "kim")
        #expect(record.model?.hasPrefix("clinical-mini@") == true)
        for span in record.spans + record.rejected {
            #expect(span.content.span.start < span.content.span.end)
            #expect(text.holds(span.content.span))
            #expect(text[span.content.span] == span.content.text)
        }

        let answered = last == .accept ? record.spans.filter { $0.source == .model } : record.rejected
        #expect(answered.count == decided.left + 1, "the batch, and the one before it")
        #expect(record.spans.count { $0.source == .model } == (last == .accept ? decided.left + 1 : 1))
        #expect(record.rejected.count == (last == .reject ? decided.left + 1 : 1))
        func span(_ words: String, _ source: SpanSource) -> LabelRecord.Span? {
            record.spans.first { $0.source == source && $0.content.text.shown(as: words) }
        }
        #expect(span(decided.accepted, .model) != nil)
        #expect(record.rejected.contains { $0.content.text.shown(as: decided.rejected) })
        #expect(["History", "Clinical_event"].contains(span(decided.relabelled, .corrected)?.content.label))
        #expect(span(decided.widened, .corrected) != nil)
        #expect(record.spans.count { $0.source == .corrected } == 2)
        let own = try #require(span(Self.ownWords, .human))
        #expect(own.content.label == "History")
        #expect(record.spans.count { $0.source == .human } == 1)

        let place = own.content.span
        #expect(
            record.comments == [
                LabelRecord.Remark(start: place.start.value, end: place.end.value, text: Self.comment)
            ])
        #expect(record.labels == ["note_type": .string("emergency")])
    }

    /// Exports to the other formats and reads each back.
    private func readBack(_ record: LabelRecord, in folder: ReviewFolder) throws {
        for (format, output) in [("prodigy", "p.jsonl"), ("conll", "c.conll"), ("brat", "brat")] {
            let export = try folder.run("export", "--format", format, "--output", output, folder.project)
            #expect(export.exitCode == 0, "\(export.errors)")
        }
        let spans = Set(record.spans.map(\.content))
        let notes = try NoteReader.read(["\(folder.path)/\(folder.notes)"])

        var report = LossReport()
        let prodigy = try Format.prodigy.records(try Input(path: "\(folder.path)/p.jsonl"), report: &report)
        #expect(prodigy.map(\.id) == [Self.note])
        #expect(prodigy.first?.annotator == "kim")
        #expect(prodigy.first?.labels == record.labels)
        #expect(Set(prodigy.first?.spans.map(\.content) ?? []) == spans)

        let brat = try Format.brat.records(try Input(path: "\(folder.path)/brat"), report: &report)
        #expect(brat.map(\.id) == [Self.note])
        #expect(Set(brat.first?.spans.map(\.content) ?? []) == spans)
        #expect(brat.first?.text.string == record.text)

        // Of spans that overlap CoNLL has room for the longest; whatever it has is one of ours, in the same place.
        var options = FormatOptions()
        for note in notes { options.notes[note.id] = note }
        let conll = try Format.conll.records(
            try Input(path: "\(folder.path)/c.conll"), options: options, report: &report)
        let read = Set(conll.first?.spans.map(\.content) ?? [])
        #expect(read.isSubset(of: spans))
        for lost in spans.subtracting(read) {
            #expect(read.contains { $0.span.overlaps(lost.span) }, "\(lost) is missing and nothing is in its place")
        }
    }
}

extension String {
    /// Whether the screen's `words` stand for this: a long span is cut there, and its line ends are spaces.
    fileprivate func shown(as words: String) -> Bool {
        let own = withSingleSpaces
        return words.hasSuffix("…")
            ? own.hasPrefix(String(words.dropLast()).withSingleSpaces) : own == words.withSingleSpaces
    }

    private var withSingleSpaces: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
