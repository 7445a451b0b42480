import Storage

/// What `labels.jsonl` was derived from, as `cache/labels.index`: so that a session that decided nothing can tell whether one
/// that was killed left the file behind the journals.
struct LabelsMark: Sendable {
    private let sources: [(path: String, file: FileFingerprint)]
    /// Whether anything stands in a journal.
    let hasDecisions: Bool

    /// Looks at the journals of a project, and at what else the labels depend on.
    init(of project: Project) {
        let journals = project.annotators.map(project.journalFile)
        let paths = journals + [project.settingsFile, project.schemaFile]
        // Without the project's own path: it may move.
        sources = paths.compactMap { path in
            FileFingerprint(of: path).map { (String(path.dropFirst(project.folder.count)), $0) }
        }
        hasDecisions = journals.contains { FileFingerprint(of: $0)?.size ?? 0 > 0 }
    }

    private static func path(in project: Project) -> String { IndexFile.path("labels", in: project) }

    /// Writes down that the labels are those of these journals.
    func keep(in project: Project) {
        guard PrivateFile.isFolder(project.cacheFolder), let labels = FileFingerprint(of: project.labelsFile) else {
            return
        }
        var writer = ByteWriter()
        labels.write(to: &writer)
        writer.add(sources.count)
        for (path, file) in sources {
            writer.add(path)
            file.write(to: &writer)
        }
        IndexFile.write(writer, to: Self.path(in: project))
    }

    /// Whether the labels that are there were derived from these journals.
    func isKept(in project: Project) -> Bool {
        let isSame = IndexFile.read(Self.path(in: project)) { reader -> Bool? in
            guard let labels = FileFingerprint(from: &reader), let count = reader.count() else { return nil }
            var isSame = labels == FileFingerprint(of: project.labelsFile) && count == sources.count
            for place in 0..<count {
                guard let path = reader.string(), let file = FileFingerprint(from: &reader) else { return nil }
                if isSame { isSame = sources[place].path == path && sources[place].file == file }
            }
            return isSame
        }
        return isSame ?? false
    }
}
