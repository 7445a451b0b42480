extension CommandRegistry {
    /// Selecting words.
    static let selectingCommands: [ReviewCommand] = [
        ReviewCommand(
            "select", "select", "Select words with the motions; then a capital labels them. Again, or Esc, leaves.",
            group: .selecting, [.note: [.char("v")], .selection: [.char("v")]], footer: 45,
            when: { $0.cursorSpan == nil ? .unavailable("there are no words in this note") : .available }
        ) { model, _ in
            model.toggleSelection()
            return []
        },
        ReviewCommand(
            "characters", "characters",
            "Step by characters instead of tokens, for selecting and for edges; again for tokens.",
            group: .selecting, [.note: [.char("c")], .selection: [.char("c")]]
        ) { model, _ in
            model.toggleCharacters()
            return []
        },
    ]

    /// What concerns the note as a whole.
    static let noteCommands: [ReviewCommand] = [
        ReviewCommand(
            "complete", "complete", "Complete the note and go on to the next that is not finished.", group: .note,
            [.note: [.key(.enter)]], footer: 46, when: { $0.editAvailability }
        ) { model, _ in model.complete() },
        ReviewCommand(
            "skip", "skip", "Leave the note out and go on.", group: .note, [.note: [.char(".")]], footer: 130,
            when: { $0.editAvailability }
        ) { model, _ in model.skip() },
        ReviewCommand(
            "undo", "undo", "Take the last decision back, a batch as one; also after a restart.", group: .note,
            [.note: [.char("u"), .key(.backspace)]], footer: 48, when: { $0.undoAvailability }
        ) { model, _ in model.undo() },
        ReviewCommand(
            "redo", "redo", "Bring the last undone decision back.", group: .note, [.note: [.ctrl("r")]], footer: 72,
            when: { $0.redoAvailability }
        ) { model, _ in model.redo() },
        ReviewCommand(
            "note-labels", "note labels", "The note's own labels.", group: .note, [.note: [.char("i")]], footer: 80,
            when: { $0.noteLabelsAvailability }
        ) { model, _ in
            model.context = .noteLabels(selected: model.likeliestValue)
            return []
        },
        ReviewCommand(
            "comment", "comment", "Write a comment on the span under the cursor, or on the note where there is none.",
            group: .note, [.note: [.char("m")]], footer: 90, when: { $0.editAvailability }
        ) { model, _ in
            model.startComment()
            return []
        },
        ReviewCommand("quit", "leave", "Leave; everything is saved.", group: .note, [.note: [.char("q")]], footer: 140)
        {
            model, _ in model.quit()
        },
    ]

    /// What is learned from the decisions.
    static let learningCommands: [ReviewCommand] = [
        ReviewCommand(
            "retrain", "train",
            "Train an adapter of the model on your decisions, beside your work; it says how well it reads complete notes it "
                + "has not learned from, and asks.",
            group: .note, [.note: [.char("r")]], footer: 128, when: { $0.trainAvailability }
        ) { model, _ in model.retrain() },
        ReviewCommand(
            "stop-training", "stop training", "End the training that runs; nothing changes.", group: .note,
            [.note: []], when: { $0.stopTrainingAvailability }
        ) { model, _ in model.stopTraining() },
        ReviewCommand(
            "take-back-adapter", "take back the adapter",
            "Suggestions come from the adapter before again, or from the model as it is.", group: .note, [.note: []],
            when: { $0.takeBackAvailability }
        ) { model, _ in model.takeBackAdapter() },
        ReviewCommand(
            "question-adopt", "use it", "Let suggestions come from the adapter that was trained.", group: .within,
            [.adapterQuestion: [.char("y")]], footer: 10
        ) { model, _ in model.adoptOffered() },
        ReviewCommand(
            "question-train-again", "train again", "Train anew, with what was decided since.",
            // The question may come up under a hand that is about to press `t` for an attribute.
            group: .within, [.adapterQuestion: [.char("r")]], footer: 20
        ) { model, _ in model.startTraining() },
    ]

    /// Search, lists and pages.
    static let lookingCommands: [ReviewCommand] = [
        ReviewCommand(
            "search", "search",
            "Find words in the note, upper and lower case alike; n and p go through the hits until Esc.",
            group: .looking, [.note: [.char("/")]], footer: 100
        ) { model, _ in
            model.context = .prompt(.search, LineEditor())
            return []
        },
        ReviewCommand(
            "notes", "notes", "The list of notes with their progress.", group: .looking, [.note: [.char("o")]],
            footer: 85
        ) { model, _ in
            model.context = .noteList(ListState(selected: model.current))
            return []
        },
        ReviewCommand(
            "guidelines", "guidelines", "The annotation guidelines.", group: .looking, [.note: [.char("g")]],
            footer: 95,
            when: { $0.guidelines.isEmpty ? .unavailable("the project has no guidelines.md") : .available }
        ) { model, _ in
            model.context = .guidelines(scroll: 0)
            return []
        },
        ReviewCommand(
            "palette", "commands", "Run a command by its name; shows its keys.", group: .looking,
            [.note: [.char(":")], .selection: [.char(":")]], footer: 105
        ) { model, _ in
            model.context = .palette(ListState())
            return []
        },
        ReviewCommand(
            "help", "help", "All keys.", group: .looking,
            [.note: [.char("?"), .key(.function(1))], .selection: [.char("?"), .key(.function(1))]], footer: 5
        ) { model, _ in
            model.context = .help(scroll: 0)
            return []
        },
        ReviewCommand(
            "cancel", "back",
            "Leave one state: what is typed, the selection, single characters, the search; stop what is going on.",
            group: .looking,
            Dictionary(uniqueKeysWithValues: KeyContext.allCases.map { ($0, [.key(.escape)]) }), footer: 99,
            palette: false, when: { $0.cancelAvailability }
        ) { model, _ in
            let effects = model.cancelEffects
            return model.cancel() ? effects : model.stopWork()
        },
        ReviewCommand(
            "interrupt", "leave", "Like Esc; twice leaves the program, saved.", group: .looking,
            Dictionary(uniqueKeysWithValues: KeyContext.allCases.map { ($0, [.ctrl("c")]) }), palette: false
        ) { model, _ in model.interrupt() },
    ]
}
