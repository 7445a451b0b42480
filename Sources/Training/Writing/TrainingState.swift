import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Glibc

/// What a run needs to go on from where it stopped: weights, moments, and how far it came.
///
/// Kept in `<output>/state/`: `state.json`, replaced last, names the folder with the numbers. A run that is killed while it
/// saves finds the state before.
package struct TrainingState: Sendable, Hashable, Codable {
    /// Steps taken.
    package var step: Int
    /// The best score on the development notes so far.
    package var best: Double?
    /// Epochs since then.
    package var epochsSinceBest: Int
    /// What the run was started with; another one is not continued with this state.
    package var settings: String

    package init(step: Int, best: Double?, epochsSinceBest: Int, settings: String) {
        self.step = step
        self.best = best
        self.epochsSinceBest = epochsSinceBest
        self.settings = settings
    }

    private struct Stored: Codable {
        var state: TrainingState
        var folder: String
    }

    private static func folder(_ output: String) -> String { "\(output)/state" }

    /// Saves it with the trainer's numbers.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be written; the state before is then still whole.
    package func save(_ trainer: Trainer, output: String, file: AtomicFile = AtomicFile()) throws(BadInput) {
        let folder = Self.folder(output)
        let name = "step-\(step)"
        try AtomicFile.makeFolder("\(folder)/\(name)")
        try SafetensorsWriter.write(Self.tensors(trainer), to: "\(folder)/\(name)/model.safetensors", file)
        let bytes: [UInt8]
        do {
            bytes = Array((try JSONValue.line(Stored(state: self, folder: name)) + "\n").utf8)
        } catch {
            throw BadInput(SourceLocation("\(folder)/state.json"), "cannot be written: \(error)")
        }
        try file.replace("\(folder)/state.json", with: bytes)
        for old in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where old.hasPrefix("step-") && old != name {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(old)")
        }
    }

    /// Reads the state of an earlier run; `nil` if there is none.
    ///
    /// - Throws: ``BadInput`` naming the file that is damaged or of another model.
    package static func load(into trainer: Trainer, output: String) throws(BadInput) -> TrainingState? {
        let path = "\(folder(output))/state.json"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard
            let stored = try JSONLines.decode(try NoteReader.bytes(of: path), file: path, as: Stored.self).first?.value,
            stored.state.step >= 0, (0...stored.state.step).contains(stored.state.epochsSinceBest),
            !stored.folder.contains("/"), stored.folder != ".."
        else { throw BadInput(SourceLocation(path), "is not the state of a run") }
        let tensors = try StoredNumbers(folder: "\(folder(output))/\(stored.folder)")
        for tensor in Self.tensors(trainer) {
            guard let start = tensor.numbers.baseAddress else { continue }
            try tensors.copy(tensor.name, tensor.shape, to: start)
        }
        trainer.step = stored.state.step
        return stored.state
    }

    /// Whether an interrupted run has left its state.
    package static func exists(output: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder(output))/state.json")
    }

    /// Takes the state away once a run is done.
    package static func remove(output: String) {
        try? FileManager.default.removeItem(atPath: folder(output))
    }

    private static func tensors(_ trainer: Trainer) -> [SafetensorsWriter.Tensor] {
        let parameters = trainer.model.layout.parameters
        var arenas = [
            ("weights", trainer.weights), ("first", trainer.firstMoments), ("second", trainer.secondMoments),
        ]
        if let average = trainer.average { arenas.append(("average", average)) }
        return arenas.flatMap { name, arena in
            parameters.filter { $0.isTrained || name == "weights" }.map {
                SafetensorsWriter.Tensor(name: "\(name)/\($0.name)", shape: $0.shape, numbers: arena[$0])
            }
        }
    }
}
