import Keys
import Testing

struct TagTests {
    @Test
    func `a tagged signature is Ed25519 over sixteen bytes of tag and the message`() {
        let key = SigningKey(hexSeed: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        let signature = key.sign(.operation, sequence(300))
        // PyNaCl, over b"operation".ljust(16, b"\0") + message.
        #expect(
            signature.description == """
                77f9222364e0109d1932621a3c9c24676142c04223e247c18c1b756c95aa053a\
                2a327bba3bd087e536798bc1ae5f6a7e4f085f9f3a3831de0ba5156324a3200c
                """)
        #expect(key.publicKey.verify(signature, .operation, of: sequence(300)))
    }

    @Test
    func `a signature for one use is none for another and none without a tag`() {
        let key = SigningKey()
        let message = Array("the same bytes".utf8)
        let signature = key.sign(.operation, message)
        #expect(key.publicKey.verify(signature, .operation, of: message))
        #expect(!key.publicKey.verify(signature, .receipt, of: message))
        #expect(!key.publicKey.verify(signature, Tag("operation.v2"), of: message))
        #expect(!key.publicKey.verify(signature, of: message))
        #expect(!key.publicKey.verify(key.sign(message), .operation, of: message))
    }

    @Test
    func `moving bytes between tag and message changes the hash`() {
        let hashes: Set<Hash> = [
            Hash(Tag("ab"), of: Array("c".utf8)), Hash(Tag("a"), of: Array("bc".utf8)),
            Hash(Tag("abc"), of: [UInt8]()), Hash(of: Array("abc".utf8)),
            Hash(of: (Array("ab".utf8) + [UInt8](repeating: 0, count: 14) + Array("c".utf8))),
            Hash(Tag("ab"), of: Array("c\0".utf8)),
        ]
        #expect(hashes.count == 6)
    }

    @Test
    func `the longest tag differs from its beginning`() {
        #expect(Tag("room.member.add1") != Tag("room.member.add"))
        #expect(Tag("a") != Tag("b"))
        #expect(Tag("operation") == .operation)
    }

    @Test
    func `a tag that could be confused stops the program that names it`() async {
        await #expect(processExitsWith: .failure) { _ = Tag("") }
        await #expect(processExitsWith: .failure) { _ = Tag("room.member.add12") }
        await #expect(processExitsWith: .failure) { _ = Tag("a\0") }
        await #expect(processExitsWith: .failure) { _ = Tag("\"a") }
        await #expect(processExitsWith: .failure) { _ = Tag("Room") }
        await #expect(processExitsWith: .failure) { _ = Tag("1room") }
    }
}
