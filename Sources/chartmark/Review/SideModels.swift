import Annotation
import ClinicalBERT
import ClinicalText
import Dispatch
import FoundationEssentials
import Journal
import ReviewUI
import Suggestions
import Synchronization
import Terminal

/// The models of a session that do not offer spans: each is read when it is first needed, on a thread of their own.
final class SideModels: Sendable {
    private struct State {
        var loaded: [String: ClinicalModel] = [:]
        /// Folders that were found to be unusable, so that it is said once.
        var broken: [String: String] = [:]
        /// Counts questions: an answer to an older one is not wanted any more.
        var asked = 0
        var isStopped = false
    }

    private let models: ReviewModels
    /// Folders by the attribute whose values they propose.
    private let attributes: [String: String]
    private let shelf: NoteShelf
    private let cased: Bool
    private let precision: Precision
    private let mailbox: Mailbox<Message>
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "chartmark.side-models", qos: .utility)

    init(_ setup: ReviewSetup, _ shelf: NoteShelf, _ mailbox: Mailbox<Message>) {
        models = setup.models
        attributes =
            setup.isBlind
            ? [:]
            : Dictionary(
                setup.schema.attributes.compactMap { attribute in
                    attribute.model.map { (attribute.name, Self.folder($0, in: setup.project)) }
                },
                uniquingKeysWith: { first, _ in first })
        self.shelf = shelf
        cased = setup.cased
        precision = setup.models.precision
        self.mailbox = mailbox
    }

    /// A folder that a schema names: in the project, where there is one, else as it stands.
    private static func folder(_ name: String, in project: Project) -> String {
        let inside = "\(project.folder)/\(name)"
        return !name.hasPrefix("/") && FileManager.default.fileExists(atPath: inside) ? inside : name
    }

    /// Takes no more work; what runs is dropped.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits until nobody waits for a side model.
    func waitUntilIdle() { queue.sync {} }

    /// Drops the question that is being answered.
    func dropQuestion() { state.withLock { $0.asked += 1 } }

    /// Posts how likely each classifier holds its labels for a note.
    func classify(_ id: String) {
        queue.async { [self] in
            guard let note = shelf.opened(id)?.note else { return }
            for folder in models.classifiers {
                guard !isStopped, let model = try? load(folder), let scores = model.scores(of: [note.text]).first
                else { continue }
                mailbox.post(.scores(note: id, NoteScores(model: folder, values: scores)))
            }
        }
    }

    /// Posts the answer to a question about a note.
    func ask(_ question: String, of id: String) {
        let number = state.withLock { state in
            state.asked += 1
            return state.asked
        }
        queue.async { [self] in
            @Sendable func isDropped() -> Bool { state.withLock { $0.isStopped || $0.asked != number } }
            guard !isDropped(), let note = shelf.opened(id)?.note, let folder = models.answerers.first else { return }
            let answer: NoteAnswer
            do {
                let model = try load(folder)
                let asked = Question(NoteText(question), of: note.text)
                try model.check(asked.question, pair: asked.text)
                let found = try model.answers(to: [asked], isCancelled: isDropped) { [mailbox] share in
                    if !isDropped() { mailbox.post(.answering(share)) }
                }?.first
                guard let found else { return }
                if let span = found.span, found.score > found.noAnswerScore {
                    answer = .found(span, score: found.score)
                } else {
                    answer = .nothing
                }
            } catch {
                answer = .failed("\(error)")
            }
            mailbox.post(.answer(note: id, question: question, answer))
        }
    }

    /// Posts what an attribute's classifier proposes for some spans of a note.
    func guess(_ attribute: String, of spans: [TextSpan], in id: String) {
        guard let folder = attributes[attribute] else { return }
        queue.async { [self] in
            guard !isStopped, let note = shelf.opened(id)?.note, let model = try? load(folder) else { return }
            let sentences = Sentence.spans(of: note.text)
            for start in stride(from: 0, to: spans.count, by: Self.spansAtOnce) where !isStopped {
                let part = spans[start..<min(spans.count, start + Self.spansAtOnce)]
                let texts = part.map { MarkedTarget.text(of: $0, in: note.text, sentences: sentences) }
                var guesses: [TextSpan: AttributeGuess] = [:]
                for (span, scores) in zip(part, model.scores(of: texts)) {
                    guard let best = scores.max(by: { $0.value < $1.value }) else { continue }
                    guesses[span] = AttributeGuess(value: best.key, probability: best.value)
                }
                mailbox.post(.guesses(note: id, attribute: attribute, guesses))
            }
        }
    }

    /// Enough to keep the cores busy, few enough that the first proposals are there soon.
    private static let spansAtOnce = 16

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Reads a model once; one that cannot be read is said once.
    private func load(_ folder: String) throws(BadInput) -> ClinicalModel {
        if let model = state.withLock({ $0.loaded[folder] }) { return model }
        if let reason = state.withLock({ $0.broken[folder] }) { throw BadInput(SourceLocation(folder), reason) }
        do {
            let model = try ModelLocation.load(folder, cased: cased, precision: precision)
            state.withLock { $0.loaded[folder] = model }
            return model
        } catch {
            state.withLock { $0.broken[folder] = error.reason }
            mailbox.post(.notice(error.description))
            throw error
        }
    }
}
