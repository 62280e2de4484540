/// Something to be done later on a loop, once for each time it is set.
package final class LoopTimer: LoopMember {
    private let loop: EventLoop
    private let due: () -> Void
    private var place: EventLoop.Place?

    package init(on loop: EventLoop, _ due: @escaping () -> Void) throws(SystemError) {
        self.loop = loop
        self.due = due
        place = try loop.join(self)
    }

    /// Sets or moves the time; `.never` lifts it.
    package func set(_ time: MonotonicTime) {
        if let place { loop.setDeadline(place, time) }
    }

    /// Ends the timer; the loop lets go of it.
    package func end() {
        if let place { loop.leave(place) }
        place = nil
    }

    package func ready(_ readiness: Readiness) {}

    package func deadlinePassed() {
        due()
    }
}
