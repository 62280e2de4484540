import Bytes
import Glibc

/// Where a node is reached: `http` or `https`, a host, and a port if it is not the scheme's own. Nothing else, and
/// written in one way only: two texts are two places.
package struct NodeURL: Hashable, Sendable, CustomStringConvertible {
    package static let bytesMax = 280

    package let isSecure: Bool
    /// In small letters; an IPv6 address in its brackets.
    package let host: String
    /// Never the scheme's own.
    package let writtenPort: UInt16?

    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let authority = Array(text.utf8.dropFirst(isSecure ? 8 : 7))
        var hostEnd = authority.count
        var port: UInt16?
        if let colon = authority.lastIndex(of: UInt8(ascii: ":")), authority.last != UInt8(ascii: "]") {
            let digits = authority[(colon + 1)...]
            guard (1...5).contains(digits.count), digits.allSatisfy(\.isASCIIDigit), digits.first != UInt8(ascii: "0"),
                let number = UInt16(String(decoding: digits, as: UTF8.self)), number != (isSecure ? 443 : 80)
            else { return nil }
            port = number
            hostEnd = colon
        }
        let host = authority[..<hostEnd]
        guard Self.isAddress(host) || Self.isName(host) else { return nil }
        self.isSecure = isSecure
        self.host = String(decoding: host, as: UTF8.self)
        writtenPort = port
    }

    package var scheme: String { isSecure ? "https" : "http" }
    package var port: UInt16 { writtenPort ?? (isSecure ? 443 : 80) }
    /// What `@authority` is at this place.
    package var authority: String { host + (writtenPort.map { ":\($0)" } ?? "") }
    package var description: String { "\(scheme)://\(authority)" }

    /// An address in the form that the system itself would print: one text for one address.
    private static func isAddress(_ host: ArraySlice<UInt8>) -> Bool {
        let isBracketed = host.first == UInt8(ascii: "[")
        guard !isBracketed || (host.count > 2 && host.last == UInt8(ascii: "]")) else { return false }
        let text = String(decoding: isBracketed ? host.dropFirst().dropLast() : host, as: UTF8.self)
        // `inet_pton` would stop reading at a zero.
        guard text.utf8.count < Int(INET6_ADDRSTRLEN), !text.utf8.contains(0) else { return false }
        let family = isBracketed ? AF_INET6 : AF_INET
        var address = in6_addr()
        guard inet_pton(family, text, &address) == 1 else { return false }
        var printed = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, &address, &printed, socklen_t(INET6_ADDRSTRLEN)) != nil else { return false }
        return text.utf8.elementsEqual(printed.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    /// A host's name. What ends in a number, be it in hex, is an address to many a resolver.
    private static func isName(_ host: ArraySlice<UInt8>) -> Bool {
        guard (1...253).contains(host.count) else { return false }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let last = labels.last, !last.allSatisfy(\.isASCIIDigit), !last.starts(with: "0x".utf8) else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { byte in
                    byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }
}
