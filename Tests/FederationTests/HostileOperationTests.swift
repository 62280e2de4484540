import Bytes
import EventLoop
import Gossip
import Keys
import OperationVectors
import Operations
import RoomModel
import Store
import Testing
import Wires

@testable import Federation

/// Operations that no honest node would write, brought over HTTP by a peer with somebody in the room.
struct HostileOperationTests {
    let north: TestNode
    let mallory: HostilePeer
    let room: RoomID
    /// By which mallory's Ada is in the room, as a member.
    let admission: OperationID

    init() throws {
        north = try TestNode(PlannedNode.all[0])
        mallory = try HostilePeer(PlannedNode.all[3], against: north)
        try mallory.befriend()
        room = try north.found()
        admission = try north.admit(mallory.planned.user(1), to: room, as: .member)
    }

    private func count() throws -> UInt64 { try north.keeper { $0.position } }

    @discardableResult
    private func bring(_ operations: [Operation], to other: RoomID? = nil) throws -> PushAnswer.Taken? {
        try mallory.push([.init(other ?? room, runs: mallory.runs(of: operations))]).items.first?.taken
    }

    /// Whether it counts, or is at least in the past of something that does.
    private func isPassedOn(_ id: OperationID) throws -> Bool {
        let room = room
        return try north.keeper { $0.entry(of: id, in: room) != nil }
    }

    private func members() throws -> Set<UserID> {
        let (room, users) = (room, PlannedNode.all.flatMap { node in (1...4).map { node.user($0) } })
        return try north.keeper { log in Set(users.filter { log.isMember($0, of: room) }) }
    }

    /// The node goes on for its people and for this peer, and keeps nothing to speak of for what it could not use.
    private func expectWell() throws {
        let post = try north.post("Still here", in: room)
        #expect(try isPassedOn(post))
        #expect(try mallory.ask("GET", "/federation/v1/changes").status == 200)
        let waiting = try north.writer.performLogged { _, log in log.waiting }
        #expect(waiting.operations < 100 && waiting.bytes < 1 << 20)
    }

    // MARK: A. Bytes, canonical form, signatures

    @Test func `A2 A3 A4 A6 B17 what breaks a rule of encoding is refused when it is pushed`() throws {
        let before = try count()
        for refused in try Refused.others() {
            var item = PushRequest.Item(room: room)
            switch refused.form {
            case .run: item.runs = [refused.bytes]
            case .register: item.registers = [refused.bytes]
            case .fork: item.proofs = [refused.bytes]
            default: continue
            }
            _ = try mallory.push([item])
        }
        #expect(try count() == before)
        try expectWell()
    }

    @Test func `A2 A3 A6 A7 bodies that break a rule are refused as a whole with its code`() throws {
        for vector in try vectors("replication.json")["refused"].list {
            let form = vector["form"].text
            guard ["push", "pull", "rooms", "signals"].contains(form) else { continue }
            let answer = try mallory.ask("POST", "/federation/v1/\(form)", vector["bytes"].hex)
            #expect(answer.status == (vector["code"].text == "too-large" ? 413 : 400), "\(vector["about"].text)")
            #expect(answer.text == vector["code"].text, "\(vector["about"].text)")
        }
        try expectWell()
    }

    @Test func `A5 text that looks like other text is kept as it came`() throws {
        var feed = mallory.feed(in: room)
        let text = "\u{202E}evil\u{202C} \u{0430}da \u{FEFF}\u{200D} e\u{301} \u{1F469}\u{200D}\u{1F680}"
        let post = try mallory.write(saying: text, after: [admission], with: &feed)
        try bring([post])
        let room = room
        #expect(try north.keeper { $0.operation(post.id, in: room)?.payload } == post.payload)
        try expectWell()
    }

    @Test func `A8 a payload that is not what was signed is not taken for it`() throws {
        var feed = mallory.feed(in: room)
        let post = try mallory.write(saying: "What was signed", after: [admission], with: &feed)
        var run = mallory.run([post])
        let place = try #require(run.indices.first { run[$0...].starts(with: Array("What".utf8)) })
        run[place] = UInt8(ascii: "T")
        let taken = try mallory.push([.init(room, runs: [run])]).items.first?.taken
        #expect(taken?.entries.isEmpty == true)
        #expect(try !north.has(post.id, in: room))
        try expectWell()
    }

    @Test func `A11 C35 an operation of one room is none in another`() throws {
        let other = try north.found("Other")
        try north.admit(mallory.planned.user(1), to: other)
        var feed = mallory.feed(in: room)
        let post = try mallory.write(after: [admission], with: &feed)
        let before = try count()
        let taken = try bring([post], to: other)
        #expect(taken?.entries.isEmpty == true)
        #expect(try count() == before && !north.has(post.id, in: other) && !north.has(post.id, in: room))
        try expectWell()
    }

    @Test func `A13 an operation of a kind that is not known here is passed on and does nothing`() throws {
        var feed = mallory.feed(in: room)
        var draft = OperationDraft(
            author: TestNode.ada, kind: .messagePost, payload: [0xA0], dependencies: [admission],
            time: HybridTime(milliseconds: Timestamp.now().milliseconds + 10))
        draft.kind = .unknown("message.sing")
        let sung = try feed.write(draft, signingWith: mallory.key)
        let before = try members()
        try bring([sung])
        #expect(try isPassedOn(sung.id))
        #expect(try members() == before)
        try expectWell()
    }

    // MARK: B. Logs, forks, ordering

    @Test func `B15 two histories shown to two nodes meet between them`() throws {
        let room = room
        let south = try TestNode(PlannedNode.all[1])
        try north.add(south)
        try south.add(north)
        let second = try HostilePeer(PlannedNode.all[3], against: south)
        try second.befriend()
        try north.admit(south.user(), to: room)
        #expect(try agree([north, south], on: room))
        // The wire between them is down while each is told another story.
        for way in north.ways + south.ways { way.set(.cut) }
        var left = mallory.feed(in: room)
        let first = try mallory.write(after: [admission], with: &left)
        var right = left
        let (one, other) = (
            try mallory.write(saying: "Yes", with: &left), try mallory.write(saying: "No", with: &right)
        )
        try bring([first, one])
        _ = try second.push([.init(room, runs: [mallory.run([first, other])])])
        for way in north.ways + south.ways { way.set(.fine) }
        // Each has written upon what it saw, and so what it saw is asked for by name.
        try north.post("They say yes", in: room)
        try south.post("They say no", in: room)
        #expect(try agree([north, south], on: room))
        let feed = first.header.feed
        for node in [north, south] {
            #expect(try node.keeper { $0.proof(of: feed, in: room) } != nil)
            #expect(try node.has(one.id, in: room) && node.has(other.id, in: room))
        }
        try expectWell()
    }

    @Test func `B16 what lies behind a gap waits unseen, and is there when the gap is closed`() throws {
        var feed = mallory.feed(in: room)
        let first = try mallory.write(saying: "1", after: [admission], with: &feed)
        let second = try mallory.write(saying: "2", with: &feed)
        let third = try mallory.write(saying: "3", with: &feed)
        try bring([first])
        var packer = RunPacker()
        let isTaken = packer.append(third, certificate: nil)
        #expect(isTaken)
        let run = packer.finish()!
        let taken = try mallory.push([.init(room, runs: [run])]).items[0].taken
        #expect(taken?.entries.includes(third.header.position) == false)
        #expect(try !north.has(third.id, in: room))
        try bring([first, second])
        #expect(try eventually { try isPassedOn(third.id) })
        try expectWell()
    }

    @Test func `B18 B19 clocks that claim what there is not change no clock here, and begin no new feed of ours`()
        throws
    {
        let own = try north.post("Before", in: room)
        let (room, id) = (room, north.id)
        let feeds = try north.keeper { $0.clock(of: room)?.feeds.keys.filter { $0.origin == id } }
        var item = PushRequest.Item(room: room)
        for feed in feeds ?? [] { item.announced.reach(feed, 1 << 40) }
        item.announced.reach(Feed(origin: mallory.id, epoch: 5), 1 << 47)
        item.announced.reach(Feed(origin: PlannedNode.all[4].id, epoch: 5), 1 << 47)
        let before = try north.digest(of: room)
        for _ in 0..<5 { _ = try mallory.push([item]) }
        #expect(try north.digest(of: room) == before)
        let next = try north.written(
            LocalDraft(by: TestNode.ada, .messagePost, payload: MessageContent(content: "After").encoded), in: room)
        let headers = try north.keeper { log in [own, next.id].map { log.header(of: $0, in: room) } }
        #expect(headers[0]?.feed == headers[1]?.feed)
        try expectWell()
    }

    @Test func `B20 what rests on an operation of another room waits for ever`() throws {
        let other = try north.found("Other")
        let elsewhere = try north.post("Elsewhere", in: other)
        var feed = mallory.feed(in: room)
        let post = try mallory.write(after: [elsewhere, admission], with: &feed)
        try bring([post])
        #expect(try !isPassedOn(post.id))
        try expectWell()
    }

    @Test func `B25 a copy of a node's folder writes in feeds of its own, so nothing is forked and nothing is lost`()
        throws
    {
        let south = try TestNode(PlannedNode.all[1])
        try north.add(south)
        try south.add(north)
        try north.admit(south.user(), to: room)
        try north.post("There is one of me", in: room)
        #expect(try agree([north, south], on: room))
        // Database, log and mark; but it is another file, and so the copy knows that it is one.
        north.stop()
        let clone = try TestNode(PlannedNode.all[0], copying: north)
        try north.start()
        let (one, other) = (try north.post("I am the one", in: room), try clone.post("No, I am", in: room))
        try clone.add(south)
        // South takes the two for one peer, and each is answered in its turn.
        #expect(try agree([north, south, clone], on: room, within: 60))
        for node in [north, south, clone] { #expect(try node.has(one, in: room) && node.has(other, in: room)) }
        #expect(try south.reading { try ForkTable.count(on: $0) } == 0)
    }

    // MARK: C. Authorisation

    @Test func `C26 C29 who was removed writes nothing and brings nobody in from beside the removal`() throws {
        try north.remove(mallory.planned.user(1), from: room)
        let before = try members()
        var feed = mallory.feed(in: room)
        let post = try mallory.write(saying: "I was never told", after: [admission], at: 0, with: &feed)
        let friend = OperationTarget.grant(mallory.planned.user(2), .admin)
        let grant = try mallory.write(.memberAdd, about: friend, saying: nil, with: &feed)
        try bring([post, grant])
        #expect(try !isPassedOn(post.id) && !isPassedOn(grant.id))
        #expect(try members() == before)
        try expectWell()
    }

    @Test func `C27 C30 a member makes nobody an admin, and removes nobody`() throws {
        var feed = mallory.feed(in: room)
        let own = mallory.planned.user(1)
        var written = [
            try mallory.write(.memberRole, about: .grant(own, .admin), saying: nil, after: [admission], with: &feed)
        ]
        written.append(try mallory.write(.memberRemove, about: .user(north.user()), saying: nil, with: &feed))
        let friend = OperationTarget.grant(mallory.planned.user(2), .admin)
        written.append(try mallory.write(.memberAdd, about: friend, saying: nil, with: &feed))
        let before = try members()
        try bring(written)
        #expect(try members() == before)
        for operation in written { #expect(try !isPassedOn(operation.id)) }
        try expectWell()
    }

    @Test func `C34 what was refused is refused on every way`() throws {
        var (feed, same) = (mallory.feed(in: room), mallory.feed(in: room))
        let forged = try mallory.write(
            saying: "Forged", after: [admission], with: &feed, signedBy: mallory.planned.keys[2])
        let upon = try mallory.write(saying: "Upon it", with: &feed, signedBy: mallory.planned.keys[2])
        let good = try mallory.write(saying: "Good", after: [admission], with: &same)
        for run in [[forged], [good], [forged, upon], [upon]] {
            var packer = RunPacker()
            for operation in run {
                let certificate = operation.header.seq == 0 ? mallory.certificate.encoded : nil
                let isTaken = packer.append(operation, certificate: certificate)
                #expect(isTaken)
            }
            _ = try mallory.push([.init(room, runs: [packer.finish()!])])
        }
        #expect(try north.has(good.id, in: room))
        #expect(try !north.has(forged.id, in: room) && !north.has(upon.id, in: room))
        try expectWell()
    }

    @Test func `C36 H81 nobody changes or deletes what others have said`() throws {
        let post = try north.post("As I said it", in: room)
        var feed = mallory.feed(in: room)
        let edit = try mallory.write(
            .messageEdit, about: .operation(post), saying: "As they have it", after: [post], with: &feed)
        let delete = try mallory.write(.messageDelete, about: .operation(post), saying: nil, with: &feed)
        try bring([edit, delete])
        let room = room
        let kept = try north.keeper { ($0.operation(post, in: room)?.payload, $0.deletion(covering: post, in: room)) }
        #expect(kept.0 == MessageContent(content: "As I said it").encoded && kept.1 == nil)
        try expectWell()
    }

    // MARK: E. Time

    @Test func `E47 what is said to come from 2250 waits, and puts nobody's clock forward`() throws {
        var feed = mallory.feed(in: room)
        let future = try mallory.write(
            saying: "Hello from 2250", after: [admission], at: 8_836_000_000_000, with: &feed)
        try bring([future])
        #expect(try !isPassedOn(future.id))
        let written = try north.written(
            LocalDraft(by: TestNode.ada, .messagePost, payload: MessageContent(content: "Now").encoded), in: room)
        #expect(abs(written.time.milliseconds - Timestamp.now().milliseconds) < 60_000)
        try expectWell()
    }

    @Test func `E48 what is said to come from before its past is refused`() throws {
        var feed = mallory.feed(in: room)
        let past = try feed.write(
            OperationDraft(
                author: TestNode.ada, kind: .messagePost, payload: MessageContent(content: "Long ago").encoded,
                dependencies: [admission], time: HybridTime(milliseconds: 1_000)), signingWith: mallory.key)
        let taken = try bring([past])
        #expect(taken?.refusals.map(\.id) == [past.id])
        #expect(try !north.has(past.id, in: room))
        try expectWell()
    }

    // MARK: H. Deletion

    @Test func `H79 a deleted text that is brought again is not taken back`() throws {
        let room = room
        var feed = mallory.feed(in: room)
        let post = try mallory.write(saying: "Mallory regrets", after: [admission], with: &feed)
        let delete = try mallory.write(.messageDelete, about: .operation(post.id), saying: nil, with: &feed)
        try bring([post])
        #expect(try north.keeper { $0.operation(post.id, in: room)?.payload } != nil)
        try bring([post, delete])
        for _ in 0..<3 {
            try bring([post])
            try bring([post, delete])
        }
        #expect(try north.keeper { $0.operation(post.id, in: room)?.payload } == nil)
        #expect(try north.keeper { $0.deletion(covering: post.id, in: room) } == delete.id)
        try expectWell()
    }

    @Test func `H80 a deletion that comes before what it deletes holds`() throws {
        let room = room
        var (posts, deletes) = (mallory.feed(in: room), mallory.feed(in: room))
        let post = try mallory.write(saying: "Soon regretted", after: [admission], with: &posts)
        let delete = try mallory.write(
            .messageDelete, about: .operation(post.id), saying: nil, after: [post.id], with: &deletes)
        try bring([delete])
        #expect(try !north.has(delete.id, in: room))
        try bring([post])
        #expect(try eventually { try north.has(delete.id, in: room) })
        #expect(try north.keeper { $0.operation(post.id, in: room)?.payload } == nil)
        try expectWell()
    }
}
