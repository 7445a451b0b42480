import Annotation
import ClinicalText
import Screen

extension Model {
    /// The first row: which note, how it stands, who decides and with which model.
    func drawTitle(on frame: inout Frame) {
        let width = size.columns
        let style = Style(reverse: true)
        frame.fill(CellRect(row: 0, column: 0, rows: 1, columns: width), style: style)
        var right: [String] = []
        if readOnly != nil { right.append("READ-ONLY") }
        switch engine {
        case .loading: right.append("loading the model…")
        // Of a training it is known which model it is of.
        case .ready(let name): if width >= 60, trainingWords == nil { right.append(Self.shortModelName(name)) }
        case .none: if !isAdjudicating, abilities.isEmpty { right.append("no model") }
        case .failed: right.append("model failed")
        }
        if isAdjudicating { right.append("adjudication") }
        if let trainingWords { right.append(trainingWords) }
        right.append(annotator)
        if threshold > 0 { right.append("≥ \(threshold.percent)") }
        let ending = DisplayText.clipped(DisplayText.line(right.joined(separator: " · ")), to: width / 2)
        let endingWidth = CellWidth.of(ending)
        frame.draw(ending, row: 0, column: width - endingWidth - 1, width: endingWidth, style: style)

        let progress = " \(current + 1)/\(notes.count) · \(progressWords)"
        let left = width - endingWidth - 4
        let idWidth = max(8, left - CellWidth.of(progress))
        let id = DisplayText.clipped(DisplayText.line(review.note.id), to: idWidth)
        let used = frame.draw(id, row: 0, column: 1, width: left, style: Style(bold: true, reverse: true))
        frame.draw(progress, row: 0, column: 1 + used, width: left - used, style: style)
    }

    /// How the open note stands.
    private var progressWords: String {
        switch review.document.status {
        case .completed: return "complete"
        case .skipped: return "skipped"
        case .pending: break
        }
        if isAdjudicating {
            let open = openDisagreements
            return open == 0 ? "open" : "\(open) disagreement\(open == 1 ? "" : "s")"
        }
        if case .waiting = review.suggestions { return "suggestions coming" }
        let undecided = page.marks.undecided.count
        return undecided == 0 ? "open" : "\(undecided) undecided"
    }

    /// The third row from below: what is under the cursor, in words.
    func drawSpanLine(on frame: inout Frame) {
        var line: StyledLine = []
        if selection != nil, let selected = selectedSpan {
            line = [
                .bold("selecting "), StyledText("“\(page.text[selected])”"),
                .dim("  a capital labels it, \(key("pick-label", in: .selection)) lists"),
            ]
        } else if let mark = focusedMark {
            line = describe(mark)
        } else if let here = cursorSpan {
            let words = page.text[here]
            line = [StyledText("“\(words)”"), .dim("  no span here\(Self.direction(of: words))")]
        } else {
            line = [.dim("there are no words in this note")]
        }
        frame.draw(line, row: plan.spanRow, column: 1, width: size.columns - 2)
    }

    /// That words are read from right to left, which the screen does not show: it has them in logical order.
    private static func direction(of words: String) -> String {
        WritingDirection.hasRightToLeft(words) ? " · right to left" : ""
    }

    private func describe(_ mark: Mark) -> StyledLine {
        let hue = hue(of: mark.content.label)
        let sign = sign(of: mark.content.label)
        let badge =
            mark.isUndecided
            ? StyledText("\(sign)?", Style(foreground: hue, bold: true, underline: true))
            : StyledText(" \(sign) ", Style(foreground: .black, background: hue, bold: true))
        var tail = state(of: mark)
        if let score = score(of: mark) { tail += " · \(score)" }
        for words in attributeWords(of: mark) { tail += " · \(words)" }
        let here = marksUnderCursor
        if here.count > 1, let index = here.firstIndex(where: { $0.id == mark.id }) {
            tail += " · \(index + 1) of \(here.count) here: \(key("next-here"))"
        }
        tail += Self.direction(of: mark.content.text)
        for comment in comments(on: mark) { tail += " · “\(comment)”" }
        let known = 6 + CellWidth.of(mark.content.label) + CellWidth.of(tail) + 6
        // The model comes last: where there is no room it is the first to go, and the title has it too.
        if let offered = offered(as: mark) { tail += " · \(originWords(of: offered))" }
        let words = DisplayText.clipped(DisplayText.line(mark.words), to: max(12, size.columns - known))
        return [badge, .bold(" \(mark.content.label) "), StyledText("“\(words)”  "), .dim(tail)]
    }

    /// The second row from below: a question, a line being written, a notice; on the right whether all is saved.
    func drawStatus(on frame: inout Frame) {
        let row = plan.statusRow
        let width = size.columns
        frame.fill(CellRect(row: row, column: 0, rows: 1, columns: width))
        let ending = saveWords
        let endingWidth = min(ending.cells, width / 2)
        frame.draw(ending, row: row, column: width - 1 - endingWidth, width: endingWidth)
        let left = width - endingWidth - 3
        if case .prompt(let prompt, let line) = context {
            return drawPrompt(prompt, line, width: left, on: &frame)
        }
        frame.draw(statusWords, row: row, column: 1, width: left)
    }

    private var saveWords: StyledLine {
        var line: StyledLine = []
        if let count { line.append(.bold("\(count)  ")) }
        if step == .character { line.append(.bold("characters  ")) }
        if let joining, let mark = page.marks.mark(joining) {
            line.append(.bold("part of \(DisplayText.clipped(mark.summary, to: 30))  "))
        }
        if let search { line.append(.bold("/\(search.query)  ")) }
        if let filter {
            let share = "\(page.marks.targets.count)/\(page.marks.marks.count)"
            line.append(.bold("filter \(DisplayText.clipped(filter.written, to: 30)) \(share)  "))
        }
        switch save {
        case .saved: line.append(readOnly == nil ? .dim("saved") : .bold("read-only"))
        case .saving: line.append(.dim("saving…"))
        case .failed(let reason):
            line = [StyledText(" NOT SAVED: \(reason) ", Style(foreground: .vermillion, bold: true, reverse: true))]
        case .elsewhere(let place):
            line = [
                StyledText(" SAVED ELSEWHERE: \(place) ", Style(foreground: .vermillion, bold: true, reverse: true))
            ]
        }
        return line
    }

    private var statusWords: StyledLine {
        if let notice { return [StyledText(notice.text, Style(bold: notice.isRefusal))] }
        switch context {
        case .completeQuestion(.undecided):
            let folded = page.marks.undecided.count { page.layout.isHidden(page.marks.marks[$0].span.start) }
            let of = folded > 0 ? " (\(folded) folded)" : ""
            let question = KeyContext.completeQuestion
            let accept = isAdjudicating ? "" : "\(key("question-accept-all", in: question)) accept all · "
            return [
                .bold("\(page.marks.undecided.count) undecided\(of): "),
                StyledText(
                    accept + "\(key("question-reject-all", in: question)) reject all · "
                        + "\(key("question-first", in: question)) go to the first"),
            ]
        case .completeQuestion(.waiting):
            return [
                .bold("suggestions are still coming: "),
                StyledText(
                    "\(key("question-first", in: .completeQuestion)) completes without them · \(key("cancel", in: .completeQuestion)) waits"
                ),
            ]
        case .capsLockQuestion(let label):
            return [
                .bold("Caps Lock? "),
                StyledText(
                    "\(key("question-label", in: .capsLockQuestion)) gives \(label) all the same · \(key("cancel", in: .capsLockQuestion)) drops it"
                ),
            ]
        case .quitQuestion:
            return [
                .bold("not everything is saved: "),
                StyledText(
                    "\(key("question-leave", in: .quitQuestion)) leaves and loses it · \(key("cancel", in: .quitQuestion)) stays"
                ),
            ]
        case .adapterQuestion:
            return [StyledText(retraining.offer?.words ?? "there is no adapter to use")]
        case .hints(let jump):
            let typed = jump.typed.map { "\($0)…  " } ?? ""
            return [
                .bold("jump: \(typed)"),
                StyledText("type the two letters drawn on a word · \(key("cancel", in: .hints)) stays"),
            ]
        case .occurrences(let shown): return words(of: shown)
        default: break
        }
        if let queuedWords { return queuedWords }
        if let openQuestion {
            let words = DisplayText.clipped(openQuestion, to: 40)
            return [.bold("asking “\(words)”… "), StyledText(answeringWords + "\(key("cancel")) stops")]
        }
        if let progress = shownProgress { return bar(of: progress) }
        switch review.suggestions {
        case .withheld(let reason), .failed(let reason): return [.dim(reason)]
        case .waiting: return [.dim(engine == .loading ? "loading the model…" : "looking for suggestions…")]
        case .none, .ready: break
        }
        if case .failed(let reason) = engine { return [.dim(reason)] }
        var parts: [String] = []
        let hidden = page.marks.hiddenCount
        if hidden > 0 { parts.append("\(hidden) hidden under \(threshold.percent)") }
        if review.unknownLabelCount > 0 {
            parts.append("\(review.unknownLabelCount) with labels outside the schema hidden")
        }
        let remarks = review.document.comments.count { $0.target == nil }
        if remarks > 0 {
            parts.append("\(remarks) comment\(remarks == 1 ? "" : "s") on the note: \(key("note-labels"))")
        }
        if plan.panel == nil, context == .note { return parts.map { .dim($0 + " · ") } + shortLegend }
        return [.dim(parts.joined(separator: " · "))]
    }

    /// A bar of what is done.
    private func bar(of progress: Progress) -> StyledLine {
        [
            .dim("looking for suggestions "), StyledText(Self.bar(of: progress.share)), .dim(" · "),
            .bold(key("cancel")),
            .dim(" stops"),
        ]
    }

    /// A bar of how far the answer has come, to stand before what follows; empty until it is told.
    var answeringWords: String { answering.map { Self.bar(of: $0) + " · " } ?? "" }

    private static func bar(of share: Double) -> String {
        let share = share.isFinite ? min(1, max(0, share)) : 0
        let done = Int(share * Double(barCells))
        let bar = String(repeating: "█", count: done) + String(repeating: "░", count: barCells - done)
        return "\(bar) \(share.percent)"
    }

    private static let barCells = 20

    /// The labels with their keys in a line, for screens without a panel: those in view first.
    private var shortLegend: StyledLine {
        let bottom = min(page.top + plan.text.rows, page.layout.rowCount) - 1
        let visible = TextSpan(page.layout.span(ofRow: page.top).start, page.layout.span(ofRow: bottom).end)
        let inView = Set(page.marks.overlapping(visible).map(\.content.label))
        let seen = schema.spans.filter { inView.contains($0.label) }
        let labels = seen + schema.spans.filter { !inView.contains($0.label) }
        return labels.flatMap { label -> StyledLine in
            guard let key = label.key else { return [] }
            let style = Style(foreground: hue(of: label.label), bold: true)
            return [StyledText(String(key), style), .dim(" \(label.label)  ")]
        }
    }

    private func drawPrompt(_ prompt: Prompt, _ line: LineEditor, width: Int, on frame: inout Frame) {
        var title: String
        switch prompt {
        case .search: title = "search: "
        case .comment(let target): title = target == nil ? "comment on the note: " : "comment on the span: "
        case .inPage: title = "search this page: "
        case .question: title = "ask the note: "
        case .filter: title = "filter (label:S is:undecided score:<70 words): "
        case .threshold: title = "threshold (0–1 or %), now \(threshold.percent): "
        }
        if let notice { title = notice.text + ": " }
        let row = plan.statusRow
        let used = frame.draw(title, row: row, column: 1, width: width, style: Style(bold: true))
        let room = max(1, width - used - 1)
        // A long line is shown around its cursor.
        let before = DisplayText.line(line.textBeforeCursor)
        let skipped = max(0, CellWidth.of(before) - room)
        let shown = Self.dropping(cells: skipped, from: DisplayText.line(line.text))
        frame.draw(shown, row: row, column: 1 + used, width: room)
        let column = CellWidth.of(Self.dropping(cells: skipped, from: before))
        frame.cursor = CellPosition(row: row, column: min(size.columns - 1, 1 + used + column))
    }

    /// `text` without as many characters from its start as fill `cells`.
    private static func dropping(cells: Int, from text: String) -> String {
        var left = cells
        return String(
            text.drop { character in
                guard left > 0 else { return false }
                left -= CellWidth.of(character)
                return true
            })
    }

    /// The last row: the keys that do something now, most useful first.
    func drawFooter(on frame: inout Frame) {
        let row = plan.footerRow
        let place = keyContext
        var room = size.columns - 1
        var column = 1
        var commands = registry.footer(of: place)
        if let help = commands.first(where: { $0.id == "help" }), let key = help.keyNames(in: place).first {
            commands.removeAll { $0.id == help.id }
            let item: StyledLine = [.bold(key), .dim(" \(help.title)")]
            frame.draw(item, row: row, column: size.columns - item.cells, width: item.cells)
            room -= item.cells + 2
        }
        if isAdjudicating, place == .note { commands = registry.footer(of: .adjudication) + commands }
        for command in commands where command.availability(self).isAvailable {
            let key = command.keyNames(in: place).first ?? command.keyNames(in: .adjudication).first
            guard let key else { continue }
            let item: StyledLine = [.bold(key), .dim(" \(command.title)")]
            guard item.cells <= room else { continue }
            frame.draw(item, row: row, column: column, width: room)
            column += item.cells + 2
            room -= item.cells + 2
        }
    }
}
