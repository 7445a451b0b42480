import Annotation
import ClinicalText
import Interchange
import Journal
import LabelQuality
import Storage

/// The readings of a project, or of a file in any format, to be counted or looked over.
enum LabelReadings {
    /// Whether a path is a project's folder.
    static func isProject(_ path: String) -> Bool {
        PrivateFile.isFolder(path)
            && (PrivateFile.isFolder(Project(folder: path).journalsFolder)
                || PrivateFile.exists(Project(folder: path).settingsFile))
    }

    /// All readings of a project or file.
    ///
    /// - Parameters:
    ///   - path: a project's folder, or a file or folder in any format.
    ///   - format: the file's; `nil` to find it from the content.
    ///   - onlyFinal: whether an adjudicator's finished record takes the place of the annotators'.
    /// - Throws: ``BadInput`` for what cannot be read.
    static func read(_ path: String, as format: Format?, onlyFinal: Bool) throws(BadInput) -> [LabelReading] {
        isProject(path) ? try of(Project(folder: path), onlyFinal: onlyFinal) : try ofFile(path, as: format)
    }

    /// All readings of a project, with the day of the last decision on each.
    static func of(_ project: Project, onlyFinal: Bool) throws(BadInput) -> [LabelReading] {
        let state = try ProjectState(of: project)
        let schema = try project.schema() ?? LabelSchema(spans: [])
        let adjudicators = onlyFinal ? try project.settings()?.adjudicators ?? [] : []
        var days: [String: [String: String]] = [:]
        for annotator in state.annotators {
            for line in annotator.contents.lines {
                // The date of `2026-11-22T02:08:46.120Z`.
                days[annotator.annotator, default: [:]][line.note] = String(line.at.prefix(10))
            }
        }
        var readings: [LabelReading] = []
        try LabelsFile.forEachRecord(
            state, notes: try project.notes(), schema: schema, adjudicators: adjudicators
        ) { readings.append(LabelReading($0, day: days[$0.annotator]?[$0.id])) }
        return readings
    }

    private static func ofFile(_ path: String, as format: Format?) throws(BadInput) -> [LabelReading] {
        let (reader, source) = try RecordSource.open(path, as: format, FormatOptions())
        var records = reader
        var report = LossReport()
        var progress = ReadingProgress("reading", of: source)
        var readings: [LabelReading] = []
        while let record = try records.next(&report) {
            readings.append(LabelReading(record.labelRecord))
            progress.show()
        }
        progress.finish()
        guard !readings.isEmpty else { throw BadInput(SourceLocation(path), "holds no record") }
        return readings
    }
}
