import Chat
import JSON
import SQLite
import Store

/// People, and oneself (Spec/api/accounts.md, section 2).
enum UserRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let search = call.query.text("search")
        try call.query.check()
        return try call.people(.displayName, isActive: true, search: search, window)
    }

    static func show(_ call: Call) throws -> Answer {
        try call.read { connection in
            let card = try call.personOfPath(on: connection)
            return try .thing { try call.write(card, to: &$0, on: connection) }
        }
    }

    static func showMe(_ call: Call) throws -> Answer {
        try call.read { connection in
            let card = try call.person(.number(call.person.value), on: connection)
            guard let account = try AccountTable.account(of: call.person, on: connection) else {
                throw APIFault.notFound()
            }
            let presence = try call.presence(of: call.person, on: connection)
            return .thing { $0.me(card, presence, account, base: call.base) }
        }
    }

    static func changeMe(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let displayName = fields.text("display_name")
        let email: String? =
            switch fields.nullableText("email") {
            case .absent: nil
            case .nothing: ""
            case .value(let text): text
            }
        let sharesPresence = fields.bool("share_presence")
        try fields.check()
        try call.obeyIfMatch { try showMe(call) }
        let (person, occasion) = (call.person, call.occasion)
        return try call.write { transaction, state in
            if let displayName {
                try Profiles.change(displayName: displayName, on: occasion, in: transaction, state)
            }
            _ = try Accounts.changeProfile(
                of: person, email: email, sharesPresence: sharesPresence, in: transaction)
        } then: {
            try showMe(call)
        }
    }

    static func close(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let isErasing = fields.bool("erase") ?? false
        try fields.check()
        let (person, occasion) = (call.person, call.occasion)
        return try call.write { transaction, state in
            state.news.ended.append(
                try Accounts.close(
                    person, erasing: isErasing, state.accounts(at: occasion.now), on: occasion, in: transaction))
        } then: {
            .done
        }
    }
}

extension Call {
    /// A page of people. To look for them takes its time, and is done on a thread for that.
    func people(
        _ order: PersonList.Order, isLocal: Bool = false, isActive: Bool?, search: String?, _ window: ListWindow
    ) throws -> Answer {
        try work { reader in
            try reader.read { connection in
                let found = try PersonList.people(
                    order, isLocal: isLocal, isActive: isActive, search: search, window, on: connection)
                return FoundPeople(count: found.count, people: found.people)
            }
        } then: { found in
            try self.read { connection in
                try self.page(window, count: found.count) { json in
                    for card in found.people { try self.write(card, to: &json, on: connection) }
                }
            }
        }
    }
}

private struct FoundPeople: Sendable {
    let count: Int
    let people: [PersonCard]
}
