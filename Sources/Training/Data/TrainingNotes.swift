import Annotation
import ClinicalText

/// Reads what may be trained on: gold JSON lines, `labels.jsonl`, and CoNLL files.
package enum TrainingNotes {
    /// What was read, and what was left out.
    package struct Reading: Sendable {
        package var notes: [TrainingNote] = []
        /// Notes that are not finished, or were skipped: they are not trained on.
        package var unfinished = 0

        package init(notes: [TrainingNote] = [], unfinished: Int = 0) {
            self.notes = notes
            self.unfinished = unfinished
        }
    }

    /// Reads a file: `.jsonl` and `-` hold a record a line, anything else a token a line.
    ///
    /// - Throws: ``BadInput`` with `file:line`: a record without text, a span outside of it or with other words, a text that
    ///   is not the one of the record's digest, several records of one note, and what the selection refuses.
    package static func read(
        _ path: String, _ selection: TrainingSelection = TrainingSelection()
    ) throws(BadInput) -> Reading {
        let bytes = try NoteReader.bytes(of: path)
        let file = path == NoteReader.standardInput ? "standard input" : path
        if path.hasSuffix(".jsonl") || path == NoteReader.standardInput {
            return try records(bytes, file: file, selection)
        }
        return Reading(notes: try TaggedTokens.read(bytes, file: file))
    }

    private static func records(
        _ bytes: [UInt8], file: String, _ selection: TrainingSelection
    ) throws(BadInput) -> Reading {
        var reading = Reading()
        var collected = Collected(selection)
        for (line, value) in try JSONLines.values(bytes, file: file) {
            let place = SourceLocation(file, line: line)
            guard case .object(var fields) = value else { throw BadInput(place, "a record is a JSON object") }
            guard let text = fields.removeValue(forKey: "text")?.stringValue else {
                throw BadInput(place, "the record has no string 'text'")
            }
            let id = fields.removeValue(forKey: "id")?.nameValue
            let note = Note(id: id, text: NoteText(text), fields: fields, location: place)
            if let stored = fields["digest"]?.stringValue, TextDigest(stored) != note.digest {
                throw BadInput(
                    place, "the text of '\(note.id)' is not the one of its digest: it changed since it was annotated")
            }
            let annotator = fields["annotator"]?.stringValue
            guard selection.takes(annotator: annotator) else { continue }
            let isPending = fields["answer"]?.stringValue == "pending"
            switch fields["answer"]?.stringValue {
            case "pending" where selection.takesPending: break
            case "pending", "ignore", "reject":
                reading.unfinished += 1
                continue
            default: break
            }
            try collected.claim(note.id, by: annotator, at: place)
            let spans = try note.carriedSpans()?.map(\.content)
            var read = TrainingNote(
                id: note.id, group: note.group, text: note.text, spans: spans.map { collected.whole($0) },
                label: try selection.label.flatMap { name throws(BadInput) in try ownLabel(name, fields, place) },
                location: place)
            if isPending {
                read.isComplete = false
                read.rejected = (try note.carriedSpans("rejected") ?? []).map {
                    .init($0.content.span, $0.content.label)
                }
            }
            reading.notes.append(read)
        }
        try collected.check(file)
        return reading
    }

    /// What the record's `labels`, or else the record itself, has under a name.
    static func ownLabel(
        _ name: String, _ fields: [String: JSONValue], _ place: SourceLocation
    ) throws(BadInput) -> String? {
        guard let value = fields["labels"]?[name] ?? fields[name] else { return nil }
        guard let label = value.stringValue else {
            throw BadInput(place, "'\(name)' must be a string: labels of which a note has several are not trained")
        }
        return label
    }

    /// Makes sure that no note was read from two places: it would count twice, perhaps with labels that contradict each other.
    ///
    /// Notes of the same name with different texts are different notes.
    ///
    /// - Throws: ``BadInput`` naming both places.
    package static func checkOnce(_ notes: [TrainingNote]) throws(BadInput) {
        var places: [String: [NoteText: SourceLocation]] = [:]
        for note in notes {
            guard let other = places[note.id, default: [:]].updateValue(note.location, forKey: note.text) else {
                continue
            }
            throw BadInput(
                note.location,
                "the note '\(note.id.printable)' is in \(other), too: give it once; of two annotators choose with "
                    + "--annotator NAME, or adjudicate them")
        }
    }

    /// Divides notes into those to train on and those to measure on, a group on one side whole.
    ///
    /// - Parameters:
    ///   - group: what must not be divided, of a note.
    ///   - share: of the groups, for measuring.
    /// - Returns: no notes to measure on where there are fewer than ``leastGroups`` groups.
    package static func split<Element>(
        _ notes: [Element], by group: (Element) -> String, share: Double, seed: UInt64
    ) -> (training: [Element], development: [Element]) {
        var groups = Set(notes.map(group)).sorted()
        guard groups.count >= leastGroups else { return (notes, []) }
        var generator = SplitMix(seed: seed, stream: SplitMix.Purpose.heldOut)
        groups.shuffle(using: &generator)
        let held = Set(groups.prefix(max(1, Int(share * Double(groups.count)))))
        return (notes.filter { !held.contains(group($0)) }, notes.filter { held.contains(group($0)) })
    }

    /// With fewer groups a score of one or two would say nothing, and they are missed in training.
    package static let leastGroups = 10
}
