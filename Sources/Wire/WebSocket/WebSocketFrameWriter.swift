extension [UInt8] {
    /// Appends one frame. A client gives a fresh, unpredictable `maskingKey` for each; a server none.
    ///
    /// A control frame is final and carries at most 125 bytes.
    package mutating func appendWebSocketFrame(
        _ opcode: WebSocketOpcode, _ payload: Span<UInt8>, isFinal: Bool = true, maskingKey: UInt32? = nil
    ) {
        precondition(
            !opcode.isControl || isFinal && payload.count <= WebSocketOpcode.controlPayloadBytesMax,
            "A control frame is never fragmented and carries at most 125 bytes.")
        reserveRoom(for: payload.count + 14)
        append(opcode.rawValue | (isFinal ? 0x80 : 0))
        let maskBit: UInt8 = maskingKey == nil ? 0 : 0x80
        switch payload.count {
        case ...125:
            append(maskBit | UInt8(payload.count))
        case ...0xFFFF:
            append(maskBit | 126)
            append(bigEndian: UInt16(payload.count))
        default:
            append(maskBit | 127)
            append(bigEndian: UInt64(payload.count))
        }
        if let maskingKey { append(bigEndian: maskingKey) }
        append(payload, maskedWith: maskingKey ?? 0)
    }

    /// Appends a close frame: with nothing in it, or with a code that may be sent and as much of `reason`
    /// as fits, cut where a character ends.
    package mutating func appendWebSocketClose(code: UInt16?, reason: String = "", maskingKey: UInt32? = nil) {
        var payload: [UInt8] = []
        if let code {
            precondition(WebSocketCloseCode.isSendable(code), "This close code is never sent.")
            payload.append(bigEndian: code)
            payload.append(contentsOf: reason.utf8.prefix(WebSocketOpcode.controlPayloadBytesMax + 1 - payload.count))
            if payload.count > WebSocketOpcode.controlPayloadBytesMax {
                // One byte too many was taken: it tells whether a character ends before it.
                var end = WebSocketOpcode.controlPayloadBytesMax
                while payload[end] & 0xC0 == 0x80 { end -= 1 }
                payload.removeLast(payload.count - end)
            }
        }
        appendWebSocketFrame(.close, payload.span, maskingKey: maskingKey)
    }

    private mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    // `reserveCapacity` alone reserves exactly, so that frame after frame into one buffer would copy it
    // each time.
    private mutating func reserveRoom(for more: Int) {
        if capacity - count < more { reserveCapacity(Swift.max(count + more, 2 * count)) }
    }
}
