import Glibc

/// The signals that tell a program politely what to do, waited for by its first thread.
package enum Signals {
    package enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case end
        /// SIGHUP: what was configured has changed.
        case reload
    }

    /// To be called before any other thread is made: SIGTERM and SIGINT are held back for `waitForEnd`, in
    /// every thread, and a connection that breaks while it is written to is an error, not the end (SIGPIPE).
    /// With `reloads` SIGHUP is held back too, for `next`.
    package static func prepare(reloads: Bool = false) {
        ignoreBrokenPipes()
        var held = set(reloads ? [SIGTERM, SIGINT, SIGHUP] : [SIGTERM, SIGINT])
        pthread_sigmask(SIG_BLOCK, &held, nil)
    }

    /// For a program that may be ended at any time.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits until the program is asked something.
    package static func next() -> Request {
        var awaited = set([SIGTERM, SIGINT, SIGHUP])
        var signal: Int32 = 0
        while sigwait(&awaited, &signal) != 0 {}
        return signal == SIGHUP ? .reload : .end
    }

    /// Waits until the program is asked to end.
    package static func waitForEnd() {
        var awaited = set([SIGTERM, SIGINT])
        var signal: Int32 = 0
        while sigwait(&awaited, &signal) != 0 {}
    }

    private static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}
