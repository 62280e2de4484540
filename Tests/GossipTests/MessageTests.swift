import CBOR
import Keys
import Operations
import Testing

@testable import Gossip

struct MessageTests {
    private var clock: RoomClock {
        var clock = RoomClock([1: 5, 2: 300])
        clock.take(RegisterVersion(generation: 0, counter: 3, hash: hash(3)), of: node(1))
        clock.fork(feed(4), at: 0)
        return clock
    }

    private var cursor: Cursor { Cursor(bytes: [1, 2, 3])! }

    /// Reads back what was written, and refuses it cut off anywhere, and with a byte too much.
    private func check<Message: Equatable>(
        _ message: Message, _ bytes: [UInt8], sequence: Bool = true, _ decode: (Span<UInt8>) throws -> Message
    ) throws {
        #expect(try decode(bytes.span) == message)
        var shorter = 0
        for end in 0..<bytes.count {
            // A sequence may end after any of its items.
            if let read = try? decode(bytes.span.extracting(0..<end)) {
                #expect(read != message)
                shorter += 1
            }
        }
        #expect(sequence || shorter == 0)
        let longer = bytes + [0]
        #expect(throws: GossipFault.self) { try decode(longer.span) }
    }

    @Test
    func `a push is read back`() throws {
        var item = PushRequest.Item(room: room(1))
        item.told = [node(3), node(4)]
        item.runs = [[1, 2], [3]]
        item.registers = [[4]]
        item.proofs = [[5, 6]]
        item.announced = clock
        item.digest = hash(1).short
        let push = PushRequest(since: cursor, through: cursor, items: [item, PushRequest.Item(room: room(2))])
        try check(push, push.encoded) { try PushRequest(decoding: $0) }
    }

    @Test
    func `the answer to a push is read back`() throws {
        let refusal = PushAnswer.Refusal(id: operation(1), code: "wrong-signature")
        let taken = PushAnswer.Taken(entries: clock, digest: hash(2).short, refusals: [refusal])
        let answer = PushAnswer(items: [.taken(taken), .turnedAway, .agreed])
        #expect(answer.items.count == 3)
        let bytes = answer.encoded
        #expect(try PushAnswer(decoding: bytes.span) == answer)
        for end in 1..<bytes.count {
            if let read = try? PushAnswer(decoding: bytes.span.extracting(0..<end)) { #expect(read != answer) }
        }
    }

    @Test
    func `an answer that agrees on everything has no bytes, and no other writing`() throws {
        for count in [0, 1, 3] {
            let answer = PushAnswer(items: Array(repeating: .agreed, count: count))
            #expect(answer.encoded.isEmpty && answer.items.isEmpty)
        }
        #expect(try PushAnswer(decoding: [UInt8]().span).items.isEmpty)
        for bytes in [[0x81, 0x01], [0x81, 0x01, 0xF5], [0x81, 0x01, 0xF6, 0xF4]] as [[UInt8]] {
            #expect(isRefused(bytes, as: .badValue) { _ = try PushAnswer(decoding: $0) })
        }
        let entries = clock
        func item(_ digest: Hash?, _ refusals: [PushAnswer.Refusal] = [], to pushed: Hash?) -> PushAnswer.Item {
            PushAnswer.Item(.init(entries: entries, digest: digest?.short, refusals: refusals), to: pushed?.short)
        }
        #expect(item(hash(1), to: hash(1)) == .agreed)
        let refusal = PushAnswer.Refusal(id: operation(1), code: "wrong-signature")
        for other in [
            item(hash(1), to: hash(2)), item(nil, to: nil), item(hash(1), to: nil), item(nil, to: hash(1)),
            item(hash(1), [refusal], to: hash(1)),
        ] { #expect(other != .agreed) }
    }

    @Test
    func `a pull is read back`() throws {
        let pull = PullRequest(
            bytesMax: 1_000,
            asks: [
                .room(room(1), clock), .feeds(room(2), [FeedPosition(feed: feed(1), seq: 0)]),
                .operations(room(3), [operation(1), operation(2)].sorted()), .payloads(room(3), [operation(3)]),
                .profiles(node(1), [Handle("alice")!, Handle("bob")!]),
            ])
        try check(pull, pull.encoded) { try PullRequest(decoding: $0) }
    }

    @Test
    func `the answer to a pull is read back, and never half of it`() throws {
        var lacks = Lacks()
        lacks.feeds = [FeedPosition(feed: feed(1), seq: 7)]
        lacks.registers = [node(1)]
        lacks.forks = [feed(1, 3)]
        let answer: [PullAnswerItem] = [
            .run(0, [1, 2]), .register(0, [3]), .proof(0, [4]), .operation(1, [5]),
            .payload(2, operation(1), .payload([6])), .payload(2, operation(2), .deleted(by: operation(3))),
            .end(0, PullEnd(lacks: lacks, digest: hash(1).short, more: true)), .absent(3), .close,
        ]
        try check(answer, PullAnswerItem.encode(answer), sequence: false) { try PullAnswerItem.decode($0) }
    }

    @Test
    func `changes are read back`() throws {
        let answer = ChangesAnswer(
            cursor: cursor, more: true,
            items: [
                .init(room: room(1), digest: hash(1).short, entries: clock, activity: 1 << 60),
                .init(room: room(2), digest: nil, entries: nil, activity: 0),
            ])
        try check(answer, answer.encoded) { try ChangesAnswer(decoding: $0) }
    }

    @Test
    func `the messages of a reconciliation are read back`() throws {
        let rooms = (0..<100).map { RoomDigest(room: room($0), digest: hash($0)) }.sorted { $0.room < $1.room }
        let ranges = RoomRange.all.split(rooms[...], into: 5)
        let fingerprint = RangeFingerprint(of: rooms[...])
        let request = RoomsRequest(items: ranges.map { .init(range: $0, fingerprint: fingerprint) })
        try check(request, request.encoded) { try RoomsRequest(decoding: $0) }
        let listed = ranges[1].slice(of: rooms).map {
            RoomsAnswer.Listed(room: $0.room, digest: $0.digest.short)
        }
        let answer = RoomsAnswer(answered: 5, items: [.part(ranges[0], fingerprint), .list(ranges[1], listed)])
        try check(answer, answer.encoded) { try RoomsAnswer(decoding: $0) }
    }

    @Test
    func `signals are read back`() throws {
        let alice = Handle("alice")!
        let signals = SignalsRequest(signals: [
            .typing(room(1), alice, true), .presence(alice, .away, 1_700_000_000_000), .presence(alice, .offline, nil),
        ])
        try check(signals, signals.encoded) { try SignalsRequest(decoding: $0) }
        let over = SignalsRequest(
            signals: Array(repeating: .presence(alice, .online, nil), count: GossipLimits.signalsMax + 1)
        ).encoded
        #expect(isRefused(over, as: .tooLarge) { _ = try SignalsRequest(decoding: $0) })
    }

    // MARK: Limits

    private func isRefused(_ bytes: [UInt8], as fault: GossipFault, _ decode: (Span<UInt8>) throws -> Void) -> Bool {
        do {
            try decode(bytes.span)
            return false
        } catch { return error as? GossipFault == fault }
    }

    @Test
    func `a push names so many rooms, each once`() throws {
        let most = GossipLimits.roomsPerPushMax
        let items = (0...UInt64(most)).map { PushRequest.Item(room: room($0)) }
        let full = PushRequest(since: nil, through: cursor, items: Array(items.prefix(most)))
        #expect(try PushRequest(decoding: full.encoded.span).items.count == most)
        let over = PushRequest(since: nil, through: cursor, items: items).encoded
        #expect(isRefused(over, as: .tooLarge) { _ = try PushRequest(decoding: $0) })
        let twice = PushRequest(since: nil, through: cursor, items: [items[0], items[0]]).encoded
        #expect(isRefused(twice, as: .unsorted) { _ = try PushRequest(decoding: $0) })
    }

    @Test
    func `lists in a push are bounded`() throws {
        func push(_ change: (inout PushRequest.Item) -> Void) -> [UInt8] {
            var item = PushRequest.Item(room: room(1))
            change(&item)
            return PushRequest(since: nil, through: cursor, items: [item]).encoded
        }
        let told = (0...UInt64(GossipLimits.toldMax)).map { node($0) }
        #expect(throws: Never.self) { try PushRequest(decoding: push { $0.told = Array(told.dropLast()) }.span) }
        #expect(isRefused(push { $0.told = told }, as: .tooLarge) { _ = try PushRequest(decoding: $0) })
        let runs = [[UInt8]](repeating: [], count: GossipLimits.partsPerRoomMax + 1)
        #expect(isRefused(push { $0.runs = runs }, as: .tooLarge) { _ = try PushRequest(decoding: $0) })
        let large = [[UInt8](repeating: 0, count: Limits.runBytesMax + 1)]
        #expect(isRefused(push { $0.runs = large }, as: .tooLarge) { _ = try PushRequest(decoding: $0) })
    }

    @Test
    func `a pull asks so much, in order, and not for nothing`() {
        let most = GossipLimits.asksPerPullMax
        func decode(_ asks: [PullRequest.Ask]) -> GossipFault? {
            do {
                _ = try PullRequest(decoding: PullRequest(asks: asks).encoded.span)
                return nil
            } catch { return error }
        }
        let asks = (0...UInt64(most)).map { PullRequest.Ask.room(room($0), RoomClock()) }
        #expect(decode(Array(asks.dropLast())) == nil)
        #expect(decode(asks) == .tooLarge)
        #expect(decode([]) == .badValue)
        #expect(decode([.operations(room(1), [])]) == .badValue)
        #expect(decode([.feeds(room(1), [])]) == .badValue)
        let ids = (0...UInt64(GossipLimits.namesPerAskMax)).map { operation($0) }.sorted()
        #expect(decode([.operations(room(1), Array(ids.dropLast()))]) == nil)
        #expect(decode([.operations(room(1), ids)]) == .tooLarge)
        #expect(decode([.payloads(room(1), [ids[1], ids[0]])]) == .unsorted)
        #expect(decode([.payloads(room(1), [ids[0], ids[0]])]) == .unsorted)
    }

    @Test
    func `another version, another kind, other bytes are refused by name`() {
        func sequence(_ write: (inout CBORWriter) -> Void) -> [UInt8] {
            var writer = CBORWriter()
            write(&writer)
            return writer.finish()
        }
        let version = sequence { writer in
            writer.beginArray()
            writer.unsigned(2)
            writer.endArray()
        }
        #expect(isRefused(version, as: .unknownVersion(2)) { _ = try PushAnswer(decoding: $0) })
        let kind = sequence { writer in
            writer.beginArray()
            writer.version()
            writer.endArray()
            writer.beginArray()
            writer.unsigned(8)
            writer.unsigned(0)
            writer.endArray()
        }
        #expect(isRefused(kind, as: .unknownItem(8)) { _ = try PullAnswerItem.decode($0) })
        let ask = PullAnswerItem.encode([.absent(GossipLimits.asksPerPullMax), .close])
        #expect(isRefused(ask, as: .badValue) { _ = try PullAnswerItem.decode($0) })
        #expect(throws: GossipFault.self) { try ChangesAnswer(decoding: [0xFF, 0x00].span) }
    }

    @Test
    func `any bytes at all are read or refused`() {
        var random = SeededRandom(seed: 12)
        let samples = [
            PushRequest(since: cursor, through: cursor, items: [.init(room: room(1))]).encoded,
            PullRequest(asks: [.room(room(1), clock)]).encoded,
            ChangesAnswer(
                cursor: cursor, more: false, items: [.init(room: room(1), digest: nil, entries: clock, activity: 1)]
            )
            .encoded,
            PullAnswerItem.encode([.end(0, PullEnd(digest: hash(1).short)), .close]),
        ]
        var refused = 0
        for turn in 0..<4_000 {
            var bytes = samples[turn % samples.count]
            for _ in 0...Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if (try? PushRequest(decoding: bytes.span)) == nil { refused += 1 }
            if (try? PullRequest(decoding: bytes.span)) == nil { refused += 1 }
            if (try? ChangesAnswer(decoding: bytes.span)) == nil { refused += 1 }
            if (try? PullAnswerItem.decode(bytes.span)) == nil { refused += 1 }
            if (try? RoomsAnswer(decoding: bytes.span)) == nil { refused += 1 }
            if (try? RoomsRequest(decoding: bytes.span)) == nil { refused += 1 }
        }
        #expect(refused > 20_000)
    }
}
