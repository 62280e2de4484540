import CLinux
import Glibc
import Testing

@testable import EventLoop

struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:80", SocketAddress.ipv4(0x7F00_0001, port: 80), "127.0.0.1:80"),
        ("0.0.0.0:0", .ipv4(0, port: 0), "0.0.0.0:0"),
        ("255.1.2.3:65535", .ipv4(0xFF01_0203, port: 65_535), "255.1.2.3:65535"),
        ("localhost:8080", .ipv4(0x7F00_0001, port: 8_080), "127.0.0.1:8080"),
        ("127.0.0.1:0080", .ipv4(0x7F00_0001, port: 80), "127.0.0.1:80"),
        ("[::1]:443", .ipv6(high: 0, low: 1, scope: 0, port: 443), "[::1]:443"),
        ("[::]:1", .ipv6(high: 0, low: 0, scope: 0, port: 1), "[::]:1"),
        (
            "[2001:DB8:0:0::00ff]:9", .ipv6(high: 0x2001_0DB8 << 32, low: 0xFF, scope: 0, port: 9),
            "[2001:db8::ff]:9"
        ),
        (
            "[::ffff:10.0.0.1]:9", .ipv6(high: 0, low: 0xFFFF_0A00_0001, scope: 0, port: 9),
            "[::ffff:10.0.0.1]:9"
        ),
        ("unix:/run/parley.sock", .unix(path: "/run/parley.sock"), "unix:/run/parley.sock"),
        ("unix:relative", .unix(path: "relative"), "unix:relative"),
        ("unix:a:80", .unix(path: "a:80"), "unix:a:80"),
        ("unix:\u{301}ä", .unix(path: "\u{301}ä"), "unix:\u{301}ä"),
    ])
    func `an address is read, and written in its one form`(text: String, address: SocketAddress, written: String) {
        #expect(SocketAddress(text) == address)
        #expect(address.description == written)
        #expect(SocketAddress(written) == address)
    }

    @Test(arguments: [
        "", ":", "80", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:-1",
        "127.0.0.1:0x50", "127.0.0.1: 80", "127.0.0.1:80 ", " 127.0.0.1:80", "127.0.0.1:８０",
        "127.0.0.1:99999999999999999999", "0127.0.0.1:80", "127.0.0.01:80", "1.2.3:80", "1.2.3.4.5:80", "256.0.0.1:80",
        "0x7f.0.0.1:80", "2130706433:80", "127.0.0.1\0:80", "127.0.0.1\0.example:80", "127.0.0.1:80\0",
        "localhost\0:80",
        "::1:80", "::1", "1:2:3:4:5:6:7:8:80", "[::1:80", "::1]:80", "[::1]", "[::1]80", "[::1]x:80", "[[::1]]:80",
        "[]:80", "[127.0.0.1]:80", "[::1%lo]:80", "[::g]:80", "[1::2::3]:80", "[12345::]:80", "[::1\0]:80",
        "example.org:80", "LOCALHOST:80", "localhost:", "http://127.0.0.1:80", "unix:", "unix:a\0b", "Unix:/a", "unix",
    ])
    func `what is not an address is refused`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `a path is as long as the kernel takes and no longer`() throws {
        let longest = String(repeating: "p", count: SocketAddress.pathBytesMax)
        #expect(SocketAddress("unix:" + longest) == .unix(path: longest))
        #expect(SocketAddress("unix:" + longest + "p") == nil)
        // Counted in bytes: 54 characters, 108 bytes.
        #expect(SocketAddress("unix:" + String(repeating: "ä", count: 54)) == nil)
        let length = SocketAddress.unix(path: longest).withSystemAddress { $1 }
        #expect(length == 2 + 107 + 1)
    }

    @Test func `a host alone may be an address of either kind`() {
        #expect(SocketAddress(host: "::1", port: 5) == .ipv6(high: 0, low: 1, scope: 0, port: 5))
        #expect(SocketAddress(host: "[::1]", port: 5) == .ipv6(high: 0, low: 1, scope: 0, port: 5))
        #expect(SocketAddress(host: "10.1.2.3", port: 5) == .ipv4(0x0A01_0203, port: 5))
        #expect(SocketAddress(host: "localhost", port: 5) == .ipv4(0x7F00_0001, port: 5))
        for host in ["", "[", "]", "[]", "::1]", "[::1", "example.org", "10.1.2", "::1\0", "localhost\0"] {
            #expect(SocketAddress(host: host, port: 5) == nil)
        }
    }

    @Test func `ports are read and replaced`() throws {
        let four = try #require(SocketAddress("10.0.0.1:80"))
        let six = try #require(SocketAddress("[::1]:80"))
        #expect(four.port == 80 && six.port == 80)
        #expect(four.with(port: 81).description == "10.0.0.1:81")
        #expect(six.with(port: 81).description == "[::1]:81")
        let path = SocketAddress.unix(path: "/a")
        #expect(path.port == nil)
        #expect(path.with(port: 81) == path)
        #expect(four.url == "http://10.0.0.1:80")
        #expect(path.url == "unix:/a")
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `every address survives being written, and the kernel's form`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let port = UInt16(truncatingIfNeeded: random.next())
        let addresses: [SocketAddress] = [
            .ipv4(UInt32(truncatingIfNeeded: random.next()), port: port),
            .ipv6(high: random.next(), low: random.next(), scope: 0, port: port),
            .ipv6(high: random.next() & 0xFFFF << 48, low: random.next() & 0xFFFF, scope: 0, port: port),
        ]
        for address in addresses {
            #expect(SocketAddress(address.description) == address)
            let read = address.withSystemAddress { pointer, length in
                var storage = sockaddr_storage()
                withUnsafeMutableBytes(of: &storage) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
                }
                return SocketAddress(storage)
            }
            #expect(read == address)
        }
    }
}
