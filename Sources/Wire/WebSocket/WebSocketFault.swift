/// Why a WebSocket connection had to be failed: what the peer sent is against RFC 6455 or too much.
package enum WebSocketFault: Error, Equatable, Sendable {
    case reservedBits
    case unknownOpcode(UInt8)
    /// A client sent a frame in the clear.
    case unmaskedFrame
    /// A server sent a masked frame.
    case maskedFrame
    case lengthNotMinimal
    /// The 64-bit length has its top bit set.
    case lengthTopBitSet
    case controlFrameFragmented
    case controlFrameTooLong
    case continuationWithoutMessage
    case messageInsideMessage
    case messageTooLong
    case tooManyFragments
    case invalidText
    case closePayloadOfOneByte
    case closeCodeForbidden(UInt16)
    case invalidCloseReason

    /// What the close frame that answers should say.
    package var closeCode: UInt16 {
        switch self {
        case .reservedBits, .unknownOpcode, .unmaskedFrame, .maskedFrame, .lengthNotMinimal, .lengthTopBitSet,
            .controlFrameFragmented, .controlFrameTooLong, .continuationWithoutMessage, .messageInsideMessage,
            .closePayloadOfOneByte, .closeCodeForbidden:
            WebSocketCloseCode.protocolError
        case .invalidText, .invalidCloseReason:
            WebSocketCloseCode.invalidPayload
        case .messageTooLong, .tooManyFragments:
            WebSocketCloseCode.messageTooBig
        }
    }

    /// For the close frame's reason and the log. Nothing of the peer's text is in it.
    package var detail: String {
        switch self {
        case .reservedBits: "a reserved bit is set and no extension was agreed"
        case .unknownOpcode(let opcode): "opcode \(opcode) is reserved"
        case .unmaskedFrame: "frames from a client must be masked"
        case .maskedFrame: "frames from a server must not be masked"
        case .lengthNotMinimal: "the payload length is not in its shortest form"
        case .lengthTopBitSet: "the payload length has its top bit set"
        case .controlFrameFragmented: "control frames cannot be fragmented"
        case .controlFrameTooLong: "control frames carry at most 125 bytes"
        case .continuationWithoutMessage: "there is no message to continue"
        case .messageInsideMessage: "the message before is not finished"
        case .messageTooLong: "the message is too long"
        case .tooManyFragments: "the message has too many fragments"
        case .invalidText: "text must be UTF-8"
        case .closePayloadOfOneByte: "a close code has two bytes"
        case .closeCodeForbidden(let code): "close code \(code) cannot be sent"
        case .invalidCloseReason: "the close reason must be UTF-8"
        }
    }
}
