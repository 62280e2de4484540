package import Configuration
package import EventLoop
package import Wire

/// Where a request comes from: what is written down of it, and what is counted together.
package struct ClientAddress: Hashable, Sendable {
    /// Without the port; empty where nobody knows.
    package let text: String
    /// Of an IPv6 address its /64, of which one client usually has a whole one.
    package let network: String

    /// The other end of the connection or, where that is a proxy of ours, the last address that it names and that is
    /// none itself: those before are whatever the client wrote.
    package init(_ remote: SocketAddress, _ head: RequestHead, trusting proxies: [NetworkRange]) {
        var nearest = Self.bytes(of: remote)
        var isUnix = false
        if case .unix = remote { isUnix = true }
        if isUnix || Self.isTrusted(nearest, proxies) {
            let named = (head.fields.combined("X-Forwarded-For") ?? "").split(separator: ",").reversed()
            for text in named {
                guard let bytes = Self.bytes(ofHost: text.filter { $0 != " " }) else { break }
                nearest = bytes
                guard Self.isTrusted(bytes, proxies) else { break }
            }
        }
        self.init(nearest)
    }

    /// Of an IPv4 address, as most are, or of any other.
    private init(_ bytes: [UInt8]) {
        if bytes.count == 4 {
            text = "\(bytes[0]).\(bytes[1]).\(bytes[2]).\(bytes[3])"
            network = text
            return
        }
        guard let address = Self.address(bytes) else {
            (text, network) = ("", "")
            return
        }
        text = Self.host(address)
        network = Self.address(bytes.prefix(8) + [UInt8](repeating: 0, count: 8)).map(Self.host) ?? text
    }

    package static func isProxy(_ remote: SocketAddress, among proxies: [NetworkRange]) -> Bool {
        isTrusted(bytes(of: remote), proxies)
    }

    private static func isTrusted(_ bytes: [UInt8], _ proxies: [NetworkRange]) -> Bool {
        proxies.contains { $0.contains(bytes) }
    }

    // MARK: Bytes and text

    private static func bytes(of address: SocketAddress) -> [UInt8] {
        switch address {
        case .ipv4(let host, _): return big(UInt64(host), count: 4)
        case .ipv6(let high, let low, _, _):
            // An IPv4 client of a socket that takes both.
            if high == 0, low >> 32 == 0xFFFF { return big(low & 0xFFFF_FFFF, count: 4) }
            return big(high, count: 8) + big(low, count: 8)
        case .unix: return []
        }
    }

    /// With a port behind it or not, as proxies write it.
    private static func bytes(ofHost text: String) -> [UInt8]? {
        (SocketAddress(host: text, port: 0) ?? SocketAddress(text)).map { bytes(of: $0) }.flatMap {
            $0.isEmpty ? nil : $0
        }
    }

    private static func address(_ bytes: some Collection<UInt8>) -> SocketAddress? {
        let bytes = Array(bytes)
        guard bytes.count == 16 else { return nil }
        return .ipv6(high: number(bytes[..<8]), low: number(bytes[8...]), scope: 0, port: 0)
    }

    private static func host(_ address: SocketAddress) -> String {
        let text = address.description.dropLast(2)
        return String(text.hasPrefix("[") ? text.dropFirst().dropLast() : text)
    }

    private static func big(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
