import Bytes

/// What one connection may cost. Both bounds are on what the peer can make us do, not on what we send.
package struct WebSocketLimits: Sendable {
    package var messageBytesMax: Int
    package var fragmentsMax: Int

    // 65,536 fragments and the empty last one that some senders put behind them still fit.
    package init(messageBytesMax: Int = 16 << 20, fragmentsMax: Int = 65_537) {
        self.messageBytesMax = messageBytesMax
        self.fragmentsMax = fragmentsMax
    }
}

/// What `WebSocketParser.step` found. `consumed` counts from the start of what it was shown.
package enum WebSocketStep: Equatable, Sendable {
    case needBytes(consumed: Int)
    /// A whole message of valid UTF-8.
    case text([UInt8], consumed: Int)
    case binary([UInt8], consumed: Int)
    /// To be answered with a pong of the same payload.
    case ping([UInt8], consumed: Int)
    case pong([UInt8], consumed: Int)
    /// The peer is done; whatever it sends from here on is ignored. `code` is nil where it gave none.
    case close(code: UInt16?, reason: String, consumed: Int)
}

/// Turns the bytes of one direction of a WebSocket connection into messages (RFC 6455).
///
/// Payload is taken, unmasked and checked as it arrives: the caller's buffer need not hold a frame, text
/// that cannot become valid fails at its first wrong byte, and memory is spent on bytes that came, not on
/// lengths that were announced. Between messages the parser holds no memory outside of itself. Control
/// frames alone are awaited whole, so that after `needBytes` at most 130 bytes stay unread.
package struct WebSocketParser: Sendable {
    private let role: WebSocketRole
    private let limits: WebSocketLimits
    private var state = State.head
    /// The message that has begun and is not yet whole.
    private var message: Message?

    private enum State {
        /// Between two frames.
        case head
        /// Inside a text, binary or continuation frame; there is a message.
        case payload(Frame)
        /// After a close frame or a fault.
        case ended
    }

    private struct Frame {
        var remaining: Int
        /// Turned so that its highest byte masks the next one.
        var maskingKey: UInt32
        let isFinal: Bool
    }

    private struct Message {
        var bytes: [UInt8] = []
        var fragments = 1
        /// Nil for a binary message.
        var text: UTF8Check?

        /// False where the text can no longer become valid.
        mutating func append(_ arrived: Span<UInt8>, maskedWith key: UInt32) -> Bool {
            let start = bytes.count
            bytes.append(arrived, maskedWith: key)
            guard var check = text else { return true }
            let isValid = check.accept(bytes.span.extracting(droppingFirst: start))
            text = check
            return isValid
        }
    }

    package init(role: WebSocketRole, limits: WebSocketLimits = .init()) {
        self.role = role
        self.limits = limits
    }

    /// `unread` is everything received and not consumed; consumed bytes are never shown again. To be
    /// called until it says `needBytes`. After a fault or a close frame all bytes are ignored.
    package mutating func step(_ unread: Span<UInt8>) throws(WebSocketFault) -> WebSocketStep {
        do throws(WebSocketFault) {
            return try advance(unread)
        } catch {
            state = .ended
            message = nil
            throw error
        }
    }

    private mutating func advance(_ unread: Span<UInt8>) throws(WebSocketFault) -> WebSocketStep {
        var at = 0
        while true {
            switch state {
            case .head:
                let rest = unread.extracting(droppingFirst: at)
                guard let head = try WebSocketFrameHead(reading: rest, as: role) else {
                    return .needBytes(consumed: at)
                }
                if head.opcode.isControl {
                    guard rest.count >= head.count + head.payloadCount else { return .needBytes(consumed: at) }
                    let end = head.count + head.payloadCount
                    return try control(head, rest.extracting(head.count..<end), consumed: at + end)
                }
                try begin(head)
                at += head.count

            case .payload(var frame):
                let end = at + min(frame.remaining, unread.count - at)
                try take(unread.extracting(at..<end), of: &frame)
                at = end
                guard frame.remaining == 0 else {
                    state = .payload(frame)
                    return .needBytes(consumed: at)
                }
                state = .head
                if frame.isFinal { return try finish(consumed: at) }

            case .ended:
                return .needBytes(consumed: unread.count)
            }
        }
    }

    /// Decides from the head alone whether the frame may come.
    private mutating func begin(_ head: WebSocketFrameHead) throws(WebSocketFault) {
        if head.opcode == .continuation {
            guard let fragments = message?.fragments else { throw .continuationWithoutMessage }
            guard fragments < limits.fragmentsMax else { throw .tooManyFragments }
            message?.fragments = fragments + 1
        } else {
            guard message == nil else { throw .messageInsideMessage }
            message = Message(text: head.opcode == .text ? UTF8Check() : nil)
        }
        // Subtracting, because a sum with an announced length can overflow.
        guard head.payloadCount <= limits.messageBytesMax - (message?.bytes.count ?? 0) else { throw .messageTooLong }
        state = .payload(Frame(remaining: head.payloadCount, maskingKey: head.maskingKey, isFinal: head.isFinal))
    }

    private mutating func take(_ arrived: Span<UInt8>, of frame: inout Frame) throws(WebSocketFault) {
        guard message?.append(arrived, maskedWith: frame.maskingKey) != false else { throw .invalidText }
        frame.remaining -= arrived.count
        frame.maskingKey = frame.maskingKey.rotatedLeft(bytes: arrived.count)
    }

    private mutating func finish(consumed: Int) throws(WebSocketFault) -> WebSocketStep {
        guard let whole = message.take() else { preconditionFailure("A frame that has begun belongs to a message.") }
        guard let text = whole.text else { return .binary(whole.bytes, consumed: consumed) }
        guard text.isComplete else { throw .invalidText }
        return .text(whole.bytes, consumed: consumed)
    }

    private mutating func control(
        _ head: WebSocketFrameHead, _ masked: Span<UInt8>, consumed: Int
    ) throws(WebSocketFault) -> WebSocketStep {
        var payload: [UInt8] = []
        payload.append(masked, maskedWith: head.maskingKey)
        switch head.opcode {
        case .ping: return .ping(payload, consumed: consumed)
        case .pong: return .pong(payload, consumed: consumed)
        case .close:
            state = .ended
            message = nil
            return try close(payload, consumed: consumed)
        case .continuation, .text, .binary: preconditionFailure("Not a control frame.")
        }
    }

    private func close(_ payload: [UInt8], consumed: Int) throws(WebSocketFault) -> WebSocketStep {
        guard payload.count > 0 else { return .close(code: nil, reason: "", consumed: consumed) }
        guard payload.count > 1 else { throw .closePayloadOfOneByte }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketCloseCode.isSendable(code) else { throw .closeCodeForbidden(code) }
        guard UTF8Check.isValid(payload.span.extracting(droppingFirst: 2)) else { throw .invalidCloseReason }
        return .close(code: code, reason: String(decoding: payload[2...], as: UTF8.self), consumed: consumed)
    }
}
