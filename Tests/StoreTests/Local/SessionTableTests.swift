import Bytes
import LocalDatabase
import SQLite
import Store
import Testing

struct SessionTableTests {
    private let database: LocalDatabase
    private let alice: PersonNumber

    init() throws {
        database = try LocalDatabase()
        alice = try database.add("alice", 1)
    }

    private func secret(_ text: String) -> SecretHash { SecretHash(token: Array(text.utf8).span) }

    private func insert(
        _ text: String, name: String? = nil, at now: Timestamp = .second(0), expires: Timestamp? = .second(100)
    ) throws -> Session {
        try database.write {
            try SessionTable.insert(
                secret(text), for: alice, name: name, scopes: .all, at: now, expires: expires, address: "::1",
                userAgent: "test", in: $0)
        }
    }

    private func owner(_ text: String, at now: Timestamp = .second(1)) throws -> SessionOwner? {
        try SessionTable.owner(of: secret(text), at: now, on: database.connection)
    }

    @Test func `a session is found by its secret until its time is over`() throws {
        let session = try insert("a")
        #expect(try owner("a")?.session == session)
        #expect(try owner("b") == nil)
        #expect(try owner("a", at: .second(99)) != nil)
        #expect(try owner("a", at: .second(100)) == nil)
        #expect(try SessionTable.owner(of: session.number, at: .second(1), on: database.connection) != nil)
    }

    @Test func `numbers are not used again`() throws {
        let first = try insert("a")
        #expect(try database.write { try SessionTable.end(first.number, of: alice, isToken: nil, in: $0) })
        #expect(try insert("b").number > first.number)
    }

    @Test func `sign-ins are listed by their last use, tokens by their making, and neither among the other`() throws {
        let first = try insert("a", at: .second(1))
        let second = try insert("b", at: .second(2))
        let bot = try insert("c", name: "bot", at: .second(3), expires: nil)
        let over = try insert("d", name: "old", at: .second(4), expires: .second(5))
        try database.write {
            try SessionTable.touch(
                first.number, at: .second(9), expires: .second(200), address: "::2", userAgent: "u", in: $0)
            // An older use that comes late changes nothing.
            try SessionTable.touch(
                first.number, at: .second(8), expires: .second(150), address: "::3", userAgent: "v", in: $0)
        }
        let window = ListWindow(limit: 9)
        let listed = try SessionTable.signIns(of: alice, at: .second(10), window, on: database.connection)
        #expect(listed.map(\.number) == [first.number, second.number])
        #expect(listed.first?.address == "::2" && listed.first?.expires == .second(200))
        let tokens = try SessionTable.tokens(of: alice, at: .second(10), window, on: database.connection)
        #expect(tokens.map(\.number) == [bot.number] && tokens.first?.lastUsed == nil)
        #expect(try SessionTable.tokenCount(of: alice, at: .second(10), on: database.connection) == 1)
        #expect(try SessionTable.signInCount(of: alice, at: .second(10), on: database.connection) == 2)
        let removed = try database.write { try SessionTable.removeExpired(at: .second(10), atMost: 5, in: $0) }
        #expect(removed == 1)
        #expect(try SessionTable.owner(of: over.number, at: .second(0), on: database.connection) == nil)
    }

    @Test func `nobody ends another's session, and no sign-in as a token`() throws {
        let bob = try database.add("bob", 2)
        let session = try insert("a")
        func end(_ person: PersonNumber, isToken: Bool?) throws -> Bool {
            try database.write { try SessionTable.end(session.number, of: person, isToken: isToken, in: $0) }
        }
        #expect(try !end(bob, isToken: nil))
        #expect(try !end(alice, isToken: true))
        #expect(try end(alice, isToken: false))
        #expect(try !end(alice, isToken: nil))
    }

    @Test func `the oldest make room, and what ends is named`() throws {
        let sessions = try (0..<5).map { try insert("\($0)", at: .second(Int64($0))).number }
        let token = try insert("t", name: "bot").number
        try database.write { transaction in
            let oldest = try SessionTable.endOldest(of: alice, keeping: 2, in: transaction)
            #expect(Set(oldest) == Set(sessions.prefix(3)))
            let others = try SessionTable.endAll(of: alice, except: sessions[4], withTokens: false, in: transaction)
            #expect(others == [sessions[3]])
            let all = try SessionTable.endAll(of: alice, withTokens: true, in: transaction)
            #expect(Set(all) == [sessions[4], token])
        }
    }
}
