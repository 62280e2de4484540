import Chat
import JSON
import SQLite
import Store

/// Messages (Spec/api/channels.md, section 3).
enum MessageRoutes {
    static func list(_ call: Call) throws -> Answer {
        try call.messages()
    }

    static func post(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let message = MessageFields(fields)
        return try call.post(message, in: try call.roomToWrite(in: fields))
    }

    /// Where it can be had, by whatever face it was made.
    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        try .made(at: "/api/messaging/messages/\(made.number)/") { try call.writeMessage(made, to: &$0) }
    }

    static func show(_ call: Call) throws -> Answer {
        try show(try call.message().number, call)
    }

    static func show(_ message: MessageNumber, _ call: Call) throws -> Answer {
        try .thing { try call.write(message, to: &$0) }
    }

    static func replace(_ call: Call) throws -> Answer {
        try change(call, isWhole: true)
    }

    static func change(_ call: Call) throws -> Answer {
        try change(call, isWhole: false)
    }

    private static func change(_ call: Call, isWhole: Bool) throws -> Answer {
        let message = try call.ownMessage().number
        let fields = try call.fields()
        let changed = MessageFields(fields)
        if isWhole, changed.content == nil { _ = fields.missing("content", "") }
        try fields.check()
        try call.obeyIfMatch { try show(message, call) }
        return try call.edit(message, changed) { try show(message, call) }
    }

    /// One's own message can be deleted after one has left its room.
    static func delete(_ call: Call) throws -> Answer {
        let message = try call.read { try call.number(of: call.reference(), on: $0) }
        try call.obeyIfMatch { try show(message, call) }
        return try call.delete(message) { .done }
    }

    // MARK: Reading

    static func markRead(_ call: Call) throws -> Answer {
        let message = try call.message()
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Reading.mark(message.number, on: occasion, in: transaction, state)
        } then: { _ in
            try .ok { try call.writeReceipt(of: message, to: &$0) }
        }
    }

    static func markChannelRead(_ call: Call) throws -> Answer {
        try call.markAllRead(in: try call.room(in: try call.fields()))
    }

    // MARK: Pins

    static func pin(_ call: Call) throws -> Answer {
        let message = try call.messageToPin()
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Messages.pin(message, true, on: occasion, in: transaction, state)
        } then: { _ in
            try .ok { try call.write(message, to: &$0) }
        }
    }

    static func unpin(_ call: Call) throws -> Answer {
        let message = try call.messageToPin()
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Messages.pin(message, false, on: occasion, in: transaction, state)
        } then: { _ in
            .done
        }
    }

    // MARK: Who has it

    static func delivery(_ call: Call) throws -> Answer {
        try call.read { connection in
            let message = try call.message(call.reference(), on: connection)
            let delivery = try call.shared.parts.spread.delivery(of: message, on: connection)
            return .ok { $0.delivery(delivery) }
        }
    }

    /// Who asks looks at their notifications: what they would find there is made first.
    static func why(_ call: Call) throws -> Answer {
        let message = try call.message()
        let (person, now) = (call.person, call.now)
        return try call.write { transaction, state in
            try Notices.look(for: person, at: now, in: transaction, state)
            return state.sending
        } then: { sending in
            try call.read { connection in
                let why = try Why(message.number, for: person, on: connection)
                let fates = try Fates(why, of: message.number, for: person, sending, on: connection)
                return .ok { $0.why(why, fates, message.number) }
            }
        }
    }
}

extension Call {
    fileprivate func messageToPin() throws -> MessageNumber {
        try read { connection in
            let message = try message(reference(), on: connection)
            _ = try room(.number(message.room.value), to: .pin, on: connection)
            return message.number
        }
    }
}
