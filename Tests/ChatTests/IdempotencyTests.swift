import Bytes
import Chat
import Keys
import LocalDatabase
import SQLite
import Store
import Testing

struct IdempotencyTests {
    private struct Refused: Error {}

    private let database: LocalDatabase
    private let alice = PersonNumber(1)

    init() throws {
        database = try LocalDatabase()
    }

    private static func request(_ parts: String...) -> Hash {
        var fingerprint = RequestFingerprint(nodeSecret: [1, 2, 3].span)
        for part in parts { fingerprint.add(Array(part.utf8).span) }
        return fingerprint.finish()
    }

    private func once(
        _ keys: [IdempotencyKey], _ request: Hash, makes number: Int64, by person: PersonNumber = PersonNumber(1),
        at second: Int64 = 0
    ) throws -> Idempotency.Outcome {
        try database.write { transaction in
            try Idempotency.once(keys, request: request, by: person, at: .second(second), in: transaction) {
                MadeThing(kind: 1, number: number)
            }
        }
    }

    private let key = IdempotencyKey(header: "k")
    private let body = request("POST", "/messages/", "hello")

    @Test func `threat 73: a retry gets what the first made, and another body is a conflict`() throws {
        let made = MadeThing(kind: 1, number: 10)
        #expect(try once([key], body, makes: 10) == .made(made))
        #expect(try once([key], body, makes: 11) == .replayed(made))
        #expect(throws: IdempotencyFault.otherRequest) { try once([key], Self.request("other"), makes: 12) }
        #expect(try once([IdempotencyKey(header: "other")], body, makes: 13) == .made(MadeThing(kind: 1, number: 13)))
        #expect(try once([key], body, makes: 14, by: PersonNumber(2)).thing.number == 14)
    }

    @Test func `threat 73: it survives a restart, for a day`() throws {
        _ = try once([key], body, makes: 10)
        let restarted = try Connection(database.path, .readWrite)
        let replay = try restarted.transaction { transaction in
            try Idempotency.once([key], request: body, by: alice, at: .second(86_399), in: transaction) {
                MadeThing(kind: 1, number: 11)
            }
        }
        #expect(replay == .replayed(MadeThing(kind: 1, number: 10)))
        #expect(try once([key], Self.request("other"), makes: 12, at: 86_400).thing.number == 12)
    }

    @Test func `what was refused leaves its key free`() throws {
        #expect(throws: Refused.self) {
            try database.write { transaction in
                try Idempotency.once([key], request: body, by: alice, at: .second(0), in: transaction) {
                    throw Refused()
                }
            }
        }
        #expect(try once([key], Self.request("mended"), makes: 11) == .made(MadeThing(kind: 1, number: 11)))
    }

    @Test func `either of two keys finds the first, and the other is then remembered, too`() throws {
        let client = IdempotencyKey(clientID: "c", in: RoomNumber(1))
        #expect(try once([client], body, makes: 10).thing.number == 10)
        #expect(try once([key, client], body, makes: 11) == .replayed(MadeThing(kind: 1, number: 10)))
        #expect(try once([key], body, makes: 12) == .replayed(MadeThing(kind: 1, number: 10)))
        let elsewhere = IdempotencyKey(clientID: "c", in: RoomNumber(2))
        #expect(try once([elsewhere], body, makes: 13).thing.number == 13)
        #expect(throws: IdempotencyFault.otherRequest) { try once([key, elsewhere], body, makes: 14) }
    }

    @Test func `no two requests have one fingerprint, and none can be guessed without the node's key`() {
        #expect(Self.request("ab", "c") != Self.request("a", "bc"))
        #expect(Self.request("a") != Self.request("a", ""))
        #expect(IdempotencyKey(header: "1:x") != IdempotencyKey(clientID: "x", in: RoomNumber(1)))
        var other = RequestFingerprint(nodeSecret: [1, 2, 4].span)
        other.add(Array("a".utf8).span)
        #expect(other.finish() != Self.request("a"))
    }

    @Test func `a client's id stands for what the message says, by whatever way it comes`() throws {
        let secret: [UInt8] = [1, 2, 3]
        let room = RoomNumber(7)
        func request(_ draft: MessageDraft) -> Idempotency.Request {
            Idempotency.Request(
                IdempotencyKey(clientID: "a", in: room), draft.fingerprint(nodeSecret: secret.span))
        }
        func once(_ requests: [Idempotency.Request], _ number: Int64) throws -> Idempotency.Outcome {
            try database.write { transaction in
                try Idempotency.once(requests, by: PersonNumber(1), at: .second(0), in: transaction) {
                    MadeThing(kind: 2, number: number)
                }
            }
        }
        let header = Idempotency.Request(IdempotencyKey(header: "k"), Hash(of: secret.span))
        #expect(try once([header, request(MessageDraft("hello"))], 1) == .made(MadeThing(kind: 2, number: 1)))
        #expect(try once([request(MessageDraft("hello"))], 2) == .replayed(MadeThing(kind: 2, number: 1)))
        #expect(throws: IdempotencyFault.otherRequest) { try once([request(MessageDraft("other"))], 3) }
        #expect(throws: IdempotencyFault.otherRequest) {
            try once([request(MessageDraft("hello", replyTo: MessageNumber(3)))], 3)
        }
    }
}
