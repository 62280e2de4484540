package import Bytes
package import EventLoop
package import Wire

/// Whom a WebSocket's messages are for. Called on the socket's loop only.
package protocol WebSocketOwner: AnyObject {
    /// A whole message; its UTF-8 has been checked.
    func webSocketReceived(text: [UInt8])
    func webSocketReceived(binary: [UInt8])
    /// Everything sent so far has left.
    func webSocketDrained()
    /// The end, once: with the code the other side gave; without one, with what we ended it for ourselves;
    /// without that, with 1006 and what broke the connection.
    func webSocketClosed(code: UInt16, reason: String)
}

extension WebSocketOwner {
    package func webSocketDrained() {}
}

/// A WebSocket on a stream, the server's side or the client's: Wire's machine with pings, deadlines and
/// a bound on what waits for a slow reader.
package final class WebSocket: ByteStreamOwner {
    package struct Limits: Sendable {
        package var message = WebSocketLimits()
        /// With more than this waiting to be sent, the reader is too slow: what has not begun to leave
        /// is dropped and the socket is closed with 1013. One message may be larger.
        package var queueBytesMax = 4 << 20
        /// With more than this waiting of what was sent in answer, while a message or ping was delivered, no
        /// more of them are taken in until it has left.
        package var answerBytesHigh = 256 * 1_024
        /// After so long without a byte from the other side it is asked for one …
        package var silenceMilliseconds: UInt64 = 30_000
        /// … and given so long to answer, to take in what waits to be sent, or to finish a close.
        package var patienceMilliseconds: UInt64 = 15_000

        package init() {}
    }

    private enum State {
        case open
        /// We have asked whether the other side is still there.
        case questioning
        /// Our close frame is sent; we wait for theirs.
        case closing
        /// Both are sent, or there is nothing left to say: what still arrives is not looked at.
        case ended
    }

    /// The subprotocol that both sides have agreed on, if any.
    package let subprotocol: String?

    private let stream: ByteStream
    private let role: WebSocketRole
    private let limits: Limits
    private var parser: WebSocketParser
    private var owner: (any WebSocketOwner)?
    private var state = State.open
    private var ending: (code: UInt16, reason: String)?
    /// Nil before the first look, at which something may have been written and not yet been offered.
    private var sentAtLastLook: UInt64?
    private var isDelivering = false
    private var isHeldBack = false
    /// How much was sent in answer since the answers had last left, and which of all bytes sent is its end.
    private var answerBytes = 0
    private var answersEnd: UInt64 = 0

    /// Takes a stream over, on which the handshake is done. The loop holds the stream, the stream the
    /// socket, and the socket its owner, until the end.
    package init(
        on stream: ByteStream, role: WebSocketRole, limits: Limits = .init(), subprotocol: String? = nil,
        owner: (WebSocket) -> any WebSocketOwner
    ) {
        self.stream = stream
        self.role = role
        self.limits = limits
        self.subprotocol = subprotocol
        parser = WebSocketParser(role: role, limits: limits.message)
        stream.owner = self
        // What we send of our own accord must not keep us from reading: two sockets that each send much at
        // once would wait for each other. `queueBytesMax` is its bound, and answers have theirs.
        stream.readsWhenCongested = true
        expectSomething(within: limits.silenceMilliseconds)
        let owner = owner(self)
        if let ending, stream.isClosed {
            // It was closed before there was anybody to tell.
            owner.webSocketClosed(code: ending.code, reason: ending.reason)
        } else {
            self.owner = owner
        }
    }

    // MARK: Sending

    /// Bytes that wait to be sent.
    package var pendingBytes: Int { stream.pendingBytes }

    /// Whether so much waits that a producer had better wait for `webSocketDrained`.
    package var isCongested: Bool { stream.isCongested }

    package func send(text: String) {
        send(.text, Array(text.utf8))
    }

    package func send(text: [UInt8]) {
        send(.text, text)
    }

    package func send(binary: [UInt8]) {
        send(.binary, binary)
    }

    /// Sends a whole frame that was encoded once for many sockets. A server's frames have no mask, so
    /// only a server can.
    package func send(frame: SharedBytes) {
        precondition(role == .server, "a client masks each frame with a key of its own")
        guard mayTakeMore() else { return }
        stream.write(frame)
        wasWritten(frame.count)
    }

    /// A frame for `send(frame:)`.
    package static func frame(text: Span<UInt8>) -> SharedBytes {
        var bytes: [UInt8] = []
        bytes.appendWebSocketFrame(.text, text)
        return SharedBytes(bytes)
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
        guard mayTakeMore() else { return }
        write(opcode, payload)
    }

    private func write(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
        var frame: [UInt8] = []
        frame.appendWebSocketFrame(opcode, payload.span, maskingKey: maskingKey())
        let count = frame.count
        stream.write(frame)
        wasWritten(count)
    }

    private func wasWritten(_ count: Int) {
        guard isDelivering else { return }
        if haveAnswersLeft { answerBytes = 0 }
        answerBytes += count
        answersEnd = stream.sentBytes + UInt64(stream.pendingBytes)
    }

    private var haveAnswersLeft: Bool { stream.sentBytes >= answersEnd }

    private func mayTakeMore() -> Bool {
        guard state == .open || state == .questioning else { return false }
        if haveAnswersLeft { takeIn() }
        guard stream.pendingBytes <= limits.queueBytesMax else {
            stream.dropUnbegunOutput()
            close(code: WebSocketCloseCode.tryAgainLater, reason: "too slow a reader")
            return false
        }
        return true
    }

    private func maskingKey() -> UInt32? {
        role == .client ? UInt32.random(in: .min ... .max) : nil
    }

    // MARK: Closing

    /// Says goodbye and waits, not for long, for the other side to do so too.
    package func close(code: UInt16, reason: String = "") {
        guard state == .open || state == .questioning else { return }
        writeClose(code: code, reason: reason)
        ending = (code, reason)
        state = .closing
        takeIn()
        expectSomething(within: limits.patienceMilliseconds)
    }

    /// Ends the connection at once.
    package func cut() {
        stream.close()
    }

    private func writeClose(code: UInt16?, reason: String) {
        var frame: [UInt8] = []
        frame.appendWebSocketClose(code: code, reason: reason, maskingKey: maskingKey())
        stream.write(frame)
    }

    /// Nothing more will be understood. The stream is read until the other side closes it, for closing it
    /// over unread bytes would reset it and might destroy our last frame on its way.
    private func end(code: UInt16, reason: String) {
        state = .ended
        if ending == nil { ending = (code, reason) }
        takeIn()
        stream.endSendingWhenDrained()
        expectSomething(within: limits.patienceMilliseconds)
    }

    private func expectSomething(within milliseconds: UInt64) {
        stream.setDeadline(stream.loop.now + milliseconds)
    }

    // MARK: The stream's side

    package func streamReceived(_ unread: Span<UInt8>) -> Int {
        guard state != .ended else { return unread.count }
        if state == .questioning { state = .open }
        if state == .open { expectSomething(within: limits.silenceMilliseconds) }
        isDelivering = true
        defer { isDelivering = false }
        var at = 0
        do throws(WebSocketFault) {
            while state != .ended {
                guard !isHeldBack else { return at }
                switch try parser.step(unread.extracting(at..<unread.count)) {
                case .needBytes(let consumed):
                    return at + consumed
                case .text(let message, let consumed):
                    at += consumed
                    if state != .closing { owner?.webSocketReceived(text: message) }
                    holdBackIfNeeded()
                case .binary(let message, let consumed):
                    at += consumed
                    if state != .closing { owner?.webSocketReceived(binary: message) }
                    holdBackIfNeeded()
                case .ping(let payload, let consumed):
                    at += consumed
                    answerPing(payload)
                    holdBackIfNeeded()
                case .pong(_, let consumed):
                    at += consumed
                case .close(let code, let reason, let consumed):
                    at += consumed
                    receiveClose(code: code, reason: reason)
                }
            }
        } catch {
            if state != .closing { writeClose(code: error.closeCode, reason: error.detail) }
            end(code: error.closeCode, reason: error.detail)
        }
        return unread.count
    }

    /// Who asks much and reads little is made to wait by not being read, a flood of pings included. A peer
    /// of our own kind that does the same can't wait for us for ever: deadlines end both.
    private func holdBackIfNeeded() {
        guard answerBytes > limits.answerBytesHigh, state == .open, !isHeldBack else { return }
        isHeldBack = true
        stream.pauseReading()
    }

    private func takeIn() {
        guard isHeldBack else { return }
        isHeldBack = false
        stream.resumeReading()
    }

    private func answerPing(_ payload: [UInt8]) {
        guard state == .open else { return }
        // Whatever waits: who asks behind a large message is not too slow a reader for that.
        write(.pong, payload)
    }

    private func receiveClose(code: UInt16?, reason: String) {
        if state != .closing { writeClose(code: code, reason: "") }
        state = .ended
        ending = (code ?? WebSocketCloseCode.nothingSaid, reason)
        if role == .server {
            // The server is the first to close the connection (RFC 6455, section 7.1.1).
            stream.closeWhenDrained()
        }
        expectSomething(within: limits.patienceMilliseconds)
    }

    package func streamEnded() {
        // Held back, there is more to be taken in, and this is told again after it.
        if !isHeldBack { stream.closeWhenDrained() }
    }

    package func streamDrained() {
        takeIn()
        owner?.webSocketDrained()
    }

    package func streamDeadlinePassed() {
        let isTakingIn = stream.pendingBytes > 0 && stream.sentBytes != sentAtLastLook
        switch state {
        case .open where isTakingIn, .questioning where isTakingIn:
            // Silent, but reading what we send.
            sentAtLastLook = stream.sentBytes
            expectSomething(within: limits.patienceMilliseconds)
        case .open where stream.pendingBytes == 0:
            state = .questioning
            write(.ping, [])
            expectSomething(within: limits.patienceMilliseconds)
        case .open, .questioning, .closing, .ended:
            stream.close()
        }
    }

    package func streamClosed(_ error: SystemError?) {
        state = .ended
        let ending = ending ?? (WebSocketCloseCode.abnormal, error?.description ?? "the connection was lost")
        self.ending = ending
        let last = owner
        owner = nil
        last?.webSocketClosed(code: ending.code, reason: ending.reason)
    }
}
