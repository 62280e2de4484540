package import EventLoop

/// Where an address leads to, as far as its bits tell (the IANA's registries of special-purpose addresses).
package enum AddressKind: Hashable, Sendable {
    /// Anywhere in the public network.
    case global
    case loopback
    case privateUse
    case linkLocal
    case uniqueLocal
    /// Where clouds serve their machines' secrets to whoever asks.
    case metadata
    /// Between a provider and its customers: 100.64.0.0/10.
    case shared
    case unspecified
    case multicast
    case documentation
    case benchmarking
    /// An IPv4 address in the clothes of an IPv6 one, which another machine, or this one, would undress.
    case disguisedIPv4
    case reserved

    package init(_ address: SocketAddress) {
        switch address {
        case .ipv4(let bits, _): self.init(ipv4: bits)
        case .ipv6(let high, let low, _, _): self.init(high: high, low: low)
        case .unix: self = .reserved
        }
    }

    private init(ipv4 bits: UInt32) {
        if bits == 0xA9FE_A9FE {
            self = .metadata
            return
        }
        self = Self.ipv4Ranges.first { bits >> (32 - $0.bits) == $0.prefix >> (32 - $0.bits) }?.kind ?? .global
    }

    private static let ipv4Ranges: [(prefix: UInt32, bits: UInt32, kind: AddressKind)] = [
        (0x0000_0000, 8, .unspecified),
        (0x0A00_0000, 8, .privateUse),
        (0x6440_0000, 10, .shared),
        (0x7F00_0000, 8, .loopback),
        (0xA9FE_0000, 16, .linkLocal),
        (0xAC10_0000, 12, .privateUse),
        (0xC000_0000, 24, .reserved),
        (0xC000_0200, 24, .documentation),
        // What is left of the relays of 6to4 (RFC 7526).
        (0xC058_6300, 24, .reserved),
        (0xC0A8_0000, 16, .privateUse),
        (0xC612_0000, 15, .benchmarking),
        (0xC633_6400, 24, .documentation),
        (0xCB00_7100, 24, .documentation),
        (0xE000_0000, 4, .multicast),
        // 240.0.0.0/4, and the broadcast address at its end.
        (0xF000_0000, 4, .reserved),
    ]

    private init(high: UInt64, low: UInt64) {
        if high == 0 {
            // ::ffff:0:0/96 is IPv4 mapped; the rest of ::/64 held, in its time, IPv4 "compatible".
            self = low == 0 ? .unspecified : low == 1 ? .loopback : .disguisedIPv4
        } else if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 {
            // What a network without IPv4 makes of a public IPv4 address (RFC 6052): its only way there.
            self = AddressKind(ipv4: UInt32(truncatingIfNeeded: low)) == .global ? .global : .disguisedIPv4
        } else if high == 0xFD00_0EC2_0000_0000, low == 0x254 {
            self = .metadata
        } else if let range = Self.ipv6Ranges.first(where: { high >> (64 - $0.bits) == $0.prefix >> (64 - $0.bits) }) {
            self = range.kind
        } else {
            // Nothing outside of 2000::/3 is given to anybody yet.
            self = high >> 61 == 1 ? .global : .reserved
        }
    }

    private static let ipv6Ranges: [(prefix: UInt64, bits: UInt64, kind: AddressKind)] = [
        (0xFC00_0000_0000_0000, 7, .uniqueLocal),
        (0xFE80_0000_0000_0000, 10, .linkLocal),
        // Site-local, given up (RFC 3879); some networks still have it.
        (0xFEC0_0000_0000_0000, 10, .reserved),
        (0xFF00_0000_0000_0000, 8, .multicast),
        // NAT64 with a prefix of one's own (RFC 8215).
        (0x0064_FF9B_0001_0000, 48, .disguisedIPv4),
        // Teredo and 6to4 hold an IPv4 address each; nobody is reached by them any more.
        (0x2001_0000_0000_0000, 32, .disguisedIPv4),
        (0x2002_0000_0000_0000, 16, .disguisedIPv4),
        (0x2001_0002_0000_0000, 48, .benchmarking),
        (0x2001_0DB8_0000_0000, 32, .documentation),
        (0x3FFF_0000_0000_0000, 20, .documentation),
        // The IETF's own protocols.
        (0x2001_0000_0000_0000, 23, .reserved),
    ]
}

/// Which addresses somebody's request may go to.
package enum AddressPolicy: Hashable, Sendable {
    case globalOnly
    /// For peers that an administrator names, and for all under `--allow-private-addresses`.
    case privateToo

    package func allows(_ kind: AddressKind) -> Bool {
        switch kind {
        case .global: true
        case .loopback, .privateUse, .linkLocal, .uniqueLocal: self == .privateToo
        case .metadata, .shared, .unspecified, .multicast, .documentation, .benchmarking, .disguisedIPv4, .reserved:
            false
        }
    }

    /// The address to connect to. A name with a single address that isn't allowed is refused as a whole: nobody
    /// means well who mixes them.
    func choose(from addresses: [SocketAddress]) throws(OutboundFailure) -> SocketAddress {
        for address in addresses {
            let kind = AddressKind(address)
            guard allows(kind) else { throw .refusedAddress(address.with(port: 0), kind) }
        }
        guard let first = addresses.first else { throw .unresolved(.unknown) }
        return first
    }
}
