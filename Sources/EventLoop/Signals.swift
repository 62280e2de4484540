import Glibc

/// The signals that end a program politely, waited for by its first thread.
package enum Signals {
    /// To be called before any other thread is made: SIGTERM and SIGINT are held back for `waitForEnd`, in
    /// every thread, and a connection that breaks while it is written to is an error, not the end (SIGPIPE).
    package static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        var held = ending
        pthread_sigmask(SIG_BLOCK, &held, nil)
    }

    /// Waits until the program is asked to end.
    package static func waitForEnd() {
        var awaited = ending
        var signal: Int32 = 0
        while sigwait(&awaited, &signal) != 0 {}
    }

    private static var ending: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
