import Bytes
import Chat
import Keys
import LocalDatabase
import SQLite
import Store
import Testing

struct SignInTests {
    private let node: Node
    private let admin: PersonNumber
    private let bob: PersonNumber

    init() throws {
        node = try Node()
        admin = try node.registerAdmin()
        bob = try node.add("bob")
    }

    @Test func `threat 71: an unknown name, a wrong password, a shut and a closed account are the same`() throws {
        let eve = try node.add("eve")
        let carol = try node.add("carol")
        try node.write { transaction in
            _ = try Accounts.setActive(false, eve, on: Node.by(admin), in: transaction)
            _ = try Accounts.close(carol, erasing: false, node.life, on: Node.by(carol), in: transaction)
        }
        for (name, password) in [("nobody", "password"), ("bob", "wrong"), ("eve", "password"), ("carol", "password")] {
            guard case .wrong = try node.verdict(name, password) else {
                Issue.record("\(name) is let in")
                continue
            }
        }
        guard case .right(let right) = try node.verdict("bob") else {
            Issue.record("bob is not let in")
            return
        }
        #expect(right.person == bob)
    }

    @Test func `a session lasts thirty days from its last use`() throws {
        let signedIn = try node.signIn("bob")
        let day: Int64 = 86_400
        #expect(try node.access(signedIn, at: 30 * day - 1)?.person == bob)
        #expect(try node.access(signedIn, at: 30 * day) == nil)
        let access = try #require(try node.access(signedIn))
        try node.write {
            try Accounts.touch(access, userAgent: "other", on: Node.by(bob, at: day), in: $0)
        }
        #expect(try node.access(signedIn, at: 30 * day)?.person == bob)
    }

    @Test func `threat 71: a password that changed while it was checked lets nobody in`() throws {
        guard case .right(let right) = try node.verdict("bob") else {
            Issue.record("bob is not let in")
            return
        }
        let hash = try Accounts.hash(Password("another password"), Node.cheap)
        _ = try node.write { try Accounts.resetPassword(of: bob, to: hash, on: Node.by(admin), in: $0) }
        let outcome = refusal {
            try node.write {
                try Accounts.signIn(right, userAgent: "", &node.random, on: Node.by(bob), in: $0)
            }
        }
        #expect(outcome == .notSignedIn)
        _ = try node.signIn("bob", "another password")
    }

    @Test func `a hash of another cost is made anew at the next sign-in`() throws {
        let dearer = PasswordCost(passes: 2, memoryKibibytes: 8)
        let before = try node.account(bob)?.password
        let attempt = try Accounts.attempt(username: "bob", password: Password("password"), on: node.connection)
        guard case .right(let right) = try attempt.check(dearer) else {
            Issue.record("bob is not let in")
            return
        }
        _ = try node.write {
            try Accounts.signIn(right, userAgent: "", &node.random, on: Node.by(bob), in: $0)
        }
        let after = try #require(try node.account(bob)?.password)
        #expect(after != before && PasswordHash(after)?.cost == dearer)
        _ = try node.signIn("bob")
    }

    @Test func `threat 71: a new password ends the other sessions, a reset all of them and the tokens`() throws {
        let here = try node.signIn("bob")
        let there = try node.signIn("bob")
        let access = try #require(try node.access(here))
        let token = try node.write {
            try Accounts.makeToken("bot", for: access, &node.random, on: Node.by(bob), in: $0)
        }
        func isGood(_ secret: SecretHash) throws -> Bool {
            try Accounts.access(by: secret, at: .second(1), on: node.connection) != nil
        }
        let old = try Accounts.passwordAttempt(of: bob, old: Password("password"), on: node.connection)
        let change = try #require(try PasswordChange(old: old, new: Password("new password")).check(Node.cheap))
        let ended = try node.write {
            try Accounts.change(change, keeping: here.session.number, on: Node.by(bob), in: $0)
        }
        #expect(ended.sessions == [there.session.number])
        #expect(try isGood(here.secret.hash) && !isGood(there.secret.hash) && isGood(token.secret.hash))
        // What was checked against the old one is stale.
        let again = refusal {
            try node.write { try Accounts.change(change, keeping: nil, on: Node.by(bob), in: $0) }
        }
        #expect(again == .wrongOldPassword)

        let hash = try Accounts.hash(Password("third password"), Node.cheap)
        let reset = try node.write { try Accounts.resetPassword(of: bob, to: hash, on: Node.by(admin), in: $0) }
        #expect(Set(reset.sessions) == [here.session.number, token.token.number])
        #expect(try !isGood(here.secret.hash) && !isGood(token.secret.hash))
        #expect(refusal { try node.signIn("bob", "new password") } == .notSignedIn)
        _ = try node.signIn("bob", "third password")
    }

    @Test func `a wrong old password changes nothing, and a bad new one isn't computed`() throws {
        let wrong = try Accounts.passwordAttempt(of: bob, old: Password("wrong"), on: node.connection)
        #expect(try PasswordChange(old: wrong, new: Password("new password")).check(Node.cheap) == nil)
        #expect(refusal { try PasswordChange(old: wrong, new: Password("short")) } != nil)
    }

    @Test func `threat 70: tokens, tickets, codes and passwords are nowhere on the disk, nor printed`() throws {
        let password = "a very secret password"
        let code = try node.write { try Accounts.makeInvite(&node.random, on: Node.by(admin), in: $0).code }
        _ = try node.register("carol", password: password, invite: code)
        let unused = try node.write { try Accounts.makeInvite(&node.random, on: Node.by(admin), in: $0).code }
        let signedIn = try node.signIn("carol", password)
        let access = try #require(try node.access(signedIn))
        let token = try node.write {
            try Accounts.makeToken("bot", for: access, &node.random, on: Node.by(access.person), in: $0)
        }
        let (ticket, _) = try TicketBook().issue(to: access, at: .second(0), &node.random)
        let disk = try node.database.bytesOnDisk()
        #expect(disk.contains(text: "carol"))
        let secrets = [
            password, unused, unused.filter { $0 != "-" }, signedIn.secret.text, token.secret.text, ticket.text,
        ]
        for secret in secrets { #expect(!disk.contains(text: secret)) }
        let bytes = try #require(Base64.url.decode(signedIn.secret.text.dropFirst(4)))
        #expect(bytes.count == 32 && !disk.indices.contains { disk[$0...].starts(with: bytes) })
        var printed = ""
        dump(signedIn.secret, to: &printed)
        dump(Password(password), to: &printed)
        print(signedIn.secret, token.secret, Password(password), signedIn.account, to: &printed)
        for secret in secrets { #expect(!printed.contains(secret)) }
        #expect(!printed.contains("argon2"))
    }

    @Test func `a failed sign-in is in the audit where the account exists, and nothing that was typed`() throws {
        for name in ["bob", "the password by mistake"] {
            let attempt = try Accounts.attempt(username: name, password: Password("x"), on: node.connection)
            try node.write { try Accounts.noteFailure(of: attempt, on: Node.by(nil), in: $0) }
        }
        let failures = try AuditTable.entries(
            AuditFilter(action: "login.failed"), ListWindow(limit: 9), on: node.connection)
        #expect(failures.map(\.subject) == ["bob"] && failures.first?.address == "192.0.2.7")
        #expect(try !node.database.bytesOnDisk().contains(text: "by mistake"))
    }

    @Test func `who signs in without end ends the sessions used the longest ago`() throws {
        let first = try node.signIn("bob", at: 0)
        try node.write { transaction in
            for index in 1..<Int64(Accounts.sessionsMax) {
                _ = try SessionTable.insert(
                    SecretHash(token: Array("\(index)".utf8).span), for: bob, scopes: .all, at: .second(index),
                    expires: .second(1_000_000), in: transaction)
            }
        }
        let last = try node.signIn("bob", at: 5_000)
        #expect(last.ended.sessions == [first.session.number])
        #expect(
            try SessionTable.signInCount(of: bob, at: .second(5_000), on: node.connection) == Accounts.sessionsMax)
    }
}
