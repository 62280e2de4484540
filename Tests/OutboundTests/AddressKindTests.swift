import EventLoop
import Outbound
import Testing

@Suite struct AddressKindTests {
    @Test(arguments: [
        ("0.0.0.0", AddressKind.unspecified), ("0.255.255.255", .unspecified), ("1.0.0.0", .global),
        ("9.255.255.255", .global), ("10.0.0.0", .privateUse), ("10.255.255.255", .privateUse), ("11.0.0.0", .global),
        ("100.63.255.255", .global), ("100.64.0.0", .shared), ("100.100.100.200", .shared),
        ("100.127.255.255", .shared), ("100.128.0.0", .global),
        ("126.255.255.255", .global), ("127.0.0.1", .loopback), ("127.255.255.255", .loopback), ("128.0.0.0", .global),
        ("169.253.255.255", .global), ("169.254.0.0", .linkLocal), ("169.254.169.253", .linkLocal),
        ("169.254.169.254", .metadata), ("169.254.169.255", .linkLocal), ("169.255.0.0", .global),
        ("172.15.255.255", .global), ("172.16.0.0", .privateUse), ("172.31.255.255", .privateUse),
        ("172.32.0.0", .global),
        ("192.0.0.0", .reserved), ("192.0.0.255", .reserved), ("192.0.1.0", .global), ("192.0.2.1", .documentation),
        ("192.0.3.0", .global), ("192.88.99.1", .reserved), ("192.88.100.0", .global),
        ("192.167.255.255", .global), ("192.168.0.1", .privateUse), ("192.169.0.0", .global),
        ("198.17.255.255", .global), ("198.18.0.0", .benchmarking), ("198.19.255.255", .benchmarking),
        ("198.20.0.0", .global), ("198.51.100.1", .documentation), ("203.0.113.255", .documentation),
        ("203.0.114.0", .global), ("223.255.255.255", .global), ("224.0.0.1", .multicast),
        ("239.255.255.255", .multicast), ("240.0.0.0", .reserved), ("255.255.255.255", .reserved),
        ("8.8.8.8", .global),
    ])
    func `an IPv4 address is of its range, to the last of it`(text: String, kind: AddressKind) throws {
        #expect(AddressKind(try #require(SocketAddress(host: text, port: 0))) == kind)
        // Written as IPv6, no address is allowed whatever it holds.
        #expect(AddressKind(try #require(SocketAddress(host: "::ffff:\(text)", port: 0))) == .disguisedIPv4)
        let translated = AddressKind(try #require(SocketAddress(host: "64:ff9b::\(text)", port: 0)))
        #expect(translated == (kind == .global ? .global : .disguisedIPv4))
    }

    @Test(arguments: [
        ("::", AddressKind.unspecified), ("::1", .loopback), ("::2", .disguisedIPv4), ("::7f00:1", .disguisedIPv4),
        ("::ffff:0:127.0.0.1", .disguisedIPv4), ("0:0:0:1::", .reserved), ("1::", .reserved),
        ("64:ff9b::a00:1", .disguisedIPv4), ("64:ff9b::808:808", .global), ("64:ff9b::1:808:808", .reserved),
        ("64:ff9b:1::1", .disguisedIPv4), ("64:ff9b:1:ffff::808:808", .disguisedIPv4), ("64:ff9b:2::1", .reserved),
        ("100::1", .reserved), ("1fff:ffff::1", .reserved), ("2000::1", .global),
        ("2001::1", .disguisedIPv4), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", .disguisedIPv4),
        ("2001:1::1", .reserved), ("2001:2::1", .benchmarking), ("2001:2:1::1", .reserved),
        ("2001:10::1", .reserved), ("2001:20::1", .reserved), ("2001:1ff:ffff::1", .reserved),
        ("2001:200::1", .global), ("2001:db7:ffff::1", .global), ("2001:db8::1", .documentation),
        ("2001:db8:ffff:ffff::1", .documentation), ("2001:db9::1", .global), ("2001:4860:4860::8888", .global),
        ("2002::1", .disguisedIPv4), ("2002:a00:1::1", .disguisedIPv4), ("2002:808:808::1", .disguisedIPv4),
        ("2003::1", .global), ("3ffe:ffff::1", .global), ("3fff::1", .documentation),
        ("3fff:fff:ffff::1", .documentation), ("3fff:1000::1", .global), ("4000::1", .reserved), ("5f00::1", .reserved),
        ("fbff::1", .reserved), ("fc00::1", .uniqueLocal), ("fd00:ec2::254", .metadata),
        ("fd00:ec2::253", .uniqueLocal), ("fdff:ffff::1", .uniqueLocal), ("fe00::1", .reserved),
        ("fe7f::1", .reserved), ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fec0::1", .reserved),
        ("feff::1", .reserved), ("ff02::1", .multicast), ("ffff::1", .multicast),
    ])
    func `an IPv6 address is of its range, to the last of it`(text: String, kind: AddressKind) throws {
        #expect(AddressKind(try #require(SocketAddress(host: text, port: 0))) == kind)
    }

    @Test func `a path is nobody's to name`() {
        #expect(!AddressPolicy.privateToo.allows(AddressKind(.unix(path: "/run/x"))))
    }

    @Test(arguments: [
        (AddressKind.global, true, true), (.loopback, false, true), (.privateUse, false, true),
        (.linkLocal, false, true), (.uniqueLocal, false, true), (.metadata, false, false), (.shared, false, false),
        (.unspecified, false, false), (.multicast, false, false), (.documentation, false, false),
        (.benchmarking, false, false), (.disguisedIPv4, false, false), (.reserved, false, false),
    ])
    func `what may be asked depends on the policy`(kind: AddressKind, globalOnly: Bool, privateToo: Bool) {
        #expect(AddressPolicy.globalOnly.allows(kind) == globalOnly)
        #expect(AddressPolicy.privateToo.allows(kind) == privateToo)
    }
}
