package import Bytes
package import SQLite
import Store

package struct Invite: Sendable {
    /// Shown once.
    package let code: String
    package let expires: Timestamp
    package let uses: Int
}

extension Accounts {
    /// An administrator lets so many people make accounts, for so long.
    package static func makeInvite(
        uses: Int = 1, seconds: Int64 = 604_800, _ random: inout some RandomNumberGenerator, on occasion: Occasion,
        in transaction: borrowing Transaction
    ) throws -> Invite {
        var faults: [FieldFault] = []
        faults.check(.uses, (1...1_000).contains(uses), "1 to 1,000")
        faults.check(.expiresIn, (60...31_536_000).contains(seconds), "60 to 31,536,000 seconds")
        try faults.throwIfAny()
        try requireAdmin(occasion, in: transaction)
        let (text, hash) = code(&random)
        let expires = occasion.now.later(byMilliseconds: seconds * 1_000)
        try InviteTable.insert(
            hash, by: occasion.actor, uses: uses, at: occasion.now, expires: expires, in: transaction)
        try AuditTable.insert(
            "invite.make", subject: nil, by: occasion.actor, from: occasion.address, detail: "\(uses)",
            at: occasion.now, in: transaction)
        return Invite(code: text, expires: expires, uses: uses)
    }

    /// What a node prints when it starts and has no account; nil where it has. Those that it has printed before stay
    /// good, so that it doesn't matter which of them somebody has noted.
    package static func makeSetupCode(
        _ random: inout some RandomNumberGenerator, at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> String? {
        guard try AccountTable.isEmpty(on: transaction.connection) else { return nil }
        let (text, hash) = code(&random)
        try SetupCodeTable.insert(hash, at: now, in: transaction)
        return text
    }

    private static func code(_ random: inout some RandomNumberGenerator) -> (String, SecretHash) {
        let text = Code.make(&random)
        guard let hash = Code.hash(of: text) else { preconditionFailure("a code that we make can be read") }
        return (text, hash)
    }
}

extension Timestamp {
    package func later(byMilliseconds milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + milliseconds)
    }
}
