extension CommandRegistry {
    /// Sections, pages about the session and the labels, the mouse: what makes a long day of reading bearable.
    static let comfortCommands: [ReviewCommand] = [
        section("next-section", "next section", "Next section of the note: its header.", ">") { $0.moveBySection($1) },
        section("previous-section", "section back", "Previous section, by its header.", "<") { $0.moveBySection(-$1) },
        ReviewCommand(
            "fold", "fold", "Fold the section under the cursor to its header, or open it.", group: .looking,
            [.note: [.char("z")]], footer: 125, when: { $0.sectionAvailability }
        ) { model, _ in
            model.toggleFold()
            return []
        },
        ReviewCommand(
            "fold-all", "fold all", "Fold every section, or open all again.", group: .looking, [.note: [.char("-")]],
            footer: 126, when: { $0.sectionAvailability }
        ) { model, _ in
            model.toggleAllFolds()
            return []
        },
        ReviewCommand(
            "legend", "legend", "Every label with its key, what it is for, an example.", group: .looking, [.note: []]
        ) { model, _ in
            model.context = .legend(scroll: 0)
            return []
        },
        ReviewCommand(
            "statistics", "statistics",
            "This session: notes, decisions a minute, how often each label was accepted, the time left.",
            group: .looking, [.note: []]
        ) { model, _ in
            model.context = .statistics(scroll: 0)
            return []
        },
        ReviewCommand(
            "suggest", "suggest again", "Look for suggestions again after Esc stopped it.", group: .looking,
            [.note: []], when: { $0.suggestAvailability }
        ) { model, _ in model.suggestAgain() },
        ReviewCommand(
            "mouse", "mouse",
            "Leave the mouse to the terminal, to select and copy with it; again takes it back. Shift does it for once.",
            group: .looking, [.note: []]
        ) { model, _ in model.toggleMouse() },
        ReviewCommand(
            "page-search", "search", "Find words on the page.", group: .within, [.reader: [.char("/")]], footer: 35,
            when: { $0.openPage == nil ? .unavailable("there is nothing to search here") : .available }
        ) { model, _ in
            model.context = .prompt(.inPage(model.context), LineEditor())
            return []
        },
        ReviewCommand(
            "page-next-hit", "next hit", "Next line of the page with the words.", group: .within,
            [.reader: [.char("n")]], footer: 36, when: { $0.pageHitAvailability }
        ) { model, _ in model.goToPageHit(forwards: true) },
        ReviewCommand(
            "page-previous-hit", "previous hit", "Previous line with the words.", group: .within,
            [.reader: [.char("p")]], when: { $0.pageHitAvailability }
        ) { model, _ in model.goToPageHit(forwards: false) },
    ]

    private static func section(
        _ id: String, _ title: String, _ help: String, _ key: Character,
        _ move: @escaping @Sendable (inout Model, Int) -> Void
    ) -> ReviewCommand {
        ReviewCommand(
            id, title, help, group: .moving, [.note: [.char(key)], .selection: [.char(key)]],
            footer: id == "next-section" ? 124 : nil, when: { $0.sectionAvailability }
        ) { model, call in
            move(&model, call.times)
            return []
        }
    }
}
