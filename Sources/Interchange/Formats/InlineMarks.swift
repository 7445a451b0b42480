import Annotation
import ClinicalText
import FoundationEssentials

/// Notes with their labels written into them, a text file each: how a corpus is written by hand.
///
///     note_type: emergency
///     ---
///     ⟦@history:HPC⟧: ⟦A:54⟧⟦X:M⟧ with ⟦S:chest pain⟧, no ⟦S.a:fever⟧. ⟦M#1:aspirin⟧ ⟦O>1:300 mg⟧
///
/// Above `---` stand labels of the note, if any. A mark has a label, or its key in the `schema.json` beside the files; after
/// `.` a value, or its key, of the first attribute that the label takes; after `#` a number that names the span and after
/// `>` the numbers of those that it belongs to; a colon; the words. `⟦@…⟧` is the heading of a section: `meta.sections` says
/// where those are. Marks may stand in one another.
///
/// Only read.
enum InlineMarks {
    /// Begins a mark.
    static let open: Unicode.Scalar = "⟦"
    /// Ends it.
    static let close: Unicode.Scalar = "⟧"
    /// The files of a folder.
    static let ending = ".txt"
    /// What keys stand for, in the folder.
    static let schemaFile = "schema.json"

    struct Reader: DocumentReader {
        var documents: Documents
        private let schema: LabelSchema?

        init(_ input: Input) throws(BadInput) {
            documents = try Documents(input, ending: InlineMarks.ending)
            guard input.isFolder, let bytes = try input.bytes(InlineMarks.schemaFile) else {
                schema = nil
                return
            }
            guard let schema = try? JSONDecoder().decode(LabelSchema.self, from: Data(bytes)) else {
                throw BadInput(SourceLocation(input.location(InlineMarks.schemaFile)), "is no schema")
            }
            self.schema = schema
        }

        func record(
            of source: ByteSource, id: String, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            let bytes = try source.rest()
            let text: NoteText
            do {
                text = try NoteText(bytes: bytes)
            } catch {
                throw BadInput(SourceLocation(source.name, byte: error.offset.value), error.description)
            }
            return (try MarkedNote(text.string, source.name).record(id: id, schema), [])
        }
    }
}
