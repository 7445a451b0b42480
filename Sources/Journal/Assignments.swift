import ClinicalText
import Storage

/// Who is to read which notes: the `assignments.json` of a project.
public struct Assignments: Hashable, Sendable, Codable {
    /// The ids of the notes of each annotator.
    public var notes: [String: [String]]
    /// What the order was drawn by.
    public var seed: UInt64
    /// The share of the notes that two annotators read.
    public var twice: Double

    /// Makes assignments.
    public init(notes: [String: [String]], seed: UInt64, twice: Double) {
        self.notes = notes
        self.seed = seed
        self.twice = twice
    }
}

extension Project {
    /// Who reads which notes, or `nil` if everyone reads all.
    ///
    /// - Throws: ``BadInput`` naming the file if it is not what it should be.
    public func assignments() throws(BadInput) -> Assignments? {
        guard PrivateFile.exists(assignmentsFile) else { return nil }
        return try Self.decode(Assignments.self, from: assignmentsFile)
    }

    /// Writes `assignments.json`.
    ///
    /// - Throws: ``BadInput`` if it cannot be written.
    public func save(_ assignments: Assignments) throws(BadInput) {
        do {
            let line = try JSONValue.line(assignments) + "\n"
            try PrivateFile.replace(assignmentsFile, with: Array(line.utf8), mode: fileMode)
        } catch {
            throw cannotWrite(assignmentsFile, error)
        }
    }
}
