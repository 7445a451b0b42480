import CVectorMath
import Glibc
import Synchronization

/// What several workers do next: the rows of a batch in chunks, each of which goes through the steps of an encoder, each
/// step in parts.
///
/// Workers take the next part of the earliest step that is not all taken. One whose core is lent to another program, or slower, takes
/// fewer; with fixed shares all would wait for it. A chunk's step needs all parts of its step before, and where it reads its
/// sequences' keys and values that step of every chunk of theirs.
final class RowSchedule: @unchecked Sendable {
    private let chunks: [Range<Int>]
    private let steps: [EncoderStep]
    /// For each step, the parts of a chunk in it and all steps before.
    private let partsUpTo: [Int]
    private let isShared: Bool
    /// For each chunk, those that have rows of its sequences.
    private let neighbours: [Range<Int>]
    private let taken = Atomic<Int>(0)
    /// For each chunk, the parts that have been taken to their end.
    private let ended: UnsafeMutablePointer<Atomic<Int>>
    /// For each chunk, the steps that are done.
    private let done: UnsafeMutablePointer<Atomic<Int>>
    private let sleepers = Atomic<Int>(0)
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Rows of a chunk where there are enough: as many as go through a product's panels together.
    ///
    /// With fewer, attention would lay out the keys and values of long sequences more often; with more, a worker that comes
    /// first to the end of a layer would wait longer.
    private static let rowsPerChunk = 120

    /// After so many looks, some hundred microseconds, a worker that waits lets others have its core: on a busy machine the
    /// one it waits for may be the one that has none.
    ///
    /// Sooner, every small difference between two workers would cost a turn.
    private static let looksBeforeYield = 4_000

    /// After so many more it sleeps: the machine has more work than cores, and looking on would take from them.
    private static let yieldsBeforeSleep = 100

    /// Divides a batch among `workers`; one alone takes all rows at once.
    init(_ batch: PackedBatch, workers: Int, steps: [EncoderStep]) {
        self.steps = steps
        isShared = workers > 1
        var parts = 0
        partsUpTo = steps.map { step in
            parts += workers > 1 ? step.parts : 1
            return parts
        }
        let rounds = (batch.rows + Self.rowsPerChunk * workers - 1) / (Self.rowsPerChunk * workers)
        let count = workers > 1 ? workers * max(1, rounds) : 1
        let chunks = (0..<count).map { batch.rows * $0 / count..<batch.rows * ($0 + 1) / count }
        self.chunks = chunks
        neighbours = chunks.map { rows in
            let sequences = batch.parts(of: rows).map(\.sequence)
            guard let first = sequences.first, let last = sequences.last else { return 0..<0 }
            let touching = chunks.indices.filter { chunks[$0].overlaps(first.lowerBound..<last.upperBound) }
            return (touching.first ?? 0)..<(touching.last ?? -1) + 1
        }
        ended = .allocate(capacity: count)
        done = .allocate(capacity: count)
        for chunk in 0..<count {
            (ended + chunk).initialize(to: Atomic(0))
            (done + chunk).initialize(to: Atomic(0))
        }
        pthread_mutex_init(lock, nil)
        pthread_cond_init(finished, nil)
    }

    deinit {
        ended.deinitialize(count: chunks.count)
        ended.deallocate()
        done.deinitialize(count: chunks.count)
        done.deallocate()
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(finished)
        lock.deallocate()
        finished.deallocate()
    }

    /// Calls `take` with a step, one of its parts (or none, for all) and the rows to take it with, until none is left for this worker, and
    /// `finish` where the part was the last of its step and rows.
    func work(
        _ take: (_ step: EncoderStep, _ part: Int?, _ rows: Range<Int>) -> Void,
        finish: (_ step: EncoderStep, _ rows: Range<Int>) -> Void
    ) {
        var step = 0
        while true {
            let ticket = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            while step < steps.count, ticket >= partsUpTo[step] * chunks.count { step += 1 }
            guard step < steps.count else { return }
            let before = step == 0 ? 0 : partsUpTo[step - 1]
            let (chunk, part) = (ticket - before * chunks.count).quotientAndRemainder(
                dividingBy: partsUpTo[step] - before)
            // Earlier tickets are all taken, the earliest by a worker that waits for none: all will be done.
            wait(for: chunk, toHaveDone: step)
            if steps[step].readsWholeSequences {
                for neighbour in neighbours[chunk] { wait(for: neighbour, toHaveDone: step) }
            }
            take(steps[step], isShared ? part : nil, chunks[chunk])
            guard ended[chunk].wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == partsUpTo[step] else {
                continue
            }
            finish(steps[step], chunks[chunk])
            done[chunk].store(step + 1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                pthread_mutex_lock(lock)
                pthread_cond_broadcast(finished)
                pthread_mutex_unlock(lock)
            }
        }
    }

    private func wait(for chunk: Int, toHaveDone step: Int) {
        for look in 0..<Self.looksBeforeYield + Self.yieldsBeforeSleep {
            if done[chunk].load(ordering: .acquiring) >= step { return }
            if look < Self.looksBeforeYield { vm_pause() } else { sched_yield() }
        }
        pthread_mutex_lock(lock)
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while done[chunk].load(ordering: .sequentiallyConsistent) < step { pthread_cond_wait(finished, lock) }
        sleepers.wrappingSubtract(1, ordering: .relaxed)
        pthread_mutex_unlock(lock)
    }
}
