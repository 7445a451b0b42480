import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Testing
import Training

@Suite("What is fitted after training")
struct CheckpointEntryTests {
    private func trained() throws -> String {
        let tiny = try TinyEncoder(.bert)
        let output = FineTuningTests.Folder()
        _ = try FineTuning(
            tiny.checkpoint, task: FineTuningTests.task, training: FineTuningTests.notes(10), development: [],
            settings: FineTuningTests.settings, output: output.path
        ).run()
        kept.append(output)
        return output.path
    }

    private let kept = Kept()

    /// Folders that live as long as the test.
    private final class Kept {
        private var folders: [FineTuningTests.Folder] = []

        func append(_ folder: FineTuningTests.Folder) { folders.append(folder) }
    }

    @Test("temperature: is found by who reads the checkpoint, and changes scores and no span")
    func writes() throws {
        let folder = try trained()
        let before = try ClinicalModel(checkpoint: folder)
        #expect(before.configuration.temperature == 1)
        let text = NoteText("no chest pain .")
        try CheckpointEntry.write(temperature: 2.00049, checkpoint: folder, windows: before.configuration.windows)
        let after = try ClinicalModel(checkpoint: folder)
        #expect(after.configuration.temperature == 2)
        #expect(after.configuration.windows == before.configuration.windows)
        #expect(after.configuration.labels == before.configuration.labels)
        let (sharp, soft) = (try before.spans(in: [text])?.first ?? [], try after.spans(in: [text])?.first ?? [])
        #expect(!sharp.isEmpty)
        #expect(sharp.map(\.span) == soft.map(\.span))
        #expect(zip(sharp, soft).allSatisfy { $0.score > $1.score })
        // What the fitting decodes at 2 is what the checkpoint that says 2 decodes.
        let fitted = try #require(try before.encoded([text])).spans(temperature: 2)[0]
        #expect(fitted.map(\.span) == soft.map(\.span))
        #expect(zip(fitted, soft).allSatisfy { abs($0.score - $1.score) < 1e-6 })
        let again = try #require(try after.encoded([text])).spans(temperature: 1)[0]
        #expect(zip(again, sharp).allSatisfy { abs($0.score - $1.score) < 1e-6 })
    }

    @Test("transitions: are found by who reads the checkpoint, and can be taken away again")
    func transitions() throws {
        let folder = try trained()
        let before = try ModelConfiguration(checkpoint: folder)
        #expect(before.transitions == nil)
        var counts = TransitionCounts()
        counts.add("B-X", after: "O", times: 3)
        counts.weight = 0.75
        try CheckpointEntry.write(transitions: counts, checkpoint: folder, windows: before.windows)
        let after = try ModelConfiguration(checkpoint: folder)
        #expect(after.transitions == counts && after.windows == before.windows)
        try CheckpointEntry.write(transitions: nil, checkpoint: folder, windows: before.windows)
        #expect(try ModelConfiguration(checkpoint: folder) == before)
    }

    @Test("names the checkpoint's own windows where config.json has none")
    func bareConfiguration() throws {
        let folder = try trained()
        let path = "\(folder)/config.json"
        var members = try #require(try JSONValue.parse(try NoteReader.bytes(of: path), file: path).objectValue)
        members["chartmark"] = nil
        try AtomicFile().replace(path, with: Array(try JSONValue.line(members).utf8))
        let windows = try ModelConfiguration(checkpoint: folder).windows
        try CheckpointEntry.write(temperature: 0.5, checkpoint: folder, windows: windows)
        let configuration = try ModelConfiguration(checkpoint: folder)
        #expect(configuration.temperature == 0.5)
        #expect(configuration.windows == windows)
    }

    @Test("leaves a checkpoint of several people theirs, and what a link leads to, perhaps others' too, as it was")
    func rights() throws {
        let folder = try trained()
        let (config, real) = ("\(folder)/config.json", "\(folder)/blob")
        try FileManager.default.moveItem(atPath: config, toPath: real)
        try FileManager.default.createSymbolicLink(atPath: config, withDestinationPath: "blob")
        try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: real)
        try CheckpointEntry.write(
            temperature: 1.5, checkpoint: folder, windows: try ModelConfiguration(checkpoint: folder).windows)
        #expect(try ModelConfiguration(checkpoint: folder).temperature == 1.5)
        #expect(!String(decoding: try NoteReader.bytes(of: real), as: UTF8.self).contains("temperature"))
        #expect((try FileManager.default.attributesOfItem(atPath: config)[.posixPermissions] as? Int) == 0o664)
        let weights = try FileManager.default.attributesOfItem(atPath: "\(folder)/model.safetensors")
        #expect(weights[.posixPermissions] as? Int == 0o600, "what is new is its owner's alone")
    }

    @Test("is refused for a folder without a config.json")
    func noCheckpoint() throws {
        let error = #expect(throws: BadInput.self) {
            try CheckpointEntry.write(temperature: 1, checkpoint: "/nowhere", windows: .init(window: 8, stride: 2))
        }
        #expect(error?.location.file == "/nowhere/config.json")
    }
}
