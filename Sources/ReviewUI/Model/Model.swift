import Annotation
import ClinicalText
import Screen

/// Everything the interface knows.
///
/// Changed only by ``update(_:_:)``, shown by ``render(_:)``.
public struct Model: Sendable {
    /// The notes under review, in their order.
    public internal(set) var notes: [NoteReview]
    /// The position of the open note in ``notes``.
    public internal(set) var current: Int
    /// How sure a suggestion must be to be shown, 0 to 1.
    public internal(set) var threshold: Double

    let schema: LabelSchema
    let guidelines: String
    let annotator: String
    /// Why nothing can be decided; `nil` where it can.
    let readOnly: String?
    package let registry: CommandRegistry
    let hues: [String: Hue]
    /// What other models there are beside those that offer spans.
    let abilities: Set<Ability>
    /// The question that is being answered.
    var openQuestion: String?
    /// When it was asked: a later key means that the person went on.
    var askedAt: UInt64 = 0
    /// How far the answer has come to what was asked last, 0 to 1; `nil` until it is told.
    var answering: Double?
    /// How many models offer spans: what not all of them offer is disputed.
    let readerCount: Int

    package internal(set) var engine: EngineState
    package internal(set) var save: SaveState = .saved
    package internal(set) var size: ScreenSize
    package internal(set) var context: Context = .note
    package internal(set) var notice: Notice?
    package internal(set) var selection: Selection?
    package internal(set) var step: StepSize = .token
    package internal(set) var search: Search?
    /// What is opened one after another; `nil` in a review without a queue.
    package internal(set) var queue: ReviewQueue?
    /// What is looked at; `nil` for everything.
    package internal(set) var filter: SpanFilter?
    /// What was looked for on the open page, and the line that was gone to last.
    var pageSearch: PageSearch?
    var pageHit = 0
    /// How far the work for a note has come.
    var progress: Progress?
    var statistics = SessionStatistics()
    var retraining = Retraining()
    /// Whether clicks come here rather than to the terminal's selection.
    var usesMouse: Bool
    /// What the mouse holds while its button is down.
    var grip: MouseGrip?
    /// Digits typed before a motion.
    package internal(set) var count: Int?
    /// Labels given since the last motion.
    var labelRun = 0
    /// The label that was given last.
    var lastLabel: String?
    /// The span that is about to get another part.
    package internal(set) var joining: Mark.ID?
    /// Whether Ctrl-C was the last key.
    var isLeaving = false
    /// The note that shall be open as soon as its text is there.
    var opening: Int?
    /// The notes that were completed or skipped, the last one last, to go back to on undo.
    var finished: [Int] = []
    /// The note that was finished last and the one that was gone on to, while nothing was decided there.
    var wentOn: (from: Int, to: Int)?
    /// The last search's words, for an empty prompt.
    var lastQuery = ""
    var page: Page

    private var ids: EventIDSource
    /// Milliseconds since 1970 at the last key.
    var now: UInt64 = 0

    /// Opens a session at the first note that is not finished.
    ///
    /// - Parameters:
    ///   - notes: what to review, the first that is not finished open; `nil` comes out if there is nothing.
    ///   - schema: the labels there are.
    ///   - guidelines: Markdown, empty where there are none.
    ///   - threshold: how sure a suggestion must be to be shown, 0 to 1.
    ///   - annotator: who decides.
    ///   - readOnly: why nothing can be decided, or `nil`.
    ///   - engine: how the model stands.
    ///   - registry: the commands on their keys.
    ///   - readerCount: how many models offer spans.
    ///   - abilities: what other models there are.
    ///   - filter: what to look at first, as it is written after `:filter`.
    ///   - ids: makes the ids of events.
    ///   - size: the terminal's size.
    ///   - queue: places to open one after another; their notes are among `notes`.
    ///   - usesMouse: whether clicks come as keys.
    ///   - retrainEvery: after how many completed notes an adapter is trained without being asked for; `nil` for never.
    public init?(
        notes: [NoteReview], schema: LabelSchema, guidelines: String = "", threshold: Double = 0, annotator: String,
        readOnly: String? = nil, engine: EngineState, registry: CommandRegistry = .standard, readerCount: Int = 1,
        abilities: Set<Ability> = [], filter: String? = nil, ids: EventIDSource, size: ScreenSize,
        queue: ReviewQueue? = nil, usesMouse: Bool = true, retrainEvery: Int? = nil
    ) {
        guard !notes.isEmpty else { return nil }
        let first = notes.firstIndex { $0.progress.status == .pending } ?? 0
        var notes = notes
        for index in notes.indices where notes[index].isOpen {
            notes[index].offer(notes[index].suggestions, schema: schema, readerCount: readerCount)
        }
        self.notes = notes
        self.schema = schema
        self.guidelines = guidelines
        self.threshold = threshold
        self.annotator = annotator
        self.readOnly = readOnly
        self.engine = engine
        self.readerCount = readerCount
        self.abilities = abilities
        self.filter = filter.flatMap { try? SpanFilter($0, schema: schema) }
        self.ids = ids
        self.size = size
        self.usesMouse = usesMouse
        retraining.every = retrainEvery
        current = first
        self.registry = registry
        hues = schema.hues
        page = Page(notes[first], width: ScreenPlan(size).text.columns, threshold: threshold, filter: self.filter)
        goToFirstSuggestion()
        if let queue {
            self.queue = queue
            _ = openQueued()
        } else if notes.allSatisfy({ $0.progress.status != .pending }) {
            inform(allDone)
        }
    }

    var allDone: String { "every note is complete or skipped: \(key("notes")) lists them, \(key("quit")) leaves" }

    /// The open note.
    public var review: NoteReview { notes[current] }

    /// The open note's words on the screen.
    var plan: ScreenPlan { ScreenPlan(size, hasReadings: isAdjudicating) }

    /// Whether what several annotators made of the notes is compared.
    public var isAdjudicating: Bool { review.comparison != nil }

    mutating func inform(_ text: String) { notice = Notice(text: text, isRefusal: false) }
    mutating func refuse(_ reason: String) { notice = Notice(text: reason, isRefusal: true) }

    /// Looks up the open note's marks again after something about them changed.
    mutating func refreshMarks() { page.marks = MarkIndex(review, threshold: threshold, filter: filter) }

    /// Turns a command into events, folds them in and has them written; a refusal becomes the notice.
    ///
    /// - Returns: the events, or `nil` if the command was refused.
    package mutating func decide(_ command: Command, effects: inout [Effect]) -> [IdentifiedEvent]? {
        decide(command, on: current, batch: nextID(), effects: &effects)
    }

    /// The next id of an event or a batch.
    mutating func nextID() -> EventID { ids.next(at: now) }

    /// The same for any note; decisions with one batch are one step, in however many notes.
    mutating func decide(
        _ command: Command, on index: Int, batch: EventID, effects: inout [Effect]
    ) -> [IdentifiedEvent]? {
        var ids = ids
        let now = now
        do {
            let events = try notes[index].document.decide(command, schema: schema) { ids.next(at: now) }
            self.ids = ids
            var touched: Set<TextSpan> = []
            var isRefolded = false
            for event in events {
                switch event.event {
                case .undone(let step): isRefolded = isRefolded || !notes[index].document.isFoldedLast(step)
                case .redone: isRefolded = true
                default: break
                }
                touched.formUnion(notes[index].document.places(of: event.event))
                notes[index].document.apply(RecordedEvent(id: event.id, batch: batch, event: event.event))
                touched.formUnion(notes[index].document.places(of: event.event))
            }
            statistics.record(events, on: index)
            if index == current { wentOn = nil }
            if index == current {
                // What was decided on a span later counts again, wherever it put the span.
                if isRefolded {
                    refreshMarks()
                } else {
                    page.marks.refresh(at: touched, review, threshold: threshold, filter: filter)
                }
            }
            effects.append(.append(note: notes[index].id, batch: batch, events: events))
            return events
        } catch {
            refuse(error.description)
            return nil
        }
    }
}

extension LabelSchema {
    /// A hue for each label: its own, or the next of the palette.
    var hues: [String: Hue] {
        let palette: [Hue] = [.sky, .orange, .green, .vermillion, .purple, .yellow, .blue]
        var result: [String: Hue] = [:]
        for (index, label) in spans.enumerated() {
            let named = label.color.flatMap(Hue.init(rawValue:))
            // Black would vanish as a ground for black ink, white as ink on a light terminal.
            let isUsable = named != .black && named != .white
            result[label.label] = isUsable ? named ?? palette[index % palette.count] : .gray
        }
        return result
    }
}
