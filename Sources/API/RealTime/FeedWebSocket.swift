import Chat
import Server
import Store
import WebSockets

/// A WebSocket of the API: frames go out, and what its person sends comes in. Of a loop's thread.
final class FeedWebSocket: WebSocketOwner, FeedSink {
    /// Who opened it, as they asked.
    let call: Call
    let scope: FeedScope
    private let name: FeedName
    private let socket: WebSocket

    init(_ socket: WebSocket, _ call: Call, _ scope: FeedScope, since: Int64?) {
        self.socket = socket
        self.call = call
        self.scope = scope
        name = call.context.feeds.makeName()
        call.context.feeds.open(self, call.opening(name, scope, since: since))
    }

    // MARK: FeedSink

    var person: PersonNumber { call.person }
    var isCongested: Bool { socket.isCongested }

    func send(_ frame: Frame) {
        socket.send(frame: frame.message)
    }

    func end(code: UInt16, _ reason: String) {
        socket.close(code: code, reason: reason)
    }

    // MARK: WebSocketOwner

    func webSocketReceived(text: [UInt8]) {
        ClientFrame.take(text, from: self)
    }

    func webSocketReceived(binary: [UInt8]) {
        refuse(.malformed("A frame is text."), clientID: nil)
    }

    func webSocketDrained() {
        call.context.feeds.drained(name)
    }

    func webSocketClosed(code: UInt16, reason: String) {
        call.context.feeds.close(name, of: person)
    }

    // MARK: Answers

    var frames: FrameWriter { FrameWriter(call.shared.settings) }

    func refuse(_ fault: APIFault, clientID: String?) {
        send(frames.error(fault.frameCode, fault.frameDetail, clientID: clientID))
    }
}

extension Call {
    func opening(_ name: FeedName, _ scope: FeedScope, since: Int64?) -> FeedOpening {
        guard let access else { preconditionFailure("real time is for those who are known") }
        return FeedOpening(
            feed: name, person: access.person, session: access.session, expires: access.expires, scope: scope,
            since: since)
    }
}

extension APIFault {
    /// As `error` frames call it (Spec/api/events.md, section 2).
    var frameCode: String {
        switch self {
        case .malformed: "malformed"
        case .invalid, .notAcceptable, .preconditionFailed, .unsupportedType: "invalid"
        case .unauthenticated, .wrongPassword, .forbidden: "forbidden"
        case .notFound: "not_found"
        case .conflict: "conflict"
        case .tooLarge: "too_large"
        case .tooOften: "rate_limited"
        case .mistake, .unavailable, .diskFull, .shareFull: "unavailable"
        }
    }

    /// The fields at fault are named in it: a frame has no place of their own for them.
    var frameDetail: String {
        let named = problems.map { "\($0.field): \($0.text)" }
        return named.isEmpty ? detail : named.joined(separator: " ")
    }
}
