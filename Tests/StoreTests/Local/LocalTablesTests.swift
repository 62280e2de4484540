import Bytes
import Keys
import LocalDatabase
import SQLite
import Store
import Testing

struct LocalTablesTests {
    private let database: LocalDatabase

    init() throws {
        database = try LocalDatabase()
    }

    @Test func `an account comes back as it was written`() throws {
        try database.add("bob", 2)
        try database.add("alice", 1, isAdmin: true, password: "hash")
        let connection = database.connection
        var alice = try #require(try AccountTable.account(named: "alice", on: connection))
        #expect(alice.person == PersonNumber(1) && alice.isAdmin && alice.isActive && alice.password == "hash")
        alice.email = "a@example.org"
        alice.sharesPresence = false
        alice.noticesFrom = MessageNumber(7)
        alice.isActive = false
        try database.write { try AccountTable.update(alice, in: $0) }
        #expect(try AccountTable.account(of: alice.person, on: connection) == alice)
        #expect(
            try AccountTable.accounts(ListWindow(limit: 5), on: connection).map(\.handle) == ["alice", "bob"])
        #expect(
            try AccountTable.accounts(isActive: true, ListWindow(limit: 5), on: connection).map(\.handle) == ["bob"])
        #expect(try AccountTable.count(on: connection) == 2 && AccountTable.activeAdmins(on: connection) == 0)
    }

    @Test func `a closed account can hold nothing that lets somebody in`() throws {
        try database.add("alice", 1, password: "hash")
        var alice = try #require(try AccountTable.account(named: "alice", on: database.connection))
        alice.closed = .second(1)
        alice.isActive = false
        #expect(throws: SQLiteError.self) { try database.write { try AccountTable.update(alice, in: $0) } }
    }

    @Test func `a setting is set, replaced and removed`() throws {
        func value() throws -> [UInt8]? { try SettingTable.value(of: "colour", on: database.connection) }
        #expect(try value() == nil)
        for bytes in [[1, 2], [], nil] as [[UInt8]?] {
            try database.write { try SettingTable.set("colour", to: bytes, in: $0) }
            #expect(try value() == bytes)
        }
    }

    @Test func `the audit is filtered by actor, action and time, newest first`() throws {
        let alice = PersonNumber(1)
        try database.write { transaction in
            for index in 0..<20 as Range<Int64> {
                try AuditTable.insert(
                    index % 2 == 0 ? "login.failed" : "user.close", subject: "bob",
                    by: index % 3 == 0 ? alice : nil, from: "::1", at: .second(index), in: transaction)
            }
        }
        let window = TimeWindow(since: .second(4), until: .second(13))
        for actor in [nil, alice] {
            for action in [nil, "user.close"] {
                let filter = AuditFilter(action: action, actor: actor, time: window)
                let expected = (4..<13).reversed().filter {
                    (actor == nil || $0 % 3 == 0) && (action == nil || $0 % 2 == 1)
                }
                let found = try AuditTable.entries(filter, ListWindow(limit: 50), on: database.connection)
                #expect(found.map(\.time) == expected.map { .second(Int64($0)) })
                #expect(try AuditTable.count(filter, on: database.connection) == expected.count)
            }
        }
        #expect(try database.write { try AuditTable.remove(before: .second(5), atMost: 3, in: $0) } == 3)
        #expect(try AuditTable.count(AuditFilter(), on: database.connection) == 17)
    }

    private func notify(_ message: Int64) throws -> NotificationNumber {
        try database.write {
            try NotificationTable.insert(
                .mention, for: PersonNumber(1),
                about: NotificationSubject(room: RoomNumber(3), message: MessageNumber(message)), by: .all,
                uuid: UUID(high: 0, low: UInt64(message)), at: .second(0), in: $0
            ).number
        }
    }

    private func put(
        _ way: OutboxEntry.Way, _ notification: NotificationNumber?, _ message: Int64, to device: Int64? = nil
    ) throws -> OutboxNumber {
        try database.write {
            try OutboxTable.insert(
                way, for: PersonNumber(1), device: device.map { DeviceNumber($0) }, notification: notification,
                type: .mention, about: NotificationSubject(room: RoomNumber(3), message: MessageNumber(message)),
                at: .second(0), due: .second(message), in: $0)
        }
    }

    private func states(_ numbers: [OutboxNumber]) throws -> [OutboxEntry.State?] {
        try numbers.map { try OutboxTable.entry($0, on: database.connection)?.state }
    }

    @Test func `what waits is cancelled when its reason goes, and what has ended stays as it ended`() throws {
        let alice = try database.add("alice", 1)
        let connection = database.connection
        let (read, deleted, fresh) = (try notify(1), try notify(2), try notify(3))
        let ofRead = try put(.push, read, 1, to: 5)
        let ofDeleted = try put(.email, deleted, 2)
        let ofFresh = try put(.push, fresh, 3, to: 6)
        let sent = try put(.push, read, 1, to: 7)
        let unlisted = try put(.push, nil, 4, to: 5)
        let all = [ofRead, ofDeleted, ofFresh, sent, unlisted]
        try database.write { transaction in
            _ = try OutboxTable.end(sent, .sent, at: .second(1), in: transaction)
            try NotificationTable.setRead(read, at: .second(2), in: transaction)
            try NotificationTable.delete(deleted, in: transaction)
            try OutboxTable.cancelSettled(of: alice, at: .second(2), in: transaction)
        }
        #expect(try states(all) == [.cancelled, .cancelled, .waiting, .sent, .waiting])
        #expect(try !database.write { try OutboxTable.end(ofRead, .sent, at: .second(3), in: $0) })
        #expect(try !database.write { try OutboxTable.postpone(sent, to: .second(9), because: "no", in: $0) })
        try database.write {
            try OutboxTable.cancelUnlisted(of: alice, in: RoomNumber(3), upTo: MessageNumber(3), at: .second(4), in: $0)
        }
        #expect(try states([unlisted]) == [.waiting])
        #expect(try OutboxTable.due(at: .second(3), atMost: 5, on: connection).map(\.number) == [ofFresh])
        #expect(try OutboxTable.nextDue(after: .second(2), on: connection) == .second(3))
        #expect(try OutboxTable.nextDue(after: .second(99), on: connection) == nil)
        try database.write { transaction in
            try OutboxTable.cancel(to: DeviceNumber(6), of: alice, at: .second(4), in: transaction)
            try OutboxTable.cancel(.mention, by: .push, of: alice, at: .second(4), in: transaction)
        }
        #expect(try states([ofFresh, unlisted]) == [.cancelled, .cancelled])
        #expect(try OutboxTable.waitingCount(.push, on: connection) == 0)
        #expect(try database.write { try OutboxTable.removeEnded(before: .second(3), atMost: 9, in: $0) } == 3)
    }

    @Test func `hashes for tokens and for codes are different functions`() {
        let bytes = Array("the same".utf8)
        #expect(SecretHash(token: bytes.span) != SecretHash(code: bytes.span))
        #expect("\(SecretHash(token: bytes.span))" == "SecretHash")
    }
}
