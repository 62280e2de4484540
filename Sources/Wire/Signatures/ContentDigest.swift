import Bytes
package import Keys

/// What a Content-Digest field says about the content of its message (RFC 9530). Of the algorithms, `sha-256`
/// and `sha-512` count; others, the broken ones among them, are passed over.
package struct ContentDigest: Equatable, Sendable {
    package let sha256: Bytes32?
    package let sha512: Bytes64?

    /// The digest that we send.
    package init(of content: Span<UInt8>) {
        sha256 = SHA256.hash(content)
        sha512 = nil
    }

    package init(sha256: Bytes32) {
        self.sha256 = sha256
        sha512 = nil
    }

    /// The digest of a message with these fields. At least one algorithm must be known.
    package init(_ fields: any SignableFields) throws(ContentDigestFault) {
        let found: StructuredDictionary?
        do {
            found = try fields.dictionary(named: "content-digest")
        } catch {
            throw .malformed
        }
        guard let dictionary = found else { throw .missing }
        var sha256: Bytes32?
        var sha512: Bytes64?
        for entry in dictionary.entries where entry.key == "sha-256" || entry.key == "sha-512" {
            guard case .item(let item) = entry.member, case .bytes(let bytes) = item.value else { throw .malformed }
            if entry.key == "sha-256" {
                guard let digest = Bytes32(bytes.span) else { throw .malformed }
                sha256 = digest
            } else {
                guard let digest = Bytes64(bytes.span) else { throw .malformed }
                sha512 = digest
            }
        }
        guard sha256 != nil || sha512 != nil else { throw .unknownAlgorithm }
        self.sha256 = sha256
        self.sha512 = sha512
    }

    /// The field's value: `sha-256=:…:`.
    package var fieldValue: String {
        var parts: [String] = []
        if let sha256 { parts.append("sha-256=:\(Base64.padded.encode(sha256.array)):") }
        if let sha512 { parts.append("sha-512=:\(Base64.padded.encode(sha512.array)):") }
        return parts.joined(separator: ", ")
    }
}

/// Holds content, as it arrives, against its digest.
package struct ContentDigestCheck: Sendable {
    private let expected: ContentDigest
    private var sha256: SHA256?
    private var sha512: SHA512?

    package init(_ expected: ContentDigest) {
        self.expected = expected
        sha256 = expected.sha256 == nil ? nil : SHA256()
        sha512 = expected.sha512 == nil ? nil : SHA512()
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        sha256?.update(bytes)
        sha512?.update(bytes)
    }

    /// To be called at the content's end. Every known algorithm must agree: one that does not is a sender who
    /// shows different content to different readers.
    package func finish() throws(ContentDigestFault) {
        guard sha256?.finish() == expected.sha256, sha512?.finish() == expected.sha512 else { throw .mismatch }
    }
}

package enum ContentDigestFault: Error, Equatable, Sendable {
    case missing
    case malformed
    /// Only algorithms that we don't know or don't trust.
    case unknownAlgorithm
    case mismatch
}
