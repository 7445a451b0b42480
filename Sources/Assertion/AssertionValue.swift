/// What a note says about a finding it names.
///
/// The values of the 2010 i2b2/VA challenge (Uzuner et al., J Am Med Inform Assoc 2011;18:552) and the time of ConText
/// (Harkema et al. 2009): one value a span, as annotators give it. The raw values are those of `schema.json`.
public enum AssertionValue: String, Hashable, Sendable, CaseIterable, Codable {
    /// The patient has it: what is meant where nothing says otherwise.
    case present
    /// The patient does not have it.
    case absent
    /// The patient may have it.
    case possible
    /// The patient may come to have it.
    case hypothetical
    /// The patient has it under some circumstance only.
    case conditional
    /// Another member of the family has it.
    case family
    /// The patient had it before.
    case historical

    /// Of several values that hold, the one that is proposed comes first.
    ///
    /// `absent` stands before `family`, unlike in i2b2: of "no family history of diabetes" a reader of the labels must not
    /// learn that the family has it. `absent` stands before `conditional` for "no chest pain on exertion", and after
    /// `hypothetical` for "call if no better".
    static let precedence: [AssertionValue] = [
        .hypothetical, .absent, .family, .possible, .conditional, .historical, .present,
    ]
}
