import Keys
import Testing

struct SealedBoxTests {
    @Test(arguments: [0, 1, 15, 16, 17, 300, 70_000])
    func `what is sealed to a key is opened with it`(count: Int) throws {
        let key = SigningKey()
        let content = sequence(count)
        let box = key.publicKey.seal(content)
        #expect(box.count == count + SealedBox.overhead)
        #expect(try key.open(box) == content)
    }

    @Test
    func `a box sealed by another implementation is opened`() throws {
        // PyNaCl: SealedBox(verify_key.to_curve25519_public_key()).
        let key = SigningKey(hexSeed: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        let box = hex(
            """
            200d004f98abfcc0aae0e7a31534e1305e3da15a8a9dac0d8e5873182ba2fe20165636254fa74e82\
            dbe857a3ced5ccd7a732ee60728d91bd48abe2e50f0e6ded1df2
            """)
        #expect(try key.open(box) == Array("for your eyes only".utf8))
    }

    @Test
    func `two boxes of the same content share nothing`() {
        let key = SigningKey().publicKey
        let boxes = [key.seal(sequence(64)), key.seal(sequence(64))]
        #expect(boxes[0] != boxes[1])
        #expect(boxes[0][48...] != boxes[1][48...])
    }

    @Test
    func `a box that is altered, cut, lengthened or another's stays shut`() throws {
        let key = SigningKey()
        let box = key.publicKey.seal(sequence(20))
        for index in box.indices {
            var other = box
            other[index] ^= 1
            #expect(throws: SealFault()) { try key.open(other) }
        }
        for count in [0, 1, 32, 47, 48, 67] {
            #expect(throws: SealFault()) { try key.open(Array(box[..<count])) }
        }
        #expect(throws: SealFault()) { try key.open((box + [0])) }
        #expect(throws: SealFault()) { try SigningKey().open(box) }
        #expect(throws: SealFault()) { try key.open([UInt8](repeating: 0, count: 100)) }
    }
}
