package import Bytes
package import Keys
package import SQLite
package import Store

/// What a client calls a request that it may send again.
package struct IdempotencyKey: Hashable, Sendable {
    let hash: Hash

    /// The header of that name: one for each person.
    package init(header text: String) {
        hash = Self.hash("header", nil, text)
    }

    /// The `client_id` of a message: one for each person and room.
    package init(clientID text: String, in room: RoomNumber) {
        hash = Self.hash("client", room, text)
    }

    private static func hash(_ kind: String, _ room: RoomNumber?, _ text: String) -> Hash {
        // No number holds a colon, so this can be read in one way only.
        Hash(Tag("parley.once"), of: Array("\(kind):\(room?.value ?? 0):\(text)".utf8).span)
    }
}

/// What tells a retry from another request: a hash that nobody without the node's key can compute, so that what was
/// sent, and erased since, can't be guessed from it.
package struct RequestFingerprint: Sendable {
    private var state: BLAKE2b

    package init(nodeSecret: Span<UInt8>) {
        state = BLAKE2b(Tag("parley.request"))
        state.update(nodeSecret)
    }

    /// Parts are told from each other: `ab`, `c` is not `a`, `bc`.
    package mutating func add(_ part: Span<UInt8>) {
        let count = Array("\(part.count):".utf8)
        state.update(count.span)
        state.update(part)
    }

    package func finish() -> Hash { state.finish() }
}

package enum IdempotencyFault: Error, Equatable {
    /// The key came with another request before.
    case otherRequest
}

package enum Idempotency {
    package static let milliseconds: Int64 = 86_400_000

    package enum Outcome: Hashable, Sendable {
        case made(MadeThing)
        /// By a former request with one of the keys.
        case replayed(MadeThing)

        package var thing: MadeThing {
            switch self {
            case .made(let thing), .replayed(let thing): thing
            }
        }
    }

    /// What was made with this key within a day, on a reading connection: so a retry is known before anything else of it is
    /// looked at. Nil where it wasn't used, or the first is still at work: `once` decides.
    package static func known(
        _ key: IdempotencyKey, request: Hash, by person: PersonNumber, at now: Timestamp, on connection: Connection
    ) throws -> MadeThing? {
        let limit = now.later(byMilliseconds: -milliseconds)
        guard let known = try IdempotencyTable.find(key.hash, of: person, since: limit, on: connection) else {
            return nil
        }
        guard known.request == request else { throw IdempotencyFault.otherRequest }
        return known.made
    }

    /// A key, and the fingerprint of the request that it came with.
    package struct Request: Sendable {
        let key: IdempotencyKey
        let fingerprint: Hash

        package init(_ key: IdempotencyKey, _ fingerprint: Hash) {
            self.key = key
            self.fingerprint = fingerprint
        }
    }

    /// Runs `body`, which makes something, unless somebody has made it with one of these keys within a day. It is
    /// remembered in the same transaction, so that it is either made and remembered or neither; and where `body`
    /// throws, the keys stay free.
    package static func once(
        _ keys: [IdempotencyKey], request: Hash, by person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction, _ body: () throws -> MadeThing
    ) throws -> Outcome {
        try once(keys.map { Request($0, request) }, by: person, at: now, in: transaction, body)
    }

    /// The same where keys have fingerprints of their own: that of a header is of the whole request, that of a `client_id` of the
    /// message alone, whatever face or socket it came by.
    package static func once(
        _ requests: [Request], by person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction,
        _ body: () throws -> MadeThing
    ) throws -> Outcome {
        let limit = now.later(byMilliseconds: -milliseconds)
        var found: MadeThing?
        var unknown: [Request] = []
        for request in requests {
            guard
                let known = try IdempotencyTable.find(
                    request.key.hash, of: person, since: limit, on: transaction.connection)
            else {
                unknown.append(request)
                continue
            }
            guard known.request == request.fingerprint, found == nil || found == known.made else {
                throw IdempotencyFault.otherRequest
            }
            found = known.made
        }
        let thing = try found ?? body()
        for request in unknown {
            try IdempotencyTable.remember(
                RememberedRequest(request: request.fingerprint, made: thing), under: request.key.hash, of: person,
                at: now, in: transaction)
        }
        return found == nil ? .made(thing) : .replayed(thing)
    }
}
