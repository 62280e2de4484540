import Bytes
import Chat
import LocalDatabase
import SQLite
import Store
import Testing

struct SessionTests {
    private let node: Node
    private let admin: PersonNumber
    private let bob: PersonNumber

    init() throws {
        node = try Node()
        admin = try node.registerAdmin()
        bob = try node.add("bob")
    }

    private func makeToken(
        _ name: String, _ scopes: Scopes = [.read, .write], seconds: Int64? = nil, by access: Access,
        at second: Int64 = 0
    ) throws -> Accounts.MadeToken {
        try node.write {
            try Accounts.makeToken(
                name, scopes: scopes, seconds: seconds, for: access, &node.random,
                on: Node.by(access.person, at: second), in: $0)
        }
    }

    // MARK: Named tokens

    @Test func `a token has the scopes it was given, and no more than its maker has`() throws {
        let access = try #require(try node.access(node.signIn("bob")))
        #expect(access.scopes == [.read, .write])
        let reader = try makeToken("reader", [.read], by: access)
        let by = try #require(try Accounts.access(by: reader.secret.hash, at: .second(0), on: node.connection))
        #expect(by.scopes == .read && by.isToken)
        #expect(refusal { try makeToken("writer", [.read, .write], by: by) } == .scopesExceeded)
        #expect(try makeToken("second reader", [.read], by: by).token.scopes == .read)
        #expect(refusal { try makeToken("admin", [.admin], by: access) } == .notAllowed)
    }

    @Test func `a token for administration works only while its owner is an administrator`() throws {
        let access = try #require(try node.access(node.signIn("admin")))
        let token = try makeToken("tool", .all, by: access)
        func scopes() throws -> Scopes? {
            try Accounts.access(by: token.secret.hash, at: .second(0), on: node.connection)?.scopes
        }
        #expect(try scopes() == .all)
        try node.write { transaction in
            try Accounts.setAdmin(true, bob, on: Node.by(admin), in: transaction)
            try Accounts.setAdmin(false, admin, on: Node.by(bob), in: transaction)
        }
        #expect(try scopes() == [.read, .write])
    }

    @Test func `a name is one's only one, until its token is revoked or over`() throws {
        let access = try #require(try node.access(node.signIn("bob")))
        let token = try makeToken("bot", by: access)
        #expect(refusal { try makeToken("bot", by: access) } == .tokenNameTaken)
        _ = try node.write { try Accounts.revokeToken(token.token.number, of: bob, on: Node.by(bob), in: $0) }
        _ = try makeToken("bot", seconds: 60, by: access)
        #expect(refusal { try makeToken("bot", by: access, at: 59) } == .tokenNameTaken)
        _ = try makeToken("bot", by: access, at: 60)
        let other = try #require(try node.access(node.signIn("admin")))
        _ = try makeToken("bot", by: other)
    }

    @Test func `limits of tokens`() throws {
        let access = try #require(try node.access(node.signIn("bob")))
        for (name, scopes, seconds) in [
            ("", [.read], nil), ("x", [], nil), ("x", [.read], 59), ("x", [.read], 315_360_001),
        ] as [(String, Scopes, Int64?)] {
            #expect(refusal { try makeToken(name, scopes, seconds: seconds, by: access) } != nil)
        }
        for index in 0..<Accounts.tokensMax { _ = try makeToken("\(index)", by: access) }
        #expect(refusal { try makeToken("one more", by: access) } == .tooMany)
    }

    @Test func `threat 72: nobody ends another's session or token`() throws {
        let mine = try node.signIn("bob")
        let access = try #require(try node.access(mine))
        let token = try makeToken("bot", by: access).token.number
        func end(_ number: SessionNumber, of person: PersonNumber) -> ChatFault? {
            refusal { try node.write { try Accounts.endSession(number, of: person, in: $0) } }
        }
        #expect(end(mine.session.number, of: admin) == .notFound)
        #expect(end(token, of: bob) == .notFound)
        let revoked = refusal {
            try node.write { try Accounts.revokeToken(token, of: admin, on: Node.by(admin), in: $0) }
        }
        #expect(revoked == .notFound)
        #expect(try node.write { try Accounts.signOut(access, in: $0) }.sessions == [mine.session.number])
        #expect(try node.access(mine) == nil)
        let again = refusal { try node.write { try Accounts.signOut(access, in: $0) } }
        #expect(again == .notFound)
    }

    // MARK: The cache

    @Test func `a use is to be written down once a minute, and no oftener`() throws {
        let signedIn = try node.signIn("bob")
        let cache = SessionCache()
        func due(_ second: Int64) throws -> Bool {
            switch cache.access(by: signedIn.secret.hash, at: .second(second)) {
            case .known(_, let touchIsDue): return touchIsDue
            case .unknown(let reading):
                let access = try #require(try node.access(signedIn, at: second))
                return cache.keep(access, for: signedIn.secret.hash, at: .second(second), since: reading)
            }
        }
        let seconds: [Int64] = [1, 59, 60, 61, 119, 120, 1_000, 1_001]
        #expect(try seconds.map(due) == [false, false, true, false, false, true, true, false])
    }

    @Test func `threat 71: what has ended is not found in the cache, and a reading from before is not kept`() throws {
        let signedIn = try node.signIn("bob")
        let secret = signedIn.secret.hash
        let cache = SessionCache()
        let access = try #require(try node.access(signedIn))
        guard case .unknown(let reading) = cache.access(by: secret, at: .second(0)) else {
            Issue.record("known before it was kept")
            return
        }
        func isKnown(at second: Int64 = 0) -> Bool {
            if case .known = cache.access(by: secret, at: .second(second)) { true } else { false }
        }
        _ = cache.keep(access, for: secret, at: .second(0), since: reading)
        #expect(isKnown())
        cache.forget(EndedSessions(person: bob, sessions: [access.session]))
        #expect(!isKnown())
        // Somebody had read the database before it ended.
        _ = cache.keep(access, for: secret, at: .second(0), since: reading)
        #expect(!isKnown())
        guard case .unknown(let later) = cache.access(by: secret, at: .second(0)) else { return }
        _ = cache.keep(access, for: secret, at: .second(0), since: later)
        #expect(isKnown() && !isKnown(at: 31 * 86_400))
        cache.forget(bob)
        #expect(!isKnown() && cache.count == 0)
    }

    @Test func `the cache has a size, and keeps what is used`() throws {
        let signedIn = try node.signIn("bob")
        let access = try #require(try node.access(signedIn))
        let cache = SessionCache(countMax: 8)
        func use(_ index: Int) -> Bool {
            let secret = SecretHash(token: Array("\(index)".utf8).span)
            switch cache.access(by: secret, at: .second(0)) {
            case .known: return true
            case .unknown(let reading):
                _ = cache.keep(access, for: secret, at: .second(0), since: reading)
                return false
            }
        }
        #expect(!use(0))
        for index in 1...100 {
            _ = use(index)
            #expect(use(0), "after \(index)")
            #expect(cache.count <= 8)
        }
        #expect(!use(1))
    }

    @Test func `what is let in for a time is asked after when that is over`() throws {
        let signedIn = try node.signIn("bob")
        let access = try #require(try node.access(signedIn))
        let reader = try makeToken("reader", [.read], seconds: 60, by: access)
        let by = try #require(try Accounts.access(by: reader.secret.hash, at: .second(1), on: node.connection))
        #expect(!by.isExpired(at: .second(59)) && by.isExpired(at: .second(60)))
        #expect(try Accounts.renewed(by, at: .second(59), on: node.connection)?.scopes == .read)
        #expect(try Accounts.renewed(by, at: .second(60), on: node.connection) == nil)
        // A sign-in lives on with its use.
        try node.write { try Accounts.touch(access, userAgent: "", on: Node.by(bob, at: 86_400), in: $0) }
        #expect(access.isExpired(at: .second(30 * 86_400)))
        #expect(try Accounts.renewed(access, at: .second(30 * 86_400), on: node.connection)?.isToken == false)
        #expect(try Accounts.renewed(access, at: .second(31 * 86_400), on: node.connection) == nil)
    }

    // MARK: Tickets

    @Test func `a ticket is good once, for thirty seconds, and for what its token was`() throws {
        let signedIn = try node.signIn("admin")
        let sessionAccess = try #require(try node.access(signedIn))
        let reader = try makeToken("reader", [.read], by: sessionAccess)
        let access = try #require(try Accounts.access(by: reader.secret.hash, at: .second(0), on: node.connection))
        let book = TicketBook()
        let (first, ticket) = try book.issue(to: access, at: .second(0), &node.random)
        #expect(book.redeem(first.text + "x", at: .second(1)) == nil)
        #expect(book.redeem(first.text, at: .second(1)) == ticket)
        #expect(book.redeem(first.text, at: .second(1)) == nil)
        let (late, _) = try book.issue(to: access, at: .second(0), &node.random)
        #expect(book.redeem(late.text, at: .second(30)) == nil)
        #expect(try Accounts.access(by: ticket, at: .second(1), on: node.connection)?.scopes == .read)
        _ = try node.write { try Accounts.signOut(access, in: $0) }
        #expect(try Accounts.access(by: ticket, at: .second(1), on: node.connection) == nil)
    }

    @Test func `tickets that nobody uses make room when their time is over`() throws {
        let access = try #require(try node.access(node.signIn("bob")))
        let book = TicketBook(countMax: 3, perSessionMax: 2)
        func issue(at second: Int64) -> ChatFault? {
            refusal { try book.issue(to: access, at: .second(second), &node.random) }
        }
        #expect([issue(at: 0), issue(at: 1)] == [nil, nil])
        #expect(issue(at: 2) == .tooOften(waitMilliseconds: 30_000))
        #expect([issue(at: 30), issue(at: 31)] == [nil, nil])
    }
}
