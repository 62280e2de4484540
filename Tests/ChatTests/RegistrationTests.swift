import Chat
import LocalDatabase
import SQLite
import Store
import Testing

struct RegistrationTests {
    private let node: Node

    init() throws {
        node = try Node()
    }

    private func invite(uses: Int = 1, seconds: Int64 = 600, by admin: PersonNumber) throws -> String {
        try node.write {
            try Accounts.makeInvite(uses: uses, seconds: seconds, &node.random, on: Node.by(admin), in: $0).code
        }
    }

    @Test func `the first account needs the set-up code in each mode, is an administrator's, and ends the code`() throws
    {
        let codes = try (0..<2).map { second in
            try node.write { try Accounts.makeSetupCode(&node.random, at: .second(second), in: $0) }
        }
        for mode in [RegistrationMode.open, .invite, .closed] {
            #expect(refusal { try node.register("eve", mode) } == .wrongInvite)
            #expect(refusal { try node.register("eve", invite: "00000-00000-00000-00000", mode) } == .wrongInvite)
        }
        // The one that was printed first is as good as the last.
        let admin = try node.register("alice", invite: codes[0])
        #expect(admin.isAdmin && node.life.names[admin.person] == "alice")
        #expect(refusal { try node.register("bob", invite: codes[1]) } == .wrongInvite)
        #expect(try node.write { try Accounts.makeSetupCode(&node.random, at: .second(5), in: $0) } == nil)
        #expect(try node.audit() == ["user.register"])
    }

    @Test func `each mode admits whom it says`() throws {
        let admin = try node.registerAdmin()
        #expect(try !node.register("open", .open).isAdmin)
        #expect(refusal { try node.register("closed", .closed) } == .registrationClosed)
        #expect(refusal { try node.register("uninvited", .invite) } == .wrongInvite)
        #expect(try !node.register("invited", invite: try invite(by: admin)).isAdmin)
    }

    @Test func `an invite is good so often and for so long, however it is typed`() throws {
        let admin = try node.registerAdmin()
        let code = try invite(uses: 2, seconds: 60, by: admin)
        _ = try node.register("one", invite: code.uppercased())
        // A refused registration uses up nothing.
        #expect(refusal { try node.register("one", invite: code) } == .nameTaken)
        let typed = code.filter { $0 != "-" }.map { $0 == "1" ? "L" : $0 == "0" ? "O" : String($0) }
        _ = try node.register("two", invite: " " + typed.joined(separator: " "))
        #expect(refusal { try node.register("three", invite: code) } == .wrongInvite)
        let short = try invite(seconds: 60, by: admin)
        #expect(refusal { try node.register("late", invite: short, at: 60) } == .wrongInvite)
        #expect(try node.register("soon", invite: short, at: 59).handle == "soon")
    }

    @Test(arguments: ["", "u", "-----", "0000", "zzzzz-zzzzz-zzzzz-zzzzz-zzzzz", "üüüüü-üüüüü-üüüüü-üüüüü", "\0"])
    func `what is no code is a wrong one`(code: String) throws {
        _ = try node.registerAdmin()
        #expect(refusal { try node.register("eve", invite: code) } == .wrongInvite)
    }

    @Test func `who asks at the same time for one name or with one invite is told by the writer`() throws {
        let admin = try node.registerAdmin()
        let code = try invite(by: admin)
        let both = try ["one", "two"].map {
            try Registration(username: $0, password: Password("password"), invite: code)
        }
        for registration in both { try Accounts.check(registration, .invite, at: .second(0), on: node.connection) }
        let outcomes = try both.map { registration in
            let hash = try registration.hash(Node.cheap)
            return refusal {
                try node.write {
                    try Accounts.register(registration, hash: hash, .invite, node.life, on: Node.by(nil), in: $0)
                }
            }
        }
        #expect(outcomes == [nil, .wrongInvite])
    }

    @Test func `all that is wrong is named at once`() {
        let long = String(repeating: "x", count: 256)
        let faults = refusal {
            try Registration(username: "Bob!", password: Password("ümlaute"), displayName: long)
        }
        guard case .invalid(let fields) = faults else {
            Issue.record("not refused")
            return
        }
        #expect(fields.map(\.field) == [.username, .password, .displayName])
        #expect(refusal { try Registration(username: "b", password: Password("ümlauten")) } == nil)
        #expect(
            refusal { try Registration(username: "b", password: Password(String(repeating: "x", count: 1_025))) } != nil
        )
    }

    @Test func `a name that somebody has had is taken for ever`() throws {
        let admin = try node.registerAdmin()
        let bob = try node.register("bob", .open)
        _ = try node.write {
            try Accounts.close(bob.person, erasing: true, node.life, on: Node.by(bob.person), in: $0)
        }
        #expect(refusal { try node.register("bob", .open) } == .nameTaken)
        #expect(node.life.closed == [bob.person: true] && admin != bob.person)
    }

    @Test func `only an administrator invites, and within limits`() throws {
        let admin = try node.registerAdmin()
        let bob = try node.add("bob")
        #expect(refusal { try invite(by: bob) } == .notAllowed)
        for (uses, seconds) in [(0, 600), (1_001, 600), (1, 59), (1, 31_536_001)] as [(Int, Int64)] {
            #expect(refusal { try invite(uses: uses, seconds: seconds, by: admin) } != nil, "\(uses) \(seconds)")
        }
    }

    @Test func `a newcomer registers and signs in through the thread that writes`() throws {
        let database = try LocalDatabase()
        let writer = try Writer(database.path) { _ in NoWriterState() }
        defer { writer.stop() }
        let code = try writer.perform { transaction, _ in
            var random = SeededNumbers(1)
            return try Accounts.makeSetupCode(&random, at: .second(0), in: transaction)
        }
        let registration = try Registration(username: "alice", password: Password("password"), invite: code)
        let hash = try registration.hash(Node.cheap)
        let signedIn = try writer.perform { transaction, _ in
            var random = SeededNumbers(2)
            let account = try Accounts.register(
                registration, hash: hash, .invite, NumberedPeople(), on: Node.by(nil), in: transaction)
            return try Accounts.begin(
                account, userAgent: "test", &random, on: Node.by(account.person), in: transaction)
        }
        let reader = Reader(database.path)
        let access = try reader.read { try Accounts.access(by: signedIn.secret.hash, at: .second(1), on: $0) }
        #expect(access?.person == signedIn.account.person && access?.scopes == .all)
    }
}
