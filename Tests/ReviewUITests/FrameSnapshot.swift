import FoundationEssentials
import Screen
import Terminal
import Testing

/// Frames as text files that a person can read and compare: what is drawn, then a letter a cell for how.
enum FrameSnapshot {
    /// What the letters of the second layer mean; hues are not told apart, their being there is.
    private static func letter(_ style: Style) -> Character {
        if style == Style() { return " " }
        if style.reverse { return style.underline ? "U" : style.bold ? "R" : "r" }
        if style.background != nil { return style.underline ? "G" : style.bold ? "B" : "g" }
        if style.underline { return style.bold ? "W" : "u" }
        if style.bold { return style.foreground == nil ? "b" : "B" }
        if style.dim { return "d" }
        return "c"
    }

    static let legend =
        "style: r reverse, R bold reverse, U underlined reverse, g ground, G underlined ground, u underlined ink, "
        + "W bold underlined ink, b bold, B bold hue, d dim, c hue"

    /// The frame as a terminal without colours shows it.
    static func monochrome(_ frame: Frame) -> Frame {
        let palette = Palette(colors: 0)
        var shown = frame
        for row in 0..<frame.size.rows {
            for column in 0..<frame.size.columns {
                let drawn = palette.ink(frame[row, column].style).attributes
                shown[row, column].style = Style(
                    bold: drawn.contains(.bold), dim: drawn.contains(.dim), underline: drawn.contains(.underline),
                    reverse: drawn.contains(.reverse))
            }
        }
        return shown
    }

    static func text(of frame: Frame) -> String {
        var drawn = ""
        var styles = ""
        for row in 0..<frame.size.rows {
            var line = ""
            var style = ""
            for column in 0..<frame.size.columns {
                line += frame[row, column].text
                style.append(letter(frame[row, column].style))
            }
            while line.last == " " { line.removeLast() }
            while style.last == " " { style.removeLast() }
            drawn += line + "\n"
            styles += style + "\n"
        }
        let cursor = frame.cursor.map { "row \($0.row), column \($0.column)" } ?? "hidden"
        return drawn + "── \(legend)\n" + styles + "── cursor: \(cursor)\n"
    }

    /// Compares with `Snapshots/<name>.txt`; `CHARTMARK_RECORD=1` writes the file anew.
    static func check(
        _ frame: Frame, _ name: String, file: String = #filePath, location: SourceLocation = #_sourceLocation
    ) throws {
        let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Snapshots")
        let url = folder.appending(path: "\(name).txt")
        let actual = text(of: frame)
        if ProcessInfo.processInfo.environment["CHARTMARK_RECORD"] == "1" {
            try Data(actual.utf8).write(to: url)
            return
        }
        let expected = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        #expect(actual == expected, "\(name) differs; CHARTMARK_RECORD=1 writes it anew", sourceLocation: location)
    }
}
