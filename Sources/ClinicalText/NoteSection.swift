/// A part of a note under a header of its own: "PMH: …", "FINDINGS", "Conduite à tenir :", "主诉：…".
///
/// Found by form, since hardly two hospitals use the same names; where the form says little (a few words and a colon before
/// more words), only headers that are in use are taken. What stands before the first header belongs to no section.
public struct NoteSection: Hashable, Sendable {
    /// The header's words, without its colon.
    public let header: TextSpan
    /// From the start of the header's line to the next section, or to the end of the note.
    public let span: TextSpan

    /// A header is a few words; more is a sentence.
    private static let mostWords = 6
    /// Longer beginnings of a line are not looked at: no header is as long.
    private static let longestHeader = 60
    /// Fewer capitals alone on a line are as likely an answer ("NAD").
    private static let fewestCapitals = 4
    /// A deeper indent is a list's or a table's.
    private static let deepestIndent = 3

    /// Divides `text` into its sections, in order.
    public static func sections(of text: NoteText) -> [NoteSection] {
        var headers: [(line: Int, header: TextSpan)] = []
        var line: [Unicode.Scalar] = []
        var start = 0
        var length = 0
        func close(_ end: Int) {
            if let found = header(of: line, isWhole: length <= line.count) {
                headers.append((start, TextSpan(start + found.lowerBound, start + found.upperBound)))
            }
            line.removeAll(keepingCapacity: true)
            start = end
            length = 0
        }
        text.forEachScalar { offset, scalar in
            guard scalar != "\n" else { return close(offset.value + 1) }
            length += 1
            if line.count < longestHeader { line.append(scalar) }
        }
        close(text.scalarCount)
        return headers.indices.map { index in
            let end = index + 1 < headers.count ? headers[index + 1].line : text.scalarCount
            return NoteSection(header: headers[index].header, span: TextSpan(headers[index].line, end))
        }
    }

    /// Where in a line its header stands, if it has one.
    ///
    /// - Parameter isWhole: whether `line` is all of it rather than its beginning.
    private static func header(of line: [Unicode.Scalar], isWhole: Bool) -> Range<Int>? {
        guard let first = line.firstIndex(where: { !$0.properties.isWhitespace }), first <= deepestIndent,
            line[first].properties.isAlphabetic || line[first] == "【"
        else { return nil }
        let colon = line.firstIndex { $0 == ":" || $0 == "：" || $0 == "】" }
        var end = colon ?? line.count
        while end > first, line[end - 1].properties.isWhitespace { end -= 1 }
        if line[first] == "【" { return first + 1 < end && colon != nil ? (first + 1)..<end : nil }
        let name = line[first..<end]
        guard !name.isEmpty, name.allSatisfy(isOfHeader) else { return nil }
        guard name.split(whereSeparator: { $0 == " " }).count <= mostWords else { return nil }
        let capitals = name.count { $0.properties.isUppercase }
        let isCapital = capitals > 0 && !name.contains { $0.properties.isLowercase }
        if isKnown(name), colon != nil || isWhole { return first..<end }
        guard let colon else { return isWhole && isCapital && capitals >= fewestCapitals ? first..<end : nil }
        let rest = line[(colon + 1)...].first { !$0.properties.isWhitespace }
        // Alone on its line, in whatever case; before words, in capitals. Before a number it is a measurement: "HR: 104".
        guard let rest else { return isWhole && line[first].properties.isUppercase ? first..<end : nil }
        return isCapital && capitals > 1 && rest.properties.isAlphabetic ? first..<end : nil
    }

    private static func isOfHeader(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || " /&-–'’().".unicodeScalars.contains(scalar)
    }

    private static func isKnown(_ name: ArraySlice<Unicode.Scalar>) -> Bool {
        var folded = ""
        folded.unicodeScalars.append(contentsOf: name)
        return known.contains(folded.lowercased())
    }

    /// Headers that are written in small letters before words of their section, folded.
    private static let known: Set<String> = [
        "allergies", "allergy", "assessment", "assessment and plan", "background", "chief complaint",
        "clinical history",
        "comparison", "conclusion", "diagnosis", "discharge diagnosis", "discharge medications", "disposition",
        "drug history", "examination", "family history", "findings", "follow-up", "history",
        "history of present illness",
        "history of presenting complaint", "hospital course", "hpi", "hx", "impression", "indication", "investigations",
        "laboratory data", "medications", "objective", "o/e", "on examination", "past medical history",
        "past surgical history", "physical exam", "physical examination", "plan", "presenting complaint", "procedure",
        "progress", "recommendations", "review of systems", "social history", "subjective", "summary", "technique",
        "treatment", "vital signs", "vitals", "us report",
        "antécédents", "conduite à tenir", "examen", "examen clinique", "histoire de la maladie", "motif",
        "traitement",
        "anamnese", "befund", "beurteilung", "diagnosen", "procedere", "therapie",
        "antecedentes", "diagnóstico", "enfermedad actual", "exploración física", "motivo de consulta", "tratamiento",
        "主诉", "现病史", "既往史", "个人史", "家族史", "婚育史", "月经史", "过敏史", "体格检查", "辅助检查", "诊断", "初步诊断",
        "入院诊断", "出院诊断", "诊疗经过", "诊疗计划", "处理", "医嘱", "出院医嘱",
    ]
}
