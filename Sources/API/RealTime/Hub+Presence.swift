import Bytes
import EventLoop
import SQLite
import Store

/// Who has come or gone, and is yet to be told of.
///
/// A connection that breaks and comes back is no news, so a going waits a while. And a thousand people who come at once to
/// one room would be a million frames: so many are told in a turn, the rest in the turns that follow.
/// And whoever comes and goes all the time is told of once a second at most.
struct ComingsAndGoings {
    private var waiting: [PersonNumber: MonotonicTime] = [:]
    /// Who of them is of another node, which says what they are.
    private var elsewhere: Set<PersonNumber> = []
    /// Those who are told of as online.
    var online: Set<PersonNumber> = []
    private(set) var due = MonotonicTime.never

    static let goneMilliseconds: UInt64 = 8_000
    static let elsewhereMilliseconds: UInt64 = 1_000
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

    /// Somebody of another node; counted from the first time, so that who changes all the time is told of nevertheless.
    mutating func changedElsewhere(_ person: PersonNumber, at now: MonotonicTime) {
        guard elsewhere.insert(person).inserted else { return }
        waiting[person] = now + Self.elsewhereMilliseconds
        due = min(due, now + Self.elsewhereMilliseconds)
    }

    /// Those whose time has come. Who isn't told of in this turn is given back.
    mutating func next(at now: MonotonicTime) -> [(person: PersonNumber, isElsewhere: Bool)] {
        guard due <= now else { return [] }
        let next = waiting.filter { $0.value <= now }.map { ($0.key, elsewhere.contains($0.key)) }
        for (person, _) in next {
            waiting[person] = nil
            elsewhere.remove(person)
        }
        due = waiting.values.min() ?? .never
        return next
    }

    mutating func putBack(_ people: some Sequence<(person: PersonNumber, isElsewhere: Bool)>, at now: MonotonicTime) {
        for (person, isElsewhere) in people {
            if isElsewhere { elsewhere.insert(person) }
            waiting[person] = waiting[person] ?? now
            due = min(due, now + Self.turnMilliseconds)
        }
    }
}

extension Hub {
    func tellComings() throws {
        let people = comings.next(at: loop.now)
        var budget = ComingsAndGoings.deliveriesMax
        for (index, (person, isElsewhere)) in people.enumerated() {
            guard budget > 0 else {
                comings.putBack(people[index...], at: loop.now)
                return
            }
            let isOnline = isElsewhere ? realTime.presence[person].isOnline : listeners[person] != nil
            guard comings.online.contains(person) != isOnline else { continue }
            if isOnline { comings.online.insert(person) } else { comings.online.remove(person) }
            guard !isElsewhere else {
                budget -= try tell(realTime.presence[person], of: person)
                continue
            }
            let presence = realTime.presence.set(person, isOnline: isOnline, at: .now())
            let isShared = try reader.read { try AccountTable.account(of: person, on: $0)?.sharesPresence ?? false }
            guard isShared else { continue }
            signalling.presence(person, presence)
            budget -= try tell(presence, of: person)
        }
    }

    /// Somebody of another node has come or gone, as that says.
    func heard(_ person: PersonNumber, _ presence: Presence) {
        realTime.presence.set(person, presence)
        if comings.online.contains(person) != presence.isOnline { comings.changedElsewhere(person, at: loop.now) }
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
