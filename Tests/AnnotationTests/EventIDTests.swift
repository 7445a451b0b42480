import Annotation
import Testing

@Suite("Event ids") struct EventIDTests {
    @Test("grow within a session, whatever its clock does")
    func order() {
        var source = EventIDSource(seed: 1)
        let ids = [5, 5, 7, 6, 0, 8].map { source.next(at: $0).value }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 26 })
    }

    @Test("of two sessions differ, before 1970 too", arguments: [0, 1, 1_795_313_326_120] as [UInt64])
    func sessions(milliseconds: UInt64) {
        var first = EventIDSource(seed: 1)
        var second = EventIDSource(seed: 2)
        let ids = (0..<3).flatMap { _ in [first.next(at: milliseconds).value, second.next(at: milliseconds).value] }
        #expect(Set(ids).count == ids.count)
    }
}
