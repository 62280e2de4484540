import Keys
import Operations
import Testing

@testable import Gossip

struct PullPlanTests {
    /// A room in which nodes 1, 2 and 3 write in turn, each upon all that was there.
    private func node(writing turns: Int, size: Int = 100) -> TestNode {
        var one = TestNode(peer(1), seed: 1)
        one.log.open(room(1), for: [peer(1), peer(2), peer(3)])
        for turn in 0..<turns {
            let feed = feed(UInt64(turn % 3) + 1)
            let seq = one.log.clock(of: room(1))?.next(in: feed) ?? 0
            let previous = seq == 0 ? nil : one.log.places[room(1)]?[FeedPosition(feed: feed, seq: seq - 1)]
            let heads = one.log.rooms[room(1)]?.heads ?? []
            one.log.append(
                TestOperation(
                    room: room(1), place: FeedPosition(feed: feed, seq: seq), previous: previous,
                    dependencies: heads.filter { $0 != previous }.sorted(), size: size), from: nil)
        }
        return one
    }

    private func plan(_ node: TestNode, _ asks: [PullRequest.Ask], bytesMax: Int = 4_194_304) -> PullPlan {
        PullPlan(for: PullRequest(bytesMax: bytesMax, asks: asks), from: peer(2), log: node.log)
    }

    private func operations(_ plan: PullPlan, _ node: TestNode) -> [TestOperation] {
        plan.parts.flatMap { part -> [TestOperation] in
            guard case .operations(_, let room, let range) = part else { return [] }
            return (try? TestOperation.decode(node.run(range, in: room))) ?? []
        }
    }

    private func ends(_ plan: PullPlan) -> [PullEnd] {
        plan.parts.compactMap { if case .end(_, let end) = $0 { end } else { nil } }
    }

    @Test
    func `page upon page everything comes, each page with its past, one run for each feed`() throws {
        let server = node(writing: 2_000, size: 300)
        var client = TestNode(peer(2), seed: 2)
        client.log.open(room(1), for: [peer(1), peer(2), peer(3)])
        var pages = 0
        var more = true
        while more {
            let page = plan(server, [.room(room(1), client.log.clock(of: room(1)) ?? RoomClock())], bytesMax: 200_000)
            let runs = page.parts.filter { if case .operations = $0 { true } else { false } }
            #expect(runs.count <= 3)
            _ = client.take(operations(page, server), from: peer(1), told: [], at: 0)
            #expect(client.buffer.count == 0, "nothing waits for another page")
            more = try #require(ends(page).first).more
            pages += 1
        }
        #expect(client.log.digest(of: room(1)) == server.log.digest(of: room(1)))
        #expect((6...20).contains(pages))
        #expect(server.log.costs.entriesRead <= 2_000 + pages * 3 * 64, "what is read is what is sent, and a little")
    }

    @Test
    func `a large room leaves something for the next`() {
        var server = node(writing: 3_000, size: 1_000)
        server.log.open(room(2), for: [peer(1), peer(2)])
        _ = server.write(in: room(2), at: 0)
        let page = plan(server, [.room(room(1), RoomClock()), .room(room(2), RoomClock())], bytesMax: 1_000_000)
        #expect(ends(page).map(\.more) == [true, false])
        #expect(operations(page, server).contains { $0.room == room(2) })
        #expect(page.bytes <= 1_000_000)
    }

    @Test
    func `what can't be seen is what is not there`() {
        var server = node(writing: 10)
        server.log.rooms[room(1)]?.participants = [peer(1), peer(3)]
        let id = server.log.rooms[room(1)]?.heads.first ?? operation(0)
        func asks(_ room: RoomID) -> [PullRequest.Ask] {
            [
                .room(room, RoomClock()), .feeds(room, [FeedPosition(feed: feed(1), seq: 0)]), .operations(room, [id]),
                .payloads(room, [id]),
            ]
        }
        #expect(plan(server, asks(room(1))).parts == plan(server, asks(room(9))).parts)
        #expect(
            plan(server, asks(room(1))).parts == [.end(0, PullEnd()), .absent(1), .absent(2), .absent(3)])
        // Of either it could use whatever the other has.
        var lacks = Lacks()
        lacks.feeds = [FeedPosition(feed: feed(1), seq: 0)]
        #expect(plan(server, [.room(room(1), RoomClock([1: 9]))]).parts == [.end(0, PullEnd(lacks: lacks))])
    }

    @Test
    func `somebody who can't be seen is nobody`() {
        var server = node(writing: 1)
        let names = ["alice", "bob", "carol"].map { Handle($0)! }
        server.log.profiles[UserID(node: peer(3), handle: names[0])] = (operation(1), [peer(2)])
        server.log.profiles[UserID(node: peer(3), handle: names[1])] = (operation(2), [peer(4)])
        let page = plan(server, [.profiles(peer(3), names)])
        #expect(page.parts == [.operation(0, RoomID(directoryOf: peer(3)), operation(1)), .end(0, PullEnd())])
    }

    @Test
    func `who has left gets all up to that, and nothing later`() {
        var server = node(writing: 30)
        let view = Clock([
            FeedPosition(feed: feed(1), seq: 4), FeedPosition(feed: feed(2), seq: 4),
            FeedPosition(feed: feed(3), seq: 3),
        ])
        _ = server.log.take(
            RegisterVersion(generation: 0, counter: 1, hash: hash(1)), of: peer(1), in: room(1), from: nil)
        _ = server.log.fork(FeedPosition(feed: feed(3), seq: 8), in: room(1), from: nil)
        server.log.rooms[room(1)]?.participants = [peer(1), peer(3)]
        server.log.rooms[room(1)]?.left = [peer(2): view]
        let later = server.log.places[room(1)]?[FeedPosition(feed: feed(1), seq: 5)] ?? operation(0)
        let seen = server.log.places[room(1)]?[FeedPosition(feed: feed(1), seq: 4)] ?? operation(0)
        let page = plan(
            server,
            [
                .room(room(1), RoomClock([1: 99])), .feeds(room(1), [FeedPosition(feed: feed(1), seq: 0)]),
                .operations(room(1), [later, seen].sorted()), .payloads(room(1), [later]),
            ])
        let places = Set(operations(page, server).map(\.place))
        #expect(places.count == 14)
        #expect(places.allSatisfy { view.contains($0) })
        #expect(ends(page).allSatisfy { $0.digest == nil })
        let named = page.parts.filter { if case .operation = $0 { true } else { false } }
        #expect(named == [.operation(2, room(1), seen)])
        #expect(!page.parts.contains { if case .register = $0 { true } else { false } })
        #expect(!page.parts.contains { if case .proof = $0 { true } else { false } })
        #expect(!page.parts.contains { if case .payload = $0 { true } else { false } })
    }

    @Test
    func `claims beyond what is here are answered with what is lacking, and believed by nobody`() throws {
        let server = node(writing: 9)
        let before = server.log.digest(of: room(1))
        let page = plan(server, [.room(room(1), RoomClock([1: 1_000_000_000, 7: 5]))])
        let end = try #require(ends(page).first)
        #expect(Set(end.lacks.feeds) == [FeedPosition(feed: feed(1), seq: 3), FeedPosition(feed: feed(7), seq: 0)])
        #expect(server.log.digest(of: room(1)) == before)
        #expect(operations(page, server).count == 6)
    }

    @Test
    func `a page of changes is no larger than who asked can read`() throws {
        var server = TestNode(peer(1), seed: 1)
        for number in 0..<400 as Range<UInt64> {
            server.log.open(room(number), for: [peer(1), peer(2)])
            for origin in 0..<200 as Range<UInt64> {
                let version = RegisterVersion(generation: 0, counter: number, hash: hash(origin))
                _ = server.log.take(version, of: peer(origin + 3), in: room(number), from: nil)
            }
        }
        var position: UInt64 = 0
        var rooms: [RoomID] = []
        var more = true
        while more {
            let answer = ChangesAnswer(after: position, for: peer(2), seal: server.seal, log: server.log)
            #expect(answer.encoded.count <= GossipLimits.bodyBytesMax)
            rooms += try ChangesAnswer(decoding: answer.encoded.span).items.map(\.room)
            more = answer.more
            position = try #require(server.seal.position(of: answer.cursor, for: peer(2)))
        }
        #expect(rooms.count == 400 && Set(rooms).count == 400)
    }

    @Test
    func `changes tell of rooms that both share, from a position on, in pages`() throws {
        var server = TestNode(peer(1), seed: 1)
        for number in 0..<1_500 as Range<UInt64> {
            // Every third is hidden.
            let others = number % 3 == 0 ? [peer(3)] : [peer(2)]
            server.log.open(room(number), for: others + [peer(1)])
            _ = server.write(in: room(number), at: 0)
        }
        for number in 1_500..<2_400 as Range<UInt64> {
            server.log.open(room(number), for: [peer(1), peer(2)])
            _ = server.write(in: room(number), at: 0)
        }
        var position: UInt64 = 0
        var rooms: [RoomID] = []
        var more = true
        var pages = 0
        while more {
            let answer = ChangesAnswer(after: position, for: peer(2), seal: server.seal, log: server.log)
            #expect(answer.items.count <= GossipLimits.changesPerPageMax)
            rooms += answer.items.map(\.room)
            more = answer.more
            position = try #require(server.seal.position(of: answer.cursor, for: peer(2)))
            pages += 1
        }
        #expect(pages == 2)
        #expect(rooms.count == 1_900 && Set(rooms).count == 1_900)
        #expect(!rooms.contains(room(0)))
        #expect(position == server.log.position)
        let quiet = ChangesAnswer(after: position, for: peer(2), seal: server.seal, log: server.log)
        #expect(quiet.items.isEmpty && quiet.encoded.count < 32)
    }
}

// `node` means something else in this suite.
private func peer(_ number: UInt64) -> NodeID { GossipTests.node(number) }
