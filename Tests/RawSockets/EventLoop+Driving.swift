package import EventLoop
import Glibc

extension EventLoop {
    /// Turns until `isDone`, and tells whether that came about in so many turns; one waits 20 ms at most.
    @discardableResult
    package func turn(atMost turnsMax: Int = 500, until isDone: () -> Bool) throws -> Bool {
        for _ in 0..<turnsMax {
            if isDone() { return true }
            try turn(waitingAtMost: 20)
        }
        return isDone()
    }

    /// Turns as long as something is to be done at once.
    package func settle(turns: Int = 8) throws {
        for _ in 0..<turns { try turn(waitingAtMost: 0) }
    }
}

/// A program that writes to sockets ignores this signal; the program that runs the tests must too.
package func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}
