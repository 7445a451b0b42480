import ClinicalText
import FoundationEssentials
import Storage

extension Project {
    /// What a project's folder ends in.
    static let suffix = ".chartmark"

    /// Finds the project of some notes: the one given, else `<notes>.chartmark` beside them.
    ///
    /// - Parameters:
    ///   - notes: the paths of notes as given, at least one.
    ///   - folder: `--project`, if it was given.
    /// - Throws: ``BadInput`` for standard input, or for several paths without a project.
    public static func locate(notes: [String], folder: String?) throws(BadInput) -> Project {
        guard !notes.contains(NoteReader.standardInput) else {
            throw BadInput(
                SourceLocation("-"), "decisions on standard input cannot be found again; save the notes to a file first"
            )
        }
        if let folder { return Project(folder: folder) }
        guard let only = notes.first, notes.count == 1 else {
            throw BadInput(
                SourceLocation(notes.joined(separator: " ")),
                "several notes have no project of their own; give --project DIR")
        }
        var name = only
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        // `.` and `..` have no name to put the suffix behind.
        if name == "." || name == ".." || name.hasSuffix("/.") || name.hasSuffix("/..") { name = absolute(name) }
        for ending in [".jsonl", ".txt"] where name.hasSuffix(ending) && !PrivateFile.isFolder(name) {
            name.removeLast(ending.count)
            break
        }
        return Project(folder: name + suffix)
    }

    /// The form in which `project.json` keeps the path of notes: relative to the folder that the project stands in, so that
    /// both can move together, or absolute if the notes are elsewhere.
    public func stored(_ notes: String) -> String {
        let path = Self.absolute(notes)
        let home = FilePath.parent(of: Self.absolute(folder))
        let prefix = home.hasSuffix("/") ? home : home + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// Adds paths of notes to `project.json`, making it where it is missing.
    ///
    /// - Throws: ``BadInput`` if the file is not what it should be or cannot be written, or if a note has the name of one
    ///   that the project already has.
    public func remember(notes: [String], createdBy: String) throws(BadInput) {
        try changeSettings(createdBy: createdBy) { (new) throws(BadInput) in
            let old = new.notes
            // Notes that were moved together with their project are there under their new name only.
            new.notes.removeAll { !PrivateFile.exists(found($0)) }
            for path in notes.map(stored) where !new.notes.contains(path) { new.notes.append(path) }
            // Two folders with notes of one name could not be told apart in the journals.
            if new.notes != old, new.notes.count > 1 { _ = try NoteReader.read(new.notes.map(found)) }
        }
    }

    /// Where a path of `project.json` leads.
    private func found(_ stored: String) -> String {
        let home = FilePath.parent(of: Self.absolute(folder))
        return stored.hasPrefix("/") ? stored : home.hasSuffix("/") ? home + stored : "\(home)/\(stored)"
    }

    /// Where the project's notes are: as `project.json` says, else beside the project under its name.
    ///
    /// - Throws: ``BadInput`` if neither is there.
    public func notePaths() throws(BadInput) -> [String] {
        if let notes = try settings()?.notes, !notes.isEmpty {
            return notes.map(found)
        }
        if folder.hasSuffix(Self.suffix) {
            let name = String(folder.dropLast(Self.suffix.count))
            for path in [name, name + ".jsonl", name + ".txt"] where PrivateFile.exists(path) { return [path] }
        }
        throw BadInput(
            SourceLocation(settingsFile), "the project does not say where its notes are; open it once with review")
    }

    /// Reads the project's notes.
    ///
    /// - Throws: ``BadInput`` as ``NoteReader/read(_:)`` does.
    public func notes() throws(BadInput) -> [Note] { try NoteReader.read(try notePaths()) }

    /// The path from the root, without links where it is there.
    private static func absolute(_ path: String) -> String {
        let url = URL(filePath: path, relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/"))
        let full = url.absoluteURL.standardizedFileURL.resolvingSymlinksInPath().path
        return full.count > 1 && full.hasSuffix("/") ? String(full.dropLast()) : full
    }
}
