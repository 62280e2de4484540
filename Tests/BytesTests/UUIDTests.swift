import Bytes
import Testing

struct UUIDTests {
    private func version8(_ hash: [UInt8]) -> UUID? {
        UUID(version8: hash.span)
    }

    private func parsed(_ utf8: [UInt8]) -> UUID? {
        UUID(utf8: utf8.span)
    }

    @Test(arguments: [
        // RFC 9562, appendix B.2: the hash is SHA-256 of the DNS name space and "www.example.com".
        (
            "5c146b143c524afd938a375d0df1fbf6fe12a66b645f72f6158759387e51f3c8",
            "5c146b14-3c52-8afd-938a-375d0df1fbf6"
        ),
        ("00000000000000000000000000000000", "00000000-0000-8000-8000-000000000000"),
        ("ffffffffffffffffffffffffffffffff", "ffffffff-ffff-8fff-bfff-ffffffffffff"),
    ])
    func `version 8 takes six bits of a hash`(hash: String, text: String) throws {
        let bytes = try #require(Hex.decode(hash))
        #expect(version8(bytes)?.description == text)
    }

    @Test(arguments: 0..<16)
    func `fewer than 16 bytes make no UUID`(count: Int) {
        #expect(version8([UInt8](repeating: 7, count: count)) == nil)
    }

    @Test func `text and bits are one`() {
        let uuid = UUID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)
        #expect(uuid.description == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(UUID("00112233-4455-6677-8899-aabbccddeeff") == uuid)
        #expect(UUID("00112233-4455-6677-8899-AABBCCDDEEFF") == uuid)
        #expect(parsed(Array(uuid.description.utf8)) == uuid)
        var bytes: [UInt8] = [1]
        bytes.append(uuid: uuid)
        #expect(bytes == [1] + Array(uuid.description.utf8))
    }

    @Test func `any bits come back from text`() {
        var random = Seeded(1)
        for _ in 0..<200 {
            let uuid = UUID(high: random.next(), low: random.next())
            #expect(UUID(uuid.description) == uuid)
        }
    }

    @Test(arguments: [
        "", "0", "00112233445566778899aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}",
        "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeeff0", "00112233-4455-6677-8899-aabbccddeefg",
        "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899_aabbccddeeff",
        "00112233--455-6677-8899-aabbccddeeff", " 0112233-4455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeé", "001122334-455-6677-8899-aabbccddeeff",
    ])
    func `no other form is taken`(text: String) {
        #expect(UUID(text) == nil)
    }

    @Test func `what is cut short or has one byte changed to another sign is refused`() {
        let text = Array("00112233-4455-6677-8899-aabbccddeeff".utf8)
        for index in text.indices {
            #expect(parsed(Array(text[..<index])) == nil)
            var changed = text
            changed[index] = UInt8(ascii: "/")
            #expect(parsed(changed) == nil)
        }
    }
}
