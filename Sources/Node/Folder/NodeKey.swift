import Bytes
import EventLoop
import Glibc
import Keys
import Operations
import Store

/// The node's key as it lies in the data folder, with the certificate that tells whose it is
/// (Spec/storage.md, section 8):
///
///     "parley key 1\n" ‖ length of the certificate (2 bytes, the highest first) ‖ certificate
///         ‖ 0 ‖ seed, or 1 ‖ PassphraseBox
///         ‖ BLAKE2b-256 of all before: a flipped bit of the recovery key would make it another node's
enum NodeKey {
    static let bytesMax = 16_384
    private static let magic = Array("parley key 1\n".utf8)

    /// A new node's: what is kept, and the recovery key, which isn't.
    static func make() throws -> (identity: NodeIdentity, recoveryKey: SigningKey) {
        let (key, recoveryKey) = (SigningKey(), SigningKey())
        let certificate = try Certificate(firstKey: key.publicKey, recoveryKey: recoveryKey.publicKey)
        return (NodeIdentity(certificate: certificate, key: key), recoveryKey)
    }

    static func encode(_ identity: NodeIdentity, under passphrase: SecretBytes?) throws -> [UInt8] {
        let certificate = identity.certificate.encoded
        var bytes = magic
        withUnsafeBytes(of: UInt16(certificate.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes += certificate
        try identity.key.withSeed { seed in
            if let passphrase {
                bytes.append(1)
                bytes += try PassphraseBox.seal(SecretBytes(copying: seed), under: passphrase)
            } else {
                bytes.append(0)
                bytes.append(seed)
            }
        }
        return bytes + Hash(of: bytes.span).bytes.array
    }

    /// Reads what `encode` made, from the file that `name` names in messages.
    static func decode(_ bytes: [UInt8], under passphrase: SecretBytes?, named name: String) throws -> NodeIdentity {
        let damaged = NodeFault("\(name) is not the key of a node, or is damaged")
        let start = magic.count + 2
        let total = bytes.count - Bytes32.count
        guard bytes.starts(with: magic), total > start,
            Hash(of: bytes.span.extracting(0..<total)).bytes.array.elementsEqual(bytes[total...])
        else { throw damaged }
        let end = start + Int(bytes[start - 2]) << 8 + Int(bytes[start - 1])
        guard total > end,
            let certificate = try? Certificate(decoding: bytes.span.extracting(start..<end))
        else { throw damaged }
        let rest = bytes.span.extracting(end + 1..<total)
        let seed: SecretBytes
        switch bytes[end] {
        case 0: seed = SecretBytes(copying: rest)
        case 1:
            guard let passphrase else { throw NodeFault("\(name) is under a passphrase: give --passphrase-file") }
            guard let opened = try PassphraseBox.open(rest, with: passphrase) else {
                throw NodeFault("\(name): the passphrase is wrong")
            }
            seed = opened
        default: throw damaged
        }
        guard let key = SigningKey(seed: seed), key.publicKey == certificate.currentKey else { throw damaged }
        return NodeIdentity(certificate: certificate, key: key)
    }

    static func isSealed(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > magic.count + 2 else { return false }
        let end = magic.count + 2 + Int(bytes[magic.count]) << 8 + Int(bytes[magic.count + 1])
        return bytes.count > end && bytes[end] == 1
    }
}

/// Sixteen bytes of a node's id, for people who compare two of them by eye or by telephone.
enum Fingerprint {
    static func text(of node: NodeID) -> String {
        let digits = Array(node.bytes.description.utf8.prefix(32))
        return stride(from: 0, to: digits.count, by: 4)
            .map { String(decoding: digits[$0..<$0 + 4], as: UTF8.self) }.joined(separator: " ")
    }
}
