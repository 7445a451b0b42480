import ClinicalText
import Screen

extension Model {
    var sectionAvailability: Availability {
        // A long note is searched for headers when they are first asked for.
        page.knownSections?.isEmpty ?? false ? .unavailable("no headers were found in this note") : .available
    }

    /// Goes to a header further on, or back.
    mutating func moveBySection(_ count: Int) {
        let sections = page.sections()
        guard !sections.isEmpty else { return refuse("no headers were found in this note") }
        let here = cursorSpan?.start ?? page.cursor
        let starts = sections.map { page.tokens(in: $0.header).first?.span.start ?? $0.header.start }
        let next: Int
        if count > 0 {
            let first = starts.firstIndex { $0 > here } ?? starts.count
            next = first + count - 1
        } else {
            let last = starts.lastIndex { $0 < here } ?? -1
            next = last + count + 1
        }
        guard starts.indices.contains(next) else {
            return refuse(count > 0 ? "no further section" : "no section before this one")
        }
        moveCursor(to: starts[next])
        inform("section \(next + 1) of \(sections.count): \(page.text[sections[next].header])")
    }

    /// Folds the section under the cursor, or opens it again.
    mutating func toggleFold() {
        guard let section = page.sections().last(where: { $0.span.start <= page.cursor }) else {
            return refuse(
                "no header was found above here; \(key("previous-section")) and \(key("next-section")) go through the sections"
            )
        }
        let name = DisplayText.clipped(DisplayText.line(page.text[section.header]), to: 30)
        if page.folds.contains(section.span) {
            fold(page.folds.filter { $0 != section.span })
            return inform("\(name) is open")
        }
        guard page.layout.canFold(section.span) else { return refuse("\(name) is too short to fold") }
        fold(page.folds + [section.span])
        if page.layout.isHidden(page.cursor) { moveCursor(to: section.header) }
        inform("\(name) is folded; \(key("fold")) opens it, and so does going into it")
    }

    /// Folds every section, or opens them all if one is folded.
    mutating func toggleAllFolds() {
        guard page.folds.isEmpty else {
            fold([])
            return inform("every section is open")
        }
        let sections = page.sections().filter { page.layout.canFold($0.span) }
        guard !sections.isEmpty else { return refuse("every section here is too short to fold") }
        let here = sections.last { $0.span.contains(page.cursor) }
        fold(sections.map(\.span))
        if let here, page.layout.isHidden(page.cursor) { moveCursor(to: here.header) }
        scrollToCursor()
        inform("\(sections.count) sections are folded; \(key("fold")) opens one, \(key("fold-all")) all")
    }

    /// Folds these and no others; the row of the cursor stays where it is on the screen.
    private mutating func fold(_ spans: [TextSpan]) {
        let distance = page.layout.row(of: page.cursor) - page.top
        page.fold(spans)
        page.top = max(0, page.layout.row(of: page.cursor) - distance)
        scrollToCursor()
    }

    /// Opens the section that the cursor was led into.
    mutating func unfoldAtCursor() {
        guard page.layout.isHidden(page.cursor) else { return }
        let cursor = page.cursor
        fold(page.folds.filter { !$0.contains(cursor) })
    }
}
