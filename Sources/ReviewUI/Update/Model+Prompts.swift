import Annotation

extension Model {
    /// Begins a comment on the span under the cursor, or on the note.
    mutating func startComment() {
        var target: EventID?
        switch focusedMark?.kind {
        case .decided(let span): target = span.id
        case .undecided, .rejected: return refuse("a comment needs a span that stands: accept it first, or move off it")
        case nil: break
        }
        context = .prompt(.comment(target), LineEditor())
    }

    /// Enter in a line: takes what was written.
    mutating func finishPrompt() -> [Effect] {
        guard case .prompt(let prompt, let line) = context else { return [] }
        switch prompt {
        case .search:
            context = .note
            startSearch(line.text)
            return []
        case .comment(let target):
            var effects: [Effect] = []
            context = .note
            if decide(.comment(target, text: line.text), effects: &effects) != nil { inform("comment written") }
            return effects
        case .inPage(let page):
            context = page
            startPageSearch(line.text)
            return []
        case .question:
            context = .note
            return ask(line.text)
        case .filter:
            startFilter(line.text)
            // What was not understood stays, to be mended.
            if notice?.isRefusal != true { context = .note }
            return []
        case .threshold:
            guard let value = Self.share(line.text) else {
                refuse("“\(line.text)” is neither a number from 0 to 1 nor a percentage")
                return []
            }
            context = .note
            threshold = value
            refreshMarks()
            inform("showing suggestions from \(value.percent)")
            return [.setThreshold(value)]
        }
    }

    /// Reads a share: `0.7`, `0,7`, `70`, `70 %`; up to 1 it is one already.
    static func share(_ typed: String) -> Double? {
        var text = typed.filter { $0 != " " }
        let isPercent = text.hasSuffix("%")
        if isPercent { text.removeLast() }
        text = String(text.map { $0 == "," ? "." : $0 })
        guard !text.isEmpty, text.allSatisfy({ $0 == "." || ("0"..."9").contains($0) }), let number = Double(text)
        else {
            return nil
        }
        let share = isPercent || number > 1 ? number / 100 : number
        return share <= 1 ? share : nil
    }
}

extension Double {
    /// A share as whole percents.
    var percent: String { isFinite ? "\(Int((Swift.min(1, Swift.max(0, self)) * 100).rounded())) %" : "? %" }
}
