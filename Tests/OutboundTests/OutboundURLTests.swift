import EventLoop
import Outbound
import Testing

@Suite struct OutboundURLTests {
    @Test(arguments: [
        ("http://push.example", "http://push.example/", "push.example"),
        ("HTTPS://Push.Example/UP?token=aB", "https://push.example/UP?token=aB", "push.example"),
        ("https://push.example:443/", "https://push.example/", "push.example"),
        ("http://push.example:443/", "http://push.example:443/", "push.example:443"),
        ("http://push.example:80", "http://push.example/", "push.example"),
        ("https://push.example:80/", "https://push.example:80/", "push.example:80"),
        ("https://push.example:65535?a=b", "https://push.example:65535/?a=b", "push.example:65535"),
        ("https://xn--bcher-kva.example/%C3%BC", "https://xn--bcher-kva.example/%C3%BC", "xn--bcher-kva.example"),
        ("https://a_b.example/x@y:z", "https://a_b.example/x@y:z", "a_b.example"),
        ("http://192.0.2.1:8080/", "http://192.0.2.1:8080/", "192.0.2.1:8080"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]/", "[2001:db8::1]"),
        ("http://[::ffff:127.0.0.1]:8080/", "http://[::ffff:127.0.0.1]:8080/", "[::ffff:127.0.0.1]:8080"),
        ("http://localhost:1024", "http://localhost:1024/", "localhost:1024"),
        ("http://0x7f.example/", "http://0x7f.example/", "0x7f.example"),
    ])
    func `a plain URL is taken, in its one form`(text: String, form: String, authority: String) throws {
        let url = try OutboundURL(text)
        #expect(url.description == form)
        #expect(url.authority == authority)
        #expect(try OutboundURL(form) == url)
    }

    @Test(arguments: [
        ("", OutboundURLFault.scheme),
        ("push.example", .scheme),
        ("//push.example/", .scheme),
        ("ftp://push.example/", .scheme),
        ("file:///etc/passwd", .scheme),
        ("gopher://push.example:70/_x", .scheme),
        ("http:/push.example/", .scheme),
        ("https:push.example", .scheme),
        (" https://push.example/", .character),
        ("https://push.example/ ", .character),
        ("https://push.example/a b", .character),
        ("https://push.example/\r\nHost: other", .character),
        ("https://push.example/\0", .character),
        ("https://push.example\\@10.0.0.1/", .character),
        ("https://b\u{FC}cher.example/", .character),
        ("https://push\u{3002}example/", .character),
        ("https://push.example/%", .character),
        ("https://push.example/%zz", .character),
        ("https://push.example/%4", .character),
        ("https://user@push.example/", .user),
        ("https://user:secret@push.example/", .user),
        ("https://push.example:443@10.0.0.1/", .user),
        ("https://@push.example/", .user),
        ("https://push.example/#part", .fragment),
        ("https://push.example#@10.0.0.1/", .fragment),
        ("https:///path", .host),
        ("https://:443/", .host),
        ("https://.example/", .host),
        ("https://push..example/", .host),
        ("https://push.example./", .host),
        ("https://-push.example/", .host),
        ("https://push-.example/", .host),
        ("https://push%2eexample/", .host),
        ("https://push.example;x/", .host),
        ("https://push.example,10.0.0.1/", .host),
        // The odd ways of writing 127.0.0.1, all of which `getaddrinfo` understands.
        ("http://127.1/", .host),
        ("http://127.0.1/", .host),
        ("http://2130706433/", .host),
        ("http://017700000001/", .host),
        ("http://0177.0.0.1/", .host),
        ("http://127.0.0.01/", .host),
        ("http://0x7f000001/", .host),
        ("http://0x7F.0.0.0x1/", .host),
        ("http://0x7f.1/", .host),
        ("http://127.0.0.0x1/", .host),
        ("http://127.0.0.1./", .host),
        ("http://1.2.3.4.5/", .host),
        ("http://256.0.0.1/", .host),
        ("http://0x/", .host),
        ("http://[::1/", .host),
        ("http://[]/", .host),
        ("http://[localhost]/", .host),
        ("http://[127.0.0.1]/", .host),
        ("http://[fe80::1%25eth0]/", .host),
        ("http://[fe80::1%eth0]/", .host),
        ("http://[::1]80/", .host),
        ("http://::1/", .port),
        ("http://push.example:/", .port),
        ("http://push.example:0/", .port),
        ("http://push.example:080/", .port),
        ("http://push.example:+80/", .port),
        ("http://push.example:65536/", .port),
        ("http://push.example:18446744073709551696/", .port),
        ("http://push.example:21/", .port),
        ("http://push.example:22/", .port),
        ("http://push.example:25/", .port),
        ("http://push.example:465/", .port),
        ("http://push.example:587/", .port),
        ("http://push.example:1023/", .port),
        ("http://push.example:80:80/", .port),
    ])
    func `anything else is refused`(text: String, fault: OutboundURLFault) {
        #expect(throws: fault) { try OutboundURL(text) }
    }

    @Test func `lengths are bounded`() throws {
        let long = "https://push.example/" + String(repeating: "a", count: OutboundURL.bytesMax - 21)
        #expect(try OutboundURL(long).target.utf8.count == OutboundURL.bytesMax - 20)
        #expect(throws: OutboundURLFault.tooLong) { try OutboundURL(long + "a") }
        let label = String(repeating: "a", count: 63)
        #expect(try OutboundURL("https://\(label).example/").port == 443)
        #expect(throws: OutboundURLFault.host) { try OutboundURL("https://\(label)a.example/") }
        let name = Array(repeating: label, count: 4).joined(separator: ".")
        #expect(throws: OutboundURLFault.host) { try OutboundURL("https://\(name)/") }
        #expect(try OutboundURL("https://\(name.dropLast(2))/").port == 443)
    }

    @Test func `a literal is an address, with no zone and no port`() throws {
        #expect(try OutboundURL("http://10.1.2.3:8080/").host == .address(.ipv4(0x0A01_0203, port: 0)))
        #expect(try OutboundURL("http://[::1]/").host == .address(.ipv6(high: 0, low: 1, scope: 0, port: 0)))
        #expect(try OutboundURL("http://Localhost/").host == .name("localhost"))
    }
}
