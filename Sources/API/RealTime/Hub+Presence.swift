import Bytes
import EventLoop
import SQLite
import Store

/// Who has come or gone, and is yet to be told of.
///
/// A connection that breaks and comes back is no news, so a going waits a while. And a thousand people who come at once to
/// one room would be a million frames: so many are told in a turn, the rest in the turns that follow.
struct ComingsAndGoings {
    private var waiting: [PersonNumber: MonotonicTime] = [:]
    /// Those who are told of as online.
    var online: Set<PersonNumber> = []
    private(set) var due = MonotonicTime.never

    static let goneMilliseconds: UInt64 = 8_000
    static let turnMilliseconds: UInt64 = 100
    static let deliveriesMax = 4_000

    mutating func came(_ person: PersonNumber, at now: MonotonicTime) {
        waiting[person] = now
        due = min(due, now + Self.turnMilliseconds)
    }

    mutating func went(_ person: PersonNumber, at now: MonotonicTime) {
        waiting[person] = now + Self.goneMilliseconds
        due = min(due, now + Self.goneMilliseconds)
    }

    /// Those whose time has come. Who isn't told of in this turn is given back.
    mutating func next(at now: MonotonicTime) -> [PersonNumber] {
        guard due <= now else { return [] }
        let next = waiting.filter { $0.value <= now }.map(\.key)
        for person in next { waiting[person] = nil }
        due = waiting.values.min() ?? .never
        return next
    }

    mutating func putBack(_ people: some Sequence<PersonNumber>, at now: MonotonicTime) {
        for person in people {
            waiting[person] = waiting[person] ?? now
            due = min(due, now + Self.turnMilliseconds)
        }
    }
}

extension Hub {
    func tellComings() throws {
        let people = comings.next(at: loop.now)
        var budget = ComingsAndGoings.deliveriesMax
        for (index, person) in people.enumerated() {
            guard budget > 0 else {
                comings.putBack(people[index...], at: loop.now)
                return
            }
            let isOnline = listeners[person] != nil
            guard comings.online.contains(person) != isOnline else { continue }
            if isOnline { comings.online.insert(person) } else { comings.online.remove(person) }
            let presence = realTime.presence.set(person, isOnline: isOnline, at: .now())
            let isShared = try reader.read { try AccountTable.account(of: person, on: $0)?.sharesPresence ?? false }
            guard isShared else { continue }
            signalling.presence(person, presence)
            budget -= try tell(presence, of: person)
        }
    }

    /// Somebody of another node has come or gone, as that says.
    func heard(_ person: PersonNumber, _ presence: Presence) throws {
        let before = realTime.presence[person]
        realTime.presence.set(person, presence)
        if before.isOnline != presence.isOnline { _ = try tell(presence, of: person) }
    }

    /// To everybody who shares a room with them, once. How many.
    private func tell(_ presence: Presence, of person: PersonNumber) throws -> Int {
        let rooms = try reader.read { try MembershipTable.openRooms(of: person, on: $0) }
        var numbers: [Int: Set<UInt64>] = [:]
        for room in rooms {
            for target in audiences[room]?.targets ?? [] { numbers[target.loop, default: []].formUnion(target.feeds) }
        }
        let frame = frames.presence(person, presence)
        for (loop, feeds) in numbers {
            deliver(frame, to: [Audience.Target(loop: loop, feeds: Array(feeds))], except: person)
        }
        return numbers.values.reduce(0) { $0 + $1.count }
    }
}
