import Bytes
import LocalDatabase
import SQLite
import Store
import Testing

struct NotificationTableTests {
    private let database: LocalDatabase
    private let alice: PersonNumber
    private let bob: PersonNumber

    init() throws {
        database = try LocalDatabase()
        alice = try database.add("alice", 1)
        bob = try database.add("bob", 2)
    }

    private func recount(_ person: PersonNumber, unread: Bool) throws -> Int {
        let all = try NotificationTable.notifications(
            NotificationFilter(recipient: person), ListWindow(limit: .max), on: database.connection)
        return all.count { !unread || !$0.isRead }
    }

    /// Whatever happens to notifications, the counters say what counting would.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `counts are those of a recount`(seed: UInt64) throws {
        var random = SeededNumbers(seed)
        var made: [NotificationNumber] = []
        for step in 0..<120 as Range<Int64> {
            try database.write { transaction in
                let person = Bool.random(using: &random) ? alice : bob
                let some = made.randomElement(using: &random) ?? NotificationNumber(1)
                let message = MessageNumber(.random(in: 1...6, using: &random))
                let now = Timestamp.second(step)
                switch Int.random(in: 0...13, using: &random) {
                case 0...5:
                    let subject = NotificationSubject(
                        room: RoomNumber(.random(in: 1...3, using: &random)), message: message, actor: bob)
                    let uuid = UUID(high: random.next(), low: random.next())
                    made.append(
                        try NotificationTable.insert(
                            NotificationType.allCases.randomElement(using: &random) ?? .system, for: person,
                            about: subject, by: .inApp, uuid: uuid, at: now,
                            read: Int.random(in: 0...4, using: &random) == 0 ? now : nil, in: transaction
                        ).number)
                case 6: try NotificationTable.setRead(some, at: now, in: transaction)
                case 7: try NotificationTable.setRead(some, at: nil, in: transaction)
                case 8: try NotificationTable.delete(some, in: transaction)
                case 9: _ = try NotificationTable.forget(message: message, in: transaction)
                case 10: _ = try NotificationTable.markRead(about: message, of: person, at: now, in: transaction)
                case 11: try NotificationTable.delete(in: RoomNumber(1), of: person, in: transaction)
                case 12:
                    _ = try NotificationTable.markRead(
                        in: RoomNumber(2), upTo: message, of: person, at: now, in: transaction)
                default:
                    if Bool.random(using: &random) {
                        _ = try NotificationTable.markAllRead(of: person, at: now, in: transaction)
                    } else {
                        _ = try NotificationTable.deleteRead(of: person, in: transaction)
                    }
                }
            }
        }
        for person in [alice, bob] {
            #expect(
                try NotificationTable.unreadCount(of: person, on: database.connection)
                    == recount(person, unread: true), "seed \(seed)")
            #expect(
                try NotificationTable.count(NotificationFilter(recipient: person), on: database.connection)
                    == recount(person, unread: false))
        }
    }

    private func fill() throws {
        try database.write { transaction in
            for index in 0..<60 as Range<Int64> {
                _ = try NotificationTable.insert(
                    NotificationType.allCases[Int(index % 4)], for: index % 5 == 0 ? bob : alice,
                    about: NotificationSubject(room: index % 7 == 0 ? nil : RoomNumber(index % 3)), by: .inApp,
                    uuid: UUID(high: 1, low: UInt64(index)), at: .second(index / 2),
                    read: index % 6 == 0 ? .second(100) : nil, in: transaction)
            }
        }
    }

    @Test func `each filter, and any of them together, finds what a look at all of them finds`() throws {
        try fill()
        let everything = try NotificationTable.notifications(
            NotificationFilter(recipient: nil), ListWindow(limit: .max), on: database.connection)
        #expect(everything.count == 60)
        for recipient in [alice, bob, nil] {
            for type in [nil, .message, NotificationType.mention] {
                for isRead in [nil, true, false] {
                    for room in [nil, RoomNumber(1)] {
                        for time in [TimeWindow(), TimeWindow(since: .second(9), until: .second(20))] {
                            let filter = NotificationFilter(
                                recipient: recipient, type: type, isRead: isRead, room: room, time: time)
                            let since = time.since ?? .second(0)
                            let until = time.until ?? .second(1_000)
                            let expected = everything.filter {
                                (recipient == nil || $0.recipient == recipient) && (type == nil || $0.type == type)
                                    && (isRead == nil || $0.isRead == isRead)
                                    && (room == nil || $0.subject.room == room)
                                    && $0.created >= since && $0.created < until
                            }
                            let found = try NotificationTable.notifications(
                                filter, ListWindow(limit: .max), on: database.connection)
                            #expect(found == expected, "\(filter)")
                            #expect(try NotificationTable.count(filter, on: database.connection) == expected.count)
                        }
                    }
                }
            }
        }
    }

    @Test func `a list is newest first, and pages of it meet`() throws {
        try fill()
        let filter = NotificationFilter(recipient: alice)
        let all = try NotificationTable.notifications(filter, ListWindow(limit: .max), on: database.connection)
        #expect(zip(all, all.dropFirst()).allSatisfy { ($0.created, $0.number) > ($1.created, $1.number) })
        var paged: [Notification] = []
        for offset in stride(from: 0, to: 60, by: 7) {
            paged += try NotificationTable.notifications(
                filter, ListWindow(limit: 7, offset: offset), on: database.connection)
        }
        #expect(paged == all)
    }

    @Test func `what is read twice was read the first time`() throws {
        let number = try database.write { transaction in
            let made = try NotificationTable.insert(
                .system, for: alice, about: NotificationSubject(), by: .inApp, text: NotificationText(title: "Hello"),
                uuid: UUID(high: 1, low: 2), at: .second(0), in: transaction)
            try NotificationTable.setRead(made.number, at: .second(1), in: transaction)
            try NotificationTable.setRead(made.number, at: .second(2), in: transaction)
            return made.number
        }
        let found = try NotificationTable.notification(number, on: database.connection)
        #expect(found?.read == .second(1) && found?.text == NotificationText(title: "Hello"))
        #expect(try NotificationTable.number(of: UUID(high: 1, low: 2), on: database.connection) == number)
    }

    @Test func `a deleted message takes what is about it alone, and leaves words of its maker's`() throws {
        try database.write { transaction in
            let subject = NotificationSubject(room: RoomNumber(1), message: MessageNumber(9))
            _ = try NotificationTable.insert(
                .mention, for: alice, about: subject, by: .inApp, uuid: UUID(high: 0, low: 1), at: .second(0),
                in: transaction)
            _ = try NotificationTable.insert(
                .system, for: bob, about: subject, by: .inApp, text: NotificationText(title: "Look"),
                uuid: UUID(high: 0, low: 2), at: .second(0), in: transaction)
            #expect(try NotificationTable.forget(message: MessageNumber(9), in: transaction) == [alice, bob])
        }
        let left = try NotificationTable.notifications(
            NotificationFilter(recipient: nil), ListWindow(limit: 9), on: database.connection)
        #expect(left.map(\.recipient) == [bob] && left.first?.subject.message == nil)
    }

    @Test func `what is old goes, what is read sooner, and some at a time`() throws {
        try fill()
        var removed: [Int] = []
        repeat {
            removed.append(
                try database.write {
                    try NotificationTable.remove(
                        before: .second(5), readBefore: .second(20), atMost: 8, in: $0)
                })
        } while removed.last != 0
        // Two each second: 10 before the fifth; and of those of the next 15 seconds each sixth of the numbers.
        #expect(removed == [8, 7, 0])
        let left = try NotificationTable.notifications(
            NotificationFilter(recipient: nil), ListWindow(limit: .max), on: database.connection)
        #expect(left.allSatisfy { $0.created >= .second(5) && ($0.created >= .second(20) || !$0.isRead) })
    }
}
