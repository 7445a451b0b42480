extension CommandRegistry {
    /// Accepting, rejecting, labelling, edges.
    static let decidingCommands: [ReviewCommand] = [
        ReviewCommand(
            "accept", "accept", "Accept the suggestion under the cursor, then go to the next target.", group: .deciding,
            [.note: [.char("a")]], footer: 10, when: { $0.acceptAvailability }
        ) { model, _ in model.accept() },
        ReviewCommand(
            "reject", "reject", "Reject it (one that was accepted, too), then go to the next target.", group: .deciding,
            [.note: [.char("x")]], footer: 20, when: { $0.rejectAvailability }
        ) { model, _ in model.reject() },
        ReviewCommand(
            "label", "label",
            "Each capital is a label: relabels the span (accepts a suggestion with it and goes on), marks the selection or the bare token.",
            group: .deciding, [.note: [.capital], .selection: [.capital]], footer: 40, palette: false,
            when: { $0.labelAvailability }
        ) { model, call in model.label(by: call.key) },
        ReviewCommand(
            "pick-label", "pick label", "Choose the label by typing a part of its name.", group: .deciding,
            [.note: [.char(" ")], .selection: [.char(" ")]], footer: 50, when: { $0.labelAvailability }
        ) { model, _ in
            model.context = .picker(ListState())
            return []
        },
        ReviewCommand(
            "delete", "delete", "Delete your own span; on a suggestion the same as reject, without moving on.",
            group: .deciding, [.note: [.char("d")]], footer: 60, when: { $0.deleteAvailability }
        ) { model, _ in model.delete() },
        ReviewCommand(
            "next-here", "next here", "The next of several spans under the cursor.", group: .deciding,
            [.note: [.char("s")]], footer: 25,
            when: { $0.marksUnderCursor.count > 1 ? .available : .unavailable("there are not several spans here") }
        ) { model, _ in
            model.focusNextHere()
            return []
        },
        ReviewCommand(
            "attribute", "attribute",
            "Say how the span, or every span in the selection, is meant: then a letter, or Enter for the value that is proposed.",
            group: .deciding, [.note: [.char("t")], .selection: [.char("t")]], footer: 52,
            when: { $0.attributeAvailability }
        ) { model, _ in
            model.startAttributes()
            return []
        },
        edge("left-edge-out", "left edge out", "Move the left edge out by a token (a character while c is on).", "[") {
            $0.moveEdge(.left, by: -$1)
        },
        edge("left-edge-in", "left edge in", "Move the left edge in.", "{") { $0.moveEdge(.left, by: $1) },
        edge("right-edge-in", "right edge in", "Move the right edge in.", "}") { $0.moveEdge(.right, by: -$1) },
        edge("right-edge-out", "right edge out", "Move the right edge out.", "]") { $0.moveEdge(.right, by: $1) },
        ReviewCommand(
            "accept-all", "accept all", "Accept every visible suggestion: those at or above the threshold.",
            group: .deciding, [.note: [.char("+")]], footer: 110, when: { $0.acceptAllAvailability }
        ) { model, _ in model.acceptAll() },
        ReviewCommand(
            "threshold", "threshold", "Show only suggestions that are at least this sure.", group: .deciding,
            [.note: [.char("=")]], footer: 120
        ) { model, _ in
            model.context = .prompt(.threshold, LineEditor())
            return []
        },
    ]

    private static func edge(
        _ id: String, _ title: String, _ help: String, _ key: Character,
        _ move: @escaping @Sendable (inout Model, Int) -> [Effect]
    ) -> ReviewCommand {
        ReviewCommand(
            id, title, help, group: .deciding, [.note: [.char(key)], .selection: [.char(key)]],
            footer: id == "right-edge-out" ? 55 : nil, when: { $0.edgeAvailability }
        ) { model, call in move(&model, call.times) }
    }
}
