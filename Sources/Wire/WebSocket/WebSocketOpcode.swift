/// What a frame carries (RFC 6455, section 5.2). The ten other values of the four bits are reserved.
package enum WebSocketOpcode: UInt8, Sendable {
    /// More of the message that an earlier text or binary frame began.
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Control frames are short, never fragmented, and may come between the fragments of a message.
    package var isControl: Bool { rawValue >= 0x8 }

    /// What fits into the one length byte that a control frame may have.
    package static let controlPayloadBytesMax = 125
}

/// Which end of the connection we are: a client masks what it sends, a server does not.
package enum WebSocketRole: Sendable {
    case server
    case client
}

/// The codes of close frames (RFC 6455, section 7.4, and IANA's registry).
package enum WebSocketCloseCode {
    package static let normal: UInt16 = 1000
    package static let goingAway: UInt16 = 1001
    package static let protocolError: UInt16 = 1002
    /// The code of a close frame that holds none; never sent.
    package static let nothingSaid: UInt16 = 1005
    /// The connection ended without a close frame; never sent.
    package static let abnormal: UInt16 = 1006
    package static let invalidPayload: UInt16 = 1007
    package static let policyViolation: UInt16 = 1008
    package static let messageTooBig: UInt16 = 1009
    package static let internalError: UInt16 = 1011
    package static let tryAgainLater: UInt16 = 1013

    /// Whether a close frame may carry `code`: the registered ones, those of libraries and those of
    /// applications. 1005, 1006 and 1015 stand for the absence of a frame and are never sent.
    package static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
