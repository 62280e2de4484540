import Bytes
import Keys
import Store
import Testing

@testable import Node

struct NodeKeyTests {
    private let identity: NodeIdentity

    init() throws {
        identity = try NodeKey.make().identity
    }

    @Test
    func `a key comes back from its file`() throws {
        let bytes = try NodeKey.encode(identity, under: nil)
        let read = try NodeKey.decode(bytes, under: nil, named: "file")
        #expect(read.certificate == identity.certificate)
        #expect(read.key.publicKey == identity.key.publicKey)
        #expect(!NodeKey.isSealed(bytes))
    }

    @Test
    func `under a passphrase it comes back with that passphrase alone`() throws {
        let passphrase = SecretBytes(copying: Array("a long sentence".utf8).span)
        let bytes = try NodeKey.encode(identity, under: passphrase)
        #expect(NodeKey.isSealed(bytes))
        identity.key.withSeed { seed in
            #expect(
                !String(decoding: bytes, as: UTF8.self).contains(String(decoding: Array(copying: seed), as: UTF8.self)))
        }
        #expect(
            try NodeKey.decode(bytes, under: passphrase, named: "file").key.publicKey == identity.key.publicKey)
        let other = SecretBytes(copying: Array("another sentence".utf8).span)
        #expect(throws: NodeFault("file: the passphrase is wrong")) {
            try NodeKey.decode(bytes, under: other, named: "file")
        }
        #expect(throws: NodeFault("file is under a passphrase: give --passphrase-file")) {
            try NodeKey.decode(bytes, under: nil, named: "file")
        }
    }

    @Test
    func `a file that is cut or altered is refused`() throws {
        let bytes = try NodeKey.encode(identity, under: nil)
        for count in 0..<bytes.count {
            #expect(throws: NodeFault.self) {
                try NodeKey.decode(Array(bytes[..<count]), under: nil, named: "file")
            }
        }
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 1
            #expect(throws: (any Error).self) { try NodeKey.decode(altered, under: nil, named: "file") }
        }
    }
}
