import Keys
import Operations
package import Wire

/// How requests and answers between nodes are signed (Spec/replication.md, "Signatures").
package enum PeerSignature {
    package static let label = "parley"
    package static let requestTag = "parley-request"
    package static let answerTag = "parley-answer"

    package static let requestComponents: [SignedComponent] = [.method, .authority, .path, .query, .contentDigest]

    /// Binds an answer to the one request that it answers: by its signature, and so by its nonce.
    static let requestSignature = known("signature", .member(key: label), ofRequest: true)
    static let blob = known("parley-blob")
    static let seal = known("parley-seal")

    private static func known(
        _ name: String, _ form: SignedComponent.Form = .plain, ofRequest: Bool = false
    ) -> SignedComponent {
        guard let component = try? SignedComponent(name, form, ofRequest: ofRequest) else {
            preconditionFailure("A component in our own source")
        }
        return component
    }

    /// Who signs, and with which key: a node has others while it hands over.
    struct KeyID: Equatable {
        let node: NodeID
        let key: Bytes32

        init(_ node: NodeID, _ key: PublicKey) {
            self.node = node
            self.key = key.bytes
        }

        init?(_ text: String) {
            let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 2, let node = Bytes32(hex: parts[0]), let key = Bytes32(hex: parts[1]) else {
                return nil
            }
            self.node = NodeID(node)
            self.key = key
            // Hex in capitals would be a second name.
            guard text == self.text else { return nil }
        }

        var text: String { "\(node).\(key)" }
    }
}

/// What an answer's signature says of its content.
package enum AnswerContent: Equatable, Sendable {
    /// It is known as a whole before it is sent.
    case whole(ContentDigest)
    /// Bytes of a blob, which its name proves.
    case blob(BlobExtent)
    /// Sealed: the opening binds all that follows, since only who made it has the key of the stream.
    case sealed(opening: [UInt8])

    var component: SignedComponent {
        switch self {
        case .whole: .contentDigest
        case .blob: PeerSignature.blob
        case .sealed: PeerSignature.seal
        }
    }
}
