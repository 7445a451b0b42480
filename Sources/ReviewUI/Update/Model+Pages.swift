import Screen

/// Words that are looked for on a page.
struct PageSearch: Hashable, Sendable {
    let query: String
    /// The lines that hold them, or their beginning, in order.
    let lines: [Int]
}

extension Model {
    /// The page that is open: its title, its lines, and how far it is scrolled.
    var openPage: (title: String, lines: [StyledLine], scroll: Int)? {
        switch context {
        case .help(let scroll): ("Keys", helpLines, scroll)
        case .guidelines(let scroll): ("Guidelines", guidelineLines, scroll)
        case .legend(let scroll): ("Labels", legendPageLines, scroll)
        case .statistics(let scroll): ("This session", statisticsLines, scroll)
        default: nil
        }
    }

    /// Scrolls the page to a line; the end is where the last one is on the screen.
    mutating func scrollPage(to line: Int) {
        guard let page = openPage else { return }
        let scroll = min(max(0, line), max(0, page.lines.count - readerRect.rows + 2))
        switch context {
        case .help: context = .help(scroll: scroll)
        case .guidelines: context = .guidelines(scroll: scroll)
        case .legend: context = .legend(scroll: scroll)
        case .statistics: context = .statistics(scroll: scroll)
        default: break
        }
    }

    /// Scrolls the page by some rows.
    mutating func scrollPage(_ rows: Int) -> [Effect] {
        if let page = openPage { scrollPage(to: page.scroll + rows) }
        return []
    }

    /// Looks for words on the page and goes to the first line that has them, from the one on top on.
    mutating func startPageSearch(_ typed: String) {
        guard let page = openPage else { return }
        let query = typed.isEmpty ? pageSearch?.query ?? "" : typed
        guard !query.isEmpty else { return }
        let lines = Self.lines(of: page.lines.map { $0.map(\.text).joined() }, holding: query)
        guard let first = lines.first(where: { $0 >= page.scroll }) ?? lines.first else {
            pageSearch = nil
            return refuse("“\(query)” is not on this page")
        }
        pageSearch = PageSearch(query: query, lines: lines)
        pageHit = first
        scrollPage(to: first - Self.rowsAboveHit)
        inform(
            "\(lines.count) \(lines.count == 1 ? "hit" : "hits"); \(key("page-next-hit", in: .reader)) and \(key("page-previous-hit", in: .reader)) go through them"
        )
    }

    /// A hit is shown with what leads to it.
    private static let rowsAboveHit = 3

    var pageHitAvailability: Availability {
        pageSearch == nil
            ? .unavailable("nothing was searched for; \(key("page-search", in: .reader)) does") : .available
    }

    /// The next or previous line with the words, round the page's ends.
    mutating func goToPageHit(forwards: Bool) -> [Effect] {
        guard let lines = pageSearch?.lines, let first = lines.first, let last = lines.last else { return [] }
        let next = forwards ? lines.first { $0 > pageHit } : lines.last { $0 < pageHit }
        pageHit = next ?? (forwards ? first : last)
        scrollPage(to: pageHit - Self.rowsAboveHit)
        if next == nil { inform(forwards ? "on from the top" : "on from the end") }
        return []
    }

    /// The lines in which `query` begins, upper and lower case alike, also where it goes on in the next row.
    static func lines(of rows: [String], holding query: String) -> [Int] {
        var letters: [Character] = []
        var origins: [Int] = []
        for (index, row) in rows.enumerated() {
            for character in row.lowercased() + " " {
                let isSpace = character.isWhitespace
                if isSpace, letters.last == " " { continue }
                letters.append(isSpace ? " " : character)
                origins.append(index)
            }
        }
        let wanted = Array(query.lowercased())
        guard !wanted.isEmpty, wanted.count <= letters.count else { return [] }
        var found: [Int] = []
        for start in 0...(letters.count - wanted.count)
        where letters[start] == wanted[0] && letters[start..<(start + wanted.count)].elementsEqual(wanted) {
            if found.last != origins[start] { found.append(origins[start]) }
        }
        return found
    }
}
