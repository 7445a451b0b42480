import ClinicalText

/// What the processor calls itself.
enum ProcessorName {
    /// The model's name, family and number as `/proc/cpuinfo` has them; "unknown processor" where there are none.
    static var current: String {
        guard let bytes = try? NoteReader.bytes(of: "/proc/cpuinfo") else { return "unknown processor" }
        var fields: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let words = parts.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            fields[words[0]] = fields[words[0]] ?? words[1]
        }
        guard let name = fields["model name"] else { return "unknown processor" }
        guard let family = fields["cpu family"], let model = fields["model"] else { return name }
        return "\(name), family \(family), model \(model)"
    }
}
