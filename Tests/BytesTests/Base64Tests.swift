import Bytes
import Testing

struct Base64Tests {
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
        ("foob", "Zm9vYg==", "Zm9vYg"), ("fooba", "Zm9vYmE=", "Zm9vYmE"), ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
    ])
    func `the vectors of RFC 4648 hold`(plain: String, padded: String, url: String) {
        let bytes = Array(plain.utf8)
        #expect(Base64.padded.encode(bytes) == padded)
        #expect(Base64.url.encode(bytes) == url)
        #expect(Base64.padded.decode(padded) == bytes)
        #expect(Base64.url.decode(url) == bytes)
    }

    @Test func `the alphabets differ in their last two characters`() {
        let sextets: [UInt8] = [0b1111_1011, 0b1110_1111, 0b1111_1111]
        #expect(Base64.padded.encode(sextets) == "++//")
        #expect(Base64.url.encode(sextets) == "--__")
        #expect(Base64.padded.decode("--__") == nil)
        #expect(Base64.url.decode("++//") == nil)
        #expect(Base64.padded.encode([UInt8](0..<48).map { $0 &* 85 }).utf8.count == 64)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zg====", "=", "==", "===", "====", "A===", "Zm9v====", "Zm=v", "Z=9v", "=m9v",
        "Zg==Zg==", "Zg==\n", " Zg==", "Zm9v Zm9v", "Zm9v\r\nZm9v", "Zh==", "Zm9=", "Zm9vYh==", "Zm9\u{0}", "Zm9é",
    ])
    func `padded text that nobody writes is refused`(text: String) {
        #expect(Base64.padded.decode(text) == nil)
    }

    @Test(arguments: [
        "Z", "Zg==", "Zg=", "Zm8=", "Zm9vY", "Zh", "Zm9", "Zm9vYh", " Zg", "Zg\n", "Zm9v\u{0}A", "Zé", "=",
    ])
    func `URL text that nobody writes is refused`(text: String) {
        #expect(Base64.url.decode(text) == nil)
    }

    @Test func `of all pairs of characters, 256 are a byte, each another`() {
        var decoded: Set<[UInt8]> = []
        for first in UInt8(0)..<128 {
            for second in UInt8(0)..<128 {
                let text = String(decoding: [first, second], as: UTF8.self)
                guard let bytes = Base64.url.decode(text) else {
                    #expect(Base64.padded.decode(text + "==") == nil || "+/".contains(text.first!))
                    continue
                }
                #expect(Base64.url.encode(bytes) == text)
                decoded.insert(bytes)
            }
        }
        #expect(decoded.count == 256)
        #expect(decoded.allSatisfy { $0.count == 1 })
    }

    @Test(arguments: 0..<70)
    func `bytes of every length come back`(count: Int) {
        var random = Seeded(UInt64(count))
        let bytes = random.bytes(count: count)
        for form in [Base64.padded, .url] {
            let text = form.encode(bytes)
            #expect(form.decode(text) == bytes)
            #expect(form.decode(text[...]) == bytes, "as a Substring")
            #expect(text.utf8.count == (form == .padded ? (count + 2) / 3 * 4 : (count * 4 + 2) / 3))
        }
    }
}
