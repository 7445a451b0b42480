import Annotation
import ClinicalText
import Screen

extension Model {
    /// What the status line says while occurrences are shown.
    func words(of shown: Occurrences) -> StyledLine {
        let quoted = "“\(Self.quoted(shown.words))”"
        guard let places = shown.places else {
            return [
                .bold("looking for \(quoted) in \(notes.count) notes… "),
                StyledText(answeringWords + "\(key("cancel", in: .occurrences)) stops"),
            ]
        }
        let left = shown.leftAlone > 0 ? " (\(shown.leftAlone) decided otherwise stay)" : ""
        let extent = shown.scope == .note ? "" : " in \(places.count) \(places.count == 1 ? "note" : "notes")"
        return [
            .bold("\(shown.count) more \(quoted)\(extent) as \(shown.label)\(left): "),
            StyledText(
                "\(key("occurrences-mark", in: .occurrences)) marks them · \(key("occurrences-leave-out", in: .occurrences)) leaves one out"
            ),
        ]
    }

    /// The notes that would be changed, with how many places each has and what stands around the first.
    func drawOccurrences(_ shown: Occurrences, on frame: inout Frame) {
        guard shown.scope == .project, let places = shown.places else { return }
        let rect = popup(rows: places.count + 2, columns: 78)
        let reopened = places.count { notes[$0.note].document.status == .completed }
        frame.box(
            rect, title: "“\(Self.quoted(shown.words))” as \(shown.label)",
            note: reopened > 0 ? "opens \(reopened) complete again" : "", style: Style(dim: true))
        let inside = rect.inset(rows: 1, columns: 2)
        let first = min(max(0, shown.selected - inside.rows / 2), max(0, places.count - inside.rows))
        let idWidth = min(30, inside.columns / 2)
        for (index, place) in places.enumerated().dropFirst(first).prefix(inside.rows) {
            let row = inside.row + index - first
            let review = notes[place.note]
            let sign = review.document.status == .completed ? "✓ " : "  "
            let line: StyledLine = [
                .bold(Self.padded(String(place.spans.count), to: 5)),
                StyledText(sign + Self.padded(review.note.id, to: idWidth) + "  "),
                .dim(place.spans.first.map { Self.surroundings(of: $0, in: review.document.text) } ?? ""),
            ]
            let isSelected = index == shown.selected
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

    /// Some characters on either side of a stretch, to judge it by.
    private static func surroundings(of span: TextSpan, in text: NoteText) -> String {
        let start = max(0, span.start.value - shownAround)
        let end = min(text.scalarCount, span.end.value + shownAround)
        return (start > 0 ? "…" : "") + text[TextSpan(start, end)] + (end < text.scalarCount ? "…" : "")
    }

    /// Room for about three words on either side.
    private static let shownAround = 18
}
