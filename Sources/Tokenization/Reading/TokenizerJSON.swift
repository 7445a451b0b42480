import ClinicalText

/// Reads `tokenizer.json`, the fast tokenizers' own file.
///
/// Its `truncation` and `padding` are a caller's affair and ignored.
enum TokenizerJSON {
    static func read(_ file: String, _ configuration: TokenizerConfiguration) throws(BadInput) -> Tokenizer {
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        func unsupported(_ part: String, _ found: OrderedJSON?, _ supported: String) -> BadInput {
            BadInput(
                SourceLocation(file),
                "\(part) of type '\(found?["type"]?.string ?? "none")' is not supported; supported: \(supported)")
        }
        guard let model = json["model"], model["type"]?.string ?? "WordPiece" == "WordPiece", model["vocab"] != nil
        else {
            throw unsupported("model", json["model"], "WordPiece")
        }
        guard let normalizer = json["normalizer"], normalizer["type"]?.string == "BertNormalizer" else {
            throw unsupported("normalizer", json["normalizer"], "BertNormalizer")
        }
        guard json["pre_tokenizer"]?["type"]?.string == "BertPreTokenizer" else {
            throw unsupported("pre_tokenizer", json["pre_tokenizer"], "BertPreTokenizer")
        }
        var added: [AddedToken] = []
        for token in json["added_tokens"]?.elements ?? [] {
            added.append(try AddedToken(token, id: nil, file: file))
        }
        return Tokenizer(
            normalizer: BertNormalizer(
                cleanText: normalizer["clean_text"]?.bool ?? true,
                handleChineseChars: normalizer["handle_chinese_chars"]?.bool ?? true,
                stripAccents: normalizer["strip_accents"]?.bool, lowercase: normalizer["lowercase"]?.bool ?? true),
            wordPiece: try wordPiece(model, file: file),
            template: try template(json["post_processor"], file: file) { unsupported("post_processor", $0, $1) },
            addedTokens: added, maximumLength: configuration.maximumLength)
    }

    private static func wordPiece(_ model: OrderedJSON, file: String) throws(BadInput) -> WordPiece {
        var pieces: [(bytes: [UInt8], id: Int)] = []
        for (piece, id) in model["vocab"]?.members ?? [] {
            guard let id = id.int, id >= 0, id <= Vocabulary.largestID else {
                throw BadInput(SourceLocation(file), "the piece '\(piece)' has no id from 0 to \(Vocabulary.largestID)")
            }
            pieces.append((Array(piece.utf8), id))
        }
        let vocabulary = Vocabulary(pieces)
        let unknown = model["unk_token"]?.string ?? "[UNK]"
        guard let unknownID = vocabulary.id(of: unknown) else {
            throw BadInput(SourceLocation(file), "the vocabulary has no '\(unknown)', the piece for unknown words")
        }
        return WordPiece(
            vocabulary: vocabulary, unknownID: Int32(unknownID),
            continuingPrefix: Array((model["continuing_subword_prefix"]?.string ?? "##").utf8),
            longestWord: model["max_input_chars_per_word"]?.int ?? 100)
    }

    private static func template(
        _ json: OrderedJSON?, file: String, unsupported: (OrderedJSON?, String) -> BadInput
    ) throws(BadInput) -> Template {
        switch json?["type"]?.string {
        case "TemplateProcessing":
            let special = json?["special_tokens"]
            return Template(
                single: try items(json?["single"], special, file: file),
                pair: try items(json?["pair"], special, file: file))
        case "BertProcessing":
            func id(_ name: String) throws(BadInput) -> Int32 {
                guard let id = json?[name]?.elements?.last?.int, let id = Int32(exactly: id) else {
                    throw BadInput(SourceLocation(file), "post_processor has no '\(name)' with an id")
                }
                return id
            }
            return .bert(classification: try id("cls"), separator: try id("sep"))
        default:
            throw unsupported(json, "TemplateProcessing, BertProcessing")
        }
    }

    private static func items(
        _ json: OrderedJSON?, _ special: OrderedJSON?, file: String
    ) throws(BadInput) -> [Template.Item] {
        var items: [Template.Item] = []
        for element in json?.elements ?? [] {
            if let token = element["SpecialToken"] {
                let ids = (token["id"]?.string).flatMap { special?[$0]?["ids"]?.elements }
                let numbers = ids?.compactMap { $0.int.flatMap(Int32.init(exactly:)) } ?? []
                guard !numbers.isEmpty, numbers.count == ids?.count else {
                    throw BadInput(SourceLocation(file), "post_processor names a special token that it gives no ids")
                }
                items.append(.special(ids: numbers, type: type(token)))
            } else if let sequence = element["Sequence"] {
                items.append(.text(second: sequence["id"]?.string == "B", type: type(sequence)))
            } else {
                throw BadInput(SourceLocation(file), "post_processor has an item that is neither token nor sequence")
            }
        }
        return items
    }

    private static func type(_ item: OrderedJSON) -> Int32 { item["type_id"]?.int.flatMap(Int32.init(exactly:)) ?? 0 }
}
