import ClinicalText
import FoundationEssentials

/// A folder with one invented note of a given length, and room for its project; removed with the value.
final class BenchNote {
    let folder: String
    var project: String { "\(folder)/project" }
    var note: String { "\(folder)/bench.txt" }

    private static let sentences = [
        "Patient presents with 3 days of productive cough, fever to 38.6 and right-sided chest pain.",
        "Denies haemoptysis, orthopnoea or leg swelling.\n",
        "PMH: type 2 diabetes, hypertension, laparoscopic cholecystectomy in 2014.",
        "Takes metformin 500 mg twice daily and lisinopril 10 mg every morning.\n",
        "On examination BP 132/78, HR 96, RR 20, SpO2 94% on room air; coarse crackles at the right base.\n",
        "Chest X-ray shows right lower lobe consolidation without effusion. CRP 148, WBC 15.2.\n\n",
        "Impression: community-acquired pneumonia. Started on amoxicillin 1 g three times a day for 5 days.\n",
    ]

    /// Writes a note of about `characters` characters.
    ///
    /// - Throws: whatever the file system says.
    init(characters: Int) throws {
        folder =
            FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/chartmark-bench-"
            + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = ""
        var index = 0
        while text.utf8.count < characters {
            text += Self.sentences[index % Self.sentences.count] + " "
            index += 1
        }
        try Data(text.utf8).write(to: URL(filePath: note))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The arguments that review it with this program, each time as if for the first time.
    func reviewArguments(model: String?) throws -> [String] {
        try? FileManager.default.removeItem(atPath: project)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let named = model.map { ["--model", $0] } ?? []
        return [program, "review", "--annotator", "bench", "--project", project] + named + [note]
    }
}
