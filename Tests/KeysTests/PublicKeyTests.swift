import Keys
import Testing

struct PublicKeyTests {
    @Test(arguments: [
        // The eight points of small order, the all-zero key among them.
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        // Their other encodings.
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func `a point of small order is no key`(encoded: String) {
        #expect(PublicKey(hex: encoded) == nil)
    }

    @Test(arguments: ["f0", "f1", "f2", "f3", "f6", "f7", "fb", "fc", "fd", "ff"])
    func `a coordinate that is not reduced is no key`(lowest: String) {
        #expect(PublicKey(hex: lowest + String(repeating: "ff", count: 30) + "7f") == nil)
        #expect(PublicKey(hex: lowest + String(repeating: "ff", count: 31)) == nil)
    }

    @Test(arguments: [
        "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245",
        "ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d",
        "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
    ])
    func `an honest key with a point of small order added is no key`(encoded: String) {
        #expect(PublicKey(hex: encoded) == nil)
    }

    @Test
    func `what is not on the curve is no key`() {
        #expect(PublicKey(hex: "02" + String(repeating: "00", count: 31)) == nil)
    }

    @Test
    func `only 32 bytes are a key`() throws {
        let bytes = SigningKey().publicKey.bytes.array
        #expect(PublicKey(bytes) != nil)
        #expect(PublicKey(Array(bytes[..<31])) == nil)
        #expect(PublicKey((bytes + [0])) == nil)
        #expect(PublicKey([UInt8]()) == nil)
        #expect(PublicKey(hex: "") == nil)
        #expect(PublicKey(hex: String(repeating: "zz", count: 32)) == nil)
    }

    @Test(
        arguments: Ed25519Vector.all.map(\.seed) + [
            // RFC 8032, section 7.2.
            "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
            "ab9c2853ce297ddab85c993b3ae14bcad39b2c682beabc27d6d4eb20711d6560",
            // RFC 9421, appendix B.1.4.
            "9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5",
            // What one gets by forgetting to make one.
            String(repeating: "00", count: 32), String(repeating: "01", count: 32),
            String(repeating: "42", count: 32), String(repeating: "ff", count: 32),
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        ])
    func `a key that everybody can have is recognised`(seed: String) {
        #expect(SigningKey(hexSeed: seed).publicKey.isPublished)
    }

    @Test
    func `a key of one's own is not taken for a published one`() {
        #expect(!SigningKey().publicKey.isPublished)
    }
}
