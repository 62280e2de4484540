import Chat
import JSON
import SQLite
import Store

/// What people think of messages (Spec/api/chatrooms.md, "Reactions").
enum ReactionRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window(limit: Query.limitMax)
        let message = try call.message("message_id")
        try call.query.check()
        return try call.read { connection in
            let count = try MessageReactions.count(of: message.number, on: connection)
            return try call.array(window, count: count) { json in
                try call.shapes(&json, on: connection) {
                    try MessageReactions.page(of: message.number, window, on: connection, &$0)
                }
            }
        }
    }

    static func give(_ call: Call) throws -> Answer {
        let message = try call.message("message_id")
        let fields = try call.fields()
        let names = call.shared.settings.reactions.names
        let value = fields.word("reaction", among: names) ?? fields.missing("reaction", "")
        try fields.check()
        let occasion = call.occasion
        return try call.make { transaction, state in
            let outcome = try Reactions.give(
                value, to: message.number, on: occasion, in: transaction, state)
            return Made(message.number.value, isNew: outcome == .given)
        }
    }

    /// By the message: of a person there is only one.
    static func showGiven(_ call: Call, _ made: Made) throws -> Answer {
        let message = MessageNumber(made.number)
        return try call.read { connection in
            _ = try call.visible(message, on: connection)
            return try .made(at: nil, isNew: made.isNew) { json in
                try call.shapes(&json, on: connection) {
                    guard try MessageReactions.show(by: call.person, to: message, on: connection, &$0) else {
                        throw APIFault.notFound()
                    }
                }
            }
        }
    }

    static func takeBack(_ call: Call) throws -> Answer {
        let message = try call.message("message_id")
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Reactions.takeBack(from: message.number, on: occasion, in: transaction, state)
        } then: { wasThere in
            guard wasThere else { throw APIFault.notFound() }
            return .done
        }
    }
}
