import ClinicalBERT
import ClinicalText

extension Note {
    /// Says which note a model cannot read, and where it stands.
    func bad(_ token: UnreadableToken) -> BadInput {
        BadInput(location ?? SourceLocation("note '\(id)'"), token.description)
    }
}
