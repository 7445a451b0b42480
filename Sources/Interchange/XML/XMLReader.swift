import CExpat
import ClinicalText

/// Reads XML with expat, an element of interest at a time.
///
/// expat loads nothing from elsewhere unless it is told to, and it is not. A document that declares entities of its own is
/// refused before one is expanded ("billion laughs"); the others (`&lt;` and its kin, character references) are XML's.
final class XMLReader {
    /// Deeper nesting is refused: no format goes past ten.
    private static let deepest = 256

    private let source: ByteSource
    private let names: Set<String>
    private let parser: XML_Parser?
    private var open: [XMLElement] = []
    private var finished: [XMLElement] = []
    /// The elements that stand around those of interest, without them: what a file says of itself.
    private(set) var outside: [(name: String, text: String)] = []
    private var path: [String] = []
    private var outerText = ""
    private var failure: String?
    private var isAtEnd = false

    /// - Parameters:
    ///   - source: the bytes.
    ///   - names: the elements that are wanted, whole; the document's own name for all of it.
    init(_ source: ByteSource, elements names: Set<String>) {
        self.source = source
        self.names = names
        parser = XML_ParserCreate(nil)
        guard let parser else { return }
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let reader = XMLReader.from(context), let name else { return }
                var pairs: [(name: String, value: String)] = []
                var index = 0
                while let attributes, let key = attributes[index], let value = attributes[index + 1] {
                    pairs.append((String(cString: key), String(cString: value)))
                    index += 2
                }
                reader.start(String(cString: name), pairs)
            },
            { context, _ in XMLReader.from(context)?.end() })
        XML_SetCharacterDataHandler(parser) { context, text, count in
            guard let reader = XMLReader.from(context), let text else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            reader.characters(String(decoding: bytes, as: UTF8.self))
        }
        XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in
            XMLReader.from(context)?.refuse("it declares entities of its own, which no format here needs; remove them")
        }
    }

    deinit { if let parser { XML_ParserFree(parser) } }

    private static func from(_ context: UnsafeMutableRawPointer?) -> XMLReader? {
        context.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The line that was read to.
    var location: SourceLocation {
        SourceLocation(source.name, line: parser.map { Int(XML_GetCurrentLineNumber($0)) })
    }

    /// The next element of interest; `nil` at the end.
    ///
    /// - Throws: ``BadInput`` with `file:line` for what is not well-formed.
    func next() throws(BadInput) -> XMLElement? {
        guard let parser else { throw BadInput(SourceLocation(source.name), "expat cannot be started") }
        while finished.isEmpty {
            if isAtEnd { return nil }
            let bytes = try source.next()
            isAtEnd = bytes == nil
            let data = bytes ?? []
            let status = data.withUnsafeBytes { buffer in
                XML_Parse(
                    parser, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count), isAtEnd ? 1 : 0)
            }
            if let failure { throw BadInput(location, failure) }
            guard status == XML_STATUS_OK else {
                let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "not XML"
                throw BadInput(location, "not well-formed XML: \(reason)")
            }
        }
        return finished.removeFirst()
    }

    private func refuse(_ reason: String) {
        if failure == nil { failure = reason }
        if let parser { XML_StopParser(parser, 0) }
    }

    private func start(_ name: String, _ attributes: [(name: String, value: String)]) {
        guard path.count < Self.deepest else { return refuse("nested deeper than \(Self.deepest) levels") }
        path.append(name)
        outerText = ""
        if !open.isEmpty || names.contains(name) {
            open.append(XMLElement(name: name, attributes: attributes, line: location.line ?? 0))
        }
    }

    private func end() {
        guard let name = path.popLast() else { return }
        guard let element = open.popLast() else {
            outside.append((name, outerText))
            outerText = ""
            return
        }
        if open.isEmpty {
            finished.append(element)
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    private func characters(_ text: String) {
        if open.isEmpty { outerText += text } else { open[open.count - 1].text += text }
    }
}

/// An element with all that is in it.
struct XMLElement {
    let name: String
    let attributes: [(name: String, value: String)]
    let line: Int
    var children: [XMLElement] = []
    /// Its own text, without its children's.
    var text = ""

    init(name: String, attributes: [(name: String, value: String)], line: Int) {
        self.name = name
        self.attributes = attributes
        self.line = line
    }

    /// The value of an attribute.
    subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

    /// The children of a name.
    func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first child of a name.
    func text(of child: String) -> String? { children.first { $0.name == child }?.text }

    /// The name without its prefix.
    var localName: Substring { name.split(separator: ":", maxSplits: 1).last ?? "" }
}
