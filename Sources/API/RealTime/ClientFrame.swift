import Bytes
import Chat
import EventLoop
import JSON
import SQLite
import Store

/// What a client says on a WebSocket (Spec/api/events.md, section 2): decoded like a body, done like a request, and answered
/// by a frame where it isn't done.
struct ClientFrame {
    private let socket: FeedWebSocket
    private let fields: Fields
    private let clientID: String?

    static func take(_ text: [UInt8], from socket: FeedWebSocket) {
        do {
            let fields = try Fields(json: text)
            let frame = ClientFrame(socket, fields)
            frame.attempt { try frame.run() }
        } catch {
            do {
                try socket.call.count(.send)
                socket.refuse(.malformed(error.frameDetail), clientID: nil)
            } catch {
                socket.refuse(socket.call.fault(of: error), clientID: nil)
            }
        }
    }

    private init(_ socket: FeedWebSocket, _ fields: Fields) {
        self.socket = socket
        self.fields = fields
        clientID = fields.clientID()
    }

    private var call: Call { socket.call }
    private var occasion: Occasion { Occasion(now: .now(), by: call.person, from: call.address.text) }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            socket.refuse(call.fault(of: error), clientID: clientID)
        }
    }

    private func run() throws {
        try call.count(.send)
        // Clients of old name no type with what they say.
        let type = fields.text("type") ?? (fields.has("message") ? "chat_message" : fields.missing("type", ""))
        try fields.check()
        guard type != "ping" else {
            socket.send(socket.frames.pong())
            return
        }
        guard socket.scope != .notifications, let action = Self.action(type) else {
            socket.send(
                socket.frames.error("unknown_type", "There is no such type of frame here.", clientID: clientID))
            return
        }
        try call.useAgain()
        guard call.access?.scopes.contains(.write) == true else {
            throw APIFault.forbidden("The token's scopes don't include this.")
        }
        call.shared.realTime.active(call.person)
        try action(self)
    }

    private static func action(_ type: String) -> ((ClientFrame) throws -> Void)? {
        switch type {
        case "chat_message": { try $0.post() }
        case "typing": { try $0.type() }
        case "mark_read": { try $0.markRead() }
        case "reaction": { try $0.react() }
        default: nil
        }
    }

    // MARK: What it names

    /// The room that it names, or that the path does.
    private func room() throws -> RoomNumber {
        let reference = fields.reference("room")
        try fields.check()
        guard
            let room = try reference.map({ reference in
                try call.read { try call.room(reference, to: .read, on: $0) }
            })
        else {
            guard case .room(let own) = socket.scope else {
                throw APIFault.invalid([FieldProblem("room", "This field is needed.")])
            }
            return own
        }
        guard socket.scope.includes(room) else {
            throw APIFault.invalid([FieldProblem("room", "Names another room than the connection's.")])
        }
        return room
    }

    private func message(_ reference: Reference) throws -> StoredMessage {
        let message = try call.read { try call.message(reference, on: $0) }
        guard socket.scope.includes(message.room) else { throw APIFault.notFound() }
        return message
    }

    // MARK: What it does

    private func post() throws {
        let room = try room()
        var message = MessageFields(fields)
        message.content = fields.text("message")
        try fields.check()
        let draft = try message.draft(call)
        let occasion = occasion
        let secret = call.shared.settings.requestSecret
        let named = message.clientID.map {
            Idempotency.Request(
                IdempotencyKey(clientID: $0, in: room), draft.fingerprint(nodeSecret: secret.span))
        }
        try write(bytes: message.bytes) { transaction, state in
            guard let named else {
                return Made(try Messages.post(draft, in: room, on: occasion, in: transaction, state))
            }
            var made: Made?
            let outcome = try Idempotency.once(
                [named], by: occasion.actor ?? PersonNumber(0), at: occasion.now, in: transaction
            ) {
                let new = Made(try Messages.post(draft, in: room, on: occasion, in: transaction, state))
                made = new
                return new.thing
            }
            return made ?? Made(outcome.thing)
        } then: { made in
            try acknowledge(made)
        }
    }

    private func acknowledge(_ made: Made) throws {
        let frame = try socket.frames.make("ack") { json in
            json.member("client_id", clientID)
            json.key("message")
            try call.writeMessage(made, to: &json)
        }
        socket.send(frame)
    }

    private func type() throws {
        let isTyping = fields.bool("is_typing") ?? fields.missing("is_typing", false)
        let room = try room()
        _ = call.shared.realTime.signals.post(.typing(call.person, room, isTyping: isTyping, isLocal: true))
    }

    private func markRead() throws {
        let occasion = occasion
        guard let reference = fields.nullableReference("message_id").value else {
            let room = try room()
            try write {
                try Reading.markAll(in: room, on: occasion, in: $0, $1)
            } then: { _ in
            }
            return
        }
        try fields.check()
        let message = try message(reference)
        try write {
            try Reading.mark(message.number, on: occasion, in: $0, $1)
        } then: { _ in
        }
    }

    private func react() throws {
        let reference = fields.reference("message_id") ?? fields.missing("message_id", .number(0))
        let value = fields.nullableText("reaction")
        if case .absent = value { _ = fields.missing("reaction", "") }
        try fields.check()
        let message = try message(reference)
        let occasion = occasion
        guard let name = value.value else {
            try write {
                try Reactions.takeBack(from: message.number, on: occasion, in: $0, $1)
            } then: { _ in
            }
            return
        }
        guard call.shared.settings.reactions.names.contains(name) else {
            throw APIFault.invalid([FieldProblem("reaction", "Is none of the reactions that this node has.")])
        }
        try write {
            try Reactions.give(name, to: message.number, on: occasion, in: $0, $1)
        } then: { _ in
        }
    }

    private func write<Value: Sendable>(
        bytes: Int = 512, _ body: @escaping @Sendable (borrowing Transaction, ChatState) throws -> Value,
        then: @escaping (Value) throws -> Void
    ) throws {
        try call.context.command(bytes: bytes, body) { (result: Result<Value, any Error>) in
            attempt { try then(try result.get()) }
        }
    }
}
