import Bytes
package import EventLoop

/// Why a text is no URL that we would ask.
package enum OutboundURLFault: Error, Equatable, Sendable {
    case tooLong
    /// Neither `http` nor `https`.
    case scheme
    /// A user or a password in front of the host.
    case user
    /// A byte that may not stand there: space, control, anything beyond ASCII, or a percent sign without its two
    /// digits.
    case character
    /// Not a name, nor an address in its one plain form. A name beyond ASCII is written as its holder would
    /// register it, in `xn--` labels.
    case host
    /// Neither 80 nor 443, nor above 1,023: no web server is there, but perhaps somebody who would take a
    /// request for something else.
    case port
    /// It is not sent, so whoever writes one means something else.
    case fragment
}

/// An absolute `http` or `https` URL that a person or a peer has named.
///
/// Two programs that disagree on where a URL leads are how checks are walked around: what we check must be what
/// the courier and `getaddrinfo` take it for. So there is one form for each URL, all else is refused, and what is
/// handed on is put together anew from the parts.
package struct OutboundURL: Hashable, Sendable, CustomStringConvertible {
    package enum Host: Hashable, Sendable {
        /// In small letters.
        case name(String)
        /// With port 0.
        case address(SocketAddress)
    }

    package let isSecure: Bool
    package let host: Host
    package let port: UInt16
    /// Path and query, beginning with a slash.
    package let target: String
    private let hostText: String

    package static let bytesMax = 2_048

    package init(_ text: String) throws(OutboundURLFault) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.bytesMax else { throw .tooLong }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && !Self.neverPlain.contains($0) }) else {
            throw .character
        }
        let lead = String(text.lowercased().prefix(8))
        if lead.hasPrefix("https://") {
            isSecure = true
        } else if lead.hasPrefix("http://") {
            isSecure = false
        } else {
            throw .scheme
        }
        let rest = bytes[(isSecure ? 8 : 7)...]
        let authorityEnd = rest.firstIndex { [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) }
        let authority = rest[..<(authorityEnd ?? rest.endIndex)]
        let tail = rest[(authorityEnd ?? rest.endIndex)...]
        guard !authority.contains(UInt8(ascii: "@")) else { throw .user }
        guard !tail.contains(UInt8(ascii: "#")) else { throw .fragment }
        guard Self.hasWholeEscapes(tail) else { throw .character }
        target = (tail.first == UInt8(ascii: "/") ? "" : "/") + String(decoding: tail, as: UTF8.self)

        let (hostBytes, portBytes) = try Self.split(authority)
        port = try Self.port(portBytes, isSecure: isSecure)
        hostText = String(decoding: hostBytes.map(\.asciiLowercased), as: UTF8.self)
        host = try Self.host(hostText)
    }

    /// What `Host` says: the port stands there where it isn't the scheme's own.
    package var authority: String {
        port == (isSecure ? 443 : 80) ? hostText : "\(hostText):\(port)"
    }

    /// The same with the port in any case, as CONNECT names it.
    var hostAndPort: String { "\(hostText):\(port)" }

    package var description: String { (isSecure ? "https://" : "http://") + authority + target }

    /// `"<>\^`{|}`: not allowed in a URL (RFC 3986), and read in as many ways as there are readers.
    private static let neverPlain = Set("\"<>\\^`{|}".utf8)

    private static func hasWholeEscapes(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "%") else { return true }
            let digits = bytes[(index + 1)...].prefix(2)
            return digits.count == 2 && digits.allSatisfy(\.isHexDigit)
        }
    }

    private static func split(
        _ authority: ArraySlice<UInt8>
    ) throws(OutboundURLFault) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?) {
        let hostEnd: Int
        if authority.first == UInt8(ascii: "[") {
            guard let bracket = authority.firstIndex(of: UInt8(ascii: "]")) else { throw .host }
            hostEnd = bracket + 1
        } else {
            hostEnd = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        }
        let rest = authority[hostEnd...]
        guard let colon = rest.first else { return (authority, nil) }
        guard colon == UInt8(ascii: ":") else { throw .host }
        return (authority[..<hostEnd], rest.dropFirst())
    }

    private static func port(_ digits: ArraySlice<UInt8>?, isSecure: Bool) throws(OutboundURLFault) -> UInt16 {
        guard let digits else { return isSecure ? 443 : 80 }
        guard (1...5).contains(digits.count), digits.allSatisfy(\.isASCIIDigit), digits.first != UInt8(ascii: "0"),
            let port = UInt16(String(decoding: digits, as: UTF8.self)), port == 80 || port == 443 || port > 1_023
        else { throw .port }
        return port
    }

    private static func host(_ text: String) throws(OutboundURLFault) -> Host {
        if text.utf8.first == UInt8(ascii: "[") {
            // Without a zone, which `inet_pton` does not know.
            guard let address = SocketAddress(host: text, port: 0), case .ipv6 = address else { throw .host }
            return .address(address)
        }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let last = labels.last else { throw .host }
        if last.first?.isASCIIDigit == true, last.allSatisfy(\.isHexDigit) || last.starts(with: "0x".utf8) {
            // It ends in a number, so it is meant as an address (WHATWG URL says the same): four decimal numbers,
            // and none of the forms 127.1, 0177.0.0.1, 0x7f000001 and 2130706433 that `getaddrinfo` takes.
            guard let address = SocketAddress(host: text, port: 0), case .ipv4 = address else { throw .host }
            return .address(address)
        }
        guard text.utf8.count <= 253, labels.allSatisfy(isLabel) else { throw .host }
        return .name(text)
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy {
                $0.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(asciiLowercased)
    }
}
