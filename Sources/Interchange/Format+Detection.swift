import ClinicalText

extension Format {
    /// What is looked at to tell formats apart: a first record is longer only in a file that is no notes.
    private static let headLength = 1 << 20

    /// The format of a file or folder, by its content.
    ///
    /// - Throws: ``BadInput`` saying what was looked for where it is none of those that are read.
    public static func detect(_ input: Input) throws(BadInput) -> Format {
        input.isFolder ? try ofFolder(input) : try ofFile(input)
    }

    private static func ofFolder(_ input: Input) throws(BadInput) -> Format {
        if !(try input.files(".ann").isEmpty) { return .brat }
        if !(try input.files(".con").isEmpty) { return .i2b2 }
        if !(try input.files(".xmi").isEmpty) { return .xmi }
        if let first = try input.files(".tsv").first,
            String(decoding: try input.bytes(first)?.prefix(40) ?? [], as: UTF8.self).hasPrefix("#FORMAT=WebAnno")
        {
            return .webanno
        }
        if try input.files(LabelStudio.tasksFile).contains(LabelStudio.tasksFile) { return .labelStudio }
        if try input.files(HuggingFace.dataFile).contains(HuggingFace.dataFile) { return .huggingFace }
        if !(try input.files(".xml").isEmpty) { return .medtator }
        if let first = try input.files(InlineMarks.ending).first,
            String(decoding: try input.open(first)?.next() ?? [], as: UTF8.self).unicodeScalars.contains(
                InlineMarks.open)
        {
            return .inline
        }
        throw BadInput(
            SourceLocation(input.name),
            """
            is no project, and no folder of a format that is read:
              brat: there is no .ann file
              i2b2: there is no .con file
              xmi: there is no .xmi file
              webanno: there is no .tsv file that begins with \(WebAnno.format)
              label-studio: there is no \(LabelStudio.tasksFile)
              hf: there is no \(HuggingFace.dataFile)
              medtator: there is no .xml file
              inline: the first .txt file has no ⟦
            name it with --format if it is one all the same
            """)
    }

    private static func ofFile(_ input: Input) throws(BadInput) -> Format {
        var head: [UInt8] = []
        let source = try input.open()
        while head.count < headLength, let more = try source.next() { head += more }
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { head.removeFirst(3) }
        let text = String(decoding: head, as: UTF8.self)
        let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
        func failure(_ reasons: [String]) -> BadInput {
            BadInput(
                SourceLocation(input.name),
                "the file is in none of the formats that are read:\n  " + reasons.joined(separator: "\n  ")
                    + "\nname it with --format if it is one all the same")
        }
        if text.hasPrefix("#FORMAT=WebAnno TSV") { return .webanno }
        switch first {
        case "<":
            if text.contains("<xmi:XMI") { return .xmi }
            if text.contains("<collection") { return .biocXML }
            if text.contains("<TEXT>") || text.contains("<TAGS>") { return .medtator }
            throw failure([
                "xmi: there is no <xmi:XMI>", "bioc-xml: there is no <collection>", "medtator: there is no <TEXT>",
            ])
        case "{", "[":
            if text.contains(#""passages""#), text.contains(#""documents""#) { return .bioc }
            if text.contains(#""projects""#), text.contains(#""documents""#) { return .medcat }
            var elements = JSONElements(try input.open())
            guard let record = try elements.next() else { throw failure(["the JSON holds no record"]) }
            if let format = ofRecord(record) { return format }
            throw failure([
                "label-studio: the first record has no 'data'", "spacy: it has no 'ents'",
                "hf: it has no 'tokens' with tags", "doccano: it has no list 'label' and no 'entities'",
                "prodigy, labels: it has no string 'text'", "bioc: the file has no 'documents' with 'passages'",
                "medcat: the file has no 'projects' with 'documents'",
            ])
        default:
            let lines = text.split(separator: "\n", maxSplits: 50).prefix(50)
            let tagged = lines.first { line in
                let columns = line.split { $0 == "\t" || $0 == " " || $0 == "\r" }
                guard columns.count > 1, let tag = columns.last else { return false }
                return tag == "O" || tag.dropFirst().hasPrefix("-")
            }
            if tagged != nil { return .conll }
            if text.unicodeScalars.contains(InlineMarks.open) { return .inline }
            throw failure([
                "conll: no line has a token and a tag (O, B-…)", "webanno: it does not begin with \(WebAnno.format)",
                "inline: there is no ⟦",
                "JSON: it does not begin with { or [", "XML: it does not begin with <",
            ])
        }
    }

    /// By the members of a record.
    private static func ofRecord(_ record: OrderedJSON) -> Format? {
        if let pair = record.elements { return pair.first?.string == nil ? nil : .spacy }
        if record["data"]?.members != nil { return .labelStudio }
        if record["ents"]?.elements != nil { return .spacy }
        let list = (record["label"] ?? record["labels"])?.elements
        if list?.first?["labels"] != nil { return .labelStudio }
        if record["tokens"]?.elements?.first?.string != nil { return .huggingFace }
        guard record["text"]?.string != nil else { return nil }
        if record["_input_hash"] != nil || record["_task_hash"] != nil || record["options"] != nil
            || record["tokens"]?.elements != nil || record["_view_id"] != nil
        {
            return .prodigy
        }
        if record["entities"]?.elements != nil || list != nil { return .doccano }
        if record["label"]?.string != nil, record["answer"] != nil || record["meta"] != nil { return .prodigy }
        if record["label"] != nil
            || record.members?.contains(where: { $0.key.hasPrefix(HuggingFace.labelPrefix) }) == true
        {
            return .huggingFace
        }
        return .labels
    }
}
