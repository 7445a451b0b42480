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
    /// - Parameter label: the name of the notes' own label that is wanted.
    /// - Throws: ``BadInput`` with `file:line`: a record without text, a span outside of it or with other words, a text that
    ///   is not the one of the record's digest, several finished records of one note.
    package static func read(_ path: String, label: String? = nil) throws(BadInput) -> Reading {
        let bytes = try NoteReader.bytes(of: path)
        let file = path == NoteReader.standardInput ? "standard input" : path
        if path.hasSuffix(".jsonl") || path == NoteReader.standardInput { return try records(bytes, file: file, label) }
        return Reading(notes: try TaggedTokens.read(bytes, file: file))
    }

    private static func records(_ bytes: [UInt8], file: String, _ label: String?) throws(BadInput) -> Reading {
        var reading = Reading()
        var annotators: [String: String] = [:]
        for (line, value) in try JSONLines.values(bytes, file: file) {
            let place = SourceLocation(file, line: line)
            guard case .object(var fields) = value else { throw BadInput(place, "a record is a JSON object") }
            guard let text = fields.removeValue(forKey: "text")?.stringValue else {
                throw BadInput(place, "the record has no string 'text'")
            }
            let id = fields.removeValue(forKey: "id").flatMap { $0.stringValue ?? $0.intValue.map(String.init) }
            let note = Note(id: id, text: NoteText(text), fields: fields, location: place)
            if let stored = fields["digest"]?.stringValue, TextDigest(stored) != note.digest {
                throw BadInput(
                    place, "the text of '\(note.id)' is not the one of its digest: it changed since it was annotated")
            }
            switch fields["answer"]?.stringValue {
            case "pending", "ignore", "reject":
                reading.unfinished += 1
                continue
            default: break
            }
            let annotator = fields["annotator"]?.stringValue ?? "somebody"
            if let other = annotators.updateValue(annotator, forKey: note.id) {
                throw BadInput(
                    place,
                    "the note '\(note.id)' has two finished records, of \(other) and \(annotator): keep one of them")
            }
            reading.notes.append(
                TrainingNote(
                    id: note.id, group: note.group, text: note.text,
                    spans: try note.carriedSpans()?.map { .init($0.content.span, $0.content.label) },
                    label: try label.flatMap { name throws(BadInput) in try ownLabel(name, fields, place) },
                    location: place))
        }
        return reading
    }

    /// What the record's `labels`, or else the record itself, has under a name.
    private static func ownLabel(
        _ name: String, _ fields: [String: JSONValue], _ place: SourceLocation
    ) throws(BadInput) -> String? {
        guard let value = fields["labels"]?[name] ?? fields[name] else { return nil }
        guard let label = value.stringValue else {
            throw BadInput(place, "'\(name)' must be a string: labels of which a note has several are not trained")
        }
        return label
    }

    /// The notes of a project's records.
    ///
    /// - Parameters:
    ///   - schema: what may be marked; a label outside of it is refused.
    ///   - unfinished: is counted up by the records that are left out.
    /// - Throws: ``BadInput`` naming the note: a label outside the schema, or two finished records.
    package static func notes(
        _ records: [LabelRecord], file: String, schema: LabelSchema?, label name: String?, unfinished: inout Int
    ) throws(BadInput) -> [TrainingNote] {
        var annotators: [String: String] = [:]
        var notes: [TrainingNote] = []
        let place = SourceLocation(file)
        for record in records {
            guard record.answer == .accept else {
                unfinished += 1
                continue
            }
            if let other = annotators.updateValue(record.annotator, forKey: record.id) {
                throw BadInput(
                    place,
                    "the note '\(record.id)' was finished by \(other) and by \(record.annotator): export the one to "
                        + "learn from with --annotator NAME")
            }
            for span in record.spans {
                guard let schema, schema.spanLabel(named: span.content.label) == nil else { continue }
                throw BadInput(
                    place, "the label '\(span.content.label)' of the note '\(record.id)' is not in the schema")
            }
            let fields = record.labels
            notes.append(
                TrainingNote(
                    id: record.id, group: record.meta["group"]?.stringValue, text: NoteText(record.text),
                    spans: record.spans.map { .init($0.content.span, $0.content.label) },
                    label: try name.flatMap { name throws(BadInput) in try ownLabel(name, fields, place) },
                    location: place))
        }
        return notes
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
        var generator = SplitMix(seed: seed, stream: 1)
        groups.shuffle(using: &generator)
        let held = Set(groups.prefix(max(1, Int(share * Double(groups.count)))))
        return (notes.filter { !held.contains(group($0)) }, notes.filter { held.contains(group($0)) })
    }

    /// With fewer groups a score of one or two would say nothing, and they are missed in training.
    package static let leastGroups = 10
}
