import Testing
import Wire

@testable import Media

struct FileNameTests {
    @Test(
        arguments: [
            ("report.pdf", "report.pdf"), ("Zoë €.txt", "Zoë €.txt"), ("a b;c'd=e,(f).txt", "a b;c'd=e,(f).txt"),
            ("", "file"), (".", "file"), ("..", "file"), (" . ", "file"), ("...", "file"),
            ("../../etc/passwd", "_._.._etc_passwd"), ("C:\\a\\b.txt", "C:_a_b.txt"), ("/", "_"),
            ("a\r\nSet-Cookie: x", "a__Set-Cookie: x"), ("a\"b", "a_b"), ("a\0\u{1B}\u{7F}\u{85}b", "a____b"),
            ("exe\u{202E}gpj.\u{2066}\u{200F}\u{061C}x\u{2028}", "exe_gpj.___x_"), ("a\u{200B}\u{FEFF}b", "a__b"),
            (".htaccess", "_htaccess"), ("setup.exe. .", "setup.exe"), ("  a", "a"),
            ("👩‍👩‍👧.png", "👩‍👩‍👧.png"),
        ] as [(String, String)])
    func `a name is made harmless`(name: String, expected: String) {
        #expect(FileName.safe(name) == expected)
    }

    @Test func `a long name loses its middle, and never half a character`() {
        let long = FileName.safe(String(repeating: "ä", count: 200) + ".jpeg")
        #expect(long == String(repeating: "ä", count: 125) + ".jpeg")
        #expect(FileName.safe(String(repeating: "a", count: 255)).utf8.count == 255)
        #expect(FileName.safe(String(repeating: "a", count: 256)).utf8.count == 255)
        #expect(FileName.safe(String(repeating: "👩‍👩‍👧", count: 50)) == String(repeating: "👩‍👩‍👧", count: 14))
        // What only looks like an ending does not count as one.
        let dotted = FileName.safe("a." + String(repeating: "b", count: 300))
        #expect(dotted == "a." + String(repeating: "b", count: 253))
        #expect(FileName.safe(String(repeating: "a", count: 250) + "      b") == String(repeating: "a", count: 250))
        // One character of a thousand bytes.
        #expect(FileName.safe("e" + String(repeating: "\u{301}", count: 500) + ".txt") == "file.txt")
    }

    @Test(
        arguments: [
            "report.pdf", "../x", "", "a\"b", "Zoë 👩‍👩‍👧.txt", "\u{202E}a\u{200B}", ".a.", "a\\b\r\n",
            String(repeating: "ß.", count: 300), "e" + String(repeating: "\u{301}", count: 500),
        ])
    func `a safe name stays as it is, here and in a header`(name: String) {
        let safe = FileName.safe(name)
        #expect(!safe.isEmpty)
        #expect(safe.utf8.count <= FileName.bytesMax)
        #expect(FileName.safe(safe) == safe)
        let header = ContentDisposition.attachment(fileName: safe)
        if safe.utf8.allSatisfy({ $0 < 0x80 }) {
            #expect(header == "attachment; filename=\"\(safe)\"")
        } else {
            let encoded = header.split(separator: "''", maxSplits: 1)[1]
            var bytes: [UInt8] = []
            var rest = Array(encoded.utf8)[...]
            while let byte = rest.popFirst() {
                let isEncoded = byte == UInt8(ascii: "%")
                bytes.append(isEncoded ? UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)! : byte)
                if isEncoded { rest = rest.dropFirst(2) }
            }
            #expect(bytes == Array(safe.utf8))
        }
    }
}
