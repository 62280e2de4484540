import Keys
import Operations
import Testing

@testable import Gossip
@testable import Simulation

/// What is answered and pushed is as large as it may be, however far apart signatures lie.
struct BodySizeTests {
    private static let bytesMax = 100_000

    /// A room in which the users of `count` nodes have written in turn, as west has got it: of each feed a few long runs.
    private func makeRoom(writers count: Int, turns: Int, bytes: Int, seed: UInt64) -> (west: Writer, room: RoomID) {
        var north = Writer("north")
        var west = Writer("west")
        let room = north.found()
        var writers = (0..<count).map { Writer("writer \($0)") }
        let others = writers.map { $0.user("ada") } + [west.user("ada"), Writer("east").user("ada")]
        for user in others { _ = north.admit(user, to: room) }
        let beginning = north.run(of: room)
        for index in writers.indices { _ = writers[index].node.take([beginning], of: room, from: north.id) }
        for turn in 0..<turns {
            for index in writers.indices {
                let text = String(repeating: "x", count: turn == 0 ? 1 : bytes)
                _ = writers[index].post(text, in: room, at: writers[index].now + Int64(turn))
            }
        }
        var random = SeededRandom(seed: seed)
        var runs = [beginning]
        for writer in writers {
            var seq: UInt64 = 0
            while seq < UInt64(turns) {
                let last = seed == 0 ? UInt64(turns) : seq + random.next() % UInt64(turns)
                runs.append(writer.run(of: room, from: seq, through: last))
                seq = last + 1
            }
        }
        _ = west.node.take(runs, of: room, from: north.id)
        return (west, room)
    }

    private func bytes(_ items: [PullAnswerItem]) -> [Int] {
        items.compactMap { if case .run(_, let run) = $0 { run.count } else { nil } }
    }

    @Test(arguments: 0...4 as ClosedRange<UInt64>)
    func `62 a page ends with the run that fills it, and page upon page all comes`(seed: UInt64) throws {
        let (west, room) = makeRoom(writers: 6, turns: 12, bytes: 10_000, seed: seed)
        var east = Writer("east").node
        var pages = 0
        while east.keeper.digest(of: room) != west.node.keeper.digest(of: room), pages < 100 {
            let ask = PullRequest.Ask.room(room, east.keeper.clock(of: room) ?? RoomClock())
            let plan = PullPlan(
                for: PullRequest(bytesMax: Self.bytesMax, asks: [ask]), from: east.id, log: west.node.keeper)
            let items = west.node.keeper.answer(to: plan, for: east.id)
            let runs = bytes(items)
            #expect(runs.dropLast().reduce(0, +) < Self.bytesMax, "page \(pages)")
            let taken = items.compactMap { if case .run(_, let run) = $0 { run } else { nil } }
            #expect(!taken.isEmpty)
            _ = east.take(taken, of: room, from: west.id)
            pages += 1
        }
        #expect(east.keeper.digest(of: room) == west.node.keeper.digest(of: room))
        #expect(pages > 3)
    }

    @Test
    func `62 who asks for each operation of one run gets the run once`() throws {
        let (west, room) = makeRoom(writers: 1, turns: 30, bytes: 10_000, seed: 0)
        let east = Writer("east").id
        let ids = (west.node.keeper.rooms[room]?.order ?? []).sorted()
        let asks = (0..<8).map { _ in PullRequest.Ask.operations(room, ids) }
        let plan = PullPlan(for: PullRequest(asks: asks), from: east, log: west.node.keeper)
        let items = west.node.keeper.answer(to: plan, for: east)
        #expect(bytes(items).reduce(0, +) < 2 * 30 * 10_000)
        #expect(items.last == .close)
        var given: Set<OperationID> = []
        for case .run(_, let run) in items { given.formUnion(try Run(decoding: run.span).operations.map(\.id)) }
        for case .operation(_, let envelope) in items {
            given.insert(try Envelope(decoding: envelope.span).operation.id)
        }
        #expect(given.isSuperset(of: ids), "and nothing is left out")
    }

    @Test
    func `a push that is cut doesn't say that it is all`() throws {
        let (west, room) = makeRoom(writers: 6, turns: 22, bytes: 45_000, seed: 0)
        let feeds = west.node.keeper.clock(of: room)?.feeds.keys.sorted() ?? []
        var item = PushPlan.Item(room: room)
        item.operations = feeds.map { FeedRange(feed: $0, seqs: 0...0) }
        let plan = PushPlan(since: 1, through: 2, items: [item])
        let push = west.node.keeper.body(of: plan, for: Writer("east").id, seal: west.node.seal)
        #expect(push.items[0].runs.dropLast().reduce(0) { $0 + $1.count } < GossipLimits.bodyBytesMax)
        #expect(push.items[0].runs.count < feeds.count)
        #expect(push.since == nil)
        item.operations = [FeedRange(feed: feeds[0], seqs: 0...0)]
        let small = PushPlan(since: 1, through: 2, items: [item])
        #expect(west.node.keeper.body(of: small, for: Writer("east").id, seal: west.node.seal).since != nil)
    }
}
