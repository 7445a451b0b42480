import Annotation
import ClinicalText
import FoundationEssentials
import Interchange
import Testing

@Suite("Round trips") struct RoundTripTests {
    /// What each format that is read and written can say.
    private static let capabilities: [(format: Format, capability: Capability)] = [
        (.labels, .all), (.prodigy, .all), (.bioc, .all), (.biocXML, .all), (.xmi, .all),
        (.brat, [.overlap, .parts, .attributes, .text]), (.labelStudio, [.overlap, .attributes, .labels, .text]),
        (.webanno, [.overlap, .attributes, .text]), (.doccano, [.overlap, .labels, .text]),
        (.spacy, [.overlap, .labels, .text]), (.huggingFace, [.labels, .text]), (.conll, []),
    ]
    /// Enough to meet every pair of an odd word and an odd space.
    private static let rounds: UInt64 = 40

    private func back(_ records: [Record], through format: Format) throws -> [Record] {
        var report = LossReport()
        let files = try format.files(records, report: &report)
        let notes = records.map { Note(id: $0.id, text: $0.text) }
        return try read(format, files, notes: format == .conll ? notes : []).records
    }

    private func essences(_ records: [Record], _ capability: Capability) -> [Essence] {
        records.map {
            Essence($0, attributes: capability.contains(.attributes), labels: capability.contains(.labels))
        }.sorted { $0.id < $1.id }
    }

    @Test(
        "each format brings generated notes back: places, labels, attributes, labels of the note",
        arguments: capabilities)
    func one(format: Format, capability: Capability) throws {
        for seed in 0..<Self.rounds {
            var generator = NoteGenerator(seed: seed)
            let records = (0..<5).map { generator.record($0, capability) }
            #expect(
                essences(try back(records, through: format), capability) == essences(records, capability),
                "seed \(seed)")
        }
    }

    @Test("i2b2 brings generated notes back: labels, words and assertions, over a text with a space between tokens")
    func i2b2() throws {
        func essence(_ record: Record) -> [String] {
            record.spans.map { span in
                let words = span.content.text.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }
                let assertion = span.attributes["assertion"].map { " \($0)" } ?? ""
                return "\(span.content.label) \(String(String.UnicodeScalarView(words)))\(assertion)"
            }.sorted()
        }
        for seed in 0..<Self.rounds {
            var generator = NoteGenerator(seed: seed)
            let records = (0..<5).map { generator.record($0, [.overlap, .attributes]) }
            let back = try back(records, through: .i2b2).sorted { $0.id < $1.id }
            #expect(back.map(\.id) == records.map(\.id), "seed \(seed)")
            for (one, other) in zip(back, records) { #expect(essence(one) == essence(other), "seed \(seed)") }
        }
    }

    @Test("any two formats after each other bring back what both can say", arguments: capabilities)
    func two(first: Format, capability: Capability) throws {
        for (index, other) in Self.capabilities.enumerated() {
            let shared = capability.intersection(other.capability)
            var generator = NoteGenerator(seed: 1000 + UInt64(index))
            let records = (0..<8).map { generator.record($0, shared) }
            let through = try back(try back(records, through: first), through: other.format)
            #expect(essences(through, shared) == essences(records, shared), "\(first) then \(other.format)")
        }
    }

    @Test(
        "relations between two spans come back",
        arguments: [
            Format.labels, .prodigy, .doccano, .labelStudio, .brat, .bioc, .biocXML, .webanno, .xmi,
        ])
    func relations(format: Format) throws {
        var record = marked("On ⟦aspirin|Treatment⟧ for ⟦chest pain|Problem⟧.")
        record.spans[0].id = "T1"
        record.spans[1].id = "T2"
        record.relations = [
            .init(
                id: "R1", label: "TrAP",
                arguments: [.init(role: "Arg1", target: "T1"), .init(role: "Arg2", target: "T2")])
        ]
        let back = try #require(try back([record], through: format).first)
        let relation = try #require(back.relations.first)
        #expect(relation.label == "TrAP")
        let words = relation.arguments.map { argument in
            back.spans.first { $0.id == argument.target }?.content.text
        }
        #expect(words == ["aspirin", "chest pain"])
    }

    @Test("the labels of a project bring back what the reviewer never saw, and drop what hangs on spans that are gone")
    func carried() throws {
        let ann =
            "T1\tDrug 0 7\taspirin\nT2\tProblem 8 12\tpain\nT3\tProblem 13 17\trash\nR1\tTrAP Arg1:T1 Arg2:T2\t\nE1\tSign:T3 \n"
        let files = ["n.txt": Array("aspirin pain rash".utf8), "n.ann": Array(ann.utf8)]
        let record = try #require(try read(.brat, files).records.first)
        var label = record.labelRecord
        #expect(label.meta["carried"] != nil)
        var report = LossReport()
        #expect(try write(.brat, [Record(label, report: &report)]).files["n.ann"] == ann)
        label.spans.remove(at: 1)
        let less = try write(.brat, [Record(label, report: &report)]).files["n.ann"]
        #expect(less == "T1\tDrug 0 7\taspirin\nT3\tProblem 13 17\trash\nE1\tSign:T3 \n")
        #expect(report[.brokenRelation] == 1)
    }

    @Test("every line of every .ann of MACCROBAT leaves as it came", .enabled(if: MaccrobatFolder.path != nil))
    func maccrobat() throws {
        for part in ["train", "dev"] {
            let folder = "\(MaccrobatFolder.path ?? "")/\(part)"
            var report = LossReport()
            let records = try Format.brat.records(try Input(path: folder), report: &report)
            // Once through the form in which a project keeps them.
            let kept = records.map { Record($0.labelRecord, report: &report) }
            let written = try Format.brat.files(kept, report: &report)
            #expect(records.count > 0)
            for record in records {
                let original = Array(try Data(contentsOf: URL(filePath: "\(folder)/\(record.id).ann")))
                #expect(written["\(record.id).ann"] == original, "\(record.id)")
            }
        }
    }
}

/// MACCROBAT's brat folders, beside the package where the project's corpora are.
enum MaccrobatFolder {
    static let path: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = package.deletingLastPathComponent().appending(path: "shared/data/maccrobat/brat").path
        if FileManager.default.fileExists(atPath: folder) { return folder }
        print("round trips: MACCROBAT is not tested, for there is no \(folder)")
        return nil
    }()
}
