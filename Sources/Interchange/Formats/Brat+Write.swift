import Annotation
import ClinicalText

extension Brat {
    struct Writer: RecordWriter {
        private var names = BratNames()

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .noteLabel, .field, .provenance, .meta])
            let path = try NotePath.path(of: record.id)
            try output.append(record.text.utf8, to: path + ".txt")
            var sheet = BratSheet(record, names)
            let lines = sheet.lines(&report)
            names = sheet.names
            try output.append(Array(lines.map { $0 + "\n" }.joined().utf8), to: path + ".ann")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(Array(names.configuration.utf8), to: "annotation.conf")
        }
    }
}

/// The names of labels, attributes and values in brat's spelling, and the configuration that declares them.
struct BratNames {
    var entities: Set<String> = []
    var attributes: [String: Set<String>] = [:]
    var relations: [String: Set<String>] = [:]
    var events: [String: Set<String>] = [:]
    /// Names that had to be spelled otherwise.
    var renamed: Set<String> = []

    /// The name with everything but letters, digits, `-` and `_` replaced.
    static func spelled(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isSafe = isSafe(scalar)
            result.unicodeScalars.append(isSafe ? scalar : "_")
        }
        return result.isEmpty ? "_" : result
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: scalar.value >= 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }
    }

    var configuration: String {
        var lines = ["[entities]"] + entities.sorted() + ["", "[relations]"]
        func arguments(_ names: [String: Set<String>]) -> [String] {
            names.sorted { $0.key < $1.key }.map { name, roles in
                let arguments = roles.sorted().map { "\($0):<ANY>" }.joined(separator: ", ")
                return arguments.isEmpty ? name : "\(name)\t\(arguments)"
            }
        }
        lines += arguments(relations) + ["", "[events]"] + arguments(events) + ["", "[attributes]"]
        for (name, values) in attributes.sorted(by: { $0.key < $1.key }) {
            let values = values.isEmpty ? "" : ", Value:\(values.sorted().joined(separator: "|"))"
            lines.append("\(name)\tArg:<ANY>\(values)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
