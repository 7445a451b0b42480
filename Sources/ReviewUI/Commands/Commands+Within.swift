import Screen

extension CommandRegistry {
    /// The keys of lists, pages, lines and questions.
    static let withinCommands: [ReviewCommand] = [
        ReviewCommand(
            "list-down", "down", "Next row.", group: .within,
            [
                .list: [.key(.down), .key(.tab), .ctrl("n")], .panel: [.key(.down), .key(.tab)],
                .attributes: [.key(.down), .key(.tab)],
            ]
        ) { model, _ in model.moveInList(1) },
        ReviewCommand(
            "list-up", "up", "Previous row.", group: .within,
            [
                .list: [.key(.up), .key(.backTab), .ctrl("p")], .panel: [.key(.up), .key(.backTab)],
                .attributes: [.key(.up), .key(.backTab)],
            ]
        ) { model, _ in model.moveInList(-1) },
        ReviewCommand("list-page-down", "page down", "A page of rows down.", group: .within, [.list: [.key(.pageDown)]])
        {
            model, _ in model.moveInList(model.rowsOfPage)
        },
        ReviewCommand("list-page-up", "page up", "A page of rows up.", group: .within, [.list: [.key(.pageUp)]]) {
            model, _ in model.moveInList(-model.rowsOfPage)
        },
        ReviewCommand("choose", "choose", "Take the selected row.", group: .within, [.list: [.key(.enter)]], footer: 10)
        {
            model, _ in model.chooseInList()
        },
        ReviewCommand(
            "toggle-value", "set or clear", "Set or clear the selected value.", group: .within,
            [.panel: [.key(.enter), .char(" ")]], footer: 10
        ) { model, _ in model.toggleSelectedValue() },
        ReviewCommand(
            "toggle-letter", "its value", "Set or clear the value beside the letter.", group: .within,
            [.panel: [.letter]],
            footer: 20
        ) { model, call in model.toggleValue(by: call.key) },
        ReviewCommand(
            "give-attribute", "its value", "Give the value beside the letter; a suggestion is accepted with it.",
            group: .within, [.attributes: [.letter]], footer: 20
        ) { model, call in model.giveAttribute(by: call.key) },
        ReviewCommand(
            "give-selected-attribute", "give it",
            "Give the selected value: at first the one that the cue proposes, whose scope is underlined.",
            group: .within,
            [.attributes: [.key(.enter), .char(" ")]], footer: 10
        ) { model, _ in model.giveSelectedAttribute() },
        ReviewCommand(
            "take-reading", "take reading",
            "Take this annotator's reading of the disagreement under the cursor; the others' spans are rejected.",
            group: .within, [.adjudication: [.digit]], footer: 15, when: { $0.readingAvailability }
        ) { model, call in model.takeReading(by: call.key) },
        ReviewCommand(
            "scroll-down", "down", "One row down.", group: .within, [.reader: [.char("j"), .key(.down), .key(.enter)]],
            footer: 10
        ) { model, _ in model.scrollPage(1) },
        ReviewCommand(
            "scroll-up", "up", "One row up.", group: .within, [.reader: [.char("k"), .key(.up)]], footer: 20
        ) { model, _ in model.scrollPage(-1) },
        ReviewCommand(
            "scroll-page-down", "page down", "One page down.", group: .within,
            [.reader: [.char(" "), .key(.pageDown), .ctrl("f")]], footer: 30
        ) { model, _ in model.scrollPage(model.rowsOfPage) },
        ReviewCommand(
            "scroll-page-up", "page up", "One page up.", group: .within, [.reader: [.key(.pageUp), .ctrl("b")]]
        ) { model, _ in model.scrollPage(-model.rowsOfPage) },
        ReviewCommand(
            "close", "close", "Close the page.", group: .within,
            [.reader: [.char("q"), .char("?"), .char("g"), .char("e")]],
            footer: 40
        ) { model, _ in
            let effects = model.cancelEffects
            model.context = .note
            return effects
        },
        ReviewCommand("write", "save", "Take what was written.", group: .within, [.prompt: [.key(.enter)]], footer: 10)
        {
            model, _ in model.finishPrompt()
        },
        ReviewCommand(
            "question-accept-all", "accept all", "Accept every undecided suggestion and complete the note.",
            group: .within,
            [.completeQuestion: [.char("a")]], footer: 10, when: { $0.acceptOpenAvailability }
        ) { model, _ in model.completeDeciding(accepting: true) },
        ReviewCommand(
            "question-reject-all", "reject all", "Reject every undecided suggestion and complete the note.",
            group: .within, [.completeQuestion: [.char("x")]], footer: 20, when: { $0.openMatterAvailability }
        ) { model, _ in model.completeDeciding(accepting: false) },
        ReviewCommand(
            "question-first", "go on",
            "Go to the first undecided suggestion; or complete without those that are coming.",
            group: .within, [.completeQuestion: [.key(.enter)]], footer: 30
        ) { model, _ in model.answerOpenMatter() },
        ReviewCommand(
            "question-label", "label", "Caps Lock is off: give the label.", group: .within,
            [.capsLockQuestion: [.key(.enter)]], footer: 10
        ) { model, _ in model.labelAfterQuestion() },
        ReviewCommand(
            "question-leave", "leave", "Leave and lose what is not saved.", group: .within,
            [.quitQuestion: [.char("y")]], footer: 10
        ) { _, _ in [.quit] },
    ]
}
