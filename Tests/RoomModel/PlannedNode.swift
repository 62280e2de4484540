package import Keys
package import Operations

/// A node of a planned room. Its keys and certificates follow from its name, so that histories and vectors are the same
/// in every run.
package struct PlannedNode: Sendable {
    package let name: String
    /// The first one; then one hand-over further; another beside that, which a thief might have written; and one that
    /// the recovery key signed, on top of the first.
    package let certificates: [Certificate]
    /// Of each certificate the key in force in it.
    package let keys: [SigningKey]

    package var id: NodeID { certificates[0].node }

    package func user(_ handle: Int) -> UserID { UserID(node: id, handle: Self.handles[handle]) }

    /// By the numbers of a plan; 0 is the node itself.
    package static let handles: [Handle] = [.node] + ["ada", "bo", "cy", "di"].map { Handle($0)! }  // letters

    package static let all = ["north", "south", "east", "west", "centre"].map { PlannedNode($0) }

    private init(_ name: String) {
        self.name = name
        func key(_ label: String) -> SigningKey {
            let seed = Hash(of: Array("parley vectors: \(name) \(label)".utf8).span).bytes.array
            return SigningKey(seed: SecretBytes(copying: seed.span))!  // a hash has 32 bytes
        }
        let (first, recovery) = (key("first"), key("recovery"))
        let others = ["second", "third", "fourth"].map(key)
        do {
            let begun = try Certificate(firstKey: first.publicKey, recoveryKey: recovery.publicKey)
            certificates = [
                begun,
                try begun.handingOver(to: others[0].publicKey, signedBy: first),
                try begun.handingOver(to: others[1].publicKey, signedBy: first),
                try begun.handingOver(to: others[2].publicKey, signedBy: recovery),
            ]
        } catch {
            preconditionFailure("keys of different seeds differ: \(error)")
        }
        keys = [first] + others
    }
}
