/// Where in the outside world something stands: a file, and a line or a byte of it.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The path as the user gave it, or `standard input`.
    public var file: String
    /// Counted from 1.
    public var line: Int?
    /// Counted from 0.
    public var byte: Int?

    /// Names a place.
    public init(_ file: String, line: Int? = nil, byte: Int? = nil) {
        self.file = file
        self.line = line
        self.byte = byte
    }

    /// `file:line`, `file, byte n`, or the file alone; without what a terminal would obey in a file's name.
    public var description: String {
        let file = file.harmlessLine
        if let line { return "\(file):\(line)" }
        if let byte { return "\(file), byte \(byte)" }
        return file
    }
}

/// Input from outside that cannot be used: what is wrong, where, and what to do about it.
public struct BadInput: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it stands.
    public let location: SourceLocation
    /// What is wrong and what to do, without the location.
    public let reason: String

    /// Says what is wrong with the input at `location`.
    public init(_ location: SourceLocation, _ reason: String) {
        self.location = location
        self.reason = reason
    }

    /// `location: reason`, on one line and without what a terminal would obey, whatever the input has in its names.
    public var description: String { "\(location): \(reason.harmlessLine)" }
}
