import CLinux
import Glibc

/// Where a socket listens or connects to: an IP address with a port, or a path.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The four bytes in the order they are written, and the port.
    case ipv4(UInt32, port: UInt16)
    case ipv6(high: UInt64, low: UInt64, scope: UInt32, port: UInt16)
    case unix(path: String)

    /// Room for the path of a Unix socket, its final zero not counted.
    package static let pathBytesMax = 107

    /// `HOST:PORT`, `[V6]:PORT` or `unix:PATH`, with a numeric host or `localhost`; nil for anything else.
    package init?(_ text: String) {
        if text.utf8.starts(with: "unix:".utf8), let path = String(text.utf8.dropFirst(5)) {
            guard !path.isEmpty, path.utf8.count <= Self.pathBytesMax, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = text[text.utf8.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(digits) else {
            return nil
        }
        // `::1:80` is an address in itself: with a port behind it, one needs brackets to be told from it.
        guard text.utf8.first == UInt8(ascii: "[") || !text[..<colon].utf8.contains(UInt8(ascii: ":")) else {
            return nil
        }
        self.init(host: String(text[..<colon]), port: port)
    }

    /// A numeric host, IPv6 in brackets or bare, or `localhost`; nil for a name that would have to be looked up.
    package init?(host: String, port: UInt16) {
        // `inet_pton` would stop reading at a zero and take what stands before it.
        guard !host.utf8.contains(0) else { return nil }
        if host == "localhost" {
            self = .ipv4(0x7F00_0001, port: port)
            return
        }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            self = .ipv4(UInt32(bigEndian: four.s_addr), port: port)
            return
        }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard isBracketed || !host.contains("[") else { return nil }
        var six = in6_addr()
        guard inet_pton(AF_INET6, isBracketed ? String(host.dropFirst().dropLast()) : host, &six) == 1 else {
            return nil
        }
        self.init(six, scope: 0, port: port)
    }

    private init(_ address: in6_addr, scope: UInt32, port: UInt16) {
        let (high, low) = withUnsafeBytes(of: address) {
            (
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self = .ipv6(high: high, low: low, scope: scope, port: port)
    }

    /// What the kernel filled in; nil for a family that we don't speak. An unnamed Unix socket has the
    /// empty path.
    init?(_ storage: sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = Self.reading(storage, as: sockaddr_in.self)
            self = .ipv4(UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = Self.reading(storage, as: sockaddr_in6.self)
            self.init(address.sin6_addr, scope: address.sin6_scope_id, port: UInt16(bigEndian: address.sin6_port))
        case AF_UNIX:
            self = .unix(path: "")
        default:
            return nil
        }
    }

    private static func reading<Address>(_ storage: sockaddr_storage, as type: Address.Type) -> Address {
        withUnsafeBytes(of: storage) { $0.loadUnaligned(as: type) }
    }

    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    package var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, _, let port): port
        case .unix: nil
        }
    }

    /// The same host with another port; a path has none and stays.
    package func with(port: UInt16) -> SocketAddress {
        switch self {
        case .ipv4(let host, _): .ipv4(host, port: port)
        case .ipv6(let high, let low, let scope, _): .ipv6(high: high, low: low, scope: scope, port: port)
        case .unix: self
        }
    }

    /// Calls `body` with the address as the kernel takes it.
    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        let length: Int = withUnsafeMutableBytes(of: &storage) { room in
            switch self {
            case .ipv4(let host, let port):
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                address.sin_addr.s_addr = host.bigEndian
                room.storeBytes(of: address, as: sockaddr_in.self)
                return MemoryLayout<sockaddr_in>.size
            case .ipv6(let high, let low, let scope, let port):
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_port = port.bigEndian
                address.sin6_scope_id = scope
                withUnsafeMutableBytes(of: &address.sin6_addr) {
                    $0.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
                    $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
                }
                room.storeBytes(of: address, as: sockaddr_in6.self)
                return MemoryLayout<sockaddr_in6>.size
            case .unix(let path):
                room.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                precondition(path.utf8.count <= Self.pathBytesMax, "a socket's path is bounded where it is read")
                let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)!
                room[start...].copyBytes(from: path.utf8)
                return start + path.utf8.count + 1
            }
        }
        return withUnsafeBytes(of: &storage) {
            body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        }
    }

    /// How a person reaches it: `http://127.0.0.1:8080`, or `unix:PATH`.
    package var url: String {
        if case .unix = self { description } else { "http://\(description)" }
    }

    package var description: String {
        switch self {
        case .ipv4(let host, let port):
            "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255):\(port)"
        case .ipv6(let high, let low, _, let port):
            "[\(Self.text(high: high, low: low))]:\(port)"
        case .unix(let path):
            "unix:\(path)"
        }
    }

    private static func text(high: UInt64, low: UInt64) -> String {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) {
            $0.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        var room = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &address, &room, socklen_t(room.count))
        return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
