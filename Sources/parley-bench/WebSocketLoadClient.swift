import Client
import EventLoop
import WebSockets

/// Sends a message, waits until it comes back, and sends it again.
final class WebSocketLoadClient: LoadClient, WebSocketOwner {
    private unowned let load: Load
    private let client: HTTPClient
    private let target: Target
    private let message: [UInt8]
    private var opening: WebSocketOpening?
    private var socket: WebSocket?
    private var isClosed = false
    private var askedAt: UInt64 = 0

    init(_ load: Load, _ client: HTTPClient, _ target: Target, message: [UInt8]) {
        self.load = load
        self.client = client
        self.target = target
        self.message = message
    }

    func open() {
        opening = client.openWebSocket(
            target.path, at: Endpoint(target.address, authority: target.authority),
            opened: { [unowned self] in
                socket = $0
                // This is called within the socket's making; its owner may speak from here on.
                ask(at: Clock.now())
                return self
            },
            failed: { [unowned self] in load.lost(self, "opening: \($0)") })
    }

    func close() {
        isClosed = true
        opening?.cancel()
        socket?.cut()
        socket = nil
    }

    private func ask(at now: UInt64) {
        askedAt = now
        socket?.send(binary: message)
    }

    func webSocketReceived(text: [UInt8]) {
        receive(text)
    }

    func webSocketReceived(binary: [UInt8]) {
        receive(binary)
    }

    private func receive(_ answer: [UInt8]) {
        let now = Clock.now()
        if answer.count == message.count {
            load.completed(nanoseconds: now - askedAt)
        } else {
            load.failed("another message than the one sent")
        }
        ask(at: now)
    }

    func webSocketClosed(code: UInt16, reason: String) {
        socket = nil
        if !isClosed { load.lost(self, "closed with \(code) \(reason)") }
    }
}
