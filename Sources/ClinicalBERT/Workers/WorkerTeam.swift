import Glibc

/// Threads of a model's own that do one job together and sleep between jobs.
///
/// Dispatch's pool promises no second thread, and workers that wait for each other must all be running.
final class WorkerTeam: Sendable {
    private let state = State()

    /// Calls `body` with the numbers 0 to `workers - 1` on as many threads, the caller's among them, and waits for all.
    ///
    /// Another caller's job is waited for first: two would only take each other's cores.
    func run(workers: Int, _ body: @Sendable (Int) -> Void) {
        guard workers > 1 else { return body(0) }
        withoutActuallyEscaping(body) { body in state.run(workers, body) }
    }

    deinit { state.stop() }

    /// What the threads share; they keep it alive, not the team.
    private final class State: @unchecked Sendable {
        private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private var job: (@Sendable (Int) -> Void)?
        private var jobNumber = 0
        private var wanted = 0
        private var running = 0
        private var threads = 0
        private var isStopped = false

        init() {
            pthread_mutex_init(lock, nil)
            pthread_mutex_init(turn, nil)
            pthread_cond_init(wake, nil)
            pthread_cond_init(done, nil)
        }

        deinit {
            pthread_mutex_destroy(lock)
            pthread_mutex_destroy(turn)
            pthread_cond_destroy(wake)
            pthread_cond_destroy(done)
            lock.deallocate()
            turn.deallocate()
            wake.deallocate()
            done.deallocate()
        }

        func run(_ workers: Int, _ body: @escaping @Sendable (Int) -> Void) {
            pthread_mutex_lock(turn)
            defer { pthread_mutex_unlock(turn) }
            pthread_mutex_lock(lock)
            while threads < workers - 1, start() {}
            guard threads >= workers - 1 else {
                // The system gives no more threads.
                pthread_mutex_unlock(lock)
                return (0..<workers).forEach(body)
            }
            job = body
            jobNumber += 1
            wanted = workers
            running = workers - 1
            pthread_cond_broadcast(wake)
            pthread_mutex_unlock(lock)
            body(0)
            pthread_mutex_lock(lock)
            while running > 0 { pthread_cond_wait(done, lock) }
            job = nil
            pthread_mutex_unlock(lock)
        }

        func stop() {
            pthread_mutex_lock(lock)
            isStopped = true
            pthread_cond_broadcast(wake)
            pthread_mutex_unlock(lock)
        }

        /// Starts one more thread; called with the lock held.
        private func start() -> Bool {
            let entry = Unmanaged.passRetained(Entry(state: self, number: threads + 1))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let entry = Unmanaged<Entry>.fromOpaque(argument).takeRetainedValue()
                    entry.state.work(entry.number)
                    return nil
                }, entry.toOpaque())
            guard status == 0 else {
                entry.release()
                return false
            }
            pthread_detach(thread)
            threads += 1
            return true
        }

        private func work(_ number: Int) {
            var last = 0
            pthread_mutex_lock(lock)
            while true {
                while !isStopped, jobNumber == last || number >= wanted { pthread_cond_wait(wake, lock) }
                if isStopped { break }
                last = jobNumber
                guard let job else { continue }
                pthread_mutex_unlock(lock)
                job(number)
                pthread_mutex_lock(lock)
                running -= 1
                if running == 0 { pthread_cond_signal(done) }
            }
            pthread_mutex_unlock(lock)
        }
    }

    private final class Entry {
        let state: State
        let number: Int

        init(state: State, number: Int) {
            self.state = state
            self.number = number
        }
    }
}
