import Bytes
package import Keys
import SQLite

/// What is kept of a token, a code or an idempotency key: its BLAKE2b-256, under a tag of its own.
///
/// A plain hash is enough where there are a hundred random bits and more to guess. Rows are found by it: what the
/// look-up's time tells is about the hash, and whoever could steer that could invert BLAKE2b.
package struct SecretHash: Hashable, Sendable {
    package let hash: Hash

    package init(_ hash: Hash) {
        self.hash = hash
    }

    package init(token: Span<UInt8>) {
        hash = Hash(Tag("parley.token"), of: token)
    }

    package init(code: Span<UInt8>) {
        hash = Hash(Tag("parley.code"), of: code)
    }
}

extension SecretHash: CustomStringConvertible {
    // Not a secret, and nothing for logs either.
    package var description: String { "SecretHash" }
}

extension Statement {
    package mutating func bind(_ parameter: Int32, _ secret: SecretHash) {
        bind(parameter, secret.hash)
    }

    package mutating func bind(_ parameter: Int32, _ hash: Hash) {
        hash.bytes.withSpan { bind(parameter, copying: $0) }
    }
}
