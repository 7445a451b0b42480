import Storage
import Synchronization

/// The system's calls, of which one fails: the one with a number, counted over all kinds.
package final class Fault: Sendable {
    private let left: Mutex<Int>
    private let code: Int32

    /// Fails at the call with this number, counted from 0, with this `errno`.
    package init(at number: Int, code: Int32) {
        left = Mutex(number)
        self.code = code
    }

    /// Whether the call with the number was made.
    package var wasReached: Bool { left.withLock { $0 < 0 } }

    private func step() throws(SystemError) {
        let fails = left.withLock { left in
            left -= 1
            return left == -1
        }
        if fails { throw SystemError(code) }
    }

    /// What is put in the place of the system's calls.
    package var calls: FileCalls {
        var calls = FileCalls.system
        calls.open = { [self] (folder, name, flags, mode) throws(SystemError) in
            try step()
            return try FileCalls.system.open(folder, name, flags, mode)
        }
        calls.write = { [self] (file, bytes) throws(SystemError) in
            try step()
            return try FileCalls.system.write(file, bytes)
        }
        calls.truncate = { [self] (file, length) throws(SystemError) in
            try step()
            try FileCalls.system.truncate(file, length)
        }
        calls.sync = { [self] (file) throws(SystemError) in
            try step()
            try FileCalls.system.sync(file)
        }
        calls.rename = { [self] (folder, old, new) throws(SystemError) in
            try step()
            try FileCalls.system.rename(folder, old, new)
        }
        return calls
    }
}
