import ClinicalText

extension Tokenizer {
    /// The id of the mask: what the tokenizer makes of the mask's text, which checkpoints write in one of two ways; `nil` if
    /// it has none.
    public var maskID: Int32? {
        for mask in ["[MASK]", "<mask>"] {
            let encoding = encode(NoteText(mask))
            let content = encoding.special.indices.filter { !encoding.special[$0] }
            if content.count == 1, Int(encoding.ids[content[0]]) != unknownID { return encoding.ids[content[0]] }
        }
        return nil
    }
}
