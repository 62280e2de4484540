import EventLoop
import Store

struct TypingPlace: Hashable {
    let person: PersonNumber
    let room: RoomNumber
}

/// Whether somebody types, and what the others were last told of it. However often it is said, they hear of a change
/// once a second at most, and that it goes on once in three.
struct Typing {
    var isTyping = false
    /// Said by somebody of this node: then the room's other nodes are told too.
    var isLocal: Bool
    /// Who types and says no more has stopped.
    private var end = MonotonicTime.never
    private var isTold = false
    private var toldAt: MonotonicTime?

    private static let milliseconds: UInt64 = 6_000
    private static let changeMilliseconds: UInt64 = 1_000
    private static let repeatMilliseconds: UInt64 = 3_000

    init(isLocal: Bool) {
        self.isLocal = isLocal
    }

    mutating func say(_ isTyping: Bool, at now: MonotonicTime) {
        self.isTyping = isTyping
        end = isTyping ? now + Self.milliseconds : .never
    }

    /// What the others are to be told now. `isRepeated`: it was said just now, changed or not.
    mutating func news(at now: MonotonicTime, isRepeated: Bool) -> Bool? {
        if end <= now { say(false, at: now) }
        guard isTyping != isTold || isTyping && isRepeated else { return nil }
        let pause = isTyping != isTold ? Self.changeMilliseconds : Self.repeatMilliseconds
        if let toldAt, now < toldAt + pause { return nil }
        (isTold, toldAt) = (isTyping, now)
        return isTyping
    }

    /// When there may be something to tell; for somebody who has stopped, and of whom that was told, when it can be forgotten.
    var due: MonotonicTime {
        guard isTyping != isTold || !isTyping else { return end }
        return toldAt.map { $0 + Self.changeMilliseconds } ?? .never
    }

    func isOver(at now: MonotonicTime) -> Bool { !isTyping && !isTold && due <= now }
}

extension Hub {
    func type(_ person: PersonNumber, _ room: RoomNumber, _ isTyping: Bool, isLocal: Bool) {
        let place = TypingPlace(person: person, room: room)
        guard var state = typing[place] ?? (isTyping ? Typing(isLocal: isLocal) : nil) else { return }
        state.say(isTyping, at: loop.now)
        tell(place, &state, isRepeated: true)
        typing[place] = state
    }

    func tellTyping() {
        for (place, var state) in typing where state.due <= loop.now {
            tell(place, &state, isRepeated: false)
            typing[place] = state.isOver(at: loop.now) ? nil : state
        }
    }

    private func tell(_ place: TypingPlace, _ state: inout Typing, isRepeated: Bool) {
        guard let isTyping = state.news(at: loop.now, isRepeated: isRepeated) else { return }
        if state.isLocal { signalling.typing(place.person, in: place.room, isTyping) }
        guard let audience = audiences[place.room] else { return }
        let frame = frames.typing(place.person, place.room, isTyping)
        deliver(frame, to: audience.targets, except: place.person)
    }
}
