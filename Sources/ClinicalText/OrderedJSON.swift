/// A JSON document with its members in order, and duplicates kept.
///
/// For files whose form is not known beforehand, and for those where a dictionary would lose something: a vocabulary, whose
/// keys may be canonically equal strings that `String` takes for the same one, and a safetensors header, in which a name
/// given twice is an attack. Records of a known form are read with `JSONDecoder`, which says where in a record something is
/// missing; a journal, of which a session may read half a million lines, with this, which is ten times faster.
public enum OrderedJSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as it is written.
    case number(Substring)
    /// A string.
    case string(String)
    /// An array.
    case array([OrderedJSON])
    /// An object, in the order of the file.
    case object([(key: String, value: OrderedJSON)])

    /// The first member `key` of an object.
    public subscript(key: String) -> OrderedJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The members, if it is an object.
    public var members: [(key: String, value: OrderedJSON)]? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// The elements, if it is an array.
    public var elements: [OrderedJSON]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// The string, if it is one.
    public var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    /// The number, if it is one without fraction that fits.
    public var int: Int? {
        if case .number(let digits) = self { return Int(digits) }
        return nil
    }

    /// The number, if it is one.
    public var double: Double? {
        if case .number(let digits) = self { return Double(digits) }
        return nil
    }

    /// The truth value, if it is one.
    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// Parses a whole document.
    ///
    /// - Parameter unread: members of the outermost object that nobody wants: what they hold is checked, and `null` comes out.
    /// - Throws: ``BadInput`` with the byte at which `bytes` stop being JSON.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, file: String, unread: Set<String> = []
    ) throws(BadInput) -> OrderedJSON {
        var parser = OrderedJSONParser(bytes: bytes, file: file, unread: unread, isPython: false)
        return try parser.document()
    }

    /// Parses a whole document.
    ///
    /// - Parameter unread: members of the outermost object that nobody wants: what they hold is checked, and `null` comes out.
    /// - Throws: ``BadInput`` with the byte at which `bytes` stop being JSON.
    public static func parse(
        _ bytes: some Sequence<UInt8>, file: String, unread: Set<String> = []
    ) throws(BadInput) -> OrderedJSON {
        func parsed(_ buffer: UnsafeRawBufferPointer) -> Result<OrderedJSON, BadInput> {
            do throws(BadInput) { return .success(try parse(buffer, file: file, unread: unread)) } catch {
                return .failure(error)
            }
        }
        let inPlace = bytes.withContiguousStorageIfAvailable { parsed(UnsafeRawBufferPointer($0)) }
        return try (inPlace ?? Array(bytes).withUnsafeBytes(parsed)).get()
    }

    /// Parses a document that Python's `json` may have written: NaN, Infinity and -Infinity are numbers, too.
    ///
    /// - Throws: ``BadInput`` with the byte at which `bytes` stop being that.
    public static func parse(python bytes: [UInt8], file: String) throws(BadInput) -> OrderedJSON {
        func parsed(_ buffer: UnsafeRawBufferPointer) -> Result<OrderedJSON, BadInput> {
            do throws(BadInput) {
                var parser = OrderedJSONParser(bytes: buffer, file: file, unread: [], isPython: true)
                return .success(try parser.document())
            } catch { return .failure(error) }
        }
        return try bytes.withUnsafeBytes(parsed).get()
    }
}
