package import Bytes
package import Keys
import Operations
package import SQLite
package import Store

package enum RegistrationMode: String, Sendable {
    case open, invite, closed
}

/// Somebody asks for an account.
///
/// 1. `init` looks at the fields; 2. `Accounts.check` on a reading connection refuses most of what will be refused,
/// before it costs anything; 3. `hash` takes its milliseconds on a thread for that; 4. `Accounts.register` in the
/// writer decides.
package struct Registration: Sendable {
    let handle: String
    let displayName: String
    let password: Password
    let invite: String?

    package init(
        username: String, password: Password, displayName: String? = nil, invite: String? = nil
    ) throws(ChatFault) {
        var faults: [FieldFault] = []
        faults.check(.username, Handle(username) != nil, "1 to 64 of a-z, 0-9, '.', '_' and '-'")
        faults.check(.password, password.isAcceptable, "at least 8 characters, and at most 1,024 bytes")
        faults.check(.displayName, Accounts.isName(displayName ?? ""), "at most 255 characters")
        try faults.throwIfAny()
        handle = username
        self.displayName = displayName.flatMap { $0.isEmpty ? nil : $0 } ?? username
        self.password = password
        self.invite = invite
    }

    package func hash(_ cost: PasswordCost = .standard) throws(PasswordError) -> PasswordHash {
        try PasswordHash(of: password.bytes.span, cost: cost)
    }
}

extension Accounts {
    /// What lets somebody make an account.
    private enum Admission {
        case free
        case first
        case invite(SecretHash)
    }

    /// Throws what `register` would throw as things are now.
    package static func check(
        _ registration: Registration, _ mode: RegistrationMode, at now: Timestamp, on connection: Connection
    ) throws {
        let admission = try admission(registration, mode, on: connection)
        if case .invite(let code) = admission, try !InviteTable.isGood(code, at: now, on: connection) {
            throw ChatFault.wrongInvite
        }
        guard try AccountTable.account(named: registration.handle, on: connection) == nil else {
            throw ChatFault.nameTaken
        }
    }

    /// Makes the account. The first of a node is its administrator's, and ends the set-up codes.
    package static func register(
        _ registration: Registration, hash: PasswordHash, _ mode: RegistrationMode, _ life: some AccountLife,
        on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> Account {
        let admission = try admission(registration, mode, on: transaction.connection)
        guard try AccountTable.account(named: registration.handle, on: transaction.connection) == nil else {
            throw ChatFault.nameTaken
        }
        var isFirst = false
        switch admission {
        case .free: break
        case .first: isFirst = true
        case .invite(let code):
            guard try InviteTable.use(code, at: occasion.now, in: transaction) else { throw ChatFault.wrongInvite }
        }
        return try open(
            registration.handle, displayName: registration.displayName, hash: hash, isAdmin: isFirst, life,
            action: "user.register", on: occasion, in: transaction)
    }

    /// An administrator, or whoever has the machine, makes an account for somebody: it needs no code.
    package static func add(
        _ registration: Registration, hash: PasswordHash, isAdmin: Bool, _ life: some AccountLife,
        on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> Account {
        guard try AccountTable.account(named: registration.handle, on: transaction.connection) == nil else {
            throw ChatFault.nameTaken
        }
        return try open(
            registration.handle, displayName: registration.displayName, hash: hash, isAdmin: isAdmin, life,
            action: "user.add", on: occasion, in: transaction)
    }

    private static func admission(
        _ registration: Registration, _ mode: RegistrationMode, on connection: Connection
    ) throws -> Admission {
        let code = registration.invite.flatMap { Code.hash(of: $0) }
        if try AccountTable.isEmpty(on: connection) {
            guard let code, try SetupCodeTable.contains(code, on: connection) else { throw ChatFault.wrongInvite }
            return .first
        }
        switch mode {
        case .open: return .free
        case .closed: throw ChatFault.registrationClosed
        case .invite:
            guard let code else { throw ChatFault.wrongInvite }
            return .invite(code)
        }
    }

    private static func open(
        _ handle: String, displayName: String, hash: PasswordHash, isAdmin: Bool, _ life: some AccountLife,
        action: String, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> Account {
        let person = try life.open(handle, displayName: displayName, in: transaction)
        let account = Account(
            person: person, handle: handle, password: hash.text, isAdmin: isAdmin, created: occasion.now)
        try AccountTable.insert(account, in: transaction)
        try SetupCodeTable.removeAll(in: transaction)
        try AuditTable.insert(
            action, subject: handle, by: occasion.actor ?? (action == "user.register" ? person : nil),
            from: occasion.address, detail: isAdmin ? "administrator" : nil, at: occasion.now, in: transaction)
        return account
    }

    /// At most 255 characters: of Unicode, so at most 1,020 bytes.
    static func isName(_ text: String) -> Bool {
        text.utf8.count <= Limits.nameBytesMax && text.unicodeScalars.count <= 255
    }
}
