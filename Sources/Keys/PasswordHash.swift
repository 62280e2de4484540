import CSodium
import Glibc

/// An Argon2id hash of a password, in the form that every implementation reads:
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// Computing one takes milliseconds and megabytes: never on a loop, and never unboundedly many at once.
package struct PasswordHash: Hashable, Sendable {
    /// As it is stored. It is no password, but not for logs either: a weak one can be guessed from it.
    package let text: String
    package let cost: PasswordCost

    /// Longer ones are refused when they are set, and wrong when they are tried.
    package static let passwordBytesMax = 1_024
    static let textBytesMax = 256

    /// A hash from storage or from elsewhere; nil for another form or algorithm, or when it would cost
    /// more than a `PasswordCost` may.
    package init?(_ text: String) {
        guard let cost = Self.cost(of: text) else { return nil }
        self.text = text
        self.cost = cost
    }

    /// The hash of a new password, with a salt of its own.
    package init(of password: Span<UInt8>, cost: PasswordCost = .standard) throws(PasswordError) {
        guard password.count <= Self.passwordBytesMax else { throw .tooLong }
        Sodium.prepare()
        var room = [CChar](repeating: 0, count: Int(crypto_pwhash_argon2id_STRBYTES))
        let status = Self.withCharacters(password) { characters in
            crypto_pwhash_argon2id_str(
                &room, characters.baseAddress!, UInt64(characters.count),  // based even when empty, see below
                UInt64(cost.passes), cost.memoryKibibytes * 1_024)
        }
        guard status == 0 else { throw .outOfMemory }
        text = String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.cost = cost
    }

    /// Whether `password` belongs to the hash. For nobody's hash (an unknown user) the answer is no, and
    /// takes as long as for somebody's of the cost given.
    package static func verify(
        _ password: Span<UInt8>, against hash: PasswordHash?, cost: PasswordCost = .standard
    ) throws(PasswordError) -> Bool {
        guard let hash else {
            _ = try decoy(cost).accepts(password)
            return false
        }
        return try hash.accepts(password)
    }

    /// Whether it was made at another cost than is wanted now. Then make a new one while the password is
    /// at hand, at the next successful sign-in.
    package func needsRehash(for wanted: PasswordCost = .standard) -> Bool {
        cost != wanted
    }

    private func accepts(_ password: Span<UInt8>) throws(PasswordError) -> Bool {
        guard password.count <= Self.passwordBytesMax else { return false }
        Sodium.prepare()
        let (status, reason) = Self.withCharacters(password) { characters in
            errno = 0
            let status = crypto_pwhash_argon2id_str_verify(text, characters.baseAddress!, UInt64(characters.count))
            return (status, errno)
        }
        if status == 0 { return true }
        // A mismatch and a lack of memory both give -1. Nobody may be told that their password is wrong
        // because the machine was short of memory.
        guard reason == EINVAL else { throw .outOfMemory }
        return false
    }

    /// A hash that no password has: its salt and result are random.
    private static func decoy(_ cost: PasswordCost) -> PasswordHash {
        let random = SecureRandom.bytes(count: 48).span
        let salt = unpaddedBase64(random.extracting(0..<16))
        let result = unpaddedBase64(random.extracting(16..<48))
        let text = "$argon2id$v=19$m=\(cost.memoryKibibytes),t=\(cost.passes),p=1$\(salt)$\(result)"
        return PasswordHash(text: text, cost: cost)
    }

    private init(text: String, cost: PasswordCost) {
        self.text = text
        self.cost = cost
    }

    /// libsodium wants an address even for no characters.
    private static func withCharacters<Result>(
        _ password: Span<UInt8>, _ body: (UnsafeBufferPointer<CChar>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: passwordBytesMax) { room in
            for index in 0..<password.count { room[index] = CChar(bitPattern: password[index]) }
            defer { sodium_memzero(room.baseAddress!, password.count) }  // the capacity is not zero
            return body(UnsafeBufferPointer(rebasing: room[..<password.count]))
        }
    }
}

/// Why there is no hash, or no answer.
package enum PasswordError: Error, Equatable {
    /// More than `PasswordHash.passwordBytesMax` bytes.
    case tooLong
    /// The machine has not got the memory right now: try again later.
    case outOfMemory
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "PasswordHash(m=\(cost.memoryKibibytes),t=\(cost.passes))"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
