/// Where special tokens go around one text or two (tokenizers' `TemplateProcessing`).
struct Template: Sendable, Hashable {
    enum Item: Sendable, Hashable {
        case special(ids: [Int32], type: Int32)
        /// The first text (`second` false) or the second.
        case text(second: Bool, type: Int32)
    }

    var single: [Item]
    var pair: [Item]

    /// The texts alone, which is what a checkpoint without `post_processor` wants.
    static let bare = Template(
        single: [.text(second: false, type: 0)], pair: [.text(second: false, type: 0), .text(second: true, type: 1)])

    /// BERT's own: `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`.
    static func bert(classification: Int32, separator: Int32) -> Template {
        let start: [Item] = [
            .special(ids: [classification], type: 0), .text(second: false, type: 0),
            .special(ids: [separator], type: 0),
        ]
        return Template(
            single: start, pair: start + [.text(second: true, type: 1), .special(ids: [separator], type: 1)])
    }

    /// RoBERTa's own: `<s> A </s>` and `<s> A </s></s> B </s>`, all of type 0.
    static func roberta(classification: Int32, separator: Int32) -> Template {
        let start: [Item] = [
            .special(ids: [classification], type: 0), .text(second: false, type: 0),
            .special(ids: [separator], type: 0),
        ]
        return Template(
            single: start,
            pair: start + [
                .special(ids: [separator], type: 0), .text(second: true, type: 0),
                .special(ids: [separator], type: 0),
            ])
    }

    /// How many tokens are put around the texts.
    static func specialCount(_ items: [Item]) -> Int {
        items.reduce(0) { count, item in
            if case .special(let ids, _) = item { return count + ids.count }
            return count
        }
    }
}
