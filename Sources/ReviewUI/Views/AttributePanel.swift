import Annotation
import Assertion
import ClinicalText
import Screen

extension Model {
    /// What a mark's attributes say, in words: values that were given, and what a cue proposes where none was.
    func attributeWords(of mark: Mark) -> [String] {
        guard mark.rank < 2 else { return [] }
        let given = schema.withoutDefaults(mark.attributes)
        var words = schema.attributes(of: mark.content.label).compactMap { given[$0.name] }
        for attribute in schema.attributes(of: mark.content.label) where mark.attributes[attribute.name] == nil {
            guard let guess = guess(of: attribute, for: mark), guess.value != attribute.default else { continue }
            words.append("t: \(guess.value)? \(guess.probability.percent)")
        }
        if let (attribute, proposal) = proposal(for: mark), guess(of: attribute, for: mark) == nil,
            mark.attributes[attribute.name] == nil,
            proposal.value.rawValue != attribute.default, let cue = proposal.cue
        {
            words.append("t: \(proposal.value.rawValue)? “\(cueWords(cue))”")
        }
        return words
    }

    private func cueWords(_ cue: TextSpan) -> String {
        DisplayText.clipped(DisplayText.line(page.text[cue]), to: Self.cueCells)
    }

    /// Room for "past medical history of".
    private static let cueCells = 24

    /// The cue and its scope that the note shows while a value is being chosen.
    var shownProposal: AssertionProposal? {
        guard case .attributes = context, let mark = attributeMarks.first else { return nil }
        return proposal(for: mark)?.proposal
    }

    /// The values of the marks' attributes, with the one that holds and the one that is proposed.
    func drawAttributes(selected: Int, on frame: inout Frame) {
        let marks = attributeMarks
        guard let first = marks.first else { return }
        let values = attributeValues
        let proposed = proposal(for: first)
        let width = (values.map { CellWidth.of(DisplayText.line($0.value.value)) }.max() ?? 0) + 2
        var lines: [StyledLine] = []
        var selectedLine = 0
        var last: String?
        let hasSeveral = Set(values.map(\.attribute.name)).count > 1
        for (index, item) in values.enumerated() {
            if hasSeveral, item.attribute.name != last { lines.append([.bold(item.attribute.name)]) }
            last = item.attribute.name
            let holding = marks.count { value(of: item.attribute, on: $0) == item.value.value }
            let sign = holding == marks.count ? "(●)" : holding > 0 ? "(·)" : "( )"
            var line: StyledLine = [
                .bold(" \(item.value.key) "), StyledText("\(sign) \(Self.padded(item.value.value, to: width))"),
            ]
            if item.value.value == item.attribute.default { line.append(.dim("default")) }
            if let guess = guess(of: item.attribute, for: first) {
                if guess.value == item.value.value { line.append(.bold("proposed, \(guess.probability.percent)")) }
            } else if let proposed, proposed.attribute == item.attribute,
                proposed.proposal.value.rawValue == item.value.value, let cue = proposed.proposal.cue
            {
                line.append(.bold("proposed by “\(cueWords(cue))”"))
            }
            if index == selected { selectedLine = lines.count }
            lines.append(line)
        }
        let rect = popup(rows: lines.count + 2, columns: 60)
        frame.box(
            rect, title: attributeTitle(marks), note: "\(key("give-selected-attribute", in: .attributes)) gives it",
            style: Style(dim: true))
        let inside = rect.inset(rows: 1, columns: 2)
        let top = min(max(0, selectedLine - inside.rows / 2), max(0, lines.count - inside.rows))
        for (index, line) in lines.enumerated().dropFirst(top).prefix(inside.rows) {
            let row = inside.row + index - top
            let isSelected = index == selectedLine
            if isSelected {
                frame.fill(
                    CellRect(row: row, column: rect.column + 1, rows: 1, columns: rect.columns - 2),
                    style: Self.cursorStyle)
                frame.cursor = CellPosition(row: row, column: inside.column)
            }
            let drawn = isSelected ? line.map { StyledText($0.text, Self.cursorStyle) } : line
            frame.draw(drawn, row: row, column: inside.column, width: inside.columns)
        }
    }

    private func attributeTitle(_ marks: [Mark]) -> String {
        let open = marks.count(where: \.isUndecided)
        guard marks.count == 1, let mark = marks.first else {
            return "\(marks.count) spans" + (open > 0 ? ", \(open) undecided: accepted with it" : "")
        }
        let words = DisplayText.clipped(DisplayText.line(mark.content.text), to: 24)
        return "“\(words)”" + (open > 0 ? ": accepted with it" : "")
    }
}
