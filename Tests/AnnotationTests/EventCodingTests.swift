import Annotation
import ClinicalText
import FoundationEssentials
import Testing

@Suite("Events as JSON") struct EventCodingTests {
    static let pain = #"{"end":17,"label":"Sign_symptom","start":7,"text":"chest pain"}"#
    static let target = EventID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    static let id = #""target":"01ARZ3NDEKTSV4RRFFQ69G5FAV""#

    static let journalForms: [(Event, String)] = [
        (.created(content("chest pain")), #"{"created":{"span":\#(pain)}}"#),
        (.accepted(offer("chest pain")), #"{"accepted":{"model":"mini@1f0c","score":0.9,"span":\#(pain)}}"#),
        (.rejected(offer("chest pain")), #"{"rejected":{"model":"mini@1f0c","score":0.9,"span":\#(pain)}}"#),
        (
            .edited(target: target, from: content("chest"), to: content("chest pain")),
            #"{"edited":{"from":{"end":12,"label":"Sign_symptom","start":7,"text":"chest"},\#(id),"to":\#(pain)}}"#
        ),
        (.relabelled(target: target, from: "A", to: "B"), #"{"relabelled":{"from":"A",\#(id),"to":"B"}}"#),
        (.deleted(target: target), #"{"deleted":{\#(id)}}"#),
        (
            .attribute(target: target, name: "assertion", value: "absent"),
            #"{"attribute":{"name":"assertion",\#(id),"value":"absent"}}"#
        ),
        (.noteLabel(name: "quality", values: ["a", "b"]), #"{"noteLabel":{"name":"quality","values":["a","b"]}}"#),
        (.comment(target: target, text: "?"), #"{"comment":{\#(id),"text":"?"}}"#),
        (.comment(target: nil, text: "a/b\n"), #"{"comment":{"text":"a/b\n"}}"#),
        (.completed, #"{"completed":{}}"#), (.skipped, #"{"skipped":{}}"#), (.reopened, #"{"reopened":{}}"#),
        (.undone(target: target), #"{"undone":{\#(id)}}"#), (.redone(target: target), #"{"redone":{\#(id)}}"#),
    ]

    @Test("each event has the journal's form, and is read back", arguments: journalForms)
    func forms(event: Event, json: String) throws {
        #expect(try JSONValue.line(event) == json)
        #expect(try JSONDecoder().decode(Event.self, from: Data(json.utf8)) == event)
        let parsed = Event(try OrderedJSON.parse(json.utf8, file: "f"))
        switch event {
        // The journal's reader leaves the rare ones to `Codable`.
        case .noteLabel, .comment: #expect(parsed == nil)
        default: #expect(parsed == event)
        }
    }

    @Test("a discontinuous span keeps its parts")
    func fragments() throws {
        var span = content("chest pain")
        span.fragments = [TextSpan(7, 9), TextSpan(13, 17)]
        let json =
            #"{"created":{"span":{"end":17,"fragments":[[7,9],[13,17]],"label":"Sign_symptom","start":7,"text":"chest pain"}}}"#
        #expect(try JSONValue.line(Event.created(span)) == json)
        #expect(try JSONDecoder().decode(Event.self, from: Data(json.utf8)) == .created(span))
        #expect(Event(try OrderedJSON.parse(json.utf8, file: "f")) == nil, "left to Codable")
    }

    @Test(
        "an event of no kind, of two kinds, or without a member is refused",
        arguments: [
            #"{}"#, #"{"transmogrified":{}}"#, #"{"completed":{},"skipped":{}}"#, #"{"created":{}}"#,
            #"{"undone":{"target":7}}"#,
            #"{"accepted":{"span":{"start":0,"end":1,"text":"D","label":"A"},"model":"m"}}"#,
            #"{"created":{"span":{"start":0,"end":1,"text":"D","label":"A","fragments":[[1]]}}}"#, #""completed""#,
        ])
    func refused(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Event.self, from: Data(json.utf8)) }
        #expect((try? OrderedJSON.parse(json.utf8, file: "f")).flatMap { Event($0) } == nil)
    }
}

@Suite("Event ids") struct EventIDSourceTests {
    @Test("grow within a millisecond, and when the clock goes back")
    func monotonic() {
        var source = EventIDSource(seed: 7)
        let times: [UInt64] = [5, 5, 5, 6, 3, 3, 1_795_313_326_120, 0] + Array(repeating: 9, count: 1000)
        let ids = times.map { source.next(at: $0) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.value.utf8.count == 26 })
    }

    @Test("start with the time, in Crockford's base 32")
    func time() {
        var source = EventIDSource(seed: 1)
        // 1,469,918,176,385 ms is 01ARYZ6S41 in the specification's own example.
        #expect(source.next(at: 1_469_918_176_385).value.hasPrefix("01ARYZ6S41"))
    }

    @Test("two sessions of one moment do not meet")
    func seeds() {
        var one = EventIDSource(seed: 1)
        var two = EventIDSource(seed: 2)
        #expect(one.next(at: 1000) != two.next(at: 1000))
    }
}
