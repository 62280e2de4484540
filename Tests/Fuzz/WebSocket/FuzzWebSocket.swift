import Bytes
import FuzzInput
import Wire

/// What the other end of a WebSocket may send, and what may stand in the fields of its handshake. Of the first
/// byte, bits choose the role, the limits and whether this is a handshake; five bytes choose the cuts.
@c(LLVMFuzzerTestOneInput)
func fuzzWebSocket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let options = input.byte()
    guard options & 8 == 0 else {
        checkHandshake(&input)
        return 0
    }
    let role = options & 1 == 0 ? WebSocketRole.server : .client
    let limits =
        switch options >> 1 & 3 {
        case 0, 1: WebSocketLimits()
        case 2: WebSocketLimits(messageBytesMax: 100, fragmentsMax: 3)
        default: WebSocketLimits(messageBytesMax: 0, fragmentsMax: 1)
        }
    let cuts = FuzzCuts(&input)
    let bytes = input.rest()

    let ways = cuts.ways(bytes.count)
    let whole = Reading(bytes, piecesEndingAt: ways[0], role: role, limits: limits)
    for pieces in ways.dropFirst() {
        let reading = Reading(bytes, piecesEndingAt: pieces, role: role, limits: limits)
        precondition(reading == whole, "in pieces that end at \(pieces): \(reading), whole: \(whole)")
    }
    for role in [WebSocketRole.server, .client] {
        whole.checkWrittenAgain(to: role, mask: UInt32(truncatingIfNeeded: bytes.count &* 0x9E37_79B9))
    }
    if let fault = whole.fault { checkAnswer(to: fault) }
    return 0
}

/// All that the bytes lead to. Where they were cut must never show in it.
private struct Reading: Equatable {
    enum Received: Equatable {
        case text([UInt8])
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        case close(UInt16?, String)
    }

    private(set) var received: [Received] = []
    private(set) var fault: WebSocketFault?

    init(_ bytes: [UInt8], piecesEndingAt ends: [Int], role: WebSocketRole, limits: WebSocketLimits) {
        var parser = WebSocketParser(role: role, limits: limits)
        var consumed = 0
        for end in ends {
            var needsBytes = false
            while !needsBytes {
                let unread = bytes.span.extracting(consumed..<end)
                do throws(WebSocketFault) {
                    let step = try parser.step(unread)
                    let (item, count) = Self.taken(step)
                    precondition((0...unread.count).contains(count), "\(count) of \(unread.count) bytes are consumed")
                    consumed += count
                    needsBytes = item == nil
                    if let item {
                        precondition(count > 0, "something from nothing")
                        precondition(fault == nil, "something after a fault")
                        if case .close? = received.last { preconditionFailure("something after a close frame") }
                        Self.check(item, limits)
                        received.append(item)
                    }
                } catch {
                    precondition(fault == nil, "a second fault")
                    fault = error
                }
            }
            precondition(end - consumed <= 130, "\(end - consumed) bytes are held back")
        }
        precondition(2 * received.count <= bytes.count, "more steps than frames")
    }

    private static func taken(_ step: WebSocketStep) -> (Received?, Int) {
        switch step {
        case .needBytes(let count): (nil, count)
        case .text(let bytes, let count): (.text(bytes), count)
        case .binary(let bytes, let count): (.binary(bytes), count)
        case .ping(let bytes, let count): (.ping(bytes), count)
        case .pong(let bytes, let count): (.pong(bytes), count)
        case .close(let code, let reason, let count): (.close(code, reason), count)
        }
    }

    private static func check(_ item: Received, _ limits: WebSocketLimits) {
        switch item {
        case .text(let bytes):
            precondition(String(validating: bytes, as: UTF8.self) != nil, "a text that is none")
            precondition(bytes.count <= limits.messageBytesMax, "more than the limit")
        case .binary(let bytes):
            precondition(bytes.count <= limits.messageBytesMax, "more than the limit")
        case .ping(let bytes), .pong(let bytes):
            precondition(bytes.count <= 125, "a control frame that is too long")
        case .close(let code, let reason):
            precondition(code.map(WebSocketCloseCode.isSendable) ?? reason.isEmpty, "a close that can't be sent")
        }
    }

    /// What was received, sent on by our writer, is received again.
    func checkWrittenAgain(to role: WebSocketRole, mask: UInt32) {
        let mask = role == .server ? mask : nil
        var bytes: [UInt8] = []
        for item in received {
            switch item {
            case .text(let payload): bytes.appendWebSocketFrame(.text, payload.span, maskingKey: mask)
            case .binary(let payload):
                let half = payload.count / 2
                bytes.appendWebSocketFrame(
                    .binary, payload.span.extracting(0..<half), isFinal: false, maskingKey: mask)
                bytes.appendWebSocketFrame(
                    .continuation, payload.span.extracting(half..<payload.count), maskingKey: mask)
            case .ping(let payload): bytes.appendWebSocketFrame(.ping, payload.span, maskingKey: mask)
            case .pong(let payload): bytes.appendWebSocketFrame(.pong, payload.span, maskingKey: mask)
            case .close(let code, let reason): bytes.appendWebSocketClose(code: code, reason: reason, maskingKey: mask)
            }
        }
        let again = Reading(bytes, piecesEndingAt: [bytes.count], role: role, limits: WebSocketLimits())
        precondition(again.received == received && again.fault == nil, "sent on, it is \(again), not \(self)")
    }
}

/// The close frame that a fault is answered with has to be one that the other end accepts.
private func checkAnswer(to fault: WebSocketFault) {
    var bytes: [UInt8] = []
    bytes.appendWebSocketClose(code: fault.closeCode, reason: fault.detail)
    let reading = Reading(bytes, piecesEndingAt: [bytes.count], role: .client, limits: WebSocketLimits())
    precondition(reading.received == [.close(fault.closeCode, fault.detail)], "an answer that is none: \(reading)")
}
