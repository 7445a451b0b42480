import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Storage

/// The folder in which the decisions on some notes are kept.
public struct Project: Hashable, Sendable {
    /// The folder, without a slash at its end.
    public let folder: String

    /// Names a project; nothing is read or made.
    public init(folder: String) {
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.folder = folder
    }

    /// `project.json`.
    public var settingsFile: String { folder + "/project.json" }
    /// `schema.json`.
    public var schemaFile: String { folder + "/schema.json" }
    /// `guidelines.md`.
    public var guidelinesFile: String { folder + "/guidelines.md" }
    /// `keys.toml`.
    public var keysFile: String { folder + "/keys.toml" }
    /// The folder of the journals.
    public var journalsFolder: String { folder + "/journals" }
    /// `labels.jsonl`.
    public var labelsFile: String { folder + "/labels.jsonl" }
    /// `assignments.json`.
    public var assignmentsFile: String { folder + "/assignments.json" }
    /// `dismissed.jsonl`.
    public var dismissedFile: String { folder + "/dismissed.jsonl" }
    /// What was trained on the annotators' decisions.
    var adaptersFolder: String { folder + "/adapters" }
    /// What may be deleted at any time.
    public var cacheFolder: String { folder + "/cache" }

    /// The index of an annotator's journal.
    func indexFile(of annotator: String) -> String { IndexFile.path("journal-\(annotator)", in: self) }

    /// Whether the project is shared with a group: new files, journals too, can then be read and written by it.
    public var isShared: Bool { PrivateFile.isGroupFolder(folder) }

    /// The permissions of the project's files: the owner's, or also the group's.
    public var fileMode: mode_t { isShared ? PrivateFile.groupFileMode : PrivateFile.fileMode }

    /// The journal of an annotator, whether it is there or not.
    public func journalFile(of annotator: String) -> String { "\(journalsFolder)/\(annotator).jsonl" }

    /// Whose journals there are, in alphabetical order.
    public var annotators: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: journalsFolder)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.filter(AnnotatorName.isValid)
            .sorted()
    }

    /// The label schema, or `nil` if the project has none.
    ///
    /// - Throws: ``BadInput`` naming the file and everything that is wrong with it.
    public func schema() throws(BadInput) -> LabelSchema? {
        guard PrivateFile.exists(schemaFile) else { return nil }
        return try Self.schema(at: schemaFile)
    }

    /// Reads a label schema from any file.
    ///
    /// - Throws: ``BadInput`` naming the file and everything that is wrong with it.
    public static func schema(at file: String) throws(BadInput) -> LabelSchema {
        let schema = try decode(LabelSchema.self, from: file, isOwn: false)
        let problems = schema.problems
        guard problems.isEmpty else { throw BadInput(SourceLocation(file), problems.joined(separator: "; ")) }
        return schema
    }

    /// The annotation guidelines, or `nil` if the project has none.
    ///
    /// - Throws: ``BadInput`` if they cannot be read.
    public func guidelines() throws(BadInput) -> String? {
        guard PrivateFile.exists(guidelinesFile) else { return nil }
        return String(decoding: try NoteReader.bytes(of: guidelinesFile), as: UTF8.self)
    }

    /// `project.json`, or `nil` if there is none.
    ///
    /// - Throws: ``BadInput`` naming the file if it is not what it should be.
    public func settings() throws(BadInput) -> ProjectSettings? {
        guard PrivateFile.exists(settingsFile) else { return nil }
        return try Self.decode(ProjectSettings.self, from: settingsFile)
    }

    /// Changes `project.json`, making it where it is missing: what is there is read, changed and written under a lock, so that
    /// of two sessions neither undoes what the other said.
    ///
    /// - Parameters:
    ///   - createdBy: the program, for a new file.
    ///   - change: what is to be different.
    /// - Throws: ``BadInput`` if the file is not what it should be or cannot be written, and what `change` throws.
    public func changeSettings(
        createdBy: String, _ change: (inout ProjectSettings) throws(BadInput) -> Void
    ) throws(BadInput) {
        try FileLock.with(settingsFile + ".lock", mode: fileMode) { error in
            cannotWrite(settingsFile, error)
        } _: { () throws(BadInput) in
            let old = try settings()
            var new = old ?? ProjectSettings(notes: [], createdBy: createdBy)
            try change(&new)
            guard new != old else { return }
            try save(new)
        }
    }

    /// Writes `project.json`, whatever is there; ``changeSettings(createdBy:_:)`` changes what is there.
    ///
    /// - Throws: ``BadInput`` if it cannot be written.
    public func save(_ settings: ProjectSettings) throws(BadInput) {
        do {
            let line = try JSONValue.line(settings) + "\n"
            try PrivateFile.replace(settingsFile, with: Array(line.utf8), mode: fileMode)
        } catch {
            throw cannotWrite(settingsFile, error)
        }
    }

    /// Writes `schema.json`, in a form that a person can edit.
    ///
    /// - Throws: ``BadInput`` if it cannot be written.
    public func save(schema: LabelSchema) throws(BadInput) {
        do {
            try PrivateFile.replace(schemaFile, with: try Self.bytes(of: schema), mode: fileMode)
        } catch {
            throw cannotWrite(schemaFile, error)
        }
    }

    /// Writes `schema.json` for a project that has none.
    ///
    /// - Throws: ``BadInput`` if it cannot be written, or another session has written a different one meanwhile.
    public func saveFirst(schema: LabelSchema) throws(BadInput) {
        do {
            var draft = try PrivateDraft(schemaFile, mode: fileMode)
            try draft.append(try Self.bytes(of: schema))
            try draft.commit(replaces: false)
        } catch let error as SystemError where error.code == EEXIST {
            guard try self.schema() == schema else {
                throw BadInput(
                    SourceLocation(schemaFile), "was written by another session at this moment; start again to use it")
            }
        } catch {
            throw cannotWrite(schemaFile, error)
        }
    }

    private static func bytes(of schema: LabelSchema) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(schema)) + [0x0A]
    }

    /// Makes what is missing of the folder, `journals` and `cache`; a project's own old folder is closed to others.
    ///
    /// A folder that was there and is not a project keeps its permissions: it may be others', too. What is made in it is
    /// closed to them.
    ///
    /// - Parameter group: whether a new project is shared with the group of the folder it stands in.
    /// - Returns: what was made, to be taken away again where nothing comes of it.
    /// - Throws: ``BadInput`` naming `--project` if the folder cannot be made or written; nothing new is left then.
    @discardableResult
    public func create(group: Bool = false) throws(BadInput) -> NewFolders {
        let isShared = PrivateFile.isFolder(folder) ? isShared : group
        let mode = isShared ? PrivateFile.groupFolderMode : PrivateFile.folderMode
        var made = MadeFolders()
        do {
            try made.make(folder, mode: mode)
            if !isShared { closeToOthers() }
            try PrivateFile.checkWritable(folder)
            try made.make(journalsFolder, mode: mode, followsLink: false)
            try made.make(cacheFolder, mode: mode, followsLink: false)
            try PrivateFile.checkWritable(journalsFolder)
        } catch {
            made.removeEmpty()
            throw cannotWrite(folder, error)
        }
        return NewFolders(made, isFound: !made.contains(folder), in: self)
    }

    /// Takes the rights to the folder from everybody but its owner, where it is the user's own and a project already.
    ///
    /// A project has a project's files or name. Any other folder may be others', too.
    private func closeToOthers() {
        let isProject =
            folder.hasSuffix(Self.suffix) || [settingsFile, schemaFile].contains(where: PrivateFile.exists)
        var status = stat()
        guard isProject, stat(folder, &status) == 0, status.st_uid == geteuid(), status.st_mode & S_ISVTX == 0 else {
            return
        }
        chmod(folder, PrivateFile.folderMode)
    }

    func cannotWrite(_ path: String, _ error: any Error) -> BadInput {
        BadInput(SourceLocation(path), "cannot be written (\(error)); choose another folder with --project DIR")
    }

    /// Decodes a file.
    ///
    /// - Parameter isOwn: whether only the program writes it: then no link is followed. Who shares a schema between projects
    ///   may have put a link to it.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from file: String, isOwn: Bool = true
    ) throws(BadInput) -> Value {
        let bytes = try isOwn ? ProjectFile.bytes(of: file, followsLink: true) : NoteReader.bytes(of: file)
        // For the byte at which it stops being JSON, which the decoder does not tell.
        _ = try OrderedJSON.parse(bytes, file: file)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw BadInput(SourceLocation(file), JSONLines.reason(for: error))
        }
    }
}
