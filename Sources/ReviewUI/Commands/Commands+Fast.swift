extension CommandRegistry {
    /// Jumping to any word, and labels given more than once.
    static let fastCommands: [ReviewCommand] = [
        ReviewCommand(
            "hint-jump", "jump", "Jump to any word on the screen: then the two letters that are drawn on it.",
            group: .moving, [.note: [.char("f")], .selection: [.char("f")]], footer: 51,
            when: { $0.page.tokens.isEmpty ? .unavailable("there are no words in this note") : .available }
        ) { model, _ in
            model.startHints()
            return []
        },
        ReviewCommand(
            "label-again", "label again",
            "Give the label that was given last, to a span, the selection or the bare token.",
            group: .deciding, [.note: [.char(",")], .selection: [.char(",")]], footer: 61,
            when: { $0.repeatLabelAvailability }
        ) { model, _ in model.repeatLabel() },
        ReviewCommand(
            "label-every", "all of these",
            "Give the span's label to every occurrence of its words in the note, after a preview; one step of undo.",
            group: .deciding, [.note: [.char("*")]], footer: 62, when: { $0.occurrencesAvailability }
        ) { model, _ in model.startOccurrences(.note) },
        ReviewCommand(
            "label-project", "in all notes",
            "The same in every note of the project, after a preview with counts; undo takes it back in all of them.",
            group: .deciding, [.note: [.char("&")]], footer: 63, when: { $0.occurrencesAvailability }
        ) { model, _ in model.startOccurrences(.project) },
        ReviewCommand(
            "add-part", "add a part",
            "On a span: give it a part elsewhere; go to the words, or select them, and press it again.",
            group: .deciding, [.note: [.char(";")], .selection: [.char(";")]], footer: 64,
            when: { $0.partAvailability }
        ) { model, _ in model.addPart() },
        ReviewCommand(
            "split", "cut", "Cut the span in two before the cursor; both halves remember what was offered.",
            group: .deciding, [.note: [.char("|")]], footer: 65, when: { $0.splitAvailability }
        ) { model, _ in model.split() },
        ReviewCommand(
            "why", "why",
            "Why the span is what it is: its label's and others' probabilities, the cue, the words that pushed, by occlusion.",
            group: .looking, [.note: [.char("e")]], footer: 66,
            when: {
                $0.focusedMark == nil
                    ? .unavailable("no span here; \($0.key("next-target")) goes to the next") : .available
            }
        ) { model, _ in model.askWhy() },
        ReviewCommand(
            "ask", "ask", "Put a question to the note; a model that answers questions shows where the answer stands.",
            group: .looking, [.note: []], when: { $0.askAvailability }
        ) { model, _ in
            model.context = .prompt(.question, LineEditor())
            return []
        },
        ReviewCommand(
            "filter", "filter",
            "Look only at some spans: label:S, is:undecided (accepted, rejected, own, corrected, commented, disputed), score:<70, or words; n and p go through them until Esc.",
            group: .looking, [.note: [.char("\\")]], footer: 102
        ) { model, _ in
            model.context = .prompt(.filter, LineEditor(model.filter?.written ?? ""))
            return []
        },
    ]

    /// The keys of hints and of the preview of occurrences.
    static let fastWithinCommands: [ReviewCommand] = [
        ReviewCommand(
            "hint-letter", "jump there", "Type the two letters drawn on a word.", group: .within, [.hints: [.letter]],
            footer: 10
        ) { model, call in
            if case .character(let letter) = call.key { model.typeHint(letter) }
            return []
        },
        ReviewCommand(
            "hint-back", "first letter", "Take the first letter back.", group: .within, [.hints: [.key(.backspace)]]
        ) { model, _ in
            model.untypeHint()
            return []
        },
        ReviewCommand(
            "occurrences-mark", "mark them", "Mark everything that is shown, in one step.", group: .within,
            [.occurrences: [.key(.enter)]], footer: 10
        ) { model, _ in model.markOccurrences() },
        ReviewCommand(
            "occurrences-next", "next", "The next place, or the next note.", group: .within,
            [.occurrences: [.char("n"), .key(.tab), .char("j"), .key(.down)]], footer: 20
        ) { model, _ in
            model.moveInOccurrences(1)
            return []
        },
        ReviewCommand(
            "occurrences-previous", "previous", "The place before, or the note before.", group: .within,
            [.occurrences: [.char("p"), .key(.backTab), .char("k"), .key(.up)]], footer: 30
        ) { model, _ in
            model.moveInOccurrences(-1)
            return []
        },
        ReviewCommand(
            "occurrences-leave-out", "leave out", "Leave the selected place, or the selected note, out.",
            group: .within, [.occurrences: [.char("x")]], footer: 40
        ) { model, _ in
            model.leaveOutOccurrence()
            return []
        },
    ]
}
