import Bytes

/// The content of a message as DATA carries it (RFC 5321, section 4.5.2): a line that begins with a dot gets
/// a second one, and a line with a single dot ends it all.
///
/// Line ends of every kind become CR LF. Relays differ in what they take for one, and content in which only
/// some of them see an end could be followed by commands of its own ("SMTP smuggling").
package struct DotStuffing: Sendable {
    private var previous = UInt8(ascii: "\n")
    private var isAtLineStart = true

    package init() {}

    package mutating func append(_ part: Span<UInt8>, to output: inout [UInt8]) {
        for index in 0..<part.count {
            let byte = part[index]
            switch byte {
            case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"): break
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                output.append(literal: "\r\n")
                isAtLineStart = true
            default:
                if isAtLineStart, byte == UInt8(ascii: ".") { output.append(UInt8(ascii: ".")) }
                output.append(byte)
                isAtLineStart = false
            }
            previous = byte
        }
    }

    /// The end of the content.
    package mutating func finish(to output: inout [UInt8]) {
        if !isAtLineStart { output.append(literal: "\r\n") }
        output.append(literal: ".\r\n")
        self = DotStuffing()
    }
}
