import Bytes
import Chat
import Configuration
import EventLoop
import JSON
import Keys
import Operations
import SQLite
import Store

/// `user add`, `list`, `deactivate` and `reset-password`.
enum UserCommands {
    static func add(_ context: Commands.Context) throws {
        let (password, isMadeUp) = try password(context)
        let registration = try spoken {
            try Registration(
                username: name(context), password: Password(password),
                displayName: context.settings.text("display-name"))
        }
        let hash = try registration.hash()
        let wantsAdmin = context.settings.isOn("admin")
        let occasion = Occasion(now: .now(), by: nil)
        let account = try spoken {
            try context.node.writer().performLogged { transaction, state in
                // Somebody has to be able to administer the node.
                let isFirst = try AccountTable.isEmpty(on: transaction.connection)
                return try Accounts.add(
                    registration, hash: hash, isAdmin: wantsAdmin || isFirst, state.accounts(at: occasion.now),
                    on: occasion, in: transaction)
            }
        }
        guard let card = try context.node.reader().read({ try PersonTable.card(of: account.person, on: $0) }) else {
            throw NodeFault("the account was made, and can't be read")
        }
        try context.print { writer in
            writer.beginObject()
            describe(card, &writer)
            writer.key("password")
            if isMadeUp { writer.string(password) } else { writer.null() }
            writer.endObject()
        } text: {
            card.address + (isMadeUp ? "\npassword: \(password)\n" : "\n")
        }
    }

    static func list(_ context: Commands.Context) throws {
        let people = try context.node.reader().read { connection in
            try connection.snapshot {
                try AccountTable.accounts(ListWindow(limit: .max), on: connection).compactMap { account in
                    try PersonTable.card(of: account.person, on: connection).map { card in
                        (account: account, card: card, seen: try lastActivity(of: account.person, on: connection))
                    }
                }
            }
        }
        try context.print { writer in
            writer.beginArray()
            for (account, card, seen) in people {
                writer.beginObject()
                describe(card, &writer)
                writer.key("is_active")
                writer.bool(account.isActive)
                writer.key("created_at")
                writer.time(account.created)
                writer.key("last_activity")
                if let seen { writer.time(seen) } else { writer.null() }
                writer.endObject()
            }
            writer.endArray()
        } text: {
            var table = TablePrinter([
                .init("ID", isNumber: true), .init("USERNAME"), .init("NAME"), .init("ADMIN"), .init("ACTIVE"),
                .init("CREATED"), .init("SEEN"),
            ])
            for (account, card, seen) in people {
                table.add([
                    "\(card.number)", card.handle, card.displayName, account.isAdmin ? "yes" : "",
                    account.isActive ? "yes" : "no", account.created.rfc3339, seen?.rfc3339 ?? "never",
                ])
            }
            return table.text(width: context.terminal.width)
        }
    }

    static func deactivate(_ context: Commands.Context) throws {
        let person = try person(context)
        try spoken {
            try context.node.writer().performLogged { transaction, state in
                state.news.ended.append(
                    try Accounts.setActive(false, person, on: Occasion(now: .now(), by: nil), in: transaction))
            }
        }
        let name = name(context)
        try context.print { writer in
            writer.beginObject()
            writer.key("username")
            writer.string(name)
            writer.key("is_active")
            writer.bool(false)
            writer.endObject()
        } text: {
            "\(name) can't sign in any more\n"
        }
    }

    static func resetPassword(_ context: Commands.Context) throws {
        let person = try person(context)
        let (password, isMadeUp) = try password(context)
        try spoken {
            let hash = try Accounts.hash(Password(password))
            try context.node.writer().performLogged { transaction, state in
                state.news.ended.append(
                    try Accounts.resetPassword(
                        of: person, to: hash, on: Occasion(now: .now(), by: nil), in: transaction))
            }
        }
        let name = name(context)
        try context.print { writer in
            writer.beginObject()
            writer.key("username")
            writer.string(name)
            writer.key("password")
            if isMadeUp { writer.string(password) } else { writer.null() }
            writer.endObject()
        } text: {
            isMadeUp ? "password: \(password)\n" : "\(name) has a new password\n"
        }
    }

    // MARK: What they share

    private static func name(_ context: Commands.Context) -> String {
        guard let name = context.settings.operand("NAME") else { preconditionFailure("the table asks for it") }
        return name
    }

    private static func password(_ context: Commands.Context) throws -> (text: String, isMadeUp: Bool) {
        if context.settings.isOn("password-stdin") {
            return (try context.terminal.readLine(bytesMax: PasswordHash.passwordBytesMax), false)
        }
        var random = SecureRandom()
        return (Accounts.makePassword(&random), true)
    }

    private static func person(_ context: Commands.Context) throws -> PersonNumber {
        let name = name(context)
        let account = try context.node.reader().read { try AccountTable.account(named: name, on: $0) }
        guard let account else { throw NodeFault("there is no user \(name.visible) here") }
        return account.person
    }

    /// When somebody was last signed in and did something.
    private static func lastActivity(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Timestamp? {
        var row = try connection.statement("SELECT max(coalesce(last_used, created)) FROM session WHERE person = ?1")
        row.bind(1, person)
        return try row.step() ? row.optionalMoment(0) : nil
    }

    private static func describe(_ card: PersonCard, _ writer: inout JSONWriter) {
        writer.key("id")
        writer.integer(card.number.value)
        writer.key("uuid")
        writer.uuid(card.uuid)
        writer.key("username")
        writer.string(card.handle)
        writer.key("address")
        writer.string(card.address)
        writer.key("display_name")
        writer.string(card.displayName)
        writer.key("is_admin")
        writer.bool(card.isAdmin)
    }
}
