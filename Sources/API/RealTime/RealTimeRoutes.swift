import Chat
import SQLite
import Server
import Store
import WebSockets
import Wire

/// Where connections are opened (Spec/api/events.md, section 1).
enum RealTimeRoutes {
    /// What a client may say at once.
    private static let messageBytesMax = 131_072

    static func everything(_ call: Call) throws -> Answer {
        try openSocket(call) { _ in .all }
    }

    static func notifications(_ call: Call) throws -> Answer {
        try openSocket(call) { _ in .notifications }
    }

    static func conversation(_ call: Call) throws -> Answer {
        try openSocket(call) { .room(try call.room(call.reference(), to: .read, on: $0)) }
    }

    /// By id, uuid or name.
    static func chatroom(_ call: Call) throws -> Answer {
        try openSocket(call) { connection in
            let text = call.text("room")
            if let reference = Reference(text) { return .room(try call.room(reference, to: .read, on: connection)) }
            let rooms = try Names.rooms(named: text, of: call.person, on: connection)
            guard let room = rooms.first else { throw APIFault.notFound() }
            guard rooms.count == 1 else { throw APIFault.conflict("Several of your rooms have this name.") }
            return .room(room)
        }
    }

    private static func openSocket(
        _ call: Call, _ scope: (Connection) throws -> FeedScope
    ) throws -> Answer {
        try checkOrigin(call)
        let since = try since(call, call.query.text("since"))
        let scope = try call.read(scope)
        try takeIn(call)
        var limits = WebSocket.Limits()
        limits.message.messageBytesMax = messageBytesMax
        var opened = false
        call.exchange.upgrade(subprotocol: call.subprotocolToken != nil ? "bearer" : nil, limits: limits) { socket in
            opened = true
            return FeedWebSocket(socket, call, scope, since: since)
        }
        if !opened { call.shared.realTime.connections.remove(call.person) }
        return .later
    }

    static func events(_ call: Call) throws -> Answer {
        let last = call.request.fields.first("Last-Event-ID")
        let since = try since(call, last ?? call.query.text("since"))
        guard call.request.method == .get else {
            return .response(Response(200, fields: [("Content-Type", "text/event-stream")]))
        }
        try takeIn(call)
        let response = Response(
            200,
            fields: [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "private, no-store"),
                ("X-Accel-Buffering", "no"),
            ])
        let stream = call.exchange.answer(streaming: call.shared.finished(response, for: call.request))
        guard !stream.isClosed, !stream.isStopping else {
            stream.finish()
            call.shared.realTime.connections.remove(call.person)
            return .later
        }
        // It is answered already: what goes wrong from here on can only break it off.
        do { _ = try FeedStream(stream, call, since: since) } catch {
            call.shared.realTime.connections.remove(call.person)
            stream.abort()
        }
        return .later
    }

    private static func takeIn(_ call: Call) throws {
        guard call.shared.realTime.connections.add(call.person) else {
            throw APIFault.tooOften(waitMilliseconds: 1_000)
        }
    }

    private static func since(_ call: Call, _ text: String?) throws -> Int64? {
        guard let text else { return nil }
        guard let seq = Int64(text), seq >= 0 else {
            throw APIFault.invalid([FieldProblem("since", "Must be an integer of at least 0.")])
        }
        return seq
    }

    /// A page of somewhere else must not use what a browser knows of the person.
    private static func checkOrigin(_ call: Call) throws {
        guard let origin = call.request.fields.combined("Origin") else { return }
        guard call.shared.origins.isAllowed(origin, call.request) else {
            throw APIFault.forbidden("This origin may not connect.")
        }
    }
}
