import ClinicalText

extension Model {
    var targetAvailability: Availability {
        if let search {
            return search.hits.isEmpty ? .unavailable("“\(search.query)” is not in this note") : .available
        }
        if queue != nil || !page.marks.targets.isEmpty { return .available }
        if filter != nil { return .unavailable("nothing in this note fits the filter; \(key("cancel")) takes it away") }
        switch review.suggestions {
        case .waiting: return .unavailable("suggestions are still coming")
        case .none, .ready: return .unavailable("no undecided suggestion in this note; \(key("complete")) completes it")
        case .withheld(let reason), .failed(let reason): return .unavailable(reason)
        }
    }

    /// Goes to the next or previous target, round the note's ends.
    mutating func goToTarget(forwards: Bool, times: Int) {
        for _ in 0..<min(times, max(1, search?.hits.count ?? page.marks.targets.count)) {
            if let search { goToHit(of: search, forwards: forwards) } else { goToUndecided(forwards: forwards) }
        }
    }

    /// After a decision on `mark`: the next target, or a word on what is left to do.
    mutating func goOnAfter(_ mark: Mark) {
        if let search {
            goToHit(of: search, forwards: true)
        } else if queue != nil {
            inform("\(key("next-target")) goes to the next finding")
        } else if let next = firstUndecidedTarget(where: { !Self.isBeforeOrAt($0, mark) }) {
            moveCursor(to: next)
        } else if let first = firstUndecidedTarget(where: { _ in true }) {
            moveCursor(to: first)
            let count = page.marks.targets.count { page.marks.marks[$0].isUndecided }
            inform("on from the top: \(count) undecided before here")
        } else if filteredOutCount > 0 {
            inform(
                "every suggestion that fits the filter is decided; \(key("cancel")) shows \(filteredOutCount) others")
        } else {
            inform("every suggestion is decided; \(key("complete")) completes the note")
        }
    }

    /// The first target in reading order that is undecided; a filter may let decided ones through between them.
    private func firstUndecidedTarget(where isWanted: (Mark) -> Bool) -> Mark? {
        for place in page.marks.targets {
            let mark = page.marks.marks[place]
            if mark.isUndecided, isWanted(mark) { return mark }
        }
        return nil
    }

    private mutating func goToUndecided(forwards: Bool) {
        let focused = focusedMark
        let here = cursorSpan ?? TextSpan(0, 0)
        let found: Mark?
        if forwards {
            found = page.marks.target(after: { mark in
                focused.map { Self.isBeforeOrAt(mark, $0) } ?? (mark.span.start < here.end)
            })
        } else {
            found = page.marks.target(before: { mark in
                focused.map { Self.isBeforeOrAt(mark, $0) && mark.id != $0.id } ?? (mark.span.start < here.start)
            })
        }
        if let found { return moveCursor(to: found) }
        let end = forwards ? page.marks.targets.first : page.marks.targets.last
        guard let end else { return }
        let mark = page.marks.marks[end]
        if mark.id == focused?.id {
            return inform(filter == nil ? "this is the only undecided suggestion left" : "nothing else fits the filter")
        }
        moveCursor(to: mark)
        inform(forwards ? "on from the top" : "on from the end")
    }

    private mutating func goToHit(of search: Search, forwards: Bool) {
        let here = cursorSpan ?? TextSpan(0, 0)
        let found =
            forwards
            ? search.hits.first { $0.start >= here.end } : search.hits.last { $0.start < here.start }
        if let hit = found ?? (forwards ? search.hits.first : search.hits.last) {
            moveCursor(to: hit)
            if found == nil { inform(forwards ? "on from the top" : "on from the end") }
        }
    }

    /// Whether `mark` comes before `other` in reading order, or is it.
    private static func isBeforeOrAt(_ mark: Mark, _ other: Mark) -> Bool {
        (mark.span, mark.content.label) <= (other.span, other.content.label)
    }

    /// Looks for words and goes to the first hit at or after the cursor.
    mutating func startSearch(_ typed: String) {
        let query = typed.isEmpty ? lastQuery : typed
        guard !query.isEmpty else { return }
        lastQuery = query
        let inComments = commentedSpans(holding: query)
        let hits = Set(page.text.occurrences(of: query) + inComments).sorted()
        guard !hits.isEmpty else {
            search = nil
            return hasComment(holding: query)
                ? inform("“\(query)” is in a comment on the note: \(key("note-labels")) shows it")
                : refuse("“\(query)” is not in this note")
        }
        search = Search(query: query, hits: hits)
        let start = cursorSpan?.start ?? ScalarOffset(0)
        let first = hits.first { $0.end > start } ?? hits[0]
        moveCursor(to: first)
        let commented = inComments.isEmpty ? "" : ", \(inComments.count) in comments"
        let count = "\(hits.count) \(hits.count == 1 ? "hit" : "hits")\(commented)"
        inform(
            "\(count); \(key("next-target")) and \(key("previous-target")) go through them, \(key("cancel")) ends the search"
        )
    }

    /// The spans with a comment that holds some words.
    private func commentedSpans(holding query: String) -> [TextSpan] {
        review.document.comments.compactMap { comment in
            guard let target = comment.target, !NoteText(comment.text).occurrences(of: query).isEmpty else {
                return nil
            }
            return review.document.span(target)?.content.span
        }
    }

    /// Whether a comment on the note as a whole holds some words.
    private func hasComment(holding query: String) -> Bool {
        review.document.comments.contains { comment in
            comment.target == nil && !NoteText(comment.text).occurrences(of: query).isEmpty
        }
    }

    /// Takes the next of several marks under the cursor.
    mutating func focusNextHere() {
        let marks = marksUnderCursor
        guard let focused = focusedMark, let index = marks.firstIndex(where: { $0.id == focused.id }) else { return }
        page.focus = marks[(index + 1) % marks.count].id
    }
}
