import Annotation
import Screen

extension Model {
    /// The notes whose id holds what was typed, as positions.
    func listedNotes(_ list: ListState) -> [Int] {
        let typed = list.filter.text.lowercased()
        guard !typed.isEmpty else { return Array(notes.indices) }
        return notes.indices.filter { notes[$0].id.lowercased().contains(typed) }
    }

    /// The commands whose title fits what was typed.
    func listedCommands(_ list: ListState) -> [ReviewCommand] {
        let place: KeyContext = selection == nil ? .note : .selection
        let known = registry.commands.filter { $0.isInPalette && $0.bindings[place] != nil }
        return FuzzyMatch.filter(known, by: list.filter.text) { $0.title }
    }

    /// The labels whose name fits what was typed.
    func listedLabels(_ list: ListState) -> [SpanLabel] {
        FuzzyMatch.filter(schema.spans, by: list.filter.text) { $0.label }
    }

    /// Moves the selected row of a list or a panel.
    mutating func moveInList(_ rows: Int) -> [Effect] {
        func moved(_ selected: Int, of count: Int) -> Int { min(max(0, selected + rows), max(0, count - 1)) }
        switch context {
        case .noteList(var list):
            list.selected = moved(list.selected, of: listedNotes(list).count)
            context = .noteList(list)
        case .palette(var list):
            list.selected = moved(list.selected, of: listedCommands(list).count)
            context = .palette(list)
        case .picker(var list):
            list.selected = moved(list.selected, of: listedLabels(list).count)
            context = .picker(list)
        case .noteLabels(let selected):
            context = .noteLabels(selected: moved(selected, of: noteLabelValues.count))
        case .attributes(let selected):
            context = .attributes(selected: moved(selected, of: attributeValues.count))
        default: break
        }
        return []
    }

    /// Enter on a row of a list.
    mutating func chooseInList() -> [Effect] {
        switch context {
        case .noteList(let list):
            let listed = listedNotes(list)
            guard listed.indices.contains(list.selected) else { return nothingFits() }
            guard listed[list.selected] != current else {
                context = .note
                return []
            }
            return open(listed[list.selected])
        case .palette(let list):
            let listed = listedCommands(list)
            guard listed.indices.contains(list.selected) else { return nothingFits() }
            let command = listed[list.selected]
            if case .unavailable(let reason) = command.availability(self) {
                refuse(reason)
                return []
            }
            context = .note
            return command.run(&self, Invocation(key: .enter, count: nil))
        case .picker(let list):
            let listed = listedLabels(list)
            guard listed.indices.contains(list.selected) else { return nothingFits() }
            context = .note
            return give(listed[list.selected].label, isKey: false)
        default: return []
        }
    }

    private mutating func nothingFits() -> [Effect] {
        refuse("nothing fits what was typed")
        return []
    }

    var noteLabelsAvailability: Availability {
        schema.noteLabels.isEmpty ? .unavailable("the schema has no labels for whole notes") : .available
    }

    /// The rows of the panel: each value of each of the note's own labels.
    var noteLabelValues: [(label: NoteLabel, value: String)] {
        schema.noteLabels.flatMap { label in label.values.map { (label, $0) } }
    }

    /// The letter that sets the value of a row, while there are letters.
    static func letter(ofRow row: Int) -> Character? {
        guard row < 26, let scalar = Unicode.Scalar(UInt32(97 + row)) else { return nil }
        return Character(scalar)
    }

    /// Sets or clears the value of the selected row.
    mutating func toggleSelectedValue() -> [Effect] {
        guard case .noteLabels(let selected) = context else { return [] }
        return toggleValue(ofRow: selected)
    }

    /// Sets or clears the value beside a letter.
    mutating func toggleValue(by key: Key) -> [Effect] {
        guard case .character(let letter) = key,
            let row = noteLabelValues.indices.first(where: { Self.letter(ofRow: $0) == letter })
        else {
            refuse("no value is on \(key.name)")
            return []
        }
        context = .noteLabels(selected: row)
        return toggleValue(ofRow: row)
    }

    private mutating func toggleValue(ofRow row: Int) -> [Effect] {
        guard noteLabelValues.indices.contains(row) else { return [] }
        if case .unavailable(let reason) = editAvailability {
            refuse(reason)
            return []
        }
        let (label, value) = noteLabelValues[row]
        let chosen = review.document.noteLabels[label.name] ?? []
        let values: [String]
        if chosen.contains(value) {
            values = chosen.filter { $0 != value }
        } else {
            values = label.choose == .one ? [value] : label.values.filter { chosen.contains($0) || $0 == value }
        }
        var effects: [Effect] = []
        _ = decide(.setNoteLabel(name: label.name, values: values), effects: &effects)
        return effects
    }
}
