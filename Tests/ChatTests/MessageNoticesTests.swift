import Bytes
import Chat
import LocalDatabase
import SQLite
import Store
import Testing

struct MessageNoticesTests {
    private let node: Node
    private let rooms = ListedRooms()
    private let alice: PersonNumber
    private let bob: PersonNumber
    private let room = RoomNumber(1)

    init() throws {
        node = try Node()
        alice = try node.registerAdmin()
        bob = try node.add("bob")
    }

    private func look(_ person: PersonNumber? = nil) throws -> [Notification] {
        let person = person ?? bob
        guard try MessageNotices.isLookDue(for: person, rooms, on: node.connection) else { return [] }
        return try node.write { try MessageNotices.look(for: person, rooms, &node.random, in: $0) }
    }

    private func list(unread: Bool? = nil) throws -> [Notification] {
        try NotificationTable.notifications(
            NotificationFilter(recipient: bob, isRead: unread.map { !$0 }), ListWindow(limit: 100), on: node.connection)
    }

    private func run(_ notification: Notification) throws -> UnreadRun? {
        try MessageNotices.run(of: notification, rooms, on: node.connection)
    }

    private func read(_ room: RoomNumber) throws {
        try node.write { transaction in
            try Notifications.reading(
                room, upTo: rooms.newest(on: node.connection), by: bob, rooms, at: .second(50), in: transaction
            ) { rooms.readAll(room, by: bob) }
        }
    }

    private var access: Access {
        get throws { try #require(try node.access(node.signIn("bob"))) }
    }

    @Test func `one notification stands for all messages of a room until it is read`() throws {
        for _ in 0..<3 { rooms.post(in: 1, by: alice) }
        let made = try look()
        #expect(made.count == 1 && made.first?.created == .second(1) && made.first?.subject.room == room)
        rooms.post(in: 1, by: alice)
        rooms.post(in: 1, by: bob)
        rooms.post(in: 2, by: alice)
        #expect(try look().map(\.subject.room) == [RoomNumber(2)])
        #expect(try look().isEmpty)
        let first = try #require(made.first)
        #expect(try run(first) == UnreadRun(count: 4, newest: MessageNumber(4), since: .second(1)))
        #expect(try NotificationTable.unreadCount(of: bob, on: node.connection) == 2)
        try read(room)
        let after = try #require(try NotificationTable.notification(first.number, on: node.connection))
        #expect(after.isRead && after.count == 4 && after.subject.message == MessageNumber(4))
        #expect(try run(after) == nil)
        rooms.post(in: 1, by: alice)
        #expect(try look().count == 1)
    }

    @Test func `a message writes nothing for the members of its room`() throws {
        _ = try look()
        let before = try node.connection.totalChanges
        for _ in 0..<100 { rooms.post(in: 1, by: alice) }
        _ = try MessageNotices.isLookDue(for: bob, rooms, on: node.connection)
        #expect(try node.connection.totalChanges == before)
        #expect(try look().count == 1)
        let looked = try node.connection.totalChanges
        for _ in 0..<100 { rooms.post(in: 1, by: alice) }
        #expect(try look().isEmpty)
        #expect(try node.connection.totalChanges == looked)
    }

    @Test func `reading a part leaves the rest, and what was read without a notification makes none`() throws {
        for _ in 0..<4 { rooms.post(in: 1, by: alice) }
        let made = try #require(try look().first)
        try node.write { transaction in
            try Notifications.reading(
                room, upTo: MessageNumber(3), by: bob, rooms, at: .second(9), in: transaction
            ) { rooms.cursors[bob] = [room: MessageNumber(3)] }
        }
        #expect(try run(made)?.count == 1)
        #expect(try list(unread: true).count == 1)
        rooms.post(in: 2, by: alice)
        try read(RoomNumber(2))
        #expect(try look().isEmpty)
    }

    @Test func `one that is read or deleted by itself comes back with the next message only`() throws {
        let access = try access
        rooms.post(in: 1, by: alice)
        rooms.post(in: 1, by: alice)
        let first = try #require(try look().first)
        let read = try node.write {
            try Notifications.change(first.number, isRead: true, rooms, by: access, at: .second(5), in: $0)
        }
        #expect(read.count == 2 && read.subject.message == MessageNumber(2))
        #expect(try look().isEmpty)
        rooms.post(in: 1, by: alice)
        let second = try #require(try look().first)
        #expect(try run(second)?.count == 1)
        _ = try node.write { try Notifications.delete(second.number, rooms, by: access, at: .second(6), in: $0) }
        #expect(try look().isEmpty)
        rooms.post(in: 1, by: alice)
        #expect(try look().count == 1)
    }

    @Test func `one that is unread again is the only one of its room, and stands for all that is unread there`() throws
    {
        let access = try access
        func mark(_ notification: Notification, isRead: Bool) throws -> Notification {
            try node.write {
                try Notifications.change(
                    notification.number, isRead: isRead, rooms, by: access, at: .second(5), in: $0)
            }
        }
        for _ in 0..<2 { rooms.post(in: 1, by: alice) }
        let first = try #require(try look().first)
        _ = try mark(first, isRead: true)
        rooms.post(in: 1, by: alice)
        #expect(try look().count == 1)
        _ = try mark(first, isRead: false)
        #expect(try list().map(\.number) == [first.number])
        #expect(try run(first)?.count == 3)
        rooms.post(in: 1, by: alice)
        #expect(try look().isEmpty)
        #expect(try run(first)?.count == 4)
        try read(room)
        #expect(try list(unread: true).isEmpty)
        // Nothing is unread behind it: it is what it was, and read again with the room.
        #expect(try !mark(first, isRead: false).isRead)
        try read(room)
        let after = try #require(try list().first)
        #expect(after.isRead && after.count == 4)
        // The next message comes to it.
        _ = try mark(first, isRead: false)
        rooms.post(in: 1, by: alice)
        #expect(try look().isEmpty)
        #expect(try list(unread: true).map(\.number) == [first.number])
    }

    @Test func `what stands for unread messages is kept as long as they are`() throws {
        rooms.post(in: 1, by: alice)
        let made = try #require(try look().first)
        func clear(at day: Int64) throws {
            while try !node.write({ try Retention.clear(at: .second(day * 86_400), in: $0) }) {}
        }
        try clear(at: 400)
        #expect(try list().map(\.number) == [made.number])
        try read(room)
        try clear(at: 401)
        #expect(try list().isEmpty)
        #expect(try look().isEmpty)
    }

    @Test func `marking all as read marks what nobody had looked at, too`() throws {
        rooms.post(in: 1, by: alice)
        rooms.post(in: 2, by: alice)
        func mark() throws -> Int {
            try node.write {
                try Notifications.markAllRead(rooms, &node.random, by: bob, at: .second(9), in: $0)
            }
        }
        #expect(try mark() == 2)
        #expect(try list().map(\.count) == [1, 1])
        #expect(try mark() == 0)
        #expect(try look().isEmpty)
    }

    @Test func `a mention is told by itself and not counted again`() throws {
        rooms.post(in: 1, by: alice, mentioning: [bob])
        #expect(try look().isEmpty)
        rooms.post(in: 1, by: alice)
        #expect(try run(#require(try look().first))?.count == 1)
        try node.write { transaction in
            _ = try NotificationPreferences.update(
                [PreferenceChange(.mention, inApp: false, push: false, email: false)], of: bob, rooms,
                at: .second(5), in: transaction)
        }
        #expect(try run(#require(try list().first))?.count == 2)
    }

    @Test func `a muted room and a switch that is off tell nothing, also of what was posted meanwhile`() throws {
        rooms.muted = [room]
        rooms.post(in: 1, by: alice)
        #expect(try look().isEmpty)
        #expect(try node.write { try MessageNotices.hear(of: room, for: bob, rooms, &node.random, in: $0) } == nil)
        rooms.muted = []
        try node.write { try MessageNotices.beginNow(in: room, for: bob, rooms, in: $0) }
        #expect(try look().isEmpty)
        rooms.post(in: 1, by: alice)
        let made = try #require(try look().first)
        func set(_ isOn: Bool) throws {
            try node.write { transaction in
                _ = try NotificationPreferences.update(
                    [PreferenceChange(.message, inApp: isOn)], of: bob, rooms, at: .second(5), in: transaction)
            }
        }
        try set(false)
        rooms.post(in: 1, by: alice)
        rooms.post(in: 3, by: alice)
        #expect(try look().isEmpty)
        // What was there stays as it was.
        #expect(try list().map(\.count) == [1])
        try set(true)
        #expect(try look().isEmpty)
        rooms.post(in: 3, by: alice)
        #expect(try run(#require(try look().first))?.count == 1)
        try read(room)
        #expect(try NotificationTable.notification(made.number, on: node.connection)?.isRead == true)
    }

    /// Whatever people do, each message they haven't read, and weren't told of before, is in one unread notification.
    @Test(arguments: 1...15 as ClosedRange<UInt64>)
    func `every message is told once`(seed: UInt64) throws {
        var random = SeededNumbers(seed)
        let access = try access
        var told: Set<MessageNumber> = []
        for step in 0..<80 {
            let room = Int64.random(in: 1...3, using: &random)
            let unreadOnes = try list(unread: true)
            switch Int.random(in: 0...9, using: &random) {
            case 0...4: rooms.post(in: room, by: Bool.random(using: &random) ? alice : bob)
            case 5: _ = try look()
            case 6: try read(RoomNumber(room))
            case 7:
                if let one = unreadOnes.randomElement(using: &random) {
                    _ = try node.write {
                        try Notifications.change(one.number, isRead: true, rooms, by: access, at: .second(1), in: $0)
                    }
                }
            case 8:
                if let one = unreadOnes.randomElement(using: &random) {
                    _ = try node.write {
                        try Notifications.delete(one.number, rooms, by: access, at: .second(1), in: $0)
                    }
                }
            default:
                _ = try node.write {
                    try Notifications.markAllRead(rooms, &random, by: bob, at: .second(1), in: $0)
                }
                told = Set(rooms.posted.map(\.number))
            }
            // What one that is gone stood for.
            let left = try Set(list(unread: true).map(\.number))
            for one in unreadOnes where !left.contains(one.number) {
                told.formUnion(rooms.posted.filter { $0.room == one.subject.room }.map(\.number))
            }
            _ = try look()
            let open = try list(unread: true)
            #expect(Set(open.map(\.subject.room)).count == open.count, "seed \(seed), step \(step)")
            for room in 1...3 as ClosedRange<Int64> {
                let cursor = rooms.cursors[bob]?[RoomNumber(room)] ?? MessageNumber(0)
                let expected = rooms.posted.count {
                    $0.room == RoomNumber(room) && $0.facts.sender != bob && $0.number > cursor
                        && !told.contains($0.number)
                }
                let one = open.first { $0.subject.room == RoomNumber(room) }
                #expect(try one.flatMap(run)?.count ?? 0 == expected, "seed \(seed), step \(step)")
            }
        }
    }
}

extension Connection {
    /// Rows that were ever written through it.
    fileprivate var totalChanges: Int64 {
        get throws {
            var row = try statement("SELECT total_changes()")
            return try row.step() ? row.int64(0) : 0
        }
    }
}
