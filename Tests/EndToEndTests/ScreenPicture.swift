/// A screen with its colours as an SVG picture.
struct ScreenPicture {
    private struct Style: Equatable {
        var ink: String?
        var ground: String?
        var isBold = false
        var isDim = false
        var isUnderlined = false
        var isReversed = false
    }

    private struct Run {
        var column: Int
        var text: String
        var style: Style
    }

    /// A cell, in the picture's units.
    private static let width = 9.0
    private static let height = 20.0
    /// The ground and ink of a terminal that was given none, as in many dark themes.
    private static let ground = "#1d1f21"
    private static let ink = "#d4d4d4"
    /// The first sixteen colours, xterm's.
    private static let named = [
        "#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5", "#7f7f7f", "#ff0000",
        "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
    ]

    /// The picture.
    let svg: String

    /// - Parameter screen: rows with the sequences that set colours and attributes.
    init(_ screen: String, columns: Int) {
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false).map { Self.runs(of: $0) }
        let size = (columns: Double(columns) * Self.width, rows: Double(rows.count) * Self.height)
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size.columns)" height="\(size.rows)" \
            font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15">
            """, "<rect width=\"100%\" height=\"100%\" fill=\"\(Self.ground)\"/>",
        ]
        for (row, runs) in rows.enumerated() {
            for run in runs { lines += Self.drawn(run, row: row) }
        }
        svg = (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    private static func drawn(_ run: Run, row: Int) -> [String] {
        let style = run.style
        let ink = (style.isReversed ? style.ground ?? Self.ground : style.ink) ?? Self.ink
        let ground = style.isReversed ? style.ink ?? Self.ink : style.ground
        let x = Double(run.column) * width
        let wide = Double(run.text.unicodeScalars.count) * width
        var lines: [String] = []
        if let ground {
            lines.append(
                "<rect x=\"\(x)\" y=\"\(Double(row) * height)\" width=\"\(wide)\" height=\"\(height)\" fill=\"\(ground)\"/>"
            )
        }
        guard run.text.contains(where: { $0 != " " }) || style.isUnderlined else { return lines }
        let attributes =
            (style.isBold ? " font-weight=\"bold\"" : "") + (style.isDim ? " opacity=\"0.6\"" : "")
            + (style.isUnderlined ? " text-decoration=\"underline\"" : "")
        let words = run.text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case " ": "\u{A0}"
            default: String(character)
            }
        }.joined()
        lines.append(
            "<text x=\"\(x)\" y=\"\(Double(row) * height + 15)\" textLength=\"\(wide)\" fill=\"\(ink)\"\(attributes)>\(words)</text>"
        )
        return lines
    }

    /// The stretches of one style of a row.
    private static func runs(of row: Substring) -> [Run] {
        var runs: [Run] = []
        var style = Style()
        var column = 0
        var rest = row.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}" {
                guard rest.popFirst() == "[" else { continue }
                let codes = rest.prefix { $0 != "m" }
                rest = rest[codes.endIndex...].dropFirst()
                apply(
                    String(codes).split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }, &style)
                continue
            }
            if runs.last?.style != style { runs.append(Run(column: column, text: "", style: style)) }
            runs[runs.count - 1].text.unicodeScalars.append(scalar)
            column += 1
        }
        return runs
    }

    private static func apply(_ codes: [Int], _ style: inout Style) {
        var codes = codes[...]
        while let code = codes.popFirst() {
            switch code {
            case 0: style = Style()
            case 1: style.isBold = true
            case 2: style.isDim = true
            case 4: style.isUnderlined = true
            case 7: style.isReversed = true
            case 22: (style.isBold, style.isDim) = (false, false)
            case 24: style.isUnderlined = false
            case 27: style.isReversed = false
            case 30...37: style.ink = named[code - 30]
            case 90...97: style.ink = named[code - 82]
            case 40...47: style.ground = named[code - 40]
            case 100...107: style.ground = named[code - 92]
            case 38: style.ink = colour(&codes)
            case 48: style.ground = colour(&codes)
            case 39: style.ink = nil
            case 49: style.ground = nil
            default: break
            }
        }
    }

    /// What follows 38 or 48: `5;n` or `2;r;g;b`.
    private static func colour(_ codes: inout ArraySlice<Int>) -> String? {
        switch codes.popFirst() {
        case 5:
            let number = codes.popFirst() ?? 0
            if number < 16 { return named[max(0, number)] }
            if number >= 232 { return hexadecimal((0..<3).map { _ in 8 + 10 * (number - 232) }) }
            let cube = [36, 6, 1].map { (number - 16) / $0 % 6 }
            return hexadecimal(cube.map { $0 == 0 ? 0 : 55 + 40 * $0 })
        case 2:
            let parts = codes.prefix(3)
            codes = codes.dropFirst(3)
            return hexadecimal(Array(parts))
        default: return nil
        }
    }

    private static func hexadecimal(_ parts: [Int]) -> String {
        "#" + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
