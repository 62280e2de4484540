import Keys
import Operations
import Replica
import Testing

@testable import Gossip
@testable import Simulation

/// The one way in, over real operations and a real fold.
struct IntakeTests {
    /// North has a room with somebody of south in it; south has nothing yet.
    private func makePair() -> (north: Writer, south: SimulatedNode, room: RoomID) {
        var north = Writer("north")
        let south = Writer("south").node
        let room = north.found()
        _ = north.admit(south.identity.users[0], to: room)
        return (north, south, room)
    }

    @Test
    func `a room that a peer brings is kept apart until both have a part in it`() {
        var (north, south, _) = makePair()
        let other = north.found()
        let run = north.run(of: other)
        let outcome = south.take([run], of: other, from: north.id)
        let isHere = !south.keeper.rooms.isEmpty
        #expect(!isHere)
        #expect(south.keeper.stagedClock(of: other, from: north.id).feeds.count == 1)
        #expect(south.keeper.stagedClock(of: other, from: south.id).isEmpty, "nobody else sees it")
        #expect(outcome.refusals.isEmpty)
        _ = north.admit(south.identity.users[0], to: other)
        _ = south.take([north.run(of: other, from: 1)], of: other, from: north.id)
        #expect(south.keeper.rooms[other]?.order.count == 2)
        #expect(south.intake.staging.count == 0)
        #expect(south.keeper.standing(of: north.id, in: other) == .participant)
    }

    @Test
    func `whoever was removed can be told so by others too, though more was said since`() throws {
        var (north, south, room) = makePair()
        var west = Writer("west")
        _ = north.admit(west.user("ada"), to: room)
        _ = south.take([north.run(of: room)], of: room, from: north.id)
        let removal = north.remove(south.identity.users[0], from: room)
        let last = north.post("nothing that south may see", in: room)
        let feed = last.header.feed
        let runs = north.node.keeper.runs(
            of: FeedRange(feed: feed, seqs: 0...last.header.seq), in: room, for: west.id)
        #expect(runs.count == 2)
        _ = west.node.take(runs, of: room, from: north.id)
        let shown = west.node.keeper.runs(
            of: FeedRange(feed: feed, seqs: 3...removal.header.seq), in: room, for: south.id)
        _ = south.take(shown, of: room, from: west.id)
        #expect(south.keeper.rooms[room]?.order.last == removal.id)
        #expect(south.keeper.standing(of: south.id, in: room) != .participant)
    }

    @Test
    func `no more is staged for a peer than its share`() {
        var north = Writer("north")
        var south = Writer("south").node
        let rooms = (0..<12).map { _ in north.found() }
        for (index, room) in rooms.enumerated() {
            let outcome = south.take([north.run(of: room)], of: room, from: north.id)
            #expect(outcome.isTurnedAway == (index >= SimulatedNode.intakeLimits.staging.roomsMaxOfPeer))
        }
        // Another peer has a share of its own; and what is no shared room after a day is dropped.
        #expect(!south.take([north.run(of: rooms[11])], of: rooms[11], from: Writer("east").id).isTurnedAway)
        south.tick(at: World.beginning + 86_400_001)
        #expect(south.intake.staging.count == 0)
    }

    @Test
    func `what comes before its past waits for it, whatever the order`() {
        var (north, south, room) = makePair()
        for number in 0..<5 { _ = north.post("\(number)", in: room) }
        _ = south.take([north.run(of: room, through: 1)], of: room, from: north.id)
        let late = south.take([north.run(of: room, from: 4)], of: room, from: north.id)
        #expect(late.applied.isEmpty && late.parked == 3)
        #expect(south.intake.waiting.operations == 3)
        let rest = south.take([north.run(of: room, from: 2, through: 3)], of: room, from: north.id)
        #expect(rest.applied.count == 5)
        #expect(south.intake.waiting.operations == 0)
        #expect(south.keeper.digest(of: room) == north.node.keeper.digest(of: room))
        #expect(south.take([north.run(of: room)], of: room, from: north.id).duplicates == 7)
    }

    @Test
    func `what comes feed by feed in one message waits for nothing that is in it`() {
        var (north, south, west) = (Writer("north"), Writer("south"), Writer("west"))
        let room = north.found()
        for node in [south, west] { _ = north.admit(node.user("ada"), to: room) }
        for number in 0..<3 {
            _ = south.node.take([north.run(of: room)], of: room, from: north.id)
            _ = south.post("south \(number)", in: room)
            _ = north.node.take([south.run(of: room)], of: room, from: south.id)
            _ = north.post("north \(number)", in: room)
        }
        _ = west.node.take([north.run(of: room, through: 2)], of: room, from: north.id)
        let outcome = west.node.take([south.run(of: room), north.run(of: room, from: 3)], of: room, from: north.id)
        #expect(outcome.parked == 0)
        #expect(outcome.applied.count == 6)
        #expect(west.node.keeper.digest(of: room) == north.node.keeper.digest(of: room))
    }

    @Test(arguments: [true, false])
    func `a direct room is whole though its opening comes last`(isFromPeer: Bool) {
        var north = Writer("north")
        var south = Writer("south").node
        let pair = DirectPair(north.user("ada"), south.identity.users[0])
        let room = RoomID(direct: pair)
        _ = north.node.write(
            .directOpen, by: Handle("ada")!, saying: DirectOpening(pair).encoded, in: room, at: World.beginning)
        for number in 0..<3 { _ = north.post("\(number)", in: room) }
        let source = isFromPeer ? north.id : nil
        var batch = ProvenBatch(room: room, source: source)
        batch.add(run: north.run(of: room)) { _ in nil }
        let backwards = ProvenBatch(
            room: room, source: source, operations: batch.operations.reversed(), registers: [], proofs: [])
        _ = south.take(backwards, at: World.beginning)
        #expect(south.keeper.rooms[room]?.order.count == 4)
        #expect(south.intake.waiting.operations == 0)
        #expect(south.keeper.digest(of: room) == north.node.keeper.digest(of: room))
    }

    @Test
    func `a run in the middle of an unknown feed proves nothing yet`() {
        var (north, south, room) = makePair()
        _ = north.post("hello", in: room)
        let outcome = south.take([north.run(of: room, from: 1)], of: room, from: north.id)
        #expect(outcome.lacksBeginnings && outcome.new == 0 && outcome.faults == 0)
    }

    @Test
    func `one altered byte refuses the run and nothing beside it`() {
        var (north, south, room) = makePair()
        _ = north.post("hello", in: room)
        let good = north.run(of: room)
        for index in stride(from: 0, to: good.count, by: 3) {
            var bad = good
            bad[index] ^= 0x20
            var other = south
            let outcome = other.take([bad, good], of: room, from: north.id)
            #expect(outcome.applied.count == 3 || outcome.new == 3, "byte \(index)")
            #expect(outcome.faults == 1 || outcome.lacksBeginnings, "byte \(index)")
        }
        _ = south.take([good], of: room, from: north.id)
        #expect(south.keeper.rooms[room]?.order.count == 3)
    }

    @Test
    func `what is said around a run doesn't matter: it is of the room that was signed`() {
        var (north, south, room) = makePair()
        let other = north.found()
        let outcome = south.take([north.run(of: room)], of: other, from: north.id)
        #expect(outcome.refusals.map(\.code) == ["bad-room"])
        let isKept = !south.keeper.rooms.isEmpty || !south.intake.staging.clock(of: other, from: north.id).isEmpty
        #expect(!isKept)
    }

    @Test
    func `what is ahead of the clock waits for it, with what builds on it`() {
        var (north, south, room) = makePair()
        _ = south.take([north.run(of: room)], of: room, from: north.id)
        let ahead = World.beginning + 600_000
        _ = north.post("early", in: room, at: ahead)
        _ = north.post("behind it", in: room, at: ahead)
        let outcome = south.take([north.run(of: room, from: 2)], of: room, from: north.id)
        #expect(outcome.parked == 2 && outcome.refusals.isEmpty)
        south.tick(at: ahead - 300_001)
        #expect(south.keeper.rooms[room]?.order.count == 2)
        south.tick(at: ahead - 300_000)
        #expect(south.keeper.rooms[room]?.order.count == 4)
        #expect(south.intake.waiting.operations == 0)
    }

    @Test
    func `two operations for one place are a proof, made at once and by everybody`() throws {
        var (north, south, room) = makePair()
        var twin = north
        _ = north.post("one", in: room)
        _ = twin.post("another", in: room)
        _ = twin.post("and more", in: room)
        _ = south.take([north.run(of: room)], of: room, from: north.id)
        let outcome = south.take([twin.run(of: room, from: 2)], of: room, from: north.id)
        let feed = try #require(south.keeper.rooms[room]?.clock.forks.keys.first)
        #expect(outcome.forked == [FeedPosition(feed: feed, seq: 2)])
        #expect(south.keeper.clock(of: room)?.seq(of: feed) == 1)
        // The proof needs nobody's word.
        let bytes = try #require(south.keeper.proof(of: feed, in: room))
        let proof = try ForkProof(decoding: bytes.span)
        #expect(proof.seq == 2 && proof.feed.origin == north.id)
        // Both branches are held, and the other order comes to the same.
        var other = Writer("south").node
        _ = other.take([twin.run(of: room)], of: room, from: north.id)
        _ = other.take([north.run(of: room, from: 2)], of: room, from: north.id)
        #expect(other.keeper.digest(of: room) == south.keeper.digest(of: room))
        #expect(other.keeper.rooms[room]?.dump == south.keeper.rooms[room]?.dump)
    }

    @Test
    func `what it wrote itself and doesn't have shows a node that it was restored`() {
        var (north, south, room) = makePair()
        _ = south.take([north.run(of: room)], of: room, from: north.id)
        let before = south
        var writing = Writer("south")
        writing.node = south
        _ = writing.post("lost", in: room)
        var restored = before
        let outcome = restored.take([writing.run(of: room)], of: room, from: north.id)
        #expect(outcome.own.map(\.room) == [room])
        #expect(outcome.applied.count == 1, "it is adopted")
        // It goes on in another epoch.
        var goingOn = Writer("south")
        goingOn.node = restored
        let next = goingOn.post("next", in: room)
        #expect(next.header.seq == 0)
        #expect(goingOn.node.keeper.clock(of: room)?.forks.isEmpty == true)
    }

    @Test
    func `a payload that comes later is taken once, and only if it is the right one`() throws {
        var (north, south, room) = makePair()
        let post = north.post("words", in: room)
        _ = south.take([north.run(of: room, withPayloads: false)], of: room, from: north.id)
        #expect(south.keeper.rooms[room]?.wantedPayloads.contains(post.id) == true)
        var batch = ProvenBatch(room: room, source: north.id)
        batch.add(payload: [1, 2, 3], of: post.id)
        batch.add(payload: try #require(post.payload), of: post.id)
        batch.add(payload: try #require(post.payload), of: post.id)
        let outcome = south.take(batch, at: World.beginning)
        #expect(outcome.refusals.map(\.code) == ["payload-mismatch"])
        #expect(outcome.new == 1)
        #expect(south.keeper.rooms[room]?.message(post.id)?.content?.content == "words")
    }

    @Test
    func `a payload that is withheld under the pretence of a deletion stays wanted`() throws {
        var (north, south, room) = makePair()
        let post = north.post("words", in: room)
        _ = south.take([north.run(of: room, withPayloads: false)], of: room, from: north.id)
        let pull = PullRequest(asks: [.payloads(room, [post.id])])
        // Whichever operation is named: what isn't a deletion that covers the payload explains nothing.
        for named in [post.id, OperationID(post.header.previous)] {
            let lie: [PullAnswerItem] = [.payload(0, post.id, .deleted(by: named)), .end(0, PullEnd()), .close]
            south.receive(
                PullAnswerItem.encode(lie), to: RequestID(number: 1), .pull(pull), from: north.id, at: World.beginning)
            #expect(south.keeper.rooms[room]?.wantedPayloads.contains(post.id) == true)
        }
        var batch = ProvenBatch(room: room, source: north.id)
        batch.add(payload: try #require(post.payload), of: post.id)
        #expect(south.take(batch, at: World.beginning).new == 1)
        #expect(south.keeper.rooms[room]?.wantedPayloads.contains(post.id) == false)
    }

    @Test
    func `what a removed user's node writes into the void is bounded, and what somebody stands behind is not`() {
        var north = Writer("north")
        let south = Writer("south").node
        let room = north.found()
        _ = north.admit(south.identity.users[0], to: room)
        var writing = Writer("south")
        writing.node = south
        _ = writing.node.take([north.run(of: room)], of: room, from: north.id)
        // South doesn't hear of the removal and goes on.
        _ = north.node.write(
            .memberRemove, by: Handle("ada")!, about: .user(south.identity.users[0]), in: room, at: World.beginning)
        for number in 0..<40 { _ = writing.post("\(number)", in: room) }
        var limits = Intake.Limits()
        limits.setAsideMax = 10
        north.node.intake = Intake(limits: limits)
        for seq in 0..<40 as Range<UInt64> {
            _ = north.node.take([writing.run(of: room, from: seq, through: seq)], of: room, from: south.id)
        }
        #expect(north.node.keeper.setAsideCount(of: south.id, in: room) == 10)
        // Admitted again by somebody, they stand: all that is behind them comes.
        _ = north.admit(south.identity.users[0], to: room)
        _ = north.node.take([writing.run(of: room)], of: room, from: south.id)
        #expect(
            north.node.keeper.setAsideCount(of: south.id, in: room) == 40)
    }
}
