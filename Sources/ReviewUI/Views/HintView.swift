import Screen

extension Model {
    /// Draws the letters of hints over the words they lead to.
    ///
    /// A hint takes two cells. Where a word has one and the next hint stands in the other, only its first letter is shown,
    /// and the second once that was typed.
    func drawHints(_ jump: HintJump, on frame: inout Frame) {
        let area = plan.text
        let places = jump.open.map { (hint: $0, position: page.layout.position(of: $0.offset)) }
        for (index, place) in places.enumerated() {
            let row = area.row + place.position.row - page.top
            let column = area.column + place.position.column
            if jump.typed != nil {
                frame.draw(String(place.hint.second), row: row, column: column, width: 1, style: Self.hintStyle)
                continue
            }
            let next = index + 1 < places.count ? places[index + 1].position : nil
            let isTight = next?.row == place.position.row && next?.column == place.position.column + 1
            let letters = isTight ? [place.hint.first] : [place.hint.first, place.hint.second]
            frame.draw(String(letters), row: row, column: column, width: letters.count, style: Self.hintStyle)
        }
    }

    /// Letters that stand over the note.
    static let hintStyle = Style(foreground: .black, background: .yellow, bold: true)
}
