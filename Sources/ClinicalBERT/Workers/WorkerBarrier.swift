import CVectorMath
import Glibc
import Synchronization

/// A place where workers wait until all of them are there.
///
/// They wait for each other once a layer, a millisecond apart, so that going to sleep at once would cost more than it saves.
final class WorkerBarrier: @unchecked Sendable {
    private let count: Int
    private let arrived = Atomic<Int>(0)
    private let round = Atomic<Int>(0)
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let opened = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// After so many looks, some hundred microseconds, a worker lets others have its core: on a busy machine the one it
    /// waits for may be the one that has none.
    ///
    /// Sooner, every small difference between two workers would cost a turn.
    private static let looksBeforeYield = 4_000

    /// After so many more it sleeps: the machine has more work than cores, and looking on would take from them.
    private static let yieldsBeforeSleep = 100

    init(count: Int) {
        self.count = count
        pthread_mutex_init(lock, nil)
        pthread_cond_init(opened, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(opened)
        lock.deallocate()
        opened.deallocate()
    }

    /// Returns once `count` workers have called.
    func wait() {
        let mine = round.load(ordering: .acquiring)
        if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            pthread_mutex_lock(lock)
            round.store(mine + 1, ordering: .releasing)
            pthread_cond_broadcast(opened)
            pthread_mutex_unlock(lock)
            return
        }
        for look in 0..<Self.looksBeforeYield + Self.yieldsBeforeSleep {
            if round.load(ordering: .acquiring) != mine { return }
            if look < Self.looksBeforeYield { vm_pause() } else { sched_yield() }
        }
        pthread_mutex_lock(lock)
        while round.load(ordering: .acquiring) == mine { pthread_cond_wait(opened, lock) }
        pthread_mutex_unlock(lock)
    }
}
