import Bytes
import Keys
import Operations

/// The keys of a simulated node, and its people. All of it follows from a label.
struct Identity: Sendable {
    let name: String
    private(set) var certificate: Certificate
    private(set) var key: SigningKey
    private let recovery: SigningKey
    /// Keys that were handed over, and may have been stolen before, with their certificates.
    private(set) var former: [(key: SigningKey, certificate: Certificate)] = []
    let handles: [Handle]

    var id: NodeID { certificate.node }
    var users: [UserID] { handles.map { UserID(node: id, handle: $0) } }

    init(name: String, seed: UInt64) {
        self.name = name
        key = Self.key("\(seed) \(name) 0")
        recovery = Self.key("\(seed) \(name) recovery")
        guard let certificate = try? Certificate(firstKey: key.publicKey, recoveryKey: recovery.publicKey) else {
            preconditionFailure("Two keys of different seeds differ")
        }
        self.certificate = certificate
        handles = ["ada", "bo"].map { Handle($0)! }  // handles in our own source
    }

    mutating func handOver(byRecovery: Bool) {
        let next = Self.key("\(name) \(certificate.hash)")
        guard
            let handedOver = try? certificate.handingOver(
                to: next.publicKey, signedBy: byRecovery ? recovery : key)
        else { return }
        former.append((key, certificate))
        (certificate, key) = (handedOver, next)
    }

    private static func key(_ label: String) -> SigningKey {
        let seed = Hash(of: Array("parley simulation: \(label)".utf8).span).bytes.array
        return SigningKey(seed: SecretBytes(copying: seed.span))!  // a hash has 32 bytes
    }
}
