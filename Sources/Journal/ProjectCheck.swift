import Annotation
import ClinicalText
import Storage

/// Something that `check` found in a project.
public struct Finding: Hashable, Sendable, Codable {
    /// What it is about.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// A file that cannot be read as what it should be.
        case unreadable
        /// A journal whose end was half written.
        case torn
        /// A journal of a newer program.
        case newer
        /// A note that changed since it was annotated.
        case changedNote = "changed_note"
        /// Decisions on a note that is not there.
        case missingNote = "missing_note"
        /// A label that the schema lacks.
        case unknownLabel = "unknown_label"
        /// An attribute, or a value of one, that the schema lacks.
        case unknownAttribute = "unknown_attribute"
        /// A span whose words are not what the note has there.
        case span
        /// Events that are missing, or stand twice.
        case sequence
        /// An event that another person than the journal's is named for.
        case actor
        /// A torn end that was set aside before: nothing is wrong now.
        case setAside = "set_aside"
        /// What a session decided whose journal was taken away.
        case rescued
        /// A journal that a session is writing to: nothing is wrong.
        case held
    }

    /// What it is about.
    public let kind: Kind
    /// The file.
    public let file: String
    /// The line, where there is one.
    public let line: Int?
    /// What is wrong, in words.
    public let message: String

    /// Whether something is wrong, rather than worth knowing.
    public var isProblem: Bool { kind != .held && kind != .setAside }

    /// `file:line: message`.
    public var description: String { "\(SourceLocation(file, line: line)): \(message)" }
}

/// Looks a project over without changing it.
public enum ProjectCheck {
    /// Everything there is to say about `project`, problems or not.
    public static func findings(in project: Project) -> [Finding] {
        var findings: [Finding] = []
        func add(_ kind: Finding.Kind, _ file: String, _ line: Int?, _ message: String) {
            findings.append(Finding(kind: kind, file: file, line: line, message: message))
        }
        func tried<Value>(_ body: () throws(BadInput) -> Value) -> Value? {
            do {
                return try body()
            } catch {
                add(.unreadable, error.location.file, error.location.line, error.reason)
                return nil
            }
        }
        let schema = tried { () throws(BadInput) in try project.schema() } ?? nil
        let notes = tried { () throws(BadInput) in try project.notes() }
        let byID = notes.map { notes in Dictionary(notes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }) }
        for annotator in project.annotators {
            let path = project.journalFile(of: annotator)
            if let holder = Journal.holder(of: path) { add(.held, path, nil, "\(holder) is writing to it") }
            if PrivateFile.exists(path + ".torn") {
                add(.setAside, path + ".torn", nil, "holds events that were not written to the end")
            }
            guard let contents = tried({ () throws(BadInput) in try JournalReader.read(path) }) else { continue }
            if let torn = contents.torn {
                add(.torn, path, torn.line, "\(torn.description); the next session of \(annotator) sets them aside")
            }
            if contents.isNewer {
                add(.newer, path, nil, "is in form \(contents.version); update chartmark to write to it")
            }
            let state = ProjectState.AnnotatorState(annotator: annotator, path: path, contents: contents)
            findings += lines(of: state, notes: byID, schema: schema)
        }
        for name in JournalFile.rescued(in: project.journalsFolder) {
            add(
                .rescued, "\(project.journalsFolder)/\(name)", nil,
                "holds the decisions of a session whose journal was taken away; compare it with the journal, give the right "
                    + "one the journal's name and move the other away")
        }
        return findings
    }

    /// What is to be said about single events: each note and label once, at its first line.
    private static func lines(
        of state: ProjectState.AnnotatorState, notes: [String: Note]?, schema: LabelSchema?
    ) -> [Finding] {
        var findings: [Finding] = []
        var said: Set<String> = []
        var expected = state.contents.lines.first?.seq ?? 1
        for (line, number) in zip(state.contents.lines, state.contents.lineNumbers) {
            if line.seq != expected {
                findings.append(
                    Finding(
                        kind: .sequence, file: state.path, line: number,
                        message: "the events' numbers go from \(expected &- 1) to \(line.seq): "
                            + (line.seq > expected ? "lines are missing" : "lines stand twice or out of order")))
            }
            expected = line.seq &+ 1
            func add(_ kind: Finding.Kind, _ about: String, _ message: String) {
                guard said.insert("\(kind.rawValue) \(about)").inserted else { return }
                findings.append(Finding(kind: kind, file: state.path, line: number, message: message))
            }
            if line.actor != state.annotator {
                add(.actor, line.actor, "an event of '\(line.actor)' in the journal of '\(state.annotator)'")
            }
            if let schema {
                for label in line.event.labels where schema.spanLabel(named: label) == nil {
                    add(.unknownLabel, "span \(label)", "the schema has no label '\(label)'")
                }
                if case .noteLabel(let name, _) = line.event, schema.noteLabel(named: name) == nil {
                    add(.unknownLabel, "note \(name)", "the schema has no note label '\(name)'")
                }
            }
            if let schema, case .attribute(_, let name, let value) = line.event {
                if let attribute = schema.attribute(named: name) {
                    if !attribute.values.contains(where: { $0.value == value }) {
                        add(
                            .unknownAttribute, "\(name) \(value)",
                            "the schema's attribute '\(name)' has no value '\(value)'")
                    }
                } else {
                    add(.unknownAttribute, name, "the schema has no attribute '\(name)'")
                }
            }
            guard let notes else { continue }
            guard let note = notes[line.note] else {
                add(.missingNote, line.note, "the note '\(line.note)' is not among the project's notes")
                continue
            }
            guard line.digest == note.digest else {
                add(.changedNote, line.note, "the note '\(line.note)' changed since it was annotated")
                continue
            }
            for content in line.event.contents {
                if let misfit = content.misfit(in: note.text) {
                    add(.span, line.id.value, "in '\(line.note)': \(misfit)")
                }
            }
        }
        return findings
    }
}

extension Event {
    /// The spans it speaks of.
    fileprivate var contents: [SpanContent] {
        switch self {
        case .created(let content): return [content]
        case .accepted(let offered), .rejected(let offered): return [offered.content]
        case .edited(_, let from, let to): return [from, to]
        default: return []
        }
    }

    /// The labels that it gives to a span that stands: a rejected offer may have any.
    fileprivate var labels: [String] {
        switch self {
        case .created(let content): return [content.label]
        case .accepted(let offered): return [offered.content.label]
        case .relabelled(_, _, let to): return [to]
        default: return []
        }
    }
}
