import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Peers
import RoomModel
import Store
import Testing
import Wire

@testable import Federation

/// What comes in that no honest node would send.
struct HostileRequestTests {
    let north: TestNode
    let mallory: HostilePeer
    let room: RoomID
    /// By which somebody of mallory's is in the room.
    let admission: OperationID

    init() throws {
        north = try TestNode(PlannedNode.all[0])
        mallory = try HostilePeer(PlannedNode.all[3], against: north)
        try mallory.befriend()
        room = try north.found()
        admission = try north.admit(mallory.planned.user(1), to: room)
    }

    private static let routes = ["push", "pull", "rooms"].map { "/federation/v1/\($0)" }

    private func count() throws -> UInt64 { try north.keeper { $0.position } }

    @Test(arguments: routes)
    func `F50 a request that is unsigned, altered, old, early, or for another node is nobody's`(route: String) throws {
        let honest = mallory.request("POST", route, PullRequest(asks: [.room(room, RoomClock())]).encoded)
        var requests = Array(repeating: honest, count: 6)
        requests[0].isSigned = false
        requests[1].sentBody = honest.body + [0]
        requests[2].created = Timestamp(milliseconds: Timestamp.now().milliseconds - 400_000)
        requests[3].created = Timestamp(milliseconds: Timestamp.now().milliseconds + 400_000)
        requests[4].destination = NodeURL("http://south.example")!
        requests[5].node = PlannedNode.all[2].id
        for (number, request) in requests.enumerated() {
            let answer = try mallory.send(request)
            #expect(answer.status == 401 && answer.text == "signature")
            // Whose time alone is wrong learns from us what time it is.
            #expect(answer.isSigned == [2, 3].contains(number))
        }
    }

    @Test func `F50 a request that comes a second time is refused`() throws {
        let request = mallory.request(
            "POST", "/federation/v1/pull", PullRequest(asks: [.room(room, RoomClock())]).encoded)
        #expect(try mallory.send(request).status == 200)
        #expect(try mallory.send(request).status == 401)
    }

    @Test func `F50 nobody uses up a request by sending its head with another body`() throws {
        let request = mallory.request(
            "POST", "/federation/v1/pull", PullRequest(asks: [.room(room, RoomClock())]).encoded)
        var other = request
        other.sentBody = request.body.map { $0 ^ 1 }
        #expect(try mallory.send(other).status == 401)
        #expect(try mallory.send(request).status == 200)
        #expect(try mallory.send(request).status == 401)
    }

    @Test func `F50 content that nobody signed is refused, also where none belongs`() throws {
        let request = mallory.request("GET", "/federation/v1/changes")
        var other = request
        for bytes in [[0], Array("{}".utf8), [UInt8](repeating: 7, count: 20_000)] as [[UInt8]] {
            other.sentBody = bytes
            let answer = try mallory.send(other)
            #expect([401, 413].contains(answer.status) && !answer.isSigned)
        }
        // None of these has used up the request, and to have signed it is no help.
        #expect(try mallory.send(request).status == 200)
        #expect(try mallory.ask("GET", "/federation/v1/changes", [0]).status == 401)
        var push = mallory.request("POST", "/federation/v1/push")
        push.sentBody = [0x80]
        #expect(try mallory.send(push).status == 401)
    }

    @Test func `what is signed for says its time once`() throws {
        let answer = try mallory.ask("GET", "/federation/v1/changes")
        #expect(answer.isSigned && !answer.fields.contains("Date") && !answer.fields.contains("Content-Type"))
        var request = mallory.request("GET", "/federation/v1/changes")
        request.isSigned = false
        #expect(try mallory.send(request).fields.contains("Date"))
    }

    @Test func `F62 the same question is asked once in a pull`() throws {
        let ask = PullRequest.Ask.room(room, RoomClock())
        let answer = try mallory.ask("POST", "/federation/v1/pull", PullRequest(asks: [ask, ask]).encoded)
        #expect(answer.status == 400 && answer.text == "unsorted")
        let other = PullRequest.Ask.operations(room, [admission])
        #expect(try mallory.ask("POST", "/federation/v1/pull", PullRequest(asks: [ask, other]).encoded).status == 200)
    }

    @Test func `F51 a peer's id with another key is not that peer`() throws {
        var request = mallory.request("GET", "/federation/v1/changes")
        request.key = mallory.planned.keys[1]
        #expect(try mallory.send(request).status == 401)
    }

    @Test func `F51 a stranger and a paused peer are told nothing`() throws {
        let stranger = try HostilePeer(PlannedNode.all[4], against: north)
        let answer = try stranger.ask("GET", "/federation/v1/changes")
        #expect(answer.status == 401)
        try north.change(mallory.id, .pause)
        let paused = try mallory.ask("GET", "/federation/v1/changes")
        #expect(paused.status == 403 && paused.text == "not-a-peer" && paused.isSigned)
    }

    @Test func `A7 what is too large is refused before it is kept`() throws {
        let body = [UInt8](repeating: 0, count: GossipLimits.bodyBytesEnd + 1)
        #expect(try mallory.ask("POST", "/federation/v1/push", body).status == 413)
    }

    @Test(arguments: routes)
    func `A1 garbage is refused as a whole, with a code`(route: String) throws {
        for body in [[], [0xFF], [0x81, 0x02], Array("hello".utf8), [UInt8](repeating: 0x81, count: 10_000)] {
            let answer = try mallory.ask("POST", route, body)
            #expect(answer.status == 400 && answer.isSigned, "\(answer.text)")
        }
    }

    @Test(arguments: [
        "?since=zz", "?since=AAAAAAAAAAAAAAAAAAAAAA", "?since=&wait=1", "?wait=56", "?wait=-1", "?wait=x",
    ])
    func `B18 a cursor of nobody's is gone, and a wait that is none is refused`(query: String) throws {
        let answer = try mallory.ask("GET", "/federation/v1/changes\(query)")
        #expect(answer.status == 400 || answer.status == 410)
    }

    @Test func `A9 one forged operation in a batch is told, and the rest is taken`() throws {
        var (good, bad) = (mallory.feed(in: room), mallory.feed(in: room))
        let first = try mallory.write(saying: "good", after: [admission], with: &good)
        let forged = try mallory.write(
            saying: "forged", after: [admission], with: &bad, signedBy: mallory.planned.keys[2])
        let answer = try mallory.push([.init(room, runs: [mallory.run([forged]), [0x80], mallory.run([first])])])
        let taken = try #require(answer.items.first?.taken)
        #expect(taken.refusals == [PushAnswer.Refusal(id: forged.id, code: "wrong-signature")])
        #expect(taken.entries.includes(first.header.position))
        #expect(try north.has(first.id, in: room) && !north.has(forged.id, in: room))
    }

    @Test func `B15 a continuation goes on from what is here, and from nothing else`() throws {
        func bring(_ operation: Operation) throws -> Bool {
            var packer = RunPacker(isContinuation: true)
            let isPacked = packer.append(operation)
            #expect(isPacked)
            let answer = try mallory.push([.init(room, runs: [packer.finish()!])])
            // One that doesn't fit is no fault: it may be our branch that is the shorter one.
            #expect(answer.items.first?.taken?.refusals == [])
            return try north.has(operation.id, in: room)
        }
        var feed = mallory.feed(in: room)
        let first = try mallory.write(after: [admission], with: &feed)
        _ = try mallory.push([.init(room, runs: [mallory.run([first])])])
        var other = feed
        let second = try mallory.write(with: &feed)
        #expect(try bring(second))
        _ = try mallory.write(with: &feed)
        #expect(try !bring(mallory.write(with: &feed)))
        _ = try mallory.write(with: &other)
        #expect(try !bring(mallory.write(with: &other)))
        // In another's name it is nothing at all.
        var stranger = FeedWriter(beginningIn: room, under: PlannedNode.all[4].certificates[0])
        _ = try mallory.write(with: &stranger)
        #expect(try !bring(mallory.write(with: &stranger)))
    }

    @Test func `C36 nobody writes as a user of another node`() throws {
        let before = try count()
        var feed = FeedWriter(beginningIn: room, under: north.planned.certificates[0])
        let forged = try mallory.write(after: [admission], with: &feed)
        var packer = RunPacker()
        let isTaken = packer.append(forged, certificate: north.planned.certificates[0].encoded)
        #expect(isTaken)
        let answer = try mallory.push([.init(room, runs: [packer.finish()!])])
        #expect(answer.items.first?.taken?.refusals.map(\.code) == ["wrong-signature"])
        #expect(try count() == before)
    }

    @Test func `B22 the same again and again changes nothing`() throws {
        var feed = mallory.feed(in: room)
        let first = try mallory.write(after: [admission], with: &feed)
        _ = try mallory.push([.init(room, runs: [mallory.run([first])])])
        let before = try count()
        for _ in 0..<20 { _ = try mallory.push([.init(room, runs: [mallory.run([first])])]) }
        #expect(try count() == before)
    }

    @Test func `B14 two histories become a proof, and no branch wins`() throws {
        var feed = mallory.feed(in: room)
        let first = try mallory.write(after: [admission], with: &feed)
        var other = feed
        let (left, right) = (
            try mallory.write(saying: "left", with: &feed), try mallory.write(saying: "right", with: &other)
        )
        _ = try mallory.push([.init(room, runs: [mallory.run([first, left])])])
        let answer = try mallory.push([.init(room, runs: [mallory.run([right])])])
        #expect(answer.items.first?.taken?.refusals == [])
        let (place, room) = (left.header.position, room)
        #expect(try north.keeper { $0.clock(of: room)?.forks[place.feed] } == place.seq)
        #expect(try north.keeper { $0.proof(of: place.feed, in: room) } != nil)
        // The operator is shown it.
        let shown = try north.reading { try ForkTable.forks(ListWindow(limit: 10), on: $0) }
        #expect(shown.map(\.node) == [mallory.id] && shown.map(\.seq) == [place.seq])
        #expect(shown.map(\.epoch) == [place.feed.epoch])
    }

    @Test func `B21 a flood of operations whose past never comes is bounded`() throws {
        let (room, mallory) = (room, mallory)
        for batch in 0..<4 {
            var runs: [[UInt8]] = []
            for number in 0..<1_000 {
                var feed = mallory.feed(in: room)
                let nowhere = OperationID(Hash(of: Array("\(batch) \(number)".utf8).span).bytes)
                runs.append(mallory.run([try mallory.write(after: [nowhere], with: &feed)]))
            }
            _ = try mallory.push([.init(room, runs: runs)])
        }
        let waiting = try north.writer.performLogged { _, log in log.waiting }
        #expect(waiting.operations == 4_000 && waiting.bytes < 16_777_216)
        let last = try north.post("Still here", in: room)
        #expect(try north.has(last, in: room))
    }

    @Test func `D40 a room that one has no part in is one that does not exist`() throws {
        let secret = try north.found("Secret")
        let post = try north.post("Nobody's business", in: secret)
        let nowhere = RoomID(Hash(of: Array("nowhere".utf8).span).bytes)
        func asks(_ room: RoomID) -> [PullRequest.Ask] {
            [
                .room(room, RoomClock()), .operations(room, [post]), .payloads(room, [post]),
                .feeds(room, [FeedPosition(feed: Feed(origin: north.id, epoch: 1), seq: 0)]),
            ]
        }
        #expect(try mallory.pull(asks(secret)) == mallory.pull(asks(nowhere)))
        var item = PushRequest.Item(room: secret)
        item.announced.reach(Feed(origin: north.id, epoch: 7), 3)
        var other = PushRequest.Item(room: nowhere)
        other.announced = item.announced
        let (here, there) = (try mallory.push([item]).items[0], try mallory.push([other]).items[0])
        #expect(here.taken == there.taken && here.taken?.digest == nil)
        let since = try ChangesAnswer(decoding: mallory.ask("GET", "/federation/v1/changes").body.span).cursor
        try north.post("Nor this", in: secret)
        let changes = try mallory.ask("GET", "/federation/v1/changes?since=\(Base64.url.encode(since.bytes))")
        #expect(try ChangesAnswer(decoding: changes.body.span).items.isEmpty)
    }

    @Test func `D42 who was removed is shown nothing later`() throws {
        try north.remove(mallory.planned.user(1), from: room)
        let later = try north.post("After you left", in: room)
        let items = try mallory.pull([.room(room, RoomClock()), .operations(room, [later])])
        for case .run(_, let bytes) in items {
            let run = try Run(decoding: bytes.span)
            #expect(!run.operations.contains { $0.id == later })
        }
        #expect(!items.contains { if case .operation = $0 { true } else { false } })
    }

    @Test func `38 invitations from one peer are bounded`() throws {
        var answers: [PushAnswer.Item] = []
        for number in 0..<66 {
            var feed = mallory.feed(in: nil)
            let genesis = try mallory.write(.roomCreate, saying: "Room \(number)", with: &feed)
            answers += try mallory.push([.init(genesis.room, runs: [mallory.run([genesis])])]).items
        }
        #expect(answers.filter { $0.taken != nil }.count == 64)
        #expect(answers.last?.taken == nil)
    }

    @Test func `F62 who asks without end waits, and nobody else`() throws {
        let south = try TestNode(PlannedNode.all[1]) { settings in
            settings.rates.requestsAtOnce = 10
            settings.rates.requestsPerSecond = 1
        }
        let mallory = try HostilePeer(PlannedNode.all[3], against: south)
        try mallory.befriend()
        let answers = try (0..<40).map { _ in try mallory.ask("GET", "/federation/v1/changes") }
        #expect(answers.prefix(10).allSatisfy { $0.status == 200 })
        let refusal = try #require(answers.first { $0.status == 429 })
        #expect(refusal.fields.first("Retry-After") != nil && refusal.isSigned)
        let other = try HostilePeer(PlannedNode.all[4], against: south)
        try other.befriend()
        #expect(try other.ask("GET", "/federation/v1/changes").status == 200)
    }
}
