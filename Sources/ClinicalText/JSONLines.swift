import FoundationEssentials

/// One object a line: how notes, journals, labels and gold files are stored.
public enum JSONLines {
    /// Decodes each line that is not blank.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    ///   - type: what a line holds.
    /// - Returns: the values with their line numbers, counted from 1.
    /// - Throws: ``BadInput`` with `file:line` at the first line that is not one.
    public static func decode<Value: Decodable>(
        _ bytes: [UInt8], file: String, as type: Value.Type
    ) throws(BadInput) -> [(line: Int, value: Value)] {
        let decoder = JSONDecoder()
        var values: [(line: Int, value: Value)] = []
        for (number, line) in lines(of: bytes) {
            do {
                values.append((number, try decoder.decode(Value.self, from: Data(line))))
            } catch {
                throw BadInput(SourceLocation(file, line: number), reason(for: error))
            }
        }
        return values
    }

    /// Parses each line that is not blank, whatever it holds.
    ///
    /// - Returns: the values with their line numbers, counted from 1.
    /// - Throws: ``BadInput`` with `file:line` at the first line that is not JSON.
    public static func values(_ bytes: [UInt8], file: String) throws(BadInput) -> [(line: Int, value: JSONValue)] {
        var values: [(line: Int, value: JSONValue)] = []
        for (number, line) in lines(of: bytes) {
            values.append((number, try value(line, at: SourceLocation(file, line: number))))
        }
        return values
    }

    /// Parses a line, whatever it holds.
    ///
    /// - Throws: ``BadInput`` if it is not JSON.
    static func value(_ line: ArraySlice<UInt8>, at location: SourceLocation) throws(BadInput) -> JSONValue {
        do {
            return try JSONValue.parse(line, file: location.file)
        } catch {
            let place = error.location.byte.map { " (byte \($0) of the line)" } ?? ""
            throw BadInput(location, "not valid JSON: \(error.reason)\(place)")
        }
    }

    private static func lines(of bytes: [UInt8]) -> [(number: Int, bytes: ArraySlice<UInt8>)] {
        // A byte-order mark before the first record belongs to none of them (RFC 8259, section 8.1).
        bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
            .map { ($0.offset + 1, $0.element) }
    }

    /// What a person needs of a `DecodingError`: the path and the reason, without type names.
    public static func reason(for error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func path(_ context: DecodingError.Context) -> String {
            let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return keys.isEmpty ? "" : " in '\(keys.joined(separator: "."))'"
        }
        switch error {
        case .keyNotFound(let key, let context): return "field '\(key.stringValue)' is missing\(path(context))"
        case .typeMismatch(_, let context): return "wrong kind of value\(path(context)): \(context.debugDescription)"
        case .valueNotFound(_, let context): return "null where a value is needed\(path(context))"
        case .dataCorrupted(let context):
            return
                "not valid JSON\(path(context)): \(context.underlyingError.map { "\($0)" } ?? context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}
