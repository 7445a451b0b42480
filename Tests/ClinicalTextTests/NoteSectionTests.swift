import ClinicalText
import Testing

@Suite("Sections of a note")
struct NoteSectionTests {
    private func sections(_ string: String) -> [String] {
        let text = NoteText(string)
        return NoteSection.sections(of: text).map { text[$0.header] }
    }

    @Test(
        "headers are found by their form",
        arguments: [
            ("FINDINGS\nNormal.", "FINDINGS"), ("HISTORY OF PRESENT ILLNESS:\nFever.", "HISTORY OF PRESENT ILLNESS"),
            ("PMH: asthma, eczema", "PMH"), ("Past medical history:\n- asthma", "Past medical history"),
            ("Allergies: penicillin", "Allergies"), ("Conduite à tenir :\n– arrêt", "Conduite à tenir"),
            ("Antécédents : hypothyroïdie", "Antécédents"), ("O/E: looks unwell", "O/E"), ("主诉：反复上腹部隐痛", "主诉"),
            ("【现病史】患者3月前", "现病史"), ("  Plan: home", "Plan"), ("IMPRESSION\r\nPE.", "IMPRESSION"),
            ("Impression", "Impression"),
        ])
    func headers(text: String, header: String) { #expect(sections(text) == [header]) }

    @Test(
        "sentences, measurements, lists and answers are none",
        arguments: [
            "HR: 104", "BP: 132/78", "Chest: enlarged nodes.", "Hi doc: my tummy hurts", "1. Aspirin", "NAD",
            "Denies chest pain.", "姓名：测某某    性别：男", "         DOSE: one tablet", "1930  Handover rec'd", "", " \n\t\n",
            "A  patent, no stridor: good", "Mrs Smith was seen on the ward today by the team: all well", ":", "：", "【",
            "】x",
        ])
    func none(text: String) { #expect(sections(text).isEmpty) }

    @Test("a section goes on to the next header, and the note's offsets stay exact")
    func extents() {
        let text = NoteText("Zoë 👩\u{200D}👧\n\nPMH: asthma\nand eczema\nPLAN\r\nHome.\n")
        let found = NoteSection.sections(of: text)
        #expect(found.map { text[$0.span] } == ["PMH: asthma\nand eczema\n", "PLAN\r\nHome.\n"])
        #expect(found.map { text[$0.header] } == ["PMH", "PLAN"])
        #expect(found.map(\.span.start.value) == [9, 32])
    }

    @Test("a line is not taken for a header because it is cut off where one would end")
    func long() {
        let words = String(repeating: "ABCDEF ", count: 30)
        #expect(sections(words).isEmpty)
        #expect(sections(String(repeating: "A", count: 61) + " word").isEmpty)
    }
}
