import CLinux
import EventLoop
import Glibc

/// A thread that does something every so often, until it is stopped.
final class Pulse: Sendable {
    private let thread: Thread
    private let ending: Descriptor

    /// `body` may take its time; the next call comes so long after it has returned.
    init(name: String, everyMilliseconds interval: Int32, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let ending = try Descriptor(linux_eventfd(), "create an eventfd")
        let event = ending.number
        thread = try Thread(name: name) {
            while !Self.isRaised(event, within: interval) { body() }
        }
        self.ending = ending
    }

    /// Returns when what is under way has ended. Once.
    func stop() {
        linux_raise_event(ending.number)
        thread.join()
    }

    private static func isRaised(_ event: Int32, within milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: event, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, milliseconds) == 1
    }
}
