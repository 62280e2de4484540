import Mail
import Testing

struct MailAddressTests {
    @Test(arguments: [
        "alice@north.example", "a@b", "a.b+tag@x-y.example", "!#$%&'*+-/=?^_`{|}~@example.org",
        #""with space"@example.org"#, #""a\"b\\c"@example.org"#, #""a@b"@example.org"#, #"""@example.org"#,
        "root@[127.0.0.1]", "root@[IPv6:2001:db8::1]", "1@1.2", "grüße@bücher.example", "用户@例え.jp",
        String(repeating: "l", count: 64) + "@example.org",
    ])
    func `a mailbox is kept as it is written`(text: String) throws {
        let address = try #require(MailAddress(text))
        #expect(address.text == text)
        #expect(address.needsUTF8 == !text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(arguments: [
        "", "@", "alice", "@example.org", "alice@", "a b@example.org", " a@example.org", "a@example.org ",
        ".a@example.org", "a.@example.org", "a..b@example.org", "a@.org", "a@example..org", "a@example.org.",
        "a@-x.org", "a@x-.org", "a@ex_ample.org", "a@b@c.org", "<a@b.org>", "A <a@b.org>", "a@b.org,c@d.org",
        "a@b.org>\r\nRCPT TO:<c@d.org", "a\r\n@b.org", "a@b.org\n", "a\0@b.org", "a@b\0.org", "a@b.org>", "a>@b.org",
        #""a"b"@x.org"#, #""a\"@x.org"#, "\"a\r\nb\"@x.org", "\"@x.org", "\"a\u{7F}\"@x.org", "\"a\\ü\"@x.org",
        "a@[127.0.0.1", "a@[127.0.0]", "a@[::1]", "a@[IPv6:::1\0]", "a@[IPv6:]", "a@[]", "a@[127.0.0.1>]",
        "a\u{202E}b@x.org", "a\u{A0}b@x.org", "a\u{85}@x.org", "a@x\u{200B}.org",
        "a@x。y".replacing("。", with: "\u{2028}"),
        String(repeating: "l", count: 65) + "@example.org",
        "a@" + String(repeating: "d", count: 64) + ".org",
        "a@" + Array(repeating: "label", count: 50).joined(separator: "."),
    ])
    func `what is no mailbox is refused`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test func `an address has at most 254 bytes`() {
        let label = String(repeating: "d", count: 61)
        let domain = Array(repeating: label, count: 4).joined(separator: ".")
        #expect(domain.utf8.count == 247)
        #expect(MailAddress("abcdef@\(domain)")?.text.utf8.count == 254)
        #expect(MailAddress("abcdefg@\(domain)") == nil)
    }
}
