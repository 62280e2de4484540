import Keys
import Testing

struct HMACSHA256Tests {
    struct Vector: Sendable {
        let key: [UInt8]
        let content: [UInt8]
        let code: String
    }

    /// RFC 4231, section 4. Case 5 is cut to 16 bytes there.
    static let vectors = [
        Vector(
            key: [UInt8](repeating: 0x0b, count: 20), content: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), content: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 20), content: [UInt8](repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: Array(1...25), content: [UInt8](repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            key: [UInt8](repeating: 0x0c, count: 20), content: Array("Test With Truncation".utf8),
            code: "a3b6167473100ee06e0c796c2955552b"),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 131),
            content: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 131),
            content: Array(
                """
                This is a test using a larger than block-size key and a larger than block-size data. \
                The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test(arguments: vectors)
    func `the vectors of RFC 4231 give their codes`(vector: Vector) {
        let code = HMACSHA256.code(for: vector.content, key: vector.key)
        #expect(code.description.hasPrefix(vector.code))
    }

    @Test
    func `an empty key is a key`() {
        // Python's hmac.
        #expect(
            HMACSHA256.code(for: Array("what do ya want".utf8), key: [UInt8]()).description
                == "a6509a36bb85accd8c2b0f8be51e9e0972f3563e83739b77533da6989c819ac0")
    }

    @Test
    func `comparison in constant time says what comparison says`() {
        let code = sequence(32)
        #expect(code.equalsInConstantTime(sequence(32)))
        for index in 0..<32 {
            var other = code
            other[index] ^= 0x80
            #expect(!code.equalsInConstantTime(other), "byte \(index)")
        }
        #expect(!code.equalsInConstantTime(sequence(31)))
        #expect(![UInt8]().equalsInConstantTime(code))
        #expect([UInt8]().equalsInConstantTime([UInt8]()))
    }
}
