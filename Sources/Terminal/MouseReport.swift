import Screen

extension MouseAction {
    private static let motion = 32
    private static let wheel = 64
    /// Shift, Alt and Control: terminals keep Shift for their own selection; the others mean nothing here.
    private static let modifiers = 4 + 8 + 16

    /// Reads a report of xterm's SGR form (1006): `button;column;row`, from 1.
    ///
    /// - Returns: `nil` for other buttons than the left one and the wheel, and for what is no report.
    init?(report: some StringProtocol, isUp: Bool) {
        let numbers = report.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3, let button = numbers[0], let column = numbers[1], let row = numbers[2],
            button >= 0, column >= 1, row >= 1
        else { return nil }
        let kind: Kind
        switch button & ~Self.modifiers {
        case 0: kind = isUp ? .release : .press
        case Self.motion: kind = .drag
        case Self.wheel: kind = .wheelUp
        case Self.wheel + 1: kind = .wheelDown
        default: return nil
        }
        self.init(kind, row: row - 1, column: column - 1)
    }
}
