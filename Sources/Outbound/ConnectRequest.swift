import Bytes
import Keys

/// What the courier's TLS asks of the tunnels: `CONNECT HOST:PORT`, with the secret that it was given.
///
/// The listener is on loopback, where everybody on the machine may knock: whoever lacks the secret learns
/// nothing but that.
enum ConnectRequest: Equatable {
    case incomplete
    /// Somebody else, or no such request.
    case refused
    case asks(hostAndPort: String)

    static let bytesMax = 4_096

    init(_ unread: Span<UInt8>, credentials: [UInt8]) {
        guard unread.count < Self.bytesMax else {
            self = .refused
            return
        }
        // Nothing may follow before the answer, behind which the tunnel begins: so the end is looked for at the end,
        // and somebody who sends byte by byte does not have all of them looked at for each.
        let head = Array(copying: unread)
        guard head.suffix(4).elementsEqual("\r\n\r\n".utf8) else {
            self = .incomplete
            return
        }
        let lines = head.dropLast(4).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        let words = lines[0].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[0].elementsEqual("CONNECT".utf8), words[2].elementsEqual("HTTP/1.1".utf8),
            !lines.contains(where: \.isEmpty), lines.dropFirst().contains(where: { Self.proves($0, credentials) })
        else {
            self = .refused
            return
        }
        self = .asks(hostAndPort: String(decoding: words[1].map(\.asciiLowercased), as: UTF8.self))
    }

    /// The value of `Proxy-Authorization` for a secret.
    static func credentials(_ secret: String) -> [UInt8] {
        Array("Basic \(Base64.padded.encode(Array("courier:\(secret)".utf8)))".utf8)
    }

    private static func proves(_ line: ArraySlice<UInt8>, _ credentials: [UInt8]) -> Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            Array(line[..<colon]).span.equalsIgnoringASCIICase("proxy-authorization")
        else { return false }
        let value = Array(line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") })
        return value.span.equalsInConstantTime(credentials.span)
    }
}
