import Annotation
import ClinicalText
import FoundationEssentials
import Glibc

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
    func indexFile(of annotator: String) -> String { "\(cacheFolder)/journal-\(annotator).index" }

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
        let schema = try decode(LabelSchema.self, from: file)
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

    /// Writes `project.json`.
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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try PrivateFile.replace(schemaFile, with: Array(try encoder.encode(schema)) + [0x0A], mode: fileMode)
        } catch {
            throw cannotWrite(schemaFile, error)
        }
    }

    /// Makes what is missing of the folder, `journals` and `cache`; an old folder is closed to others.
    ///
    /// - Parameter group: whether a new project is shared with the group of the folder it stands in.
    /// - Throws: ``BadInput`` naming `--project` if the folder cannot be made or written.
    public func create(group: Bool = false) throws(BadInput) {
        let isShared = PrivateFile.isFolder(folder) ? isShared : group
        let mode = isShared ? PrivateFile.groupFolderMode : PrivateFile.folderMode
        do {
            try PrivateFile.makeFolder(folder, mode: mode)
            if !isShared { PrivateFile.close(folder) }
            try PrivateFile.checkWritable(folder)
            try PrivateFile.makeFolder(journalsFolder, mode: mode)
            try PrivateFile.makeFolder(cacheFolder, mode: mode)
            try PrivateFile.checkWritable(journalsFolder)
        } catch {
            throw cannotWrite(folder, error)
        }
    }

    func cannotWrite(_ path: String, _ error: any Error) -> BadInput {
        BadInput(SourceLocation(path), "cannot be written (\(error)); choose another folder with --project DIR")
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from file: String) throws(BadInput) -> Value {
        let bytes = try NoteReader.bytes(of: file)
        // For the byte at which it stops being JSON, which the decoder does not tell.
        _ = try OrderedJSON.parse(bytes, file: file)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw BadInput(SourceLocation(file), JSONLines.reason(for: error))
        }
    }
}
