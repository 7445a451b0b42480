import ClinicalText
import Tokenization

/// A token of a text that the model's tables have no row for: transformers fails at it with an `IndexError`.
public struct UnreadableToken: Error, Sendable, Hashable, CustomStringConvertible {
    /// What there is no row for.
    public enum Index: Sendable, Hashable {
        /// A token's id, with the piece as the vocabulary writes it.
        case id(Int, piece: String)
        /// A token's type.
        case type(Int)
    }

    /// What there is no row for.
    public let index: Index
    /// Rows of the table.
    public let rows: Int

    /// Says what of which text cannot be read.
    public var description: String {
        switch index {
        case .id(let id, let piece):
            "the text needs the piece '\(piece.printable)' of id \(id), and the model's token table has \(rows) rows; "
                + "it cannot be read by this checkpoint"
        case .type(let type):
            "the text has tokens of type \(type), and the model's type table has \(rows) rows; it cannot be read by this "
                + "checkpoint"
        }
    }
}

extension ClinicalModel {
    /// Whether no text can need a row that the model's tables lack, as in every sound checkpoint.
    public var readsEveryToken: Bool {
        tokenizer.idCount <= configuration.vocabularySize && Self.fits(tokenizer.template(ofPair: true).types, self)
    }

    private static func fits(_ types: Set<Int>, _ model: ClinicalModel) -> Bool {
        let rows = model.configuration.typeVocabularySize
        return rows == 0 || !model.tokenizer.givesTypes || types.allSatisfy { $0 < rows }
    }

    /// Makes sure that the model's tables have a row for every token.
    ///
    /// ``logits(for:threads:isCancelled:onFinished:)`` and all that is made of it give nothing for a text without: ask before.
    ///
    /// - Throws: ``UnreadableToken``, the first one.
    public func check(_ encodings: [Encoding]) throws(UnreadableToken) {
        let rows = (ids: configuration.vocabularySize, types: configuration.typeVocabularySize)
        for encoding in encodings {
            for id in encoding.ids where id < 0 || Int(id) >= rows.ids {
                throw UnreadableToken(index: .id(Int(id), piece: tokenizer.piece(Int(id)) ?? ""), rows: rows.ids)
            }
            guard rows.types > 0, tokenizer.givesTypes else { continue }
            for type in encoding.types where type < 0 || Int(type) >= rows.types {
                throw UnreadableToken(index: .type(Int(type)), rows: rows.types)
            }
        }
    }

    /// Makes sure that a text can be read; costs nothing where every text can.
    ///
    /// - Parameters:
    ///   - pair: the second text, if there is one.
    ///   - maximum: tokens after which the text is cut off; without it, all of it must be readable.
    /// - Throws: ``UnreadableToken``, the first one.
    public func check(
        _ text: NoteText, pair: NoteText? = nil, truncatedTo maximum: Int? = nil
    ) throws(UnreadableToken) {
        guard !readsEveryToken else { return }
        if let pair {
            try check([tokenizer.encode(text, pair: pair, truncatedTo: maximum)])
        } else if let maximum {
            try check([tokenizer.encode(text, truncatedTo: maximum)])
        } else {
            try check([tokenizer.encode(text)])
        }
    }

    /// Refuses a tokenizer whose every text, or one of whose own added tokens, has no row in the model's tables.
    ///
    /// Pieces past the table may never be needed: transformers loads such a checkpoint, and so do we, with a warning.
    static func checkTables(
        _ tokenizer: Tokenizer, _ configuration: ModelConfiguration, _ folder: String
    ) throws(BadInput) {
        func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(folder), reason) }
        let rows = configuration.vocabularySize
        let isPair = configuration.task == .questionAnswering
        let template = tokenizer.template(ofPair: isPair)
        if let id = template.ids.first(where: { $0 >= rows }) {
            throw bad(
                "the tokenizer puts the special token '\(tokenizer.piece(id)?.printable ?? "")' of id \(id) around every text, "
                    + "and config.json's vocab_size is \(rows): they are not of one checkpoint")
        }
        if let token = tokenizer.tokensBeyondVocabulary.first(where: { $0.id >= rows && !$0.isNamed }) {
            throw bad(
                "the tokenizer adds the token '\(token.content.printable)' of id \(token.id), and config.json's vocab_size is "
                    + "\(rows): resize the model's token table (resize_token_embeddings), or remove the token")
        }
        let types = configuration.typeVocabularySize
        if types > 0, tokenizer.givesTypes, let type = template.types.max(), type >= types {
            throw bad(
                "the tokenizer gives tokens the type \(type), and config.json's type_vocab_size is \(types): they are not of "
                    + "one checkpoint")
        }
    }

    /// What a user should know of this checkpoint, a sentence each: pieces past the token table, and tensors that neither the
    /// model nor transformers has a use for.
    public var warnings: [String] {
        var warnings: [String] = []
        let (pieces, rows) = (tokenizer.vocabulary.count, configuration.vocabularySize)
        if pieces > rows {
            warnings.append(
                "\(folder): the tokenizer has \(pieces) pieces and config.json's vocab_size is \(rows): a text that needs one "
                    + "of the others is refused")
        }
        let unexpected = weights.unexpected
        if !unexpected.isEmpty {
            let some = unexpected.prefix(4).map(\.printable).joined(separator: ", ")
            warnings.append(
                "\(folder): nothing uses \(unexpected.count == 1 ? "the tensor" : "\(unexpected.count) tensors,") \(some)"
                    + (unexpected.count > 4 ? ", …" : ""))
        }
        return warnings
    }
}
