import Annotation
import ClinicalText
import Screen

extension Model {
    /// Enough labels to see the runner-up and the field; enough words to see what it hangs on.
    private static let shownLabels = 5
    private static let shownWords = 8
    /// A push of less than half a percent is noise.
    private static let leastPush = 0.005

    /// What speaks for a span's label: the model's probabilities, what else is marked here, the cue, the words.
    func drawWhy(_ why: Why, on frame: inout Frame) {
        let width = min(72, (plan.panel.map { $0.column - 1 } ?? plan.popupArea.columns) - 2)
        let lines = whyLines(why, width: width - 4)
        let rect = popup(rows: lines.count + 2, columns: width)
        let words = DisplayText.clipped(DisplayText.line(why.mark.words), to: 40)
        let note =
            why.answer == .waiting ? "asking the model… \(answeringWords)\(key("cancel", in: .reader)) stops" : ""
        frame.box(rect, title: "Why “\(words)”", note: note, style: Style(dim: true))
        let inside = rect.inset(rows: 1, columns: 2)
        for (index, line) in lines.prefix(inside.rows).enumerated() {
            frame.draw(line, row: inside.row + index, column: inside.column, width: inside.columns)
        }
        frame.cursor = CellPosition(row: inside.row, column: inside.column)
    }

    private func whyLines(_ why: Why, width: Int) -> [StyledLine] {
        let mark = why.mark
        var head = state(of: mark)
        if let score = score(of: mark) { head += " · \(score)" }
        if let offered = offered(as: mark) { head += " · \(originWords(of: offered))" }
        let hue = hue(of: mark.content.label)
        var lines: [StyledLine] = [
            [StyledText(mark.content.label, Style(foreground: hue, bold: true)), .dim("  \(head)")]
        ]
        let beside = marksUnderCursor.filter { $0.id != mark.id }
        for other in beside {
            let score = score(of: other).map { " \($0)" } ?? ""
            lines.append([
                .dim(Self.padded("beside it", to: 12)), StyledText("\(other.summary)\(score)"),
                .dim("  \(state(of: other))"),
            ])
        }
        if mark.rank < 2, let (attribute, proposal) = proposal(for: mark) {
            let cue = proposal.cue.map { "by “\(DisplayText.line(page.text[$0]))”" } ?? "no cue"
            lines.append([
                .dim(Self.padded(attribute.name, to: 12)), StyledText(proposal.value.rawValue), .dim("  \(cue)"),
            ])
        }
        for attribute in schema.attributes(of: mark.content.label) {
            guard mark.rank < 2, let guess = guess(of: attribute, for: mark) else { continue }
            lines.append([
                .dim(Self.padded(attribute.name, to: 12)), StyledText(guess.value),
                .dim("  by its classifier, \(guess.probability.percent)"),
            ])
        }
        switch why.answer {
        case .waiting: break
        case .none(let reason): lines.append([.dim(reason)])
        case .ready(let explanation): lines += words(of: explanation, label: mark.content.label)
        }
        return lines
    }

    private func words(of explanation: SpanExplanation, label: String) -> [StyledLine] {
        var lines: [StyledLine] = []
        let alternatives = alternatives(explanation)
        var shown = Array(alternatives.prefix(Self.shownLabels))
        // The span's own label is what the question is about, however unlikely.
        if !shown.contains(where: { $0.label == label }), let own = alternatives.first(where: { $0.label == label }) {
            shown.append(own)
        }
        for (index, item) in shown.enumerated() {
            let name = item.label ?? "no label"
            lines.append([
                .dim(Self.padded(index == 0 ? "label" : "", to: 12)),
                StyledText(Self.padded(item.probability.percent, to: 6), Style(bold: item.label == label)),
                StyledText(name, Style(foreground: item.label.map { hue(of: $0) }, bold: item.label == label)),
            ])
        }
        let pushes = explanation.pushes.filter { abs($0.drop) >= Self.leastPush }.prefix(Self.shownWords)
        guard !pushes.isEmpty else { return lines + [[.dim("no single word of the sentence moves it (occlusion)")]] }
        lines.append([.dim("occlusion: the drop of its probability without each word, in percent")])
        for push in pushes {
            let points = Int((push.drop * 100).rounded())
            let sign = points > 0 ? "+\(points)" : points < 0 ? "−\(-points)" : push.drop > 0 ? "+0" : "−0"
            let bar = String(repeating: "▪", count: min(20, abs(points) / 4))
            lines.append([
                StyledText(
                    Self.padded("", to: 6) + Self.padded(sign, to: 6), Style(bold: push.drop > 0, dim: push.drop < 0)),
                StyledText(Self.padded(page.text[push.word], to: 24)), .dim(bar),
            ])
        }
        return lines
    }
}
