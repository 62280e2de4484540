import Keys
import OperationVectors
import Operations
import Testing

@testable import Gossip

/// Spec/replication.md, section 4: each list as long as it may be, and longer by one.
struct ReplicationLimitTests {
    /// One row of the table, or a part of it.
    private struct Row {
        let limit: String
        let form: BodyForm
        let most: Int
        let body: (Int) -> [UInt8]

        init(_ limit: String, _ form: BodyForm, _ most: Int, _ body: @escaping (Int) -> [UInt8]) {
            (self.limit, self.form, self.most, self.body) = (limit, form, most, body)
        }
    }

    private static func hash(_ number: Int) -> Hash {
        Hash(of: [UInt8(number & 0xFF), UInt8(number >> 8)].span)
    }

    private static func ids(_ count: Int) -> [OperationID] { (0..<count).map { OperationID(hash($0).bytes) }.sorted() }
    private static let room = RoomID(hash(1).bytes)
    private static let node = SampleNode.south.id

    private static func push(_ change: (inout PushRequest.Item) -> Void) -> [UInt8] {
        var item = PushRequest.Item(room: room)
        change(&item)
        return PushRequest(since: nil, through: Cursor(bytes: [1])!, items: [item]).encoded  // of one byte
    }

    private static func ask(_ ask: PullRequest.Ask) -> [UInt8] { PullRequest(asks: [ask]).encoded }

    private static func places(_ count: Int) -> [FeedPosition] {
        (0..<count).map { FeedPosition(feed: Feed(origin: node, epoch: UInt64($0)), seq: 0) }
    }

    private static func lacking(_ change: (inout Lacks) -> Void) -> [UInt8] {
        var lacks = Lacks()
        change(&lacks)
        return PullAnswerItem.encode([.end(0, PullEnd(lacks: lacks)), .close])
    }

    private static func digests(_ count: Int) -> [RoomDigest] {
        (0..<count).map { RoomDigest(room: RoomID(hash($0).bytes), digest: hash($0)) }.sorted { $0.room < $1.room }
    }

    private static let inAsk = "feeds, ids, handles in an ask"
    private static let inPush = "runs, registers, proofs of a room in a push"
    private static let inPull = "lacks in an answer to a pull"
    private static let inRanges = "ranges in a question to `rooms`"

    private static var rows: [Row] {
        [
            Row("rooms in a push", .push, 256) { count in
                PushRequest(
                    since: nil, through: Cursor(bytes: [1])!,  // of one byte
                    items: digests(count).map { PushRequest.Item(room: $0.room) }
                ).encoded
            },
            Row(inPush, .push, 4_096) { count in push { $0.runs = Array(repeating: [0], count: count) } },
            Row(inPush, .push, 4_096) { count in push { $0.registers = Array(repeating: [0], count: count) } },
            Row(inPush, .push, 4_096) { count in push { $0.proofs = Array(repeating: [0], count: count) } },
            Row("nodes told", .push, 64) { count in push { $0.told = (0..<count).map { NodeID(hash($0).bytes) } } },
            Row("refusals told for a room", .pushAnswer, 256) { count in
                let refusals = ids(count).map { PushAnswer.Refusal(id: $0, code: "bad-time") }
                return PushAnswer(items: [
                    .taken(.init(entries: RoomClock(), digest: nil, refusals: refusals))
                ]).encoded
            },
            Row("refusals told for a room", .pushAnswer, 64) { count in
                let refusal = PushAnswer.Refusal(id: ids(1)[0], code: String(repeating: "c", count: count))
                return PushAnswer(items: [
                    .taken(.init(entries: RoomClock(), digest: nil, refusals: [refusal]))
                ]).encoded
            },
            Row("asks in a pull", .pull, 256) { count in
                PullRequest(asks: digests(count).map { .room($0.room, RoomClock()) }).encoded
            },
            Row(inAsk, .pull, 256) { count in ask(.feeds(room, places(count))) },
            Row(inAsk, .pull, 256) { count in ask(.operations(room, ids(count))) },
            Row(inAsk, .pull, 256) { count in ask(.payloads(room, ids(count))) },
            Row(inAsk, .pull, 256) { count in
                ask(.profiles(node, (0..<count).map { Handle("\($0 + 1_000)")! }))  // of digits
            },
            Row(inPull, .pullAnswer, 256) { count in lacking { $0.feeds = places(count) } },
            Row(inPull, .pullAnswer, 256) { count in
                lacking { $0.registers = (0..<count).map { NodeID(hash($0).bytes) }.sorted() }
            },
            Row(inPull, .pullAnswer, 256) { count in lacking { $0.forks = places(count).map(\.feed) } },
            Row("rooms in a page of changes", .changes, 1_024) { count in
                let items = digests(count).map {
                    ChangesAnswer.Item(room: $0.room, digest: $0.digest.short, entries: nil, activity: 0)
                }
                return ChangesAnswer(cursor: Cursor(bytes: [1])!, more: false, items: items).encoded  // of one byte
            },
            Row(inRanges, .rooms, 512) { count in
                let rooms = digests(count)
                return RoomsRequest(
                    items: RoomRange.all.split(rooms[...], into: count).map {
                        .init(range: $0, fingerprint: RangeFingerprint(of: rooms[...]))
                    }
                ).encoded
            },
            Row(inRanges, .roomsAnswer, 8_192) { count in
                let rooms = digests(count)
                let fingerprint = RangeFingerprint(of: rooms[..<1])
                return RoomsAnswer(
                    answered: 1, items: RoomRange.all.split(rooms[...], into: count).map { .part($0, fingerprint) }
                ).encoded
            },
            Row("rooms named in an answer of `rooms`", .roomsAnswer, 4_096) { count in
                let listed = digests(count).map {
                    RoomsAnswer.Listed(room: $0.room, digest: $0.digest.short)
                }
                return RoomsAnswer(answered: 1, items: [.list(.all, listed)]).encoded
            },
            Row("signals in a request", .signals, 1_024) { count in
                SignalsRequest(
                    signals: Array(repeating: .presence(Handle("ada")!, .online, nil), count: count)  // of letters
                ).encoded
            },
        ]
    }

    @Test
    func `each list may have so many, and no more`() {
        for row in Self.rows {
            #expect(fault(row.form, row.body(row.most)) == nil, "\(row.limit), \(row.most)")
            #expect(fault(row.form, row.body(row.most + 1)) == "too-large", "\(row.limit), \(row.most + 1)")
        }
    }

    /// Of the others: bodies and the wait are looked at where requests come in, runs and cursors with their own, what is
    /// staged with the intake.
    @Test
    func `every limit of the specification is tried`() throws {
        let section = try vectorText("../replication.md").split(separator: "\n## ").first {
            $0.hasPrefix("4. Requests")
        }
        let table = try #require(section).split(separator: "| limit | figure |").last
        let names = try #require(table).split(separator: "\n").filter { $0.hasPrefix("| ") }.map {
            String($0.dropFirst(2).prefix { $0 != "|" }.dropLast())
        }
        let elsewhere = ["body", "run", "staged for a peer", "wait of `changes`", "cursor"]
        #expect(Set(Self.rows.map(\.limit) + elsewhere) == Set(names.filter { !$0.hasPrefix("-") }))
    }

    @Test
    func `every code of a refused body has a vector`() throws {
        let line = try vectorText("../replication.md").split(separator: "\n").first { $0.hasPrefix("Codes of 400: ") }
        let codes = try #require(line).split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }
        let refused = try vectors("replication.json")["refused"].list.map { $0["code"].text }
        // That of a sealed body has its own in peers.json.
        #expect(Set(codes.map { String($0.element) }) == Set(refused + ["seal"]))
    }

    private func fault(_ form: BodyForm, _ bytes: [UInt8]) -> String? {
        do throws(GossipFault) {
            _ = try form.rewritten(bytes)
            return nil
        } catch {
            return error.code
        }
    }
}
