import ClinicalText
import FoundationEssentials
import Storage

/// The adapters that were trained on an annotator's decisions, in a project's `adapters` folder: a folder for each version,
/// and beside them `<annotator>.json` with those that were adopted, the one in use last.
public struct AdapterVersions: Sendable {
    /// An adapter that was adopted.
    public struct Version: Hashable, Sendable, Codable {
        /// Its folder's name.
        public var name: String
        /// The name of the model that it changes, with the digest of its weights.
        public var base: String
        /// The notes that it was trained on.
        public var notes: Int
        /// Whether it was trained on text in its case whatever the tokenizer's files say; written only where it was.
        private var cased: Bool?

        /// Whether it was trained on text in its case whatever the tokenizer's files say, and must be used so.
        public var isCased: Bool { cased ?? false }

        /// Names a version.
        public init(name: String, base: String, notes: Int, cased: Bool = false) {
            self.name = name
            self.base = base
            self.notes = notes
            self.cased = cased ? true : nil
        }
    }

    private struct Stored: Codable {
        var adopted: [Version]
    }

    private let project: Project
    private let annotator: String
    /// Those that were adopted and not taken back, the latest last.
    public private(set) var adopted: [Version] = []

    /// Reads which versions an annotator adopted.
    ///
    /// - Throws: ``BadInput`` naming the file if it is damaged.
    public init(of annotator: String, in project: Project) throws(BadInput) {
        self.project = project
        self.annotator = annotator
        guard PrivateFile.exists(file) else { return }
        adopted = try Project.decode(Stored.self, from: file).adopted.filter {
            !$0.name.contains("/") && !["", ".", ".."].contains($0.name)
        }
    }

    private var file: String { "\(project.adaptersFolder)/\(annotator).json" }

    /// The folder of a version.
    public func folder(of version: Version) -> String { "\(project.adaptersFolder)/\(version.name)" }

    /// The adapter in use for a model: the latest that was adopted, if it is one of that model and its folder is there.
    ///
    /// - Parameter base: the model's name with its digest.
    public func inUse(for base: String) -> Version? {
        guard let last = adopted.last, last.base == base, PrivateFile.isFolder(folder(of: last)) else { return nil }
        return last
    }

    /// Where an adapter is trained; it is no version until ``adopt(base:notes:cased:)``.
    public var draftFolder: String { "\(project.adaptersFolder)/\(annotator).draft" }

    /// Makes what was trained a version and uses it from now on.
    ///
    /// - Throws: ``BadInput`` if the project cannot be written.
    public mutating func adopt(base: String, notes: Int, cased: Bool = false) throws(BadInput) -> Version {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: project.adaptersFolder)) ?? []
        let numbers = names.compactMap { $0.hasPrefix("\(annotator)-") ? Int($0.dropFirst(annotator.count + 1)) : nil }
        let version = Version(
            name: "\(annotator)-\((numbers.filter { $0 < .max }.max() ?? 0) + 1)", base: base, notes: notes,
            cased: cased)
        do {
            try FileManager.default.moveItem(atPath: draftFolder, toPath: folder(of: version))
        } catch {
            throw project.cannotWrite(folder(of: version), error)
        }
        do {
            try keep(adopted + [version])
        } catch {
            // It can still be adopted once there is room.
            try? FileManager.default.moveItem(atPath: folder(of: version), toPath: draftFolder)
            throw error
        }
        return version
    }

    /// Goes back to the version before, or to the model without any; the version's folder stays.
    ///
    /// - Returns: the version that is no longer used; `nil` if there is none.
    /// - Throws: ``BadInput`` if the project cannot be written.
    public mutating func takeBack() throws(BadInput) -> Version? {
        guard let last = adopted.last else { return nil }
        try keep(adopted.dropLast())
        return last
    }

    private mutating func keep(_ versions: [Version]) throws(BadInput) {
        do {
            let line = try JSONValue.line(Stored(adopted: versions)) + "\n"
            try PrivateFile.replace(file, with: Array(line.utf8), mode: project.fileMode, followsLink: false)
        } catch {
            throw project.cannotWrite(file, error)
        }
        adopted = versions
    }

    /// Makes the folder where it is missing, and clears what an interrupted training left in it.
    ///
    /// - Throws: ``BadInput`` if it cannot be made.
    public func prepareDraft() throws(BadInput) {
        let mode = project.isShared ? PrivateFile.groupFolderMode : PrivateFile.folderMode
        var made = MadeFolders()
        do { try made.make(project.adaptersFolder, mode: mode, followsLink: false) } catch {
            throw project.cannotWrite(project.adaptersFolder, error)
        }
        removeDraft()
    }

    /// Takes away what was trained and not adopted.
    public func removeDraft() { try? FileManager.default.removeItem(atPath: draftFolder) }
}
