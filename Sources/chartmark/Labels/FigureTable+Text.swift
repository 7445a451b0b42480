import ClinicalText
import LabelQuality
import Screen

extension FigureTable {
    /// The widest bar, in cells.
    private static let barWidth = 24
    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

    /// The table for a terminal: numbers to the right, a bar behind the row.
    var text: String {
        let cells = rows.map { $0.map(\.text) }
        let widths = columns.indices.map { column in
            ([columns[column]] + cells.map { $0[column] }).map(CellWidth.of).max() ?? 0
        }
        func line(_ words: [String]) -> String {
            words.enumerated().map { column, word in
                let space = String(repeating: " ", count: widths[column] - CellWidth.of(word))
                // Words to the left, numbers under each other.
                return column == 0 ? word + space : space + word
            }.joined(separator: "  ")
        }
        let most = bars.map { column in rows.map { $0[column].amount }.max() ?? 0 } ?? 0
        var lines = [title, line(columns)]
        for (row, words) in zip(rows, cells) {
            let bar = bars.map { Self.bar(row[$0].amount, of: row[$0].isShare ? 1 : most) } ?? ""
            lines.append(line(words) + (bar.isEmpty ? "" : "  \(bar)"))
        }
        return lines.map { String($0.trimmedAtEnd) }.joined(separator: "\n")
    }

    private static func bar(_ amount: Double, of most: Double) -> String {
        guard most > 0, amount > 0 else { return "" }
        let parts = min(barWidth * 8, max(1, Int((amount / most * Double(barWidth * 8)).rounded())))
        let rest = parts % 8 == 0 ? "" : String(eighths[parts % 8 - 1])
        return String(repeating: "█", count: parts / 8) + rest
    }

    /// Rows as objects, by the names of the columns.
    var json: JSONValue {
        .array(
            rows.map { row in
                .object(
                    Dictionary(
                        zip(columns, row).map { name, cell in (name.isEmpty ? "what" : name, cell.json) },
                        uniquingKeysWith: { $1 }))
            })
    }
}

extension FigureTable.Cell {
    /// As it is read.
    var text: String {
        switch self {
        case .words(let words): words.printable
        case .count(let count): String(count)
        case .figure(let value): value.oneDigit
        case .share(let share): (share * 100).oneDigit + " %"
        case .score(let score): (score < 0 ? "-" : "") + abs(score).threeDigits
        case .none: "–"
        }
    }

    /// As much as it is.
    var amount: Double {
        switch self {
        case .words, .none: 0
        case .count(let count): Double(count)
        case .figure(let value), .share(let value), .score(let value): value
        }
    }

    /// Whether the whole is one.
    var isShare: Bool {
        switch self {
        case .share, .score: true
        default: false
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .words(let words): .string(words)
        case .count(let count): .integer(Int64(count))
        case .figure(let value), .share(let value), .score(let value): .number(value)
        case .none: .null
        }
    }
}

extension Double {
    /// `6.3`: one digit after the point.
    var oneDigit: String {
        let tenths = Int((abs(self) * 10).rounded())
        return (self < 0 && tenths > 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
    }
}

extension String {
    fileprivate var trimmedAtEnd: Substring {
        var end = self[...]
        while end.last == " " { end.removeLast() }
        return end
    }
}
