extension CommandRegistry {
    /// Moving through targets and text; the same keys move the end of a selection.
    static let movingCommands: [ReviewCommand] = [
        ReviewCommand(
            "next-target", "next", "Next target: an undecided suggestion, or a search hit while a search is on.",
            group: .moving, [.note: [.char("n"), .key(.tab)]], footer: 30, when: { $0.targetAvailability }
        ) { model, call in
            if model.queue != nil, model.search == nil { return model.goToQueued(by: call.times) }
            model.goToTarget(forwards: true, times: call.times)
            return []
        },
        ReviewCommand(
            "previous-target", "previous", "Previous target.", group: .moving, [.note: [.char("p"), .key(.backTab)]],
            footer: 75, when: { $0.targetAvailability }
        ) { model, call in
            if model.queue != nil, model.search == nil { return model.goToQueued(by: -call.times) }
            model.goToTarget(forwards: false, times: call.times)
            return []
        },
        motion("left", "left", "One token to the left.", [.char("h"), .key(.left)]) { $0.moveByStep(-$1) },
        motion("down", "down", "One row down.", [.char("j"), .key(.down)]) { $0.moveByRow($1) },
        motion("up", "up", "One row up.", [.char("k"), .key(.up)]) { $0.moveByRow(-$1) },
        motion("right", "right", "One token to the right.", [.char("l"), .key(.right)]) { $0.moveByStep($1) },
        motion("word-back", "word back", "Previous word; punctuation is passed over.", [.char("b")]) {
            $0.moveByWord(-$1)
        },
        motion("word-forward", "word on", "Next word; punctuation is passed over.", [.char("w")]) { $0.moveByWord($1) },
        motion("row-start", "row start", "Start of the row.", [.char("0"), .key(.home)]) { model, _ in
            model.moveToRowEdge(atEnd: false)
        },
        motion("row-end", "row end", "End of the row.", [.char("$"), .key(.end)]) { model, _ in
            model.moveToRowEdge(atEnd: true)
        },
        motion("sentence-back", "sentence back", "Start of the sentence, then of the one before.", [.char("(")]) {
            $0.moveBySentence(-$1)
        },
        motion("sentence-forward", "sentence on", "Start of the next sentence.", [.char(")")]) {
            $0.moveBySentence($1)
        },
        motion("page-up", "page up", "One screen up.", [.key(.pageUp), .ctrl("b")]) { model, times in
            model.moveByRow(-times * model.rowsOfPage)
        },
        motion("page-down", "page down", "One screen down.", [.key(.pageDown), .ctrl("f")]) { model, times in
            model.moveByRow(times * model.rowsOfPage)
        },
        ReviewCommand(
            "count", "count", "A number before a motion, an edge or n: 3w goes three words on.", group: .moving,
            [.note: [.digit], .selection: [.digit]], palette: false
        ) { model, call in
            model.addDigit(call)
            return []
        },
    ]

    private static func motion(
        _ id: String, _ title: String, _ help: String, _ keys: [KeyPattern],
        _ move: @escaping @Sendable (inout Model, Int) -> Void
    ) -> ReviewCommand {
        ReviewCommand(
            id, title, help, group: .moving, [.note: keys, .selection: keys],
            when: { $0.page.tokens.isEmpty ? .unavailable("there are no words in this note") : .available }
        ) { model, call in
            move(&model, call.times)
            return []
        }
    }
}
