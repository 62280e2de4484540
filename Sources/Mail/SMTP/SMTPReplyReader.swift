import Bytes

/// Why a relay's bytes are no reply.
package enum SMTPFault: Error, Equatable, Sendable {
    case lineTooLong
    case tooManyLines
    /// Not three digits, then a space, a hyphen or the line's end; or a line that does not end in CR LF.
    case malformed
    /// The lines of one reply have different codes.
    case codeChanged
    /// Something that can't be an answer to what was asked.
    case unexpected(code: Int)
}

/// `consumed` counts from the start of what was shown.
package enum SMTPReplyStep: Equatable, Sendable {
    case needBytes(consumed: Int)
    case reply(SMTPReply, consumed: Int)
}

/// Turns a relay's bytes into replies.
package struct SMTPReplyReader: Sendable {
    /// RFC 5321 allows 512; some relays explain at length.
    package static let lineBytesMax = 2_000
    package static let linesMax = 100

    private var line: [UInt8] = []
    private var lines: [[UInt8]] = []
    private var code: Int?

    package init() {}

    /// `unread` is everything received and not consumed. After a fault the connection is of no more use.
    package mutating func step(_ unread: Span<UInt8>) throws(SMTPFault) -> SMTPReplyStep {
        var index = 0
        while index < unread.count {
            let byte = unread[index]
            index += 1
            if byte != UInt8(ascii: "\n") {
                guard byte != 0, line.last != UInt8(ascii: "\r") else { throw .malformed }
                guard line.count < Self.lineBytesMax else { throw .lineTooLong }
                line.append(byte)
                continue
            }
            guard line.last == UInt8(ascii: "\r") else { throw .malformed }
            line.removeLast()
            if let reply = try takeLine() { return .reply(reply, consumed: index) }
        }
        return .needBytes(consumed: index)
    }

    private mutating func takeLine() throws(SMTPFault) -> SMTPReply? {
        guard line.count >= 3, (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(line[0]),
            line[1].isASCIIDigit, line[2].isASCIIDigit
        else { throw .malformed }
        let code = line[..<3].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard code == self.code ?? code else { throw .codeChanged }
        guard lines.count < Self.linesMax else { throw .tooManyLines }
        let separator = line.count > 3 ? line[3] : UInt8(ascii: " ")
        lines.append(Array(line.dropFirst(4)))
        line.removeAll(keepingCapacity: true)
        switch separator {
        case UInt8(ascii: "-"):
            self.code = code
            return nil
        case UInt8(ascii: " "):
            defer {
                lines = []
                self.code = nil
            }
            return SMTPReply(code: code, lines: lines)
        default: throw .malformed
        }
    }
}
