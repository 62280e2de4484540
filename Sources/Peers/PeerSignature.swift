import Bytes
import Keys
import Operations
package import Wire

/// How requests and answers between nodes are signed (Spec/replication.md, "Signatures").
package enum PeerSignature {
    package static let label = "p"

    /// None of them can be covered by an answer's signature, and none of an answer's by a request's: so neither passes for
    /// the other, and neither needs a tag.
    package static let requestComponents: [SignedComponent] = [.method, .targetURI]

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

    /// Who asks, and with which key: 48 characters of base64url.
    struct KeyID: Equatable {
        let node: NodeID
        let key: KeyHint

        init(_ node: NodeID, _ key: PublicKey) {
            self.node = node
            self.key = KeyHint(key)
        }

        init?(_ text: String) {
            guard text.utf8.count == 48, let bytes = Base64.url.decode(text),
                let node = Bytes32(bytes.span.extracting(0..<Bytes32.count)),
                let key = KeyHint(bytes.dropFirst(Bytes32.count))
            else { return nil }
            self.node = NodeID(node)
            self.key = key
        }

        var text: String { Base64.url.encode(node.bytes.array + key.bytes) }
    }
}

/// What an answer's signature says of its content.
package enum AnswerContent: Equatable, Sendable {
    /// It is known as a whole before it is sent; nil where there is none.
    case whole(ContentMark?)
    /// Bytes of a blob, which its name proves.
    case blob(BlobExtent)
    /// Sealed: the opening binds all that follows, since only who made it has the key of the stream.
    case sealed(opening: [UInt8])

    /// The field in which it is said, if it is not the nonce.
    var component: SignedComponent? {
        switch self {
        case .whole: nil
        case .blob: PeerSignature.blob
        case .sealed: PeerSignature.seal
        }
    }
}
