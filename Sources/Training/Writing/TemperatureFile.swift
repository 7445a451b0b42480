import ClinicalBERT
import ClinicalText
import FoundationEssentials

/// Writes a temperature to where a checkpoint's reader finds it: under `chartmark` in `config.json`, beside the windows.
package enum TemperatureFile {
    /// Changes nothing else in the file.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be read or written; the old one is then as it was.
    package static func write(
        _ temperature: Float, checkpoint folder: String, windows: ModelConfiguration.Windows,
        file: AtomicFile = AtomicFile()
    ) throws(BadInput) {
        let path = "\(folder)/config.json"
        guard case .object(var members) = try JSONValue.parse(try NoteReader.bytes(of: path), file: path) else {
            throw BadInput(SourceLocation(path), "is not a JSON object")
        }
        var own = members["chartmark"]?.objectValue ?? [:]
        own["window"] = own["window"] ?? .integer(Int64(windows.window))
        own["stride"] = own["stride"] ?? .integer(Int64(windows.stride))
        own["temperature"] = .number(Double((temperature * digits).rounded()) / Double(digits))
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
