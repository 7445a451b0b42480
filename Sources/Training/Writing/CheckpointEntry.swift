import ClinicalBERT
import ClinicalText
import FoundationEssentials

/// What is found out about a checkpoint after training, written to where its reader finds it: under `chartmark` in
/// `config.json`, beside the windows.
package enum CheckpointEntry {
    /// Writes a temperature and changes nothing else in the file.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be read or written; the old one is then as it was.
    package static func write(
        temperature: Float, checkpoint folder: String, windows: ModelConfiguration.Windows,
        file: AtomicFile = AtomicFile()
    ) throws(BadInput) {
        let rounded = Double((temperature * digits).rounded()) / Double(digits)
        try change(folder, windows, file) { $0["temperature"] = .number(rounded) }
    }

    /// Writes transitions, or takes away those that were there, and changes nothing else in the file.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be read or written; the old one is then as it was.
    package static func write(
        transitions: TransitionCounts?, checkpoint folder: String, windows: ModelConfiguration.Windows,
        file: AtomicFile = AtomicFile()
    ) throws(BadInput) {
        try change(folder, windows, file) { $0["transitions"] = transitions.map(json) }
    }

    /// Transitions as `config.json` has them.
    static func json(_ transitions: TransitionCounts) -> JSONValue {
        let counts = transitions.counts.mapValues { JSONValue.object($0.mapValues { .integer(Int64($0)) }) }
        return .object(["weight": .number(transitions.weight), "counts": .object(counts)])
    }

    private static func change(
        _ folder: String, _ windows: ModelConfiguration.Windows, _ file: AtomicFile,
        _ body: (inout [String: JSONValue]) -> Void
    ) throws(BadInput) {
        let path = "\(folder)/config.json"
        guard case .object(var members) = try JSONValue.parse(try NoteReader.bytes(of: path), file: path) else {
            throw BadInput(SourceLocation(path), "is not a JSON object")
        }
        var own = members["chartmark"]?.objectValue ?? [:]
        own["window"] = own["window"] ?? .integer(Int64(windows.window))
        own["stride"] = own["stride"] ?? .integer(Int64(windows.stride))
        body(&own)
        members["chartmark"] = .object(own)
        let bytes: [UInt8]
        do {
            bytes = Array((try JSONValue.line(members) + "\n").utf8)
        } catch {
            throw BadInput(SourceLocation(path), "cannot be written again: \(error)")
        }
        try file.replace(path, with: bytes)
    }

    /// A thousandth more or less of a temperature is seen in no score.
    private static let digits: Float = 1000
}
