import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Latency")
struct LatencyTests {
    @Test("a key on a 100 kB note at 200×60 is drawn within a frame of the screen")
    func keys() throws {
        let paragraph = """
            Patient with 3 days of ⟦S:chest pain⟧ and ⟦S0.6:fever⟧, given ⟦M:furosemide⟧ ⟦O:40 mg⟧ IV; naïve to “opioids”.
            \tHR\t104\tBP\t112/70\tSpO₂\t99 %

            Reviewed by the team: no ⟦S:haemoptysis⟧, ⟦D:pneumonia⟧ treated, 黑便 denied, plan to repeat imaging tomorrow.

            """
        var session = try #require(
            Session([String(repeating: paragraph, count: 440)], size: ScreenSize(columns: 200, rows: 60)))
        #expect(session.document.text.utf8.count > 100_000)
        let keys = Session.keys("nnaxjjjwwSul3w)(kvlll<Esc>n]u<PgDn>aaa/fever<Enter>nnp<Esc>nnDux$0")
        let clock = ContinuousClock()
        var times: [Duration] = []
        for round in 0..<20 {
            for key in keys {
                times.append(
                    clock.measure {
                        _ = update(&session.model, .key(key, at: UInt64(1_700_000_000_000 + round)))
                        _ = render(session.model)
                    })
            }
        }
        times.sort()
        let (median, late) = (times[times.count / 2], times[times.count * 99 / 100])
        print("\(times.count) keys: median \(median), 99th percentile \(late), slowest \(times[times.count - 1])")
        // The product's bound is 16 ms at the 99th percentile; tests share their cores, so only the median is held to it.
        #expect(median < .milliseconds(16))
    }
}
