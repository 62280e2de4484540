/// What stands before a frame's payload (RFC 6455, section 5.2): 2 to 14 bytes.
struct WebSocketFrameHead {
    let opcode: WebSocketOpcode
    let isFinal: Bool
    let payloadCount: Int
    /// The key's first byte on the wire is the highest. 0 where there is none: it changes nothing.
    let maskingKey: UInt32
    /// The bytes of the head itself.
    let count: Int

    /// Reads the head that `bytes` begins with; nil while it is incomplete.
    ///
    /// What the first byte forbids is refused before the second is looked at and so on, so that the
    /// verdict does not depend on where the network cut the bytes.
    init?(reading bytes: Span<UInt8>, as role: WebSocketRole) throws(WebSocketFault) {
        guard bytes.count > 0 else { return nil }
        let first = bytes[0]
        guard first & 0x70 == 0 else { throw .reservedBits }
        guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else { throw .unknownOpcode(first & 0x0F) }
        let isFinal = first & 0x80 != 0
        guard isFinal || !opcode.isControl else { throw .controlFrameFragmented }

        guard bytes.count > 1 else { return nil }
        let isMasked = bytes[1] & 0x80 != 0
        switch role {
        case .server: guard isMasked else { throw .unmaskedFrame }
        case .client: guard !isMasked else { throw .maskedFrame }
        }
        let shortLength = bytes[1] & 0x7F
        guard shortLength <= WebSocketOpcode.controlPayloadBytesMax || !opcode.isControl else {
            throw .controlFrameTooLong
        }

        let payloadCount: Int
        var count: Int
        switch shortLength {
        case 126:
            count = 4
            guard bytes.count >= count else { return nil }
            payloadCount = Int(bytes[2]) << 8 | Int(bytes[3])
            guard payloadCount > 125 else { throw .lengthNotMinimal }
        case 127:
            count = 10
            guard bytes.count >= count else { return nil }
            let length = UInt64(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 2, as: UInt64.self))
            guard length >> 63 == 0 else { throw .lengthTopBitSet }
            guard length > 0xFFFF else { throw .lengthNotMinimal }
            payloadCount = Int(length)
        default:
            count = 2
            payloadCount = Int(shortLength)
        }

        var maskingKey: UInt32 = 0
        if isMasked {
            guard bytes.count >= count + 4 else { return nil }
            maskingKey = UInt32(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: count, as: UInt32.self))
            count += 4
        }
        self.opcode = opcode
        self.isFinal = isFinal
        self.payloadCount = payloadCount
        self.maskingKey = maskingKey
        self.count = count
    }
}
