import Bytes
import Chat
import LocalDatabase
import SQLite
import Store
import Testing

struct AdministrationTests {
    private let node: Node
    private let admin: PersonNumber
    private let bob: PersonNumber

    init() throws {
        node = try Node()
        admin = try node.registerAdmin()
        bob = try node.add("bob")
    }

    private func setActive(_ isActive: Bool, _ person: PersonNumber, by actor: PersonNumber?) throws -> EndedSessions {
        try node.write { try Accounts.setActive(isActive, person, on: Node.by(actor), in: $0) }
    }

    private func setAdmin(_ isAdmin: Bool, _ person: PersonNumber, by actor: PersonNumber?) throws {
        try node.write { try Accounts.setAdmin(isAdmin, person, on: Node.by(actor), in: $0) }
    }

    private func close(_ person: PersonNumber) throws -> EndedSessions {
        try node.write { try Accounts.close(person, erasing: false, node.life, on: Node.by(person), in: $0) }
    }

    @Test func `who is shut out is out at once, and comes in again with the same password`() throws {
        let session = try node.signIn("bob")
        #expect(try setActive(false, bob, by: admin).sessions == [session.session.number])
        #expect(try node.access(session) == nil)
        #expect(refusal { try node.signIn("bob") } == .notSignedIn)
        _ = try setActive(true, bob, by: admin)
        #expect(try node.access(session) == nil)
        _ = try node.signIn("bob")
        #expect(try node.audit().filter { $0.hasPrefix("user.") }.prefix(2) == ["user.activate", "user.deactivate"])
    }

    @Test func `only administrators administer, and the command line`() throws {
        let hash = try Accounts.hash(Password("password"), Node.cheap)
        let reset = refusal {
            try node.write { try Accounts.resetPassword(of: bob, to: hash, on: Node.by(bob), in: $0) }
        }
        #expect(reset == .notAllowed)
        #expect(refusal { try setActive(false, admin, by: bob) } == .notAllowed)
        #expect(refusal { try setAdmin(true, bob, by: bob) } == .notAllowed)
        #expect(refusal { try setAdmin(true, PersonNumber(99), by: admin) } == .notFound)
        try setAdmin(true, bob, by: nil)
        #expect(try node.account(bob)?.isAdmin == true)
    }

    @Test func `the last active administrator stays`() throws {
        #expect(refusal { try setActive(false, admin, by: admin) } == .lastAdministrator)
        #expect(refusal { try setAdmin(false, admin, by: admin) } == .lastAdministrator)
        #expect(refusal { try close(admin) } == .lastAdministrator)
        try setAdmin(true, bob, by: admin)
        _ = try setActive(false, bob, by: admin)
        // One who is shut out doesn't count.
        #expect(refusal { try setAdmin(false, admin, by: admin) } == .lastAdministrator)
        _ = try setActive(true, bob, by: admin)
        try setAdmin(false, admin, by: bob)
        #expect(refusal { try setAdmin(true, admin, by: admin) } == .notAllowed)
    }

    @Test func `who is alone on a node may close the account`() throws {
        _ = try close(bob)
        _ = try close(admin)
        #expect(try node.account(admin)?.closed != nil)
        // A node that had people doesn't ask for a set-up code again.
        #expect(try node.write { try Accounts.makeSetupCode(&node.random, at: .second(9), in: $0) } == nil)
    }

    @Test func `a closed account leaves its name, and nothing else on the disk`() throws {
        let session = try node.signIn("bob")
        try node.write { transaction in
            _ = try Accounts.changeProfile(of: bob, email: "bob@private.example", in: transaction)
            _ = try Devices.register(
                "https://push.example/secret", name: "bobs phone", of: bob, at: .second(0), in: transaction)
            _ = try NotificationPreferences.update(
                [PreferenceChange(.mention, email: false)], of: bob, ListedRooms(), at: .second(0), in: transaction)
            _ = try Notifications.make(
                NotificationText(title: "Bobs dentist"), for: bob, about: NotificationSubject(),
                Sending(hasMail: true), &node.random, on: Node.by(bob), in: transaction)
        }
        #expect(try node.database.bytesOnDisk().contains(text: "dentist"))
        #expect(try close(bob).sessions == [session.session.number])
        let disk = try node.database.bytesOnDisk()
        for text in ["bob@private.example", "push.example", "bobs phone", "dentist"] {
            #expect(!disk.contains(text: text), "\(text)")
        }
        let connection = node.connection
        #expect(try node.account(bob)?.password == nil && node.account(bob)?.handle == "bob")
        #expect(try NotificationTable.count(NotificationFilter(recipient: bob), on: connection) == 0)
        #expect(try OutboxTable.waitingCount(.push, on: connection) == 0)
        #expect(try PreferenceTable.count(of: bob, on: connection) == 0)
        #expect(node.life.closed == [bob: false])
        #expect(refusal { try close(bob) } == .accountClosed)
        #expect(refusal { try setActive(true, bob, by: admin) } == .accountClosed)
        #expect(refusal { try setAdmin(true, bob, by: admin) } == .accountClosed)
        let hash = try Accounts.hash(Password("password"), Node.cheap)
        let reset = refusal {
            try node.write { try Accounts.resetPassword(of: bob, to: hash, on: Node.by(admin), in: $0) }
        }
        #expect(reset == .accountClosed)
    }

    @Test(arguments: [
        ("a@b", true), ("", true), ("ab", false), ("a@b@c", false), ("@b", false), ("a@", false), ("a b@c", false),
        ("a@b\r\nBcc: all@c", false), ("ü@b", false), (String(repeating: "a", count: 252) + "@bc", false),
    ])
    func `threat 77: an e-mail address has nothing that a mail's head could be made of`(text: String, isGood: Bool)
        throws
    {
        let outcome = refusal { try node.write { try Accounts.changeProfile(of: bob, email: text, in: $0) } }
        #expect((outcome == nil) == isGood)
        if isGood { #expect(try node.account(bob)?.email == (text.isEmpty ? nil : text)) }
    }

    @Test func `what is over is cleared away, some at a time`() throws {
        let session = try node.signIn("bob")
        _ = try node.write { try Accounts.makeInvite(&node.random, on: Node.by(admin), in: $0) }
        var rounds = 0
        var isDone = false
        while !isDone, rounds < 20 {
            rounds += 1
            isDone = try node.write { try Retention.clear(at: .second(400 * 86_400), atMost: 1, in: $0) }
        }
        #expect(rounds > 2 && isDone)
        #expect(try SessionTable.owner(of: session.session.number, at: .second(0), on: node.connection) == nil)
        #expect(try node.audit().isEmpty)
    }
}
