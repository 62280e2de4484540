import Bytes
import Chat
import EventLoop
import SQLite
import Store

/// Whose counts of unread messages are to be told.
///
/// A message in a large room changes the count of everybody in it. They have the message; the count can wait, so that it
/// is told once for all messages of half a second, and some people at a time.
struct UnreadQueue {
    private var rooms: [PersonNumber: Set<RoomNumber>] = [:]
    private(set) var due = MonotonicTime.never

    static let patienceMilliseconds: UInt64 = 500
    static let peopleMax = 64

    /// Somebody has read something: they wait for it.
    mutating func add(_ person: PersonNumber, _ rooms: Set<RoomNumber>, at now: MonotonicTime) {
        self.rooms[person, default: []].formUnion(rooms)
        due = min(due, now)
    }

    /// Something has come.
    mutating func add(_ room: RoomNumber, of people: some Sequence<PersonNumber>, at now: MonotonicTime) {
        for person in people { rooms[person, default: []].insert(room) }
        due = min(due, now + Self.patienceMilliseconds)
    }

    mutating func forget(_ person: PersonNumber) {
        rooms[person] = nil
    }

    /// The next few, when their time has come.
    mutating func next(at now: MonotonicTime) -> [(person: PersonNumber, rooms: Set<RoomNumber>)] {
        guard due <= now else { return [] }
        var next: [(PersonNumber, Set<RoomNumber>)] = []
        while next.count < Self.peopleMax, let first = rooms.popFirst() { next.append((first.key, first.value)) }
        due = rooms.isEmpty ? .never : now + 1
        return next
    }
}

extension Hub {
    func messageCame(_ entry: JournalEntry, in room: RoomNumber) {
        guard let audience = audiences[room] else { return }
        unread.add(room, of: audience.listeners.keys.lazy.filter { $0 != entry.person }, at: loop.now)
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
        let next = unread.next(at: loop.now)
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
