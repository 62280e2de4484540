import Keys
import Testing

struct HashTests {
    /// Computed with Python's hashlib.blake2b(digest_size=32).
    static let plain: [(count: Int, hash: String)] = [
        (0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
        (1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"),
        (127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72"),
        (128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1"),
        (129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9"),
        (255, "d9ef0fc521b4266d16df662bec231bc2ec3989e7adeaf63169c295dc239dbbea"),
        (256, "582f782226018ec33076bd8d1c42413530ac7e1126260ffc0f306ba3befc3f24"),
        (300, "940563f11807c8ba3192299e05cf544b82463742c8a5e80c2a5d81751cd8b0ca"),
        (1000, "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331"),
    ]

    /// The same with person=b"operation".
    static let tagged: [(count: Int, hash: String)] = [
        (0, "47e3d108f8f49771f5271c75cf6fceff933dc13b273a8d2ae3c87568d51c224d"),
        (1, "2dad4b96d84610d01ee9b648344182770f3814e2ac6b0fe198c638a03558256a"),
        (128, "fd39b6abcda10a9bf1f260f532fbf1011f4627f951773f2959dabc30ff5e2baf"),
        (300, "c86f2c8798c48838f7eadb42b165dabdcf47994c4e3d17516c7072092dc8ce00"),
        (1000, "5b1298c2edaf3c947b53d5979132763d4301364083ca650fd9b538d536e320dd"),
    ]

    @Test(arguments: plain)
    func `a plain hash is BLAKE2b-256, whole and byte by byte`(count: Int, hash: String) {
        let content = sequence(count)
        #expect(Hash(of: content).description == hash)
        var pieces = BLAKE2b()
        for byte in content { pieces.update([byte].span) }
        #expect(pieces.finish().description == hash)
        var uneven = BLAKE2b()
        for piece in [Array(content[..<(count / 3)]), [], Array(content[(count / 3)...])] { uneven.update(piece.span) }
        #expect(uneven.finish().description == hash)
    }

    @Test(arguments: tagged)
    func `a tagged hash is BLAKE2b-256 with the tag as personalisation`(count: Int, hash: String) {
        let content = sequence(count)
        #expect(Hash(.operation, of: content).description == hash)
        var pieces = BLAKE2b(.operation)
        for byte in content { pieces.update([byte].span) }
        #expect(pieces.finish().description == hash)
    }

    @Test
    func `a tag may fill all sixteen bytes`() {
        #expect(
            Hash(Tag("room.member.add1"), of: sequence(300)).description
                == "6e25b2644e6bf51c07d4e8620069c9369710ae48ae17990b4370a0921fea0d8e")
    }

    @Test
    func `the hash of abc is the known one`() {
        #expect(
            Hash(of: Array("abc".utf8)).description
                == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    }

    @Test
    func `hashing goes on after a look at the hash so far, and copies go their own ways`() {
        var hashing = BLAKE2b()
        hashing.update(sequence(128).span)
        var other = hashing
        #expect(hashing.finish() == Hash(of: sequence(128)))
        hashing.update([128].span)
        other.update([0].span)
        #expect(hashing.finish() == Hash(of: sequence(129)))
        #expect(other.finish() == Hash(of: (sequence(128) + [0])))
    }

    @Test
    func `hashes sort as their bytes do`() throws {
        let texts = [
            "00" + String(repeating: "ff", count: 31), "0100" + String(repeating: "00", count: 30),
            "01" + String(repeating: "00", count: 30) + "01", "7f" + String(repeating: "00", count: 31),
            "80" + String(repeating: "00", count: 31), "8000000000000000" + "01" + String(repeating: "00", count: 23),
            "800000000000000001" + String(repeating: "00", count: 7) + "01" + String(repeating: "00", count: 15),
            String(repeating: "ff", count: 32),
        ]
        let hashes = try texts.map { try #require(Hash(hex: $0)) }
        #expect(hashes.reversed().sorted().map(\.description) == texts)
        #expect(!(hashes[0] < hashes[0]))
    }

    @Test
    func `only 32 bytes or 64 digits are a hash`() throws {
        let hash = Hash(of: sequence(5))
        #expect(Hash(hash.bytes.array) == hash)
        #expect(Hash(hex: hash.description.uppercased()) == hash)
        for count in [0, 31, 33, 64] { #expect(Hash(sequence(count)) == nil) }
        for text in ["", String(hash.description.dropLast()), hash.description + "0", hash.description + "00"] {
            #expect(Hash(hex: text) == nil)
        }
        #expect(Hash(hex: "g" + hash.description.dropFirst()) == nil)
        #expect(Signature(sequence(63)) == nil)
        #expect(Signature(sequence(65)) == nil)
        #expect(Signature(hex: "00") == nil)
    }
}
