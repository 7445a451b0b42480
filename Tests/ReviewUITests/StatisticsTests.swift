import Annotation
import ReviewUI
import Screen
import Testing

@Suite("Session statistics")
struct StatisticsTests {
    /// Presses keys so many seconds apart.
    private func press(_ keys: String, every seconds: UInt64, in session: inout Session, from start: UInt64) -> UInt64 {
        var now = start
        for key in Session.keys(keys) {
            now += seconds * 1000
            session.effects = update(&session.model, .key(key, at: now))
        }
        return now
    }

    private static let notes = [
        "⟦S:Pain⟧ and ⟦S:fever⟧, ⟦S:cough⟧, ⟦M:aspirin⟧ 81 mg.", "⟦S:Rash⟧.", "Well.",
    ]

    /// What stands in a label's row of the page: rate, accepted, corrected, rejected, own.
    private func row(of label: String, in session: Session) -> String {
        let row = session.rows.first { $0.contains(" \(label) ") && $0.contains("│") } ?? session.screen
        return row.split(separator: " ").dropFirst(3).dropLast().joined(separator: " ")
    }

    @Test("count what stands, by the label that was offered, and how often it was taken as it was")
    func counts() throws {
        var session = try #require(Session(Self.notes))
        session.press("axD:statistics<Enter>")
        #expect(session.screen.contains("Decisions  3"), "\(session.screen)")
        #expect(row(of: "Sign_symptom", in: session) == "33 % 1 1 1 0")
        session.press("<Esc>u:statistics<Enter>")
        #expect(row(of: "Sign_symptom", in: session) == "50 % 1 0 1 0")
    }

    @Test("own spans are counted without a rate, and edges moved make a correction")
    func ownAndEdges() throws {
        var session = try #require(Session(["⟦S:Pain⟧ in the chest."]))
        session.press("a]lllD:statistics<Enter>")
        #expect(row(of: "Sign_symptom", in: session) == "0 % 0 1 0 0")
        #expect(row(of: "Disease_disorder", in: session) == "– 0 0 0 1")
    }

    @Test("time comes with the keys; of a long pause a minute counts")
    func time() throws {
        var session = try #require(Session(Self.notes))
        let start: UInt64 = 1_700_000_000_000
        var now = press("l", every: 1, in: &session, from: start)
        // Four decisions and Enter, six seconds apart: half a minute.
        now = press("naaaa", every: 6, in: &session, from: now)
        // Lunch, of which a minute counts; Enter and its answer.
        now = press("<Enter>", every: 3600, in: &session, from: now)
        let summary = try #require(session.model.sessionSummary)
        #expect(
            summary == "1 note finished, 4 spans decided in 2 min (2.7 a minute); about 3 min left for 2 notes",
            "\(summary)")
        _ = press(":statistics<Enter>", every: 0, in: &session, from: now)
        #expect(session.screen.contains("Notes      1 finished, 2 of 3 open"), "\(session.screen)")
    }

    @Test("nothing decided leaves no line; what was undone does not count as finished")
    func nothing() throws {
        var session = try #require(Session(Self.notes))
        session.press("lll")
        #expect(session.model.sessionSummary == nil)
        session.press("<Enter>x")
        #expect(session.model.sessionSummary?.hasPrefix("1 note finished, 4 spans decided") == true)
        session.press("uu")
        #expect(session.model.sessionSummary?.hasPrefix("0 notes finished, 0 spans decided") == true)
    }

    @Test("clocks that jump or stand still do no harm", arguments: [0, 5, (1 << 48) - 1])
    func clocks(time: UInt64) throws {
        var session = try #require(Session(Self.notes))
        for key in Session.keys("aax<Enter>x:statistics<Enter>") {
            session.effects = update(&session.model, .key(key, at: time))
        }
        #expect(session.screen.contains("At work    0 s"))
        _ = update(&session.model, .key(.escape, at: 1))
        #expect(session.model.sessionSummary != nil)
    }

    @Test("the page", arguments: [(80, 24), (120, 40)])
    func frame(columns: Int, rows: Int) throws {
        var session = try #require(Session(Self.notes, size: ScreenSize(columns: columns, rows: rows)))
        let now = press("aaxD<Enter>ax<Enter>", every: 5, in: &session, from: 1_700_000_000_000)
        _ = press(":statistics<Enter>", every: 0, in: &session, from: now)
        try FrameSnapshot.check(session.frame, "statistics-\(columns)x\(rows)")
    }
}
