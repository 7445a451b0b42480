import Screen

/// Takes one message in: changes the model and says what the runtime shall do.
public func update(_ model: inout Model, _ message: Message) -> [Effect] {
    let effects = take(message, into: &model)
    return effects + model.requestGuesses()
}

private func take(_ message: Message, into model: inout Model) -> [Effect] {
    switch message {
    case .started:
        return model.requestSuggestions()
    case .key(let key, let time):
        model.now = time
        model.statistics.keyPressed(at: time)
        return model.press(key)
    case .resized(let size):
        model.size = size
        model.fitToSize()
        return []
    case .opened(let review):
        return model.take(review)
    case .notOpened(let note, let reason):
        model.cannotOpen(note, because: reason)
        return []
    case .suggestions(let note, let state):
        model.take(state, for: note)
        return []
    case .engine(let state):
        model.take(state)
        return []
    case .saving(let state):
        model.save = state
        return []
    case .progress(let progress):
        model.progress = progress
        return []
    case .answering(let share):
        model.answering = share
        return []
    case .occurrences(let words, let found):
        model.showOccurrences(found, of: words)
        return []
    case .explanation(let note, let span, let explanation):
        model.show(explanation, of: span, in: note)
        return []
    case .scores(let note, let scores):
        model.take(scores, for: note)
        return []
    case .answer(let note, let question, let answer):
        model.show(answer, to: question, in: note)
        return []
    case .guesses(let note, let attribute, let guesses):
        model.take(guesses, of: attribute, for: note)
        return []
    case .training(let news): return model.take(news)
    case .revert(let step, let isUndo, let batch, let notes):
        return model.revert(step, isUndo: isUndo, batch: batch, in: notes)
    case .notice(let text):
        model.inform(text)
        return []
    }
}

extension Model {
    /// Finds the command on a key and runs it, or says why not.
    mutating func press(_ key: Key) -> [Effect] {
        page.isUntouched = false
        if case .mouse(let action) = key { return point(action) }
        notice = nil
        let place = keyContext
        let places = place == .note && isAdjudicating ? [.adjudication, .note] : [place]
        let command = registry.command(on: key, in: places)
        if command?.id != Self.interruptCommand { isLeaving = false }
        if count != nil, key == .character("0") {
            addDigit(Invocation(key: key, count: count))
            return []
        }
        guard let command else { return type(key, in: place) }
        let call = Invocation(key: key, count: count)
        let availability = command.availability(self)
        count = nil
        if case .unavailable(let reason) = availability {
            refuse(reason)
            return []
        }
        if place == .note, command.id != Self.labelCommand { labelRun = 0 }
        return command.run(&self, call)
    }

    /// Whether a key would finish the open note now: it must not do that to one that was never drawn.
    package func finishesNote(_ key: Key) -> Bool {
        if keyContext == .completeQuestion { return registry.command(on: key, in: [.completeQuestion]) != nil }
        let places: [KeyContext] = keyContext == .note && isAdjudicating ? [.adjudication, .note] : [keyContext]
        return Self.finishingCommands.contains(registry.command(on: key, in: places)?.id ?? "")
    }

    private static let finishingCommands: Set<String> = ["complete", "skip"]
    /// Whether the person is asked whether to leave though not all is saved.
    package var isAskingToLeave: Bool { context == .quitQuestion }

    private static let labelCommand = "label"
    /// Pressed twice in a row, it leaves.
    private static let interruptCommand = "interrupt"

    /// A key without a command: text for the line that is being written, or nothing.
    private mutating func type(_ key: Key, in place: KeyContext) -> [Effect] {
        count = nil
        switch context {
        case .prompt(let prompt, var line):
            if line.handle(key) { context = .prompt(prompt, line) }
        case .noteList(var list):
            if list.filter.handle(key) { list.selected = 0 }
            context = .noteList(list)
        case .palette(var list):
            if list.filter.handle(key) { list.selected = 0 }
            context = .palette(list)
        case .picker(var list):
            if list.filter.handle(key) { list.selected = 0 }
            context = .picker(list)
        case .capsLockQuestion:
            context = .note
            inform("label dropped")
        case .hints:
            // Caps Lock, or a key that no hint has.
            if case .character(let letter) = key, let small = letter.lowercased().first { typeHint(small) }
        case .note where Self.hint(about: key) != nil:
            refuse(Self.hint(about: key) ?? "")
        case .note, .help, .guidelines, .legend, .statistics, .noteLabels, .attributes, .why, .occurrences,
            .completeQuestion, .quitQuestion, .adapterQuestion:
            if case .paste = key {
                refuse("pasted text has no place here: \(self.key("comment")) writes a comment")
            } else {
                let way =
                    place == .note
                    ? "\(self.key("help")) shows all keys" : "\(self.key("cancel", in: place)) goes back"
                refuse("\(key.name) does nothing here; \(way)")
            }
        }
        return []
    }

    /// Takes one digit of a count.
    mutating func addDigit(_ call: Invocation) {
        guard case .character(let character) = call.key, let digit = character.wholeNumberValue else { return }
        // More than four digits is a cat on the keyboard.
        count = min(9999, (call.count ?? 0) * 10 + digit)
    }

    /// What must be dropped beside the interface when the state is left.
    var cancelEffects: [Effect] {
        switch context {
        case .occurrences(let shown) where shown.places == nil: [.dropQuestion]
        case .why(let why) where why.answer == .waiting: [.dropQuestion]
        case .note where selection == nil && openQuestion != nil: [.dropQuestion]
        default: []
        }
    }

    /// Leaves one transient state.
    ///
    /// - Returns: whether there was one.
    mutating func cancel() -> Bool {
        if case .prompt(.inPage(let page), _) = context {
            context = page
        } else if context != .note {
            context = .note
            pageSearch = nil
        } else if selection != nil {
            selection = nil
        } else if openQuestion != nil {
            openQuestion = nil
        } else if joining != nil {
            joining = nil
        } else if step == .character {
            toggleCharacters()
            notice = nil
        } else if search != nil {
            search = nil
        } else if filter != nil {
            filter = nil
            refreshMarks()
        } else {
            return false
        }
        return true
    }

    var cancelAvailability: Availability {
        let isIdle =
            context == .note && selection == nil && step == .token && search == nil && filter == nil && joining == nil
            && openQuestion == nil && count == nil && shownProgress == nil
        return isIdle ? .unavailable("nothing to leave here; \(key("quit")) leaves the program") : .available
    }

    /// Ctrl-C: once leaves a state, twice the program.
    mutating func interrupt() -> [Effect] {
        if isLeaving { return context == .quitQuestion ? [.quit] : quit() }
        let cancelled = cancelEffects
        let effects = cancel() ? cancelled : stopWork()
        isLeaving = true
        inform("\(key(Self.interruptCommand, in: keyContext)) again leaves")
        return effects
    }

    /// Leaves, unless something would be lost.
    mutating func quit() -> [Effect] {
        if case .failed = save {
            context = .quitQuestion
            return []
        }
        return [.quit]
    }
}
