import Glibc

/// Something that lives on a loop: it has a place there, usually a descriptor, and at most one deadline.
package protocol LoopMember: AnyObject {
    /// Its descriptor is ready for what it asked for, or is broken.
    func ready(_ readiness: Readiness)
    /// Its deadline has passed. It has none now.
    func deadlinePassed()
    /// The turn in which it asked for this is over: everything that arrived has been looked at. Who asks
    /// again from inside is called at the end of the next turn, which then does not wait.
    func turnEnded()
}

extension LoopMember {
    package func deadlinePassed() {}
    package func turnEnded() {}
}

/// One thread's loop around epoll: descriptors, deadlines, and work put off to the end of a turn.
///
/// It belongs to the thread that made it and is not `Sendable`: the compiler sees that neither it nor
/// its members leave. Other threads reach it through a `Mailbox`.
package final class EventLoop {
    /// A member's place. It is given up once and never names another member: the kernel may still
    /// report something that it saw for an earlier owner of the same descriptor, which the generation
    /// in the upper half shows to be stale.
    package struct Place: Hashable, Sendable {
        fileprivate let token: UInt64

        fileprivate init(index: Int, generation: UInt32) {
            token = UInt64(generation) << 32 | UInt64(UInt32(index))
        }

        fileprivate init(token: UInt64) {
            self.token = token
        }

        fileprivate var index: Int { Int(UInt32(truncatingIfNeeded: token)) }
        fileprivate var generation: UInt32 { UInt32(truncatingIfNeeded: token >> 32) }
    }

    private struct Seat {
        var generation: UInt32 = 0
        var member: (any LoopMember)?
        var descriptor: Int32 = -1
        var deadline = MonotonicTime.never
        /// When the heap will next look at this seat. A deadline that moves away leaves it as it is, so
        /// that moving it with every request costs nothing.
        var armed = MonotonicTime.never
    }

    /// The time at which this turn began.
    package private(set) var now = MonotonicTime.now()
    /// Where whoever reads a descriptor reads to; its content is worth nothing after that turn.
    package let scratch: UnsafeMutableRawBufferPointer

    private let poller: Poller
    private var seats: [Seat] = []
    private var freeSeats: [Int] = []
    private(set) var deadlines = DeadlineHeap()
    private var dueNow: [DeadlineHeap.Entry] = []
    private var endingTurn: [any LoopMember] = []
    private var endingThisTurn: [any LoopMember] = []
    private var isStopping = false

    package static let scratchBytes = 128 * 1_024

    package init() throws(SystemError) {
        poller = try Poller()
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 16)
    }

    deinit {
        scratch.deallocate()
    }

    // MARK: Members

    /// Takes a member in and holds it until it leaves; with a descriptor, watches that for `interest`.
    package func join(
        _ member: any LoopMember, descriptor: Int32 = -1, interest: Readiness = []
    ) throws(SystemError) -> Place {
        let index = freeSeats.last ?? seats.count
        let generation = index < seats.count ? seats[index].generation : 0
        let place = Place(index: index, generation: generation)
        if descriptor >= 0 {
            try poller.add(descriptor, interest, data: place.token)
        }
        if index == seats.count {
            seats.append(Seat())
        } else {
            freeSeats.removeLast()
        }
        seats[index].member = member
        seats[index].descriptor = descriptor
        return place
    }

    /// Changes what a member's descriptor is watched for.
    package func watch(_ place: Place, for interest: Readiness) throws(SystemError) {
        guard isCurrent(place) else { return }
        try poller.change(seats[place.index].descriptor, interest, data: place.token)
    }

    /// Lets a member go. Call it before its descriptor is closed. A second time does nothing.
    package func leave(_ place: Place) {
        guard isCurrent(place) else { return }
        let index = place.index
        if seats[index].descriptor >= 0 {
            poller.remove(seats[index].descriptor)
        }
        seats[index] = Seat(generation: place.generation &+ 1)
        freeSeats.append(index)
    }

    /// The member that sits there, unless it has left.
    package func member(at place: Place) -> (any LoopMember)? {
        isCurrent(place) ? seats[place.index].member : nil
    }

    private func isCurrent(_ place: Place) -> Bool {
        place.index < seats.count && seats[place.index].generation == place.generation
            && seats[place.index].member != nil
    }

    // MARK: Deadlines and ends of turns

    /// Sets, moves or (with `.never`) lifts a member's deadline.
    package func setDeadline(_ place: Place, _ deadline: MonotonicTime) {
        guard isCurrent(place) else { return }
        let index = place.index
        seats[index].deadline = deadline
        if deadline < seats[index].armed {
            seats[index].armed = deadline
            forgetStaleDeadlines()
            deadlines.insert(.init(due: deadline, token: place.token))
        }
    }

    /// Members that come and go leave their entries in the heap until these are due. Without this, a
    /// thousand short connections a second with a deadline of a minute would be sixty thousand of them.
    private func forgetStaleDeadlines() {
        guard deadlines.count > 2 * seats.count + 64 else { return }
        deadlines = DeadlineHeap()
        for (index, seat) in seats.enumerated() where seat.armed < .never {
            deadlines.insert(.init(due: seat.armed, token: Place(index: index, generation: seat.generation).token))
        }
    }

    /// Calls `turnEnded` on the member when all that arrived in this turn has been handled; once for
    /// each call of this, in the order of the calls. What is asked for between two turns is done at the
    /// end of the next, which then does not wait.
    package func callAtEndOfTurn(_ member: any LoopMember) {
        endingTurn.append(member)
    }

    // MARK: Turning

    /// Turns until `stop` is called.
    package func run() throws(SystemError) {
        isStopping = false
        while !isStopping {
            try turn(waitingAtMost: nil)
        }
    }

    /// Ends `run` after the current turn.
    package func stop() {
        isStopping = true
    }

    /// One turn: waits for something to happen (not longer than given), then handles it.
    package func turn(waitingAtMost limit: UInt64?) throws(SystemError) {
        let count = try poller.wait(milliseconds: patience(limit))
        now = .now()
        for index in 0..<count {
            let (readiness, token) = poller.event(index)
            let place = Place(token: token)
            guard isCurrent(place) else { continue }
            seats[place.index].member?.ready(readiness)
        }
        handleDeadlines()
        endTurn()
    }

    /// One round only: a writer whose reader is as quick as itself always has more to do, and would keep
    /// this turn from ending.
    private func endTurn() {
        swap(&endingTurn, &endingThisTurn)
        for member in endingThisTurn { member.turnEnded() }
        endingThisTurn.removeAll(keepingCapacity: true)
    }

    private func patience(_ limit: UInt64?) -> Int32? {
        guard endingTurn.isEmpty else { return 0 }
        var wait = limit
        if let earliest = deadlines.earliest {
            let current = MonotonicTime.now()
            let rest = earliest > current ? earliest.milliseconds - current.milliseconds : 0
            wait = min(wait ?? .max, rest)
        }
        return wait.map { Int32(clamping: $0) }
    }

    private func handleDeadlines() {
        // All are taken out before the first is called: one that is set anew for this moment from inside
        // waits for the next turn, or would keep this one from ending.
        while let entry = deadlines.removeDue(by: now) { dueNow.append(entry) }
        for entry in dueNow {
            let place = Place(token: entry.token)
            guard isCurrent(place), seats[place.index].armed == entry.due else { continue }
            let deadline = seats[place.index].deadline
            if deadline > now {
                // Moved since: look again then.
                seats[place.index].armed = deadline
                if deadline < .never { deadlines.insert(.init(due: deadline, token: entry.token)) }
            } else {
                seats[place.index].armed = .never
                seats[place.index].deadline = .never
                seats[place.index].member?.deadlinePassed()
            }
        }
        dueNow.removeAll(keepingCapacity: true)
    }
}
