import Assertion
import ClinicalText
import Testing

@Suite("Cue engine") struct CueEngineTests {
    @Test(
        "a cue gives its value to what is in its scope",
        arguments: [
            ("Denies ⟦chest pain⟧.", "absent by “Denies” over “chest pain.”"),
            ("No fever, ⟦chills⟧ or sweats today", "absent by “No” over “fever, chills or sweats today”"),
            ("She doesn’t have ⟦asthma⟧", "absent by “doesn’t have” over “asthma”"),
            ("⟦Pneumothorax⟧ was ruled out.", "absent by “was ruled out” over “Pneumothorax”"),
            ("Her ⟦nausea⟧ and vomiting resolved.", "absent by “resolved” over “Her nausea and vomiting”"),
            ("Allergies: none. ⟦Rash⟧ on arm", "present"),
            ("⟦Allergies⟧: none.", "absent by “: none” over “Allergies”"),
            ("Possible ⟦pneumonia⟧ at the base", "possible by “Possible” over “pneumonia at the base”"),
            ("⟦Fracture⟧ cannot be excluded", "possible by “cannot be excluded” over “Fracture”"),
            ("CT to r/o ⟦PE⟧", "possible by “r/o” over “PE”"),
            ("Return if ⟦fever⟧ occurs", "hypothetical by “Return if” over “fever occurs”"),
            ("Morphine prn ⟦pain⟧", "hypothetical by “prn” over “pain”"),
            ("⟦Dyspnoea⟧ on exertion", "conditional by “on exertion” over “Dyspnoea”"),
            ("Penicillin causes a ⟦rash⟧", "conditional by “causes” over “a rash”"),
            ("h/o ⟦gout⟧, now well", "historical by “h/o” over “gout,”"),
            ("⟦Stroke⟧ ten years ago", "historical by “years ago” over “Stroke ten”"),
            ("Mother had ⟦breast cancer⟧", "family by “Mother” over “had breast cancer”"),
            ("⟦Diabetes⟧ runs in the family", "family by “runs in the family” over “Diabetes”"),
            ("Severe ⟦headache⟧ since morning", "present"),
        ])
    func values(marked: String, words: String) { #expect(Marked(marked).words == words) }

    @Test(
        "a scope ends at a terminator, at another cue of its question, at a header and at the sentence's end",
        arguments: [
            "No fever but ⟦cough⟧", "No fever. ⟦Cough⟧ since Monday", "No rash, although ⟦itching⟧ persists",
            "denies fever and has a ⟦cough⟧", "no oedema; ⟦murmur⟧ heard", "No fever\n\n⟦Cough⟧",
            "No fever\nCHEST: ⟦wheeze⟧", "Lungs clear, no wheeze Abdomen: ⟦tender⟧",
            "History of gout, now with ⟦cellulitis⟧", "no source of ⟦bleeding⟧",
            "The slides (not shown) show ⟦lymphoma⟧",
        ])
    func ends(marked: String) { #expect(Marked(marked).words == "present") }

    @Test("of two cues of one question the nearer counts")
    func nearest() {
        #expect(Marked("No effusion, possible ⟦consolidation⟧").proposal.value == .possible)
        #expect(Marked("Possible consolidation, no ⟦effusion⟧").proposal.value == .absent)
    }

    @Test("absent stands before family and conditional, hypothetical before absent")
    func precedence() {
        #expect(Marked("No family history of ⟦diabetes⟧").proposal.value == .absent)
        #expect(Marked("Denies ⟦chest pain⟧ on exertion").proposal.value == .absent)
        #expect(Marked("Call if no ⟦bowel movement⟧").proposal.value == .hypothetical)
        #expect(Marked("No history of ⟦stroke⟧").proposal.value == .absent)
        #expect(Marked("No prior ⟦fracture⟧").proposal.value == .absent)
        #expect(Marked("We could not exclude ⟦PE⟧").proposal.value == .possible)
    }

    @Test(
        "what only looks like a cue is none",
        arguments: [
            "No change in ⟦lung nodule⟧", "No increase in ⟦effusion⟧ seen", "Gram negative ⟦sepsis⟧",
            "History of present illness: ⟦chest pain⟧", "Not only ⟦fever⟧ was there", "Mother reports ⟦vomiting⟧",
            "Lives with his mother, has ⟦asthma⟧", "68 year old man with ⟦sepsis⟧", "⟦Cough⟧ for the past week",
        ])
    func pseudo(marked: String) { #expect(Marked(marked).words == "present") }

    @Test("what a relative denies the patient does not have")
    func relatives() {
        #expect(Marked("Mother denies ⟦fever⟧").proposal.value == .absent)
        #expect(Marked("Brought by her father with ⟦fever⟧").proposal.value == .present)
    }

    @Test("the finding's own words are no cue")
    func ownWords() {
        #expect(Marked("⟦No focal deficits⟧").words == "present")
        #expect(Marked("Has ⟦dyspnoea on exertion⟧").words == "present")
        #expect(Marked("No ⟦acute distress⟧").proposal.value == .absent)
    }

    @Test("the header that a line stands under counts until the next header")
    func headers() {
        let family = "FAMILY HISTORY\nMI at 50\n⟦Diabetes⟧\n"
        #expect(Marked(family).words == "family by “FAMILY HISTORY” over “Diabetes”")
        #expect(Marked("PMH: HTN\n⟦gout⟧").proposal.value == .historical)
        #expect(Marked("Past medical history:\n- ⟦asthma⟧").proposal.value == .historical)
        #expect(Marked("PMH: HTN\nMEDICATIONS:\nfor ⟦gout⟧").proposal.value == .present)
        #expect(Marked("Family history:\nno ⟦cancer⟧").proposal.value == .absent)
    }

    @Test("a line that is wrapped within a sentence does not end a scope")
    func wrapped() {
        #expect(Marked("No evidence of\nDVT or ⟦PE⟧").proposal.value == .absent)
        #expect(Marked("denies fever,\n⟦Raynaud's⟧").proposal.value == .absent)
    }

    @Test("offsets are code points in every script")
    func offsets() {
        let marked = Marked("👩‍⚕️ é́ 腹痛 ok. Denies ⟦chest pain⟧ 😀")
        #expect(marked.proposal.value == .absent)
        #expect(marked.proposal.cue.map { marked.text[$0] } == "Denies")
        #expect(Marked("否认⟦腹痛⟧。").words == "present")
        #expect(Marked("ينفي ⟦ألم⟧ الصدر").words == "present")
    }

    @Test("no span and no text stop it: outside, empty, backwards, huge, hostile")
    func hostile() {
        let text = NoteText("No pain.")
        for span in [TextSpan(0, 0), TextSpan(5, 2), TextSpan(-3, 4), TextSpan(4, 99), TextSpan(Int.max, Int.min)] {
            #expect(CueEngine.english.proposal(for: span, in: text) == .present)
        }
        let long = NoteText("no " + String(repeating: "no : ; ’ \u{301} \u{200D} 😀\r\n", count: 4000))
        for start in stride(from: 0, to: long.scalarCount - 1, by: 997) {
            for span in [TextSpan(start, start + 1), TextSpan(start, long.scalarCount)] {
                let proposal = CueEngine.english.proposal(for: span, in: long)
                if let cue = proposal.cue { #expect(long.holds(cue)) }
                if let scope = proposal.scope { #expect(long.holds(scope)) }
            }
        }
    }
}
