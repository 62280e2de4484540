import WebSockets

/// An owner that notes what it is told and does what a test says.
final class ScriptedSocketOwner: WebSocketOwner {
    enum Call: Equatable {
        case text(String)
        case binary(Int)
        case drained
        case closed(UInt16, String)
    }

    let socket: WebSocket
    private(set) var calls: [Call] = []
    private(set) var messages: [[UInt8]] = []
    var onMessage: ([UInt8]) -> Void = { _ in }
    var onDrained: () -> Void = {}
    var onClosed: () -> Void = {}

    init(_ socket: WebSocket) {
        self.socket = socket
    }

    /// How it ended, each time that was told.
    var endings: [Call] { calls.filter { if case .closed = $0 { true } else { false } } }

    func webSocketReceived(text: [UInt8]) {
        calls.append(.text(String(decoding: text.prefix(100), as: UTF8.self)))
        messages.append(text)
        onMessage(text)
    }

    func webSocketReceived(binary: [UInt8]) {
        calls.append(.binary(binary.count))
        messages.append(binary)
        onMessage(binary)
    }

    func webSocketDrained() {
        calls.append(.drained)
        onDrained()
    }

    func webSocketClosed(code: UInt16, reason: String) {
        calls.append(.closed(code, reason))
        onClosed()
    }
}
