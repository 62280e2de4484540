import Chat
import JSON
import SQLite
import Store

/// Accounts of this node, as administrators see them (Spec/api/accounts.md, section 3).
enum AccountAdministrationRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let search = call.query.text("search")
        let isActive = call.query.bool("is_active")
        try call.query.check()
        return try call.people(.handle, isLocal: true, isActive: isActive, search: search, window)
    }

    static func show(_ call: Call) throws -> Answer {
        try call.read { connection in
            let card = try call.localPersonOfPath(on: connection)
            return try .thing { try call.write(card, to: &$0, on: connection) }
        }
    }

    static func change(_ call: Call) throws -> Answer {
        let person = try call.read { try call.localPersonOfPath(on: $0).number }
        let fields = try call.fields()
        let isActive = fields.bool("is_active")
        let isAdmin = fields.bool("is_admin")
        try fields.check()
        try call.obeyIfMatch { try show(call) }
        let occasion = call.occasion
        return try call.write { transaction, state in
            if let isActive {
                state.news.ended.append(
                    try Accounts.setActive(isActive, person, on: occasion, in: transaction))
            }
            if let isAdmin { try Accounts.setAdmin(isAdmin, person, on: occasion, in: transaction) }
        } then: {
            call.shared.sessions.forget(person)
            return try show(call)
        }
    }

    /// Gives somebody a new password, and says it once.
    static func resetPassword(_ call: Call) throws -> Answer {
        let person = try call.read { try call.localPersonOfPath(on: $0).number }
        let fields = try call.fields()
        let given = fields.text("password")
        try fields.check()
        let text = given ?? Accounts.makePassword(&call.context.random)
        let (occasion, cost) = (call.occasion, call.shared.settings.passwordCost)
        return try call.work { _ in
            try Accounts.hash(Password(text), cost)
        } then: { hash in
            try call.write { transaction, state in
                state.news.ended.append(
                    try Accounts.resetPassword(of: person, to: hash, on: occasion, in: transaction))
            } then: {
                .ok { json in json.object { $0.member("password", text) } }
            }
        }
    }
}

extension Call {
    /// Somebody of another node is nobody here.
    fileprivate func localPersonOfPath(on connection: Connection) throws -> PersonCard {
        let card = try personOfPath(on: connection)
        guard card.isLocal else { throw APIFault.notFound() }
        return card
    }
}
