import Bytes
import Chat
import EventLoop
import SQLite
import Store

/// Whose counts of unread messages are to be told.
///
/// A message in a large room changes the count of everybody in it. They have the message; the count can wait, so that it
/// is told once for all messages of half a second, and some people at a time. Until then a room in which much comes costs no
/// more than one in which little does.
struct UnreadQueue {
    /// Rooms in which something has come, and who has sent all of it, where that was one: their count is what it was.
    private var news: [RoomNumber: PersonNumber?] = [:]
    private var newsDue = MonotonicTime.never
    /// Those who are told now.
    private var rooms: [PersonNumber: Set<RoomNumber>] = [:]
    private var roomsDue = MonotonicTime.never

    static let patienceMilliseconds: UInt64 = 500
    static let peopleMax = 64

    var due: MonotonicTime { min(newsDue, roomsDue) }

    /// Somebody has read something: they wait for it.
    mutating func add(_ person: PersonNumber, _ rooms: Set<RoomNumber>, at now: MonotonicTime) {
        self.rooms[person, default: []].formUnion(rooms)
        roomsDue = min(roomsDue, now)
    }

    /// Something has come.
    mutating func add(_ room: RoomNumber, from sender: PersonNumber?, at now: MonotonicTime) {
        if news.isEmpty { newsDue = now + Self.patienceMilliseconds }
        news[room] = news[room, default: sender] == sender ? sender : .some(nil)
    }

    mutating func forget(_ person: PersonNumber) {
        rooms[person] = nil
    }

    /// The next few, when their time has come. `listeners`: those of a room, as they are then.
    mutating func next(
        at now: MonotonicTime, _ listeners: (RoomNumber) -> some Sequence<PersonNumber>
    ) -> [(person: PersonNumber, rooms: Set<RoomNumber>)] {
        if newsDue <= now {
            for (room, sender) in news {
                for person in listeners(room) where person != sender { rooms[person, default: []].insert(room) }
            }
            (news, newsDue) = ([:], .never)
            roomsDue = now
        }
        guard roomsDue <= now else { return [] }
        var next: [(PersonNumber, Set<RoomNumber>)] = []
        while next.count < Self.peopleMax, let first = rooms.popFirst() { next.append((first.key, first.value)) }
        roomsDue = rooms.isEmpty ? .never : now + 1
        return next
    }
}

extension Hub {
    func messageCame(_ entry: JournalEntry, in room: RoomNumber) {
        guard let audience = audiences[room] else { return }
        unread.add(room, from: entry.person, at: loop.now)
        guard entry.kind == .message else { return }
        letHear(of: room, audience, except: entry.person)
    }

    /// Who is connected hears of a message when it comes: their notification is made now, if they have none of that
    /// room that is unread.
    private func letHear(of room: RoomNumber, _ audience: Audience, except sender: PersonNumber?) {
        var people: [PersonNumber] = []
        for listener in audience.listeners.values where listener.person != sender {
            if listener.noticed.insert(room).inserted { people.append(listener.person) }
        }
        guard !people.isEmpty else { return }
        people.sort()
        for start in stride(from: 0, to: people.count, by: 256) {
            let some = Array(people[start..<min(start + 256, people.count)])
            try? writer.submitLogged(bytes: 64 * some.count) { [now = Timestamp.now()] transaction, state in
                try Notices.hear(of: room, some, at: now, in: transaction, state)
            } completion: { _ in
            }
        }
    }

    func tellUnread() throws {
        let next = unread.next(at: loop.now) { audiences[$0]?.listeners.keys.map(\.self) ?? [] }
        guard !next.isEmpty else { return }
        try reader.read { connection in
            try connection.snapshot {
                for (person, rooms) in next {
                    guard let listener = listeners[person] else { continue }
                    let total = try Readings.unreadTotal(of: person, on: connection)
                    for room in rooms.sorted() where listener.rooms.contains(room) {
                        let count = try Readings.unreadCount(of: person, in: room, on: connection)
                        let frame = frames.unread(room, count, total: total)
                        for feed in listener.feeds where feed.isLive && feed.scope.includes(room) {
                            deliver(frame, to: feed)
                        }
                    }
                }
            }
        }
    }

    func noticeCount(of person: PersonNumber) throws -> Frame {
        let count = try reader.read { try NotificationTable.unreadCount(of: person, on: $0) }
        return frames.unread(nil, count, total: count)
    }
}
