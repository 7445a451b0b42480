import ClinicalText
import FoundationEssentials

/// `config.json`, whose entries are read by name, with a default where there is one.
///
/// An entry that is `null` counts as absent, as it does for the reference.
struct ConfigurationFile: Sendable {
    let path: String
    private let json: OrderedJSON

    /// Sizes past this are refused: no encoder comes near it, and products of two of them stay far from overflow.
    static let largestSize = 1 << 24

    /// Reads the file of a checkpoint's folder; that of its base for an adapter without one.
    ///
    /// - Parameter base: of an adapter, the checkpoint it changes; `nil` for the one it names.
    init(checkpoint folder: String, base: String? = nil) throws(BadInput) {
        let own = "\(folder)/config.json"
        let adapter = FileManager.default.fileExists(atPath: own) ? nil : try AdapterFolder(folder, base: base)
        path = adapter.map { "\($0.base)/config.json" } ?? own
        let json = try OrderedJSON.parse(python: try NoteReader.bytes(of: path), file: path)
        self.json = adapter?.configuration(of: json) ?? json
    }

    /// An error in this file.
    func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(path), reason) }

    subscript(name: String) -> OrderedJSON? {
        if case .null? = json[name] { return nil }
        return json[name]
    }

    /// A count, at least `least`.
    func size(_ name: String, default standard: Int? = nil, least: Int = 1) throws(BadInput) -> Int {
        guard let entry = self[name] else {
            if let standard { return standard }
            throw bad("'\(name)' must be a number from \(least) to \(Self.largestSize); it is missing")
        }
        guard let value = entry.int, (least...Self.largestSize).contains(value) else {
            throw bad("'\(name)' must be a number from \(least) to \(Self.largestSize)")
        }
        return value
    }

    /// A number above 0.
    ///
    /// - Parameter allowsZero: whether 0 is one, too.
    func number(_ name: String, default standard: Double, allowsZero: Bool = false) throws(BadInput) -> Double {
        guard let entry = self[name] else { return standard }
        guard let value = Self.double(entry), value > 0 || allowsZero && value == 0, value.isFinite else {
            throw bad("'\(name)' must be a number \(allowsZero ? "of at least" : "above") 0")
        }
        return value
    }

    /// `true` or `false`.
    func flag(_ name: String, default standard: Bool) throws(BadInput) -> Bool {
        guard let entry = self[name] else { return standard }
        guard let value = entry.bool else { throw bad("'\(name)' must be true or false") }
        return value
    }

    /// The function of this name.
    func activation(_ name: String, default standard: String = "gelu") throws(BadInput) -> Activation {
        let function = self[name] == nil ? standard : self[name]?.string ?? ""
        guard let activation = Activation(name: function) else {
            throw bad(
                "the activation '\(function)' of '\(name)' is not supported; supported: "
                    + Activation.names.joined(separator: ", "))
        }
        return activation
    }

    /// The value of a number.
    static func double(_ json: OrderedJSON) -> Double? {
        if case .number(let digits) = json { return Double(digits) }
        return nil
    }
}
