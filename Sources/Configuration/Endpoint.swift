import Bytes
import Glibc

/// Where to listen or to connect to, as it was written.
package enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// An IPv6 host stands without its brackets.
    case host(String, port: UInt16)
    case unix(path: String)

    /// Room for the path of a Unix socket, its final zero not counted.
    private static let pathBytesMax = 107

    /// `HOST:PORT`, `[V6]:PORT` or `unix:PATH`; nil for anything else. A host is an IPv4 address, `localhost` or,
    /// where names are taken, a name to be looked up.
    package init?(_ text: String, takesNames: Bool) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard (1...Self.pathBytesMax).contains(path.utf8.count), !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let (host, port) = HostAndPort.split(text), let port else { return nil }
        guard takesNames || host.isNumeric || host.text == "localhost" else { return nil }
        self = .host(host.text, port: port)
    }

    package var description: String {
        switch self {
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// The two halves of `HOST:PORT`, where the second may be missing.
enum HostAndPort {
    struct Host {
        let text: String
        let isNumeric: Bool
    }

    static func split(_ text: String) -> (host: Host, port: UInt16?)? {
        var host = text[...]
        var port: UInt16?
        let bracket = text.utf8.lastIndex(of: UInt8(ascii: "]"))
        if let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), bracket.map({ $0 < colon }) ?? true {
            let digits = text[text.utf8.index(after: colon)...]
            guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit),
                let number = UInt16(digits)
            else {
                return nil
            }
            host = text[..<colon]
            port = number
        }
        if bracket != nil {
            guard host.hasPrefix("["), host.hasSuffix("]") else { return nil }
            let inner = String(host.dropFirst().dropLast())
            guard IPAddress(inner)?.bytes.count == 16 else { return nil }
            return (Host(text: inner, isNumeric: true), port)
        }
        if IPAddress(String(host))?.bytes.count == 4 { return (Host(text: String(host), isNumeric: true), port) }
        return isName(host) ? (Host(text: String(host), isNumeric: false), port) : nil
    }

    /// A host's name. What ends in a number is a mistyped address (WHATWG URL calls it the same).
    private static func isName(_ text: Substring) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let last = labels.last, !last.allSatisfy(\.isASCIIDigit) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { byte in
                    let small = byte.asciiLowercased
                    return byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(small)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }
}

/// The bytes of an address, four or sixteen.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]

    init?(_ text: String) {
        // `inet_pton` would stop reading at a zero.
        guard !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }
}
