import Screen

/// Markdown as it is read on a terminal: headings bold, paragraphs filled, lists indented, tables in columns.
///
/// A page of guidelines needs no more than that; what is not understood is shown as it stands.
enum MarkdownPage {
    private enum Block {
        case heading(String)
        case paragraph(String)
        case item(indent: Int, bullet: String, text: String)
        case table([[String]])
        case verbatim(String)
    }

    static func lines(of source: String, width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        var previousWasItem = false
        for block in blocks(of: source) {
            var isItem = false
            var rows: [StyledLine] = []
            switch block {
            case .heading(let text): rows = [[.bold(plain(text))]]
            case .paragraph(let text): rows = TextBlock.wrapped(plain(text), width: width).map { [StyledText($0)] }
            case .verbatim(let text): rows = [[StyledText(text)]]
            case .table(let cells): rows = table(cells, width: width)
            case .item(let indent, let bullet, let text):
                isItem = true
                let head = String(repeating: " ", count: indent) + bullet + " "
                let hang = String(repeating: " ", count: CellWidth.of(head))
                rows = TextBlock.wrapped(plain(text), width: width - CellWidth.of(head)).enumerated().map {
                    index, row in
                    [StyledText((index == 0 ? head : hang) + row)]
                }
            }
            if !lines.isEmpty, !(isItem && previousWasItem) { lines.append([]) }
            lines += rows
            previousWasItem = isItem
        }
        return lines
    }

    private static func blocks(of source: String) -> [Block] {
        var blocks: [Block] = []
        var isCode = false
        var startsBlock = true
        for line in source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init) {
            let indent = line.prefix { $0 == " " }.count
            let text = String(line.dropFirst(indent))
            if text.hasPrefix("```") {
                isCode.toggle()
                startsBlock = true
            } else if isCode {
                blocks.append(.verbatim(line))
            } else if text.isEmpty {
                startsBlock = true
            } else if text.hasPrefix("#") {
                blocks.append(.heading(String(text.drop { $0 == "#" || $0 == " " })))
                startsBlock = true
            } else if text.hasPrefix("|") {
                add(row: text, to: &blocks, startsBlock: startsBlock)
                startsBlock = false
            } else if let (bullet, rest) = bullet(of: text) {
                blocks.append(.item(indent: indent, bullet: bullet, text: rest))
                startsBlock = false
            } else {
                add(text: text, to: &blocks, startsBlock: startsBlock)
                startsBlock = false
            }
        }
        return blocks
    }

    /// A line that goes on with the paragraph or item before it, or starts a paragraph.
    private static func add(text: String, to blocks: inout [Block], startsBlock: Bool) {
        if !startsBlock {
            switch blocks.last {
            case .paragraph(let before)?: return blocks[blocks.count - 1] = .paragraph(before + " " + text)
            case .item(let indent, let bullet, let before)?:
                return blocks[blocks.count - 1] = .item(indent: indent, bullet: bullet, text: before + " " + text)
            default: break
            }
        }
        blocks.append(.paragraph(text))
    }

    private static func add(row: String, to blocks: inout [Block], startsBlock: Bool) {
        let cells = row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map { cell in
            plain(String(cell).trimmed)
        }
        let filled = cells.last?.isEmpty == true ? Array(cells.dropLast()) : cells
        if !filled.isEmpty, filled.allSatisfy({ $0.allSatisfy { "-: ".contains($0) } }) { return }
        if !startsBlock, case .table(let before)? = blocks.last {
            blocks[blocks.count - 1] = .table(before + [filled])
        } else {
            blocks.append(.table([filled]))
        }
    }

    private static func bullet(of text: String) -> (bullet: String, rest: String)? {
        for sign in ["- ", "* ", "+ "] where text.hasPrefix(sign) { return ("•", String(text.dropFirst(2))) }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, text.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return ("\(digits).", String(text.dropFirst(digits.count + 2)))
    }

    /// Text without the signs of emphasis and code.
    private static func plain(_ text: String) -> String {
        var result = ""
        var isCode = false
        var isEmphasis = false
        var rest = Substring(text)
        while let character = rest.first {
            if character == "`" {
                isCode.toggle()
                rest = rest.dropFirst()
            } else if !isCode, rest.hasPrefix("**") {
                rest = rest.dropFirst(2)
            } else if !isCode, character == "*", isEmphasis || rest.dropFirst().first != " " {
                isEmphasis.toggle()
                rest = rest.dropFirst()
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// Columns as wide as they need, the last one wrapped.
    private static func table(_ rows: [[String]], width: Int) -> [StyledLine] {
        let count = rows.map(\.count).max() ?? 0
        guard count > 0 else { return [] }
        var widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? CellWidth.of($0[column]) : 0 }.max() ?? 0
        }
        let used = widths.dropLast().reduce(0) { $0 + $1 + 2 }
        // Too narrow for columns: a row a line.
        guard width - used >= 16 || count == 1 else {
            return rows.flatMap { row in
                TextBlock.wrapped(row.joined(separator: " · "), width: width).map { [StyledText($0)] }
            }
        }
        widths[count - 1] = min(widths[count - 1], width - used)
        var lines: [StyledLine] = []
        for (index, row) in rows.enumerated() {
            let last = row.indices.contains(count - 1) ? row[count - 1] : ""
            var head = ""
            for column in 0..<(count - 1) {
                let cell = row.indices.contains(column) ? row[column] : ""
                head += cell + String(repeating: " ", count: widths[column] - CellWidth.of(cell) + 2)
            }
            for (part, text) in TextBlock.wrapped(last, width: max(8, widths[count - 1])).enumerated() {
                let lead = part == 0 ? head : String(repeating: " ", count: CellWidth.of(head))
                lines.append([StyledText(lead + text, Style(bold: index == 0 && rows.count > 1))])
            }
        }
        return lines
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        var view = Substring(self)
        while let first = view.first, first.isWhitespace { view = view.dropFirst() }
        while let last = view.last, last.isWhitespace { view = view.dropLast() }
        return String(view)
    }
}
