import Keys
import Testing

struct SHA2Tests {
    struct Vector: Sendable {
        let content: [UInt8]
        let sha256: String
        let sha512: String
    }

    /// FIPS 180-4's examples (NIST, "Example Algorithms"), then edges of the padding computed with hashlib.
    static let vectors = [
        Vector(
            content: Array("abc".utf8), sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            sha512: """
                ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                """),
        Vector(
            content: Array(
                """
                abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn\
                hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu
                """.utf8),
            sha256: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
            sha512: """
                8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018\
                501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909
                """),
        Vector(
            content: sequence(0), sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            sha512: """
                cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
                47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
                """),
        Vector(
            content: sequence(55), sha256: "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59",
            sha512: """
                6856647f269c2ee3d8128f0b25427659d880641ef343300dd3cd4679168f58d6\
                527fda70b4ebc854e2065e172b7d58c1536992c0810599259ba84a2b40c65414
                """),
        Vector(
            content: sequence(56), sha256: "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562",
            sha512: """
                8b12b2f6fe400a51d29656e2b8c42a1bbfe6fcf3e425da430db05d1a2dda1479\
                0dee20fa8b22d8762afffe4988a5c98a4430d22a17e41e23d90fa61ab75671a9
                """),
        Vector(
            content: sequence(112), sha256: "09373f127d34e61dbbaa8bc4499c87074f2ddb10e1b465f506d7d70a15011979",
            sha512: """
                c5fbd731d19d2ae1180f001be72c2c1aaba1d7b094b3748880e24593b8e117a7\
                50e11c1bd867cc2f96dace8c8b74abd2d5c4f236be444e77d30d1916174070b9
                """),
        Vector(
            content: sequence(1000), sha256: "4e4c294b331f7a2099a379bec34b9f9fc03dc46ab465d998f4d683da53487e6d",
            sha512: """
                5096498d96f50f9a137c4db5b8b0cd38383ad55350fb5a98805fedc31fa1262f\
                1f0cf4d6f12d7ecd8dedd933a4c9126344fe22e937a8ad35fdeae1e876ae698b
                """),
    ]

    @Test(arguments: vectors)
    func `known contents have the known hashes, whole and byte by byte`(vector: Vector) {
        #expect(SHA256.hash(vector.content).description == vector.sha256)
        #expect(SHA512.hash(vector.content).description == vector.sha512)
        var short = SHA256()
        var long = SHA512()
        for byte in vector.content {
            short.update([byte].span)
            long.update([byte].span)
        }
        #expect(short.finish().description == vector.sha256)
        #expect(long.finish().description == vector.sha512)
    }

    @Test
    func `a million times the letter a, in pieces`() {
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 8_000)
        var short = SHA256()
        var long = SHA512()
        for _ in 0..<125 {
            short.update(piece.span)
            long.update(piece.span)
        }
        #expect(short.finish().description == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(
            long.finish().description == """
                e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb\
                de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b
                """)
    }

    @Test
    func `hashing goes on after a look at the hash so far`() {
        var hashing = SHA256()
        hashing.update(sequence(10).span)
        #expect(hashing.finish() == SHA256.hash(sequence(10)))
        hashing.update([10].span)
        #expect(hashing.finish() == SHA256.hash(sequence(11)))
    }
}
