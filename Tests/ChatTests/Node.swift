import Bytes
import Chat
import Keys
import LocalDatabase
import SQLite
import Store

/// A node's people, with a log that only numbers them, and rooms that a test fills.
final class Node {
    let database: LocalDatabase
    let life = NumberedPeople()
    var random = SeededNumbers(7)
    /// As cheap as Argon2 gets.
    static let cheap = PasswordCost(passes: 1, memoryKibibytes: 8)

    init() throws {
        database = try LocalDatabase()
    }

    var connection: Connection { database.connection }

    func write<Result>(_ body: (borrowing Transaction) throws -> Result) throws -> Result {
        try database.write(body)
    }

    static func by(_ person: PersonNumber?, at second: Int64 = 0) -> Occasion {
        Occasion(now: .second(second), by: person, from: "192.0.2.7")
    }

    func register(
        _ username: String, password: String = "password", invite: String? = nil, _ mode: RegistrationMode = .invite,
        at second: Int64 = 0
    ) throws -> Account {
        let registration = try Registration(username: username, password: Password(password), invite: invite)
        try Accounts.check(registration, mode, at: .second(second), on: connection)
        let hash = try registration.hash(Self.cheap)
        return try write {
            try Accounts.register(
                registration, hash: hash, mode, life, on: Self.by(nil, at: second), in: $0)
        }
    }

    /// The first account.
    func registerAdmin() throws -> PersonNumber {
        let code = try write { try Accounts.makeSetupCode(&random, at: .second(0), in: $0) }
        return try register("admin", invite: code).person
    }

    func add(_ username: String) throws -> PersonNumber {
        let registration = try Registration(username: username, password: Password("password"))
        let hash = try registration.hash(Self.cheap)
        return try write {
            try Accounts.add(registration, hash: hash, isAdmin: false, life, on: Self.by(nil), in: $0).person
        }
    }

    func verdict(_ username: String, _ password: String = "password") throws -> PasswordVerdict {
        try Accounts.attempt(username: username, password: Password(password), on: connection).check(Self.cheap)
    }

    func signIn(_ username: String, _ password: String = "password", at second: Int64 = 0) throws -> SignedIn {
        guard case .right(let right) = try verdict(username, password) else { throw ChatFault.notSignedIn }
        return try write {
            try Accounts.signIn(right, userAgent: "test", &random, on: Self.by(right.person, at: second), in: $0)
        }
    }

    func access(_ signedIn: SignedIn, at second: Int64 = 0) throws -> Access? {
        try Accounts.access(by: signedIn.secret.hash, at: .second(second), on: connection)
    }

    func account(_ person: PersonNumber) throws -> Account? {
        try AccountTable.account(of: person, on: connection)
    }

    /// Actions in the audit, the newest first.
    func audit() throws -> [String] {
        try AuditTable.entries(AuditFilter(), ListWindow(limit: 100), on: connection).map(\.action)
    }
}

final class NumberedPeople: AccountLife {
    private var count: Int64 = 0
    private(set) var names: [PersonNumber: String] = [:]
    private(set) var closed: [PersonNumber: Bool] = [:]

    func open(_ handle: String, displayName: String, in transaction: borrowing Transaction) -> PersonNumber {
        count += 1
        names[PersonNumber(count)] = displayName
        return PersonNumber(count)
    }

    func close(_ person: PersonNumber, erasing: Bool, in transaction: borrowing Transaction) {
        closed[person] = erasing
    }
}

/// What a use case says to it; nil where it agrees. (`#expect` does not nest.)
func refusal<Result>(_ body: () throws -> Result) -> ChatFault? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? ChatFault
    }
}
