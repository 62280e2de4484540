import CBOR
package import Gossip
import Keys
import Operations

/// The bodies that nodes exchange, as in Spec/replication.md.
package enum BodyForm: String, CaseIterable, Sendable {
    case push
    case pushAnswer = "push answer"
    case pull
    case pullAnswer = "pull answer"
    case changes
    case rooms
    case roomsAnswer = "rooms answer"
    case signals
    case clock

    /// What comes of reading a body and writing it again.
    package func rewritten(_ bytes: [UInt8]) throws(GossipFault) -> [UInt8] {
        switch self {
        case .push: try PushRequest(decoding: bytes.span).encoded
        case .pushAnswer: try PushAnswer(decoding: bytes.span).encoded
        case .pull: try PullRequest(decoding: bytes.span).encoded
        case .pullAnswer: PullAnswerItem.encode(try PullAnswerItem.decode(bytes.span))
        case .changes: try ChangesAnswer(decoding: bytes.span).encoded
        case .rooms: try RoomsRequest(decoding: bytes.span).encoded
        case .roomsAnswer: try RoomsAnswer(decoding: bytes.span).encoded
        case .signals: try SignalsRequest(decoding: bytes.span).encoded
        case .clock: try RoomClock(decoding: bytes.span).encoded
        }
    }
}

extension VectorFile {
    static func replication() throws -> VectorFile {
        let samples = try BodySamples()
        return VectorFile(
            "replication.json",
            "Bodies of replication and the values in them; room clocks with their digest; bodies that are refused, with the code.",
            [
                (
                    "bodies",
                    .list(
                        try samples.bodies().map { form, about, bytes in
                            .object([
                                ("form", .text(form.rawValue)), ("about", .text(about)), ("bytes", .hex(bytes)),
                                ("items", .list(try items(of: bytes))),
                            ])
                        })
                ),
                (
                    "clocks",
                    .list(
                        [("Nothing", RoomClock()), ("Feeds, a register, a fork", samples.clock)].map { about, clock in
                            .object([
                                ("about", .text(about)), ("clock", .hex(clock.encoded)),
                                ("digest", .name(clock.digest)),
                            ])
                        })
                ),
                (
                    "refused",
                    .list(
                        samples.refused().map { form, fault, about, bytes in
                            .object([
                                ("form", .text(form.rawValue)), ("code", .text(fault)), ("about", .text(about)),
                                ("bytes", .hex(bytes)),
                            ])
                        })
                ),
            ])
    }

    private static func items(of sequence: [UInt8]) throws -> [Description] {
        var reader = CBORReader(sequence.span)
        var items: [Description] = []
        while !reader.isAtEnd {
            items.append(try Description(cbor: Array(sequence[try reader.skip()])))
        }
        return items
    }
}

/// Bodies about the nodes and the room of the other vectors.
private struct BodySamples {
    let room: SampleRoom
    let feed: Feed
    let clock: RoomClock
    let cursor = Cursor(bytes: [1, 2, 3, 4])!  // within its limits
    let ids: [OperationID]

    init() throws {
        room = try SampleRoom()
        feed = room.operations[0].header.feed
        ids = room.operations.map(\.id).sorted()
        var clock = RoomClock()
        for operation in room.operations { clock.reach(operation.header.feed, operation.header.seq) }
        clock.take(SampleNode.registerVersion(ids[0]), of: SampleNode.south.id)
        clock.fork(Feed(origin: SampleNode.south.id, epoch: 7), at: 3)
        self.clock = clock
    }

    func bodies() throws -> [(BodyForm, String, [UInt8])] {
        var item = PushRequest.Item(room: room.room)
        item.told = [SampleNode.south.id]
        item.runs = [pack(room.operations[0...2], certificate: SampleNode.north.certificate)]
        item.announced = clock
        item.digest = clock.digest.short
        var continued = PushRequest.Item(room: room.room)
        continued.runs = [pack(try SampleFeed().operations[3...4], isContinuation: true)]
        continued.digest = clock.digest.short
        let push = PushRequest(since: cursor, through: Cursor(bytes: [9])!, items: [item])
        let refusal = PushAnswer.Refusal(id: ids[1], code: "not-after-past")
        let answer = PushAnswer(items: [
            .taken(.init(entries: clock, digest: clock.digest.short, refusals: [refusal])), .turnedAway, .agreed,
        ])
        let pull = PullRequest(
            bytesMax: 1_000_000,
            asks: [
                .room(room.room, clock), .feeds(room.room, [FeedPosition(feed: feed, seq: 2)]),
                .operations(room.room, Array(ids[0...1])), .payloads(room.room, [ids[2]]),
                .profiles(SampleNode.north.id, [Handle("ada")!, Handle("cy")!]),
            ])
        let changes = ChangesAnswer(
            cursor: cursor, more: false,
            items: [
                .init(room: room.room, digest: clock.digest.short, entries: clock, activity: 1 << 62),
                .init(room: RoomID(directoryOf: SampleNode.south.id), digest: nil, entries: nil, activity: 0),
            ])
        let signals = SignalsRequest(signals: [
            .typing(room.room, Handle("ada")!, true), .presence(Handle("ada")!, .away, 1_800_000_000_000),
            .presence(Handle("cy")!, .offline, nil),
        ])
        return [
            (.push, "The beginning of a feed", push.encoded),
            (
                .push, "What goes on from what the receiver has",
                PushRequest(since: cursor, through: Cursor(bytes: [9])!, items: [continued]).encoded
            ),
            (.push, "Nothing, from nobody knows where", PushRequest(since: nil, through: cursor, items: []).encoded),
            (.pushAnswer, "Taken with a refusal; nothing more can be staged; agreed", answer.encoded),
            (.pushAnswer, "Agreed on everything", PushAnswer(items: [.agreed, .agreed]).encoded),
            (.pull, "One ask of each sort", pull.encoded),
            (.pullAnswer, "One item of each sort", PullAnswerItem.encode(try answerItems())),
            (.changes, "Two rooms", changes.encoded),
            (.rooms, "All rooms", question(of: shared)),
            (.roomsAnswer, "A list, as both have few", roomsAnswer),
            (.signals, "Somebody types, somebody is away, somebody is gone", signals.encoded),
        ]
    }

    private func answerItems() throws -> [PullAnswerItem] {
        var lacks = Lacks()
        lacks.feeds = [FeedPosition(feed: feed, seq: 7)]
        lacks.registers = [SampleNode.south.id]
        lacks.forks = [Feed(origin: SampleNode.south.id, epoch: 7)]
        let envelope = try room.envelopes()[0].encoded
        return [
            .run(0, pack(room.operations[0...2], certificate: SampleNode.north.certificate)),
            .operation(2, envelope), .payload(3, ids[2], .payload([0xA0])),
            .payload(3, ids[3], .deleted(by: ids[4])),
            .end(0, PullEnd(lacks: lacks, digest: clock.digest.short, more: true)), .absent(1), .close,
        ]
    }

    // MARK: Comparing rooms

    private var shared: [RoomDigest] {
        (0..<3).map { number in
            RoomDigest(room: RoomID(Hash(of: [UInt8(number)].span).bytes), digest: Hash(of: [UInt8(number), 1].span))
        }.sorted { $0.room < $1.room }
    }

    /// `[1] [lower, upper, count, fingerprint]` over all there is.
    private func question(of rooms: [RoomDigest]) -> [UInt8] {
        let fingerprint = RangeFingerprint(of: rooms[...])
        return Self.array { $0.unsigned(1) }
            + Self.array { writer in
                writer.bytes([UInt8]())
                writer.null()
                writer.unsigned(fingerprint.count)
                writer.bytes(fingerprint.bytes)
            }
    }

    private var roomsAnswer: [UInt8] {
        guard let question = try? RoomsRequest(decoding: question(of: Array(shared.dropLast())).span) else {
            preconditionFailure("a question that was just written is readable")
        }
        return RoomsAnswer(to: question, from: shared).encoded
    }

    // MARK: Refused

    func refused() -> [(BodyForm, String, String, [UInt8])] {
        let push = PushRequest(since: nil, through: cursor, items: []).encoded
        let room = PushRequest.Item(room: self.room.room)
        func pull(_ asks: [PullRequest.Ask]) -> [UInt8] { PullRequest(asks: asks).encoded }
        let many = (0...256).map { OperationID(Hash(of: [UInt8($0 & 255), UInt8($0 >> 8)].span).bytes) }.sorted()
        return [
            (.push, "unreadable", "Cut off", Array(push.dropLast())),
            (.push, "unreadable", "A length that is not the shortest", [0x98, 0x03] + push.dropFirst()),
            (.push, "unreadable", "Of another shape", [0x80]),
            (.push, "unknown-version", "Version 2", [0x83, 0x02] + push.dropFirst(2)),
            (
                .push, "unsorted", "A room twice",
                PushRequest(since: nil, through: cursor, items: [room, room]).encoded
            ),
            (
                .push, "bad-value", "A cursor of no bytes", [0x83, 0x01, 0xF6, 0x40]
            ),
            (.push, "bad-value", "A digest of 15 bytes", Array(cutDigest)),
            (.pushAnswer, "bad-value", "Without a room", [0x81, 0x01]),
            (.pushAnswer, "bad-value", "Agreed on everything, at length", [0x81, 0x01, 0xF5, 0xF5]),
            (.pushAnswer, "bad-value", "Not agreed", [0x81, 0x01, 0xF6, 0xF4]),
            (.pull, "bad-value", "Without an ask", pull([])),
            (.pull, "bad-value", "An ask for no operations", pull([.operations(self.room.room, [])])),
            (.pull, "unsorted", "Ids that don't ascend", pull([.payloads(self.room.room, [ids[1], ids[0]])])),
            (.pull, "unsorted", "An id twice", pull([.payloads(self.room.room, [ids[0], ids[0]])])),
            (.pull, "too-large", "257 ids in an ask", pull([.operations(self.room.room, many)])),
            (
                .pull, "unknown-item", "A sort of ask that is not known",
                Self.array { writer in
                    writer.unsigned(1)
                    writer.unsigned(1_000)
                }
                    + Self.array { writer in
                        writer.unsigned(5)
                        writer.bytes(self.room.room.bytes.array)
                        writer.null()
                    }
            ),
            (
                .pullAnswer, "unreadable", "Without its end",
                PullAnswerItem.encode([.absent(0)])
            ),
            (.pullAnswer, "bad-value", "About the 257th ask", PullAnswerItem.encode([.absent(256), .close])),
            (.clock, "fork-not-capped", "A feed that is counted at its fork", badClock(feedSeq: 3, forkSeq: 3)),
            (.clock, "bad-value", "A seq of 2⁴⁸", badClock(feedSeq: 1 << 48, forkSeq: nil)),
            (.clock, "bad-value", "An entry that says nothing", badClock(feedSeq: nil, forkSeq: nil)),
        ]
    }

    private var cutDigest: [UInt8] {
        var item = PushRequest.Item(room: room.room)
        item.digest = clock.digest.short
        // The digest is the last: 16 bytes behind their head.
        let push = PushRequest(since: nil, through: cursor, items: [item]).encoded
        return push.dropLast(17) + [0x4F] + push.suffix(15)
    }

    /// A clock of one origin and epoch.
    private func badClock(feedSeq: UInt64?, forkSeq: UInt64?) -> [UInt8] {
        Self.array { writer in
            writer.beginArray()
            writer.bytes(SampleNode.south.id.bytes.array)
            place(feedSeq)
            writer.null()
            place(forkSeq)
            writer.endArray()

            func place(_ seq: UInt64?) {
                writer.beginArray()
                if let seq {
                    writer.unsigned(7)
                    writer.unsigned(seq)
                }
                writer.endArray()
            }
        }
    }

    private static func array(_ write: (inout CBORWriter) -> Void) -> [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        write(&writer)
        writer.endArray()
        return writer.finish()
    }
}

extension SampleNode {
    /// The register with the counter 5; of which operation the hash is taken doesn't matter.
    fileprivate static func registerVersion(_ id: OperationID) -> RegisterVersion {
        RegisterVersion(generation: 66, counter: 5, hash: Hash(bytes: id.bytes))
    }
}
