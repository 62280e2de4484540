import Chat
import JSON
import Store

/// One's own sign-ins, and tokens for programs.
enum SessionRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        try call.query.check()
        return try call.read { connection in
            let count = try SessionTable.signInCount(of: call.person, at: call.now, on: connection)
            let sessions = try SessionTable.signIns(of: call.person, at: call.now, window, on: connection)
            return call.page(window, count: count) { json in
                for session in sessions { json.session(session, isCurrent: session.number == call.access?.session) }
            }
        }
    }

    static func end(_ call: Call) throws -> Answer {
        let (session, person) = (SessionNumber(try call.number()), call.person)
        return try call.write { transaction, state in
            state.news.ended.append(try Accounts.endSession(session, of: person, in: transaction))
        } then: {
            .done
        }
    }

    // MARK: Tokens

    static func listTokens(_ call: Call) throws -> Answer {
        let window = call.query.window()
        try call.query.check()
        return try call.read { connection in
            let count = try SessionTable.tokenCount(of: call.person, at: call.now, on: connection)
            let tokens = try SessionTable.tokens(of: call.person, at: call.now, window, on: connection)
            return call.page(window, count: count) { json in
                for token in tokens { json.token(token) }
            }
        }
    }

    static func makeToken(_ call: Call) throws -> Answer {
        guard let access = call.access else { preconditionFailure("who makes a token is known") }
        let fields = try call.fields()
        let name = fields.text("name") ?? fields.missing("name", "")
        let scopes = fields.scopes("scopes") ?? [.read, .write]
        let seconds = fields.nullableInteger("expires_in").value
        try fields.check()
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Accounts.makeToken(
                name, scopes: scopes, seconds: seconds, for: access, &state.random, on: occasion, in: transaction)
        } then: { made in
            .made(at: "/api/auth/tokens/\(made.token.number)/") { $0.token(made.token, secret: made.secret.text) }
        }
    }

    static func revokeToken(_ call: Call) throws -> Answer {
        let (token, person, occasion) = (SessionNumber(try call.number()), call.person, call.occasion)
        return try call.write { transaction, state in
            state.news.ended.append(
                try Accounts.revokeToken(token, of: person, on: occasion, in: transaction))
        } then: {
            .done
        }
    }
}

extension Fields {
    fileprivate func scopes(_ name: String) -> Scopes? {
        guard let names = texts(name) else { return nil }
        var scopes: Scopes = []
        for text in names {
            guard let scope = Scopes(name: text) else {
                problems.add(name, "Must be of read, write and admin.")
                return nil
            }
            scopes.insert(scope)
        }
        return scopes
    }
}
