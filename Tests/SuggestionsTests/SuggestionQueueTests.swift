import Annotation
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Suggestions
import Synchronization
import Testing

/// Proposes the first word of a note, and tells what it was asked.
private final class FirstWordSuggester: Suggester {
    let name = "first@000000000000"
    let asked = Mutex<[String]>([])
    /// The note on which it works until it is cancelled.
    let endless: String?

    init(endless: String? = nil) { self.endless = endless }

    func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? {
        asked.withLock { $0.append(note.id) }
        if note.id == endless {
            while !isCancelled() { onProgress(0.5) }
            return nil
        }
        guard let word = WordToken.tokens(of: note.text).first else { return .withheld("no words") }
        let content = SpanContent(word.span, in: note.text, label: "Word")
        return .ready([Suggestion(content: content, model: name, score: 0.5)])
    }
}

@Suite("The suggestion queue", .timeLimit(.minutes(1)))
struct SuggestionQueueTests {
    private typealias Result = (note: String, outcome: SuggestionOutcome)

    private let notes = ["one", "two", "three"].map { (id: String) in Note(id: id, text: NoteText("\(id) is a note")) }

    /// A queue and the stream of its results.
    private func queue(cache: SuggestionCache? = nil) -> (SuggestionQueue, AsyncStream<Result>) {
        let (stream, continuation) = AsyncStream<Result>.makeStream()
        return (
            SuggestionQueue(note: { [notes] id in notes.first { $0.id == id } }, cache: cache) {
                continuation.yield(($0, $1))
            }, stream
        )
    }

    @Test("answers wishes in their order, those made before the model was there too")
    func order() async {
        let (queue, results) = queue()
        queue.request(["two", "three"])
        queue.start(load: { FirstWordSuggester() }, onLoaded: { _ in })
        var iterator = results.makeAsyncIterator()
        let first = await iterator.next()
        let second = await iterator.next()
        #expect(first?.note == "two")
        #expect(second?.note == "three")
        guard case .ready(let suggestions) = first?.outcome else { return #expect(first == nil, "nothing is offered") }
        #expect(suggestions.map(\.content.text) == ["two"])
    }

    @Test("tells how far a note is that takes longer than half a second, and no other")
    func progress() async {
        let (stream, continuation) = AsyncStream<(String, Double)>.makeStream()
        let start = ContinuousClock.now
        let queue = SuggestionQueue(note: { [notes] id in notes.first { $0.id == id } }, cache: nil) { _, _ in
        } onProgress: { note, share in
            continuation.yield((note, share))
        }
        queue.start(load: { FirstWordSuggester(endless: "two") }, onLoaded: { _ in })
        queue.request(["one", "two"])
        var iterator = stream.makeAsyncIterator()
        let report = await iterator.next()
        #expect(report?.0 == "two" && report?.1 == 0.5)
        #expect(ContinuousClock.now - start >= .milliseconds(500))
        queue.stop()
    }

    @Test("what is kept of a model at another temperature or with other transitions is not mistaken for its own")
    func decoding() {
        #expect(ClinicalBERTSuggester.cacheName("mini@1f0c", temperature: 1) == "mini@1f0c")
        #expect(ClinicalBERTSuggester.cacheName("mini@1f0c", temperature: 1.25) == "mini@1f0c-t1.25")
        func name(_ times: Int) -> String {
            var counts = TransitionCounts()
            counts.add("O", after: "O", times: times)
            return ClinicalBERTSuggester.cacheName("mini@1f0c", temperature: 1, transitions: counts)
        }
        #expect(name(1).hasPrefix("mini@1f0c-f") && name(1).count == "mini@1f0c-f".count + 6)
        #expect(name(1) == name(1) && name(1) != name(2))
    }

    @Test("what is kept of a model that read text in its case is not mistaken for what it made of it without")
    func cased() throws {
        let configuration = try ModelConfiguration(
            checkpoint: #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
                + "/Samples/Models/clinical-mini")
        let names = [false, true].map { ClinicalBERTSuggester.cacheName("mini@1f0c", configuration, cased: $0) }
        #expect(names[1] == names[0] + "-cased")
    }

    @Test("keeps what it finds where a project's group can read it, too")
    func sharedCache() async throws {
        let folder =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (queue, results) = queue(cache: SuggestionCache(folder: folder) { 0o660 })
        queue.start(load: { FirstWordSuggester() }, onLoaded: { _ in })
        queue.request(["one"])
        var iterator = results.makeAsyncIterator()
        #expect(await iterator.next()?.note == "one")
        let file = "\(folder)/suggestions-first@000000000000.jsonl"
        #expect((try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int) == 0o660)
    }

    @Test("lets others wait until nobody waits for a note")
    func bystanders() async {
        let (queue, _) = queue()
        queue.waitUntilIdle()
        let suggester = FirstWordSuggester(endless: "one")
        let (loaded, loading) = AsyncStream<Void>.makeStream()
        queue.request(["one"])
        queue.start(load: { suggester }, onLoaded: { _ in loading.yield() })
        var iterator = loaded.makeAsyncIterator()
        await iterator.next()
        let isFree = Mutex(false)
        let waiting = Task.detached {
            queue.waitUntilIdle()
            isFree.withLock { $0 = true }
        }
        #expect(!isFree.withLock { $0 })
        queue.request([])
        await waiting.value
        #expect(isFree.withLock { $0 })
    }

    @Test("cancels a note that is not wished for any more")
    func cancels() async {
        let suggester = FirstWordSuggester(endless: "one")
        let (queue, results) = queue()
        queue.start(load: { suggester }, onLoaded: { _ in })
        queue.request(["one"])
        queue.request(["two"])
        var iterator = results.makeAsyncIterator()
        #expect(await iterator.next()?.note == "two")
    }

    @Test("tells why there is no model")
    func noModel() async {
        let (queue, _) = queue()
        let message = await withCheckedContinuation { continuation in
            queue.start(
                load: { throw BadInput(SourceLocation("model"), "is not there") },
                onLoaded: { result in
                    guard case .failure(let failure) = result else { return continuation.resume(returning: "") }
                    continuation.resume(returning: failure.description)
                })
        }
        #expect(message == "model: is not there")
    }

    @Test("asks the model once for a text, and again when the text is another or the kept line is damaged")
    func cached() async throws {
        let folder =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func ask(_ ids: [String]) async -> [String] {
            let suggester = FirstWordSuggester()
            let (queue, results) = queue(cache: SuggestionCache(folder: folder))
            queue.start(load: { suggester }, onLoaded: { _ in })
            queue.request(ids)
            var iterator = results.makeAsyncIterator()
            for id in ids { #expect(await iterator.next()?.note == id) }
            return suggester.asked.withLock { $0 }
        }
        #expect(await ask(["one", "two"]) == ["one", "two"])
        #expect(await ask(["one", "two"]).isEmpty)

        let file = "\(folder)/suggestions-first@000000000000.jsonl"
        #expect((try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int) == 0o600)
        let lines = String(decoding: try NoteReader.bytes(of: file), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2)
        try Data("\(lines[0].prefix(40))\n\(lines[1])\n".utf8).write(to: URL(filePath: file))
        #expect(await ask(["one", "two"]) == ["one"])
    }

    @Test("several models are asked each, kept each, and offered together")
    func group() async throws {
        let folder =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = FirstWordSuggester()
        let last = LastWordSuggester()
        let (queue, results) = queue(cache: SuggestionCache(folder: folder))
        queue.start(load: { SuggesterGroup([first, last]) }, onLoaded: { _ in })
        queue.request(["one"])
        var iterator = results.makeAsyncIterator()
        guard case .ready(let offered)? = await iterator.next()?.outcome else { throw Missing() }
        #expect(offered.map(\.content.text) == ["one", "note"])
        #expect(offered.map(\.model) == ["first@000000000000", "last@000000000000"])
        let again = SuggestionCache(folder: folder)
        again.read(model: "last@000000000000")
        #expect(again.suggestions(for: notes[0], of: "last@000000000000")?.map(\.content.text) == ["note"])
        #expect(again.suggestions(for: notes[0], of: "first@000000000000") == nil)
        #expect(again.suggestions(for: notes[1], of: "last@000000000000") == nil)
    }

    @Test("where one of several models fails nothing is offered, and where one keeps silent the other is")
    func groupOutcomes() {
        let group = SuggesterGroup([FirstWordSuggester(), LastWordSuggester(answer: .failed("no memory"))])
        #expect(group.suggest(notes[0], onProgress: { _ in }, isCancelled: { false }) == .failed("no memory"))
        let half = SuggesterGroup([LastWordSuggester(answer: .withheld("another language?")), FirstWordSuggester()])
        guard case .ready(let offered)? = half.suggest(notes[0], onProgress: { _ in }, isCancelled: { false }) else {
            return #expect(Bool(false), "nothing is offered")
        }
        #expect(offered.count == 1)
        let none = SuggesterGroup([LastWordSuggester(answer: .withheld("another language?"))])
        #expect(none.suggest(notes[0], onProgress: { _ in }, isCancelled: { false }) == .withheld("another language?"))
    }

    @Test("reads the rest of the notes into the cache when nothing is wished for")
    func filling() async throws {
        let folder =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let suggester = FirstWordSuggester()
        let (queue, results) = queue(cache: SuggestionCache(folder: folder))
        queue.fillCache(with: ["one", "nowhere", "three"])
        queue.request(["two"])
        queue.start(load: { suggester }, onLoaded: { _ in })
        var iterator = results.makeAsyncIterator()
        #expect(await iterator.next()?.note == "two")
        // Asked for at last, the others come from the cache or as they are read: each was read once.
        queue.request(["three", "one"])
        #expect(await iterator.next()?.note == "three")
        #expect(await iterator.next()?.note == "one")
        #expect(suggester.asked.withLock { $0.sorted() } == ["one", "three", "two"])
    }
}

/// Proposes the last word of a note, or gives the answer that it was made with.
private struct LastWordSuggester: Suggester {
    let name = "last@000000000000"
    var answer: SuggestionOutcome?

    func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? {
        if let answer { return answer }
        guard let word = WordToken.tokens(of: note.text).last else { return .withheld("no words") }
        let content = SpanContent(word.span, in: note.text, label: "Word")
        return .ready([Suggestion(content: content, model: name, score: 0.5)])
    }
}

private struct Missing: Error {}
