import CVectorMath
import Glibc
import Synchronization

/// A place where workers wait until all of them are there.
///
/// They wait for each other once a layer, a millisecond apart, so that going to sleep would cost more than it saves.
final class SpinBarrier: Sendable {
    private let count: Int
    private let arrived = Atomic<Int>(0)
    private let round = Atomic<Int>(0)

    /// After so many looks, some ten microseconds, a worker lets others have its core: on a busy machine the one it waits
    /// for may be the one that has none.
    private static let looksBeforeYield = 500

    init(count: Int) { self.count = count }

    /// Returns once `count` workers have called.
    func wait() {
        let mine = round.load(ordering: .acquiring)
        if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            round.store(mine + 1, ordering: .releasing)
            return
        }
        var looks = 0
        while round.load(ordering: .acquiring) == mine {
            looks += 1
            if looks < Self.looksBeforeYield { vm_pause() } else { sched_yield() }
        }
    }
}
