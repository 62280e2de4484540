import CLinux
import EventLoop
import Glibc

/// Something that happens once, and that a thread may wait for.
final class Bell: Sendable {
    private let event: Descriptor

    init() throws(SystemError) {
        event = try Descriptor(linux_eventfd(), "create an eventfd")
    }

    func ring() {
        linux_raise_event(event.number)
    }

    func wait() {
        while !isRung(within: -1) {}
    }

    /// Waits for so long at most, or, where that is negative, for as long as it takes.
    func isRung(within milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: event.number, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, milliseconds) == 1
    }
}
