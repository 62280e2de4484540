import Keys
import Testing

struct Ed25519Tests {
    @Test(arguments: Ed25519Vector.all)
    func `the vectors of RFC 8032 are signed and verified to the letter`(vector: Ed25519Vector) throws {
        let key = SigningKey(hexSeed: vector.seed)
        let message = hex(vector.message)
        #expect(key.publicKey.description == vector.publicKey)
        let signature = key.sign(message)
        #expect(signature.description == vector.signature)
        let publicKey = try #require(PublicKey(hex: vector.publicKey))
        #expect(publicKey.verify(signature, of: message))
    }

    @Test(arguments: Ed25519Vector.all)
    func `a flipped bit anywhere fails`(vector: Ed25519Vector) throws {
        let publicKey = try #require(PublicKey(hex: vector.publicKey))
        let message = hex(vector.message)
        for bit in stride(from: 0, to: 512, by: 37) {
            var bytes = hex(vector.signature)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let signature = try #require(Signature(bytes))
            #expect(!publicKey.verify(signature, of: message), "signature, bit \(bit)")
        }
        let signature = try #require(Signature(hex: vector.signature))
        for index in stride(from: 0, to: message.count, by: 101) {
            var other = message
            other[index] ^= 0x10
            #expect(!publicKey.verify(signature, of: other), "message, byte \(index)")
        }
        #expect(!publicKey.verify(signature, of: (message + [0])))
        #expect(!SigningKey().publicKey.verify(signature, of: message))
    }

    /// Of the signature of vector 2: the group's order added once, twice, … to `s`, which a lax verifier
    /// would accept as well.
    @Test(arguments: [
        "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10",
        "e201ad9e73dbbd1ef2c825598de5dbb5387b2eaeb4302aeeb00d291612bb0c20",
        "bca99858a8a1e2ce9e02159f4ad999df387b2eaeb4302aeeb00d291612bb0c40",
        "70f96fcc112e2c2ff875f32ac5c01533397b2eaeb4302aeeb00d291612bb0c80",
    ])
    func `a signature that was altered without the key is refused`(s: String) throws {
        let publicKey = try #require(PublicKey(hex: Ed25519Vector.all[1].publicKey))
        let signature = try #require(Signature(hex: Ed25519Vector.all[1].signature.prefix(64) + s))
        #expect(!publicKey.verify(signature, of: [0x72]))
    }

    @Test
    func `a signature with a point of small order is refused although its equation holds`() throws {
        let publicKey = try #require(PublicKey(hex: Ed25519Vector.all[1].publicKey))
        let signature = try #require(
            Signature(
                hex: """
                    0100000000000000000000000000000000000000000000000000000000000000\
                    675d054595fa17cb6a44e3ada6ca385e55667e41a63fdab0ac22d10000354002
                    """))
        #expect(!publicKey.verify(signature, of: [0x72]))
    }

    @Test
    func `new keys differ`() {
        let keys = (0..<8).map { _ in SigningKey().publicKey }
        #expect(Set(keys).count == 8)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `a seed of another length makes no key`(count: Int) {
        let seed = SecretBytes(copying: [UInt8](repeating: 7, count: count).span)
        #expect(SigningKey(seed: seed) == nil)
    }

    @Test
    func `the seed that is lent makes the same key again`() throws {
        let key = SigningKey()
        let seed = key.withSeed { SecretBytes(copying: $0) }
        #expect(seed.count == SigningKey.seedCount)
        #expect(try #require(SigningKey(seed: seed)).publicKey == key.publicKey)
    }

    @Test
    func `one key signs on many threads at once`() async {
        let key = SigningKey()
        let valid = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<UInt8(16) {
                group.addTask { key.publicKey.verify(key.sign([number]), of: [number]) }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(valid == 16)
    }
}
