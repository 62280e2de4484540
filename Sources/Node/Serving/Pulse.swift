import EventLoop

/// A thread that does something every so often, until it is stopped.
final class Pulse: Sendable {
    private let thread: Thread
    private let ending: Bell

    /// `body` may take its time; the next call comes so long after it has returned.
    init(name: String, everyMilliseconds interval: Int32, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let ending = try Bell()
        self.ending = ending
        thread = try Thread(name: name) {
            while !ending.isRung(within: interval) { body() }
        }
    }

    /// Returns when what is under way has ended. Once.
    func stop() {
        ending.ring()
        thread.join()
    }
}
