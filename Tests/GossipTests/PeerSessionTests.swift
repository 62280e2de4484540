import Keys
import Operations
import Testing

@testable import Gossip

/// One session, of node 1 with node 2, and a peer that says whatever the test makes it say.
private struct Script {
    var node = TestNode(GossipTests.node(1), seed: 1)
    var session: PeerSession
    var now: Int64 = 0
    var actions: [PeerSession.Action] = []

    init(settings: PeerSession.Settings = .init(), cursor: Cursor? = Cursor(bytes: [1])) {
        // Most scripts begin in the middle.
        var settings = settings
        settings.comparesAtStart = cursor == nil
        session = PeerSession(with: GossipTests.node(2), cursor: cursor, settings: settings, seed: 1, now: 0)
    }

    mutating func open(_ id: RoomID) { node.log.open(id, for: [GossipTests.node(1), GossipTests.node(2)]) }

    mutating func tell(_ event: PeerSession.Event, after wait: Int64 = 0) {
        now += wait
        actions = []
        session.handle(event, at: now, log: node.log, into: &actions)
    }

    /// Writes, and tells the session.
    mutating func write(in id: RoomID, _ manner: PeerSession.Delivery.Manner = .whole) {
        _ = node.write(in: id, at: now)
        tell(.committed(.init(room: id, position: node.log.position, manner: manner)))
    }

    var sent: [(id: RequestID, request: PeerSession.Request)] {
        actions.compactMap { if case .send(let id, let request) = $0 { (id, request) } else { nil } }
    }

    func sent(_ name: String) -> (id: RequestID, request: PeerSession.Request)? {
        sent.first { $0.request.name == name }
    }

    /// Answers the first poll, so that nothing is under way; and first, with a peer that can't call, the comparison.
    mutating func settle(_ items: [ChangesAnswer.Item] = [], more: Bool = false) throws {
        tell(.tick)
        if let question = sent("rooms") {
            tell(.answered(question.id, .rooms(RoomsAnswer(answered: 1, items: []))))
        }
        let poll = try #require(sent("changes"))
        tell(.answered(poll.id, .changes(ChangesAnswer(cursor: Cursor(bytes: [2])!, more: more, items: items))))
    }

    func change(_ number: UInt64, _ clock: RoomClock, activity: UInt64 = 0) -> ChangesAnswer.Item {
        .init(room: room(number), digest: clock.digest.short, entries: clock, activity: activity)
    }

    static func push(_ request: PeerSession.Request?) -> PushPlan? {
        if case .push(let plan) = request { plan } else { nil }
    }

    static func pull(_ request: PeerSession.Request?) -> [PullRequest.Ask] {
        if case .pull(let pull) = request { pull.asks } else { [] }
    }

    mutating func outcome(_ end: PullEnd?, taken: UInt64 = 0) -> PeerSession.PullOutcome {
        var outcome = PeerSession.PullOutcome(end: end)
        outcome.taken = taken
        return outcome
    }
}

struct PeerSessionTests {
    @Test
    func `what came from the peer does not go back to it`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        let other = TestOperation(
            room: room(1), place: FeedPosition(feed: feed(2), seq: 0), previous: nil, dependencies: [], size: 1)
        script.node.log.append(other, from: node(2))
        script.tell(.committed(.init(room: room(1), position: script.node.log.position, manner: .whole)))
        #expect(script.sent("push") == nil)
        script.write(in: room(1))
        let plan = try #require(Script.push(script.sent("push")?.request))
        #expect(plan.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 0...0)]])
    }

    @Test
    func `what the peer has said that it has is not sent`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        _ = script.node.write(in: room(1), at: 0)
        _ = script.node.write(in: room(1), at: 0)
        script.tell(.heard(room(1), RoomClock([1: 0]), digest: nil, activity: 0))
        script.tell(.committed(.init(room: room(1), position: 1, manner: .whole)))
        let plan = try #require(Script.push(script.sent("push")?.request))
        #expect(plan.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 1...1)]])
    }

    @Test
    func `what was turned away, too much being staged, is asked for again, each time later`() throws {
        var script = Script()
        // A room of which nothing is here.
        try script.settle([script.change(1, RoomClock([2: 0]))])
        for wait in [1_000, 4_000, 16_000] as [Int64] {
            let pull = try #require(script.sent("pull"))
            var outcome = script.outcome(PullEnd(lacks: Lacks(), digest: nil))
            outcome.isTurnedAway = true
            script.tell(.answered(pull.id, .pull([outcome])))
            #expect(script.sent("pull") == nil)
            script.tell(.tick, after: wait - 1)
            #expect(script.sent("pull") == nil)
            script.tell(.tick, after: 1)
        }
        let pull = try #require(script.sent("pull"))
        script.tell(.answered(pull.id, .pull([script.outcome(PullEnd(lacks: Lacks(), digest: nil), taken: 1)])))
        script.tell(.tick, after: 100_000)
        #expect(script.sent("pull") == nil)
    }

    @Test
    func `the rooms with the newest activity are pulled first, when all pages are read`() throws {
        var settings = PeerSession.Settings()
        settings.roomsPerPull = 2
        var script = Script(settings: settings)
        for number in 1...5 as ClosedRange<UInt64> { script.open(room(number)) }
        let items = (1...3 as ClosedRange<UInt64>).map { script.change($0, RoomClock([2: 0]), activity: $0) }
        try script.settle(items, more: true)
        #expect(script.sent("pull") == nil)
        let next = try #require(script.sent("changes"))
        let rest = [script.change(4, RoomClock([2: 0]), activity: 9), script.change(5, RoomClock([2: 0]), activity: 0)]
        script.tell(.answered(next.id, .changes(ChangesAnswer(cursor: Cursor(bytes: [3])!, more: false, items: rest))))
        let pull = try #require(script.sent("pull"))
        #expect(Script.pull(pull.request).map(\.room) == [room(4), room(3)])
        #expect(!script.actions.contains(.keep(Cursor(bytes: [3]))), "not before all of it is here")
        // Answered in part: the rest is asked again.
        let end = script.outcome(PullEnd(), taken: 1)
        script.tell(.answered(pull.id, .pull([end])))
        let again = try #require(script.sent("pull"))
        #expect(Script.pull(again.request).map(\.room) == [room(3), room(2)])
    }

    @Test
    func `what is heard while an answer is on its way is not forgotten when that answer agrees`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle([script.change(1, RoomClock([2: 0]))])
        let pull = try #require(script.sent("pull"))
        let first = TestOperation(
            room: room(1), place: FeedPosition(feed: feed(2), seq: 0), previous: nil, dependencies: [], size: 1)
        script.node.log.append(first, from: node(2))
        let digest = try #require(script.node.log.digest(of: room(1)))
        // The peer answered, and then wrote once more; the news overtakes the answer.
        script.tell(.heard(room(1), RoomClock([2: 1]), digest: nil, activity: 0))
        let end = script.outcome(PullEnd(digest: digest.short), taken: 1)
        script.tell(.answered(pull.id, .pull([end])))
        let next = try #require(script.sent("pull"))
        #expect(Script.pull(next.request) == [.feeds(room(1), [FeedPosition(feed: feed(2), seq: 1)])])
    }

    @Test
    func `the cursor is kept when what it covers is here`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle([script.change(1, RoomClock([2: 0]))])
        let pull = try #require(script.sent("pull"))
        #expect(!script.actions.contains(.keep(Cursor(bytes: [2]))))
        let end = script.outcome(PullEnd(), taken: 1)
        script.tell(.answered(pull.id, .pull([end])))
        #expect(script.actions.contains(.keep(Cursor(bytes: [2]))))
    }

    @Test
    func `without a cursor it is fetched first, and then all rooms are compared`() throws {
        var script = Script(cursor: nil)
        script.tell(.tick)
        #expect(script.sent.map(\.request) == [.changes(since: nil, wait: 0)])
        let poll = try #require(script.sent("changes"))
        script.tell(.answered(poll.id, .changes(ChangesAnswer(cursor: Cursor(bytes: [2])!, more: false, items: []))))
        let rooms = try #require(script.sent("rooms"))
        script.tell(.answered(rooms.id, .rooms(RoomsAnswer(answered: 1, items: []))))
        #expect(script.actions.contains(.reconciled(true)))
        #expect(script.actions.contains(.keep(Cursor(bytes: [2]))))
    }

    /// Something that waited for its past when the node stopped lies before the cursor that was kept.
    @Test
    func `a session that starts compares all rooms, with a cursor too`() throws {
        let node = TestNode(GossipTests.node(1), seed: 1)
        var session = PeerSession(with: GossipTests.node(2), cursor: Cursor(bytes: [1]), seed: 1, now: 0)
        var actions: [PeerSession.Action] = []
        for _ in 0..<4 {
            let sent = actions.compactMap { action in
                if case .send(let id, .changes) = action { id } else { nil }
            }
            actions = []
            let answer = ChangesAnswer(cursor: Cursor(bytes: [2])!, more: false, items: [])
            session.handle(
                sent.first.map { .answered($0, .changes(answer)) } ?? .tick, at: 0, log: node.log, into: &actions)
            let asked = actions.contains { if case .send(_, .rooms) = $0 { true } else { false } }
            if asked { return }
        }
        Issue.record("no comparison")
    }

    @Test
    func `a cursor that is gone is not a failure`() throws {
        var script = Script()
        script.tell(.tick)
        let poll = try #require(script.sent("changes"))
        script.tell(.failed(poll.id, .gone))
        #expect(script.sent.map(\.request) == [.changes(since: nil, wait: 0)])
        #expect(script.session.health.link == .up)
    }

    @Test
    func `after a failure one request goes first, and then the rest`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        script.write(in: room(1))
        let push = try #require(script.sent("push"))
        script.tell(.failed(push.id, .unreachable))
        #expect(script.sent.isEmpty)
        #expect(script.session.health.link == .waiting)
        script.write(in: room(1))
        #expect(script.sent.isEmpty, "not while waiting")
        script.tell(.tick, after: 70_000)
        #expect(script.sent.map(\.request.name) == ["changes"])
        let poll = try #require(script.sent("changes"))
        script.tell(.answered(poll.id, .changes(ChangesAnswer(cursor: Cursor(bytes: [4])!, more: false, items: []))))
        let plan = try #require(Script.push(script.sent("push")?.request))
        #expect(plan.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 0...1)]])
        #expect(plan.since == nil, "what it missed it can't know to be all")
        #expect(script.session.health.link == .up)
    }

    @Test
    func `over a link that breaks less is asked for at once, until it holds`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle([script.change(1, RoomClock([2: 0]))])
        func pull() throws -> (id: RequestID, bytesMax: Int) {
            for _ in 0..<10 {
                if let pull = script.sent("pull"), case .pull(let request) = pull.request {
                    return (pull.id, request.bytesMax)
                }
                if let poll = script.sent("changes") {
                    let answer = ChangesAnswer(cursor: Cursor(bytes: [4])!, more: false, items: [])
                    script.tell(.answered(poll.id, .changes(answer)))
                } else {
                    script.tell(.tick, after: 70_000)
                }
            }
            throw GossipFault.unknownItem(0)
        }
        var sizes: [Int] = []
        for _ in 0..<4 {
            let asked = try pull()
            sizes.append(asked.bytesMax)
            script.tell(.failed(asked.id, .unreachable))
        }
        #expect(sizes == [1_048_576, 262_144, 65_536, 65_536])
        let last = try pull()
        script.tell(.answered(last.id, .pull([script.outcome(PullEnd(more: true), taken: 1)])))
        #expect(try pull().bytesMax == 131_072)
    }

    @Test
    func `a body that can't be read is taken apart until the room at fault is alone`() throws {
        var script = Script()
        for number in 1...8 as ClosedRange<UInt64> { script.open(room(number)) }
        let poison = room(5)
        try script.settle((1...8 as ClosedRange<UInt64>).map { script.change($0, RoomClock([2: 0])) })
        var pulled: Set<RoomID> = []
        var attempts = 0
        while pulled.count < 7, attempts < 40 {
            attempts += 1
            if let pull = script.sent("pull") {
                let rooms = Script.pull(pull.request).compactMap(\.room)
                if rooms.contains(poison) {
                    script.tell(.failed(pull.id, .unreadable))
                } else {
                    pulled.formUnion(rooms)
                    let outcomes = rooms.map { _ in script.outcome(PullEnd(), taken: 1) }
                    script.tell(.answered(pull.id, .pull(outcomes)))
                }
            } else if let poll = script.sent("changes") {
                script.tell(
                    .answered(poll.id, .changes(ChangesAnswer(cursor: Cursor(bytes: [5])!, more: false, items: []))))
            } else {
                script.tell(.tick, after: 500)
            }
        }
        #expect(pulled.count == 7, "after \(attempts) attempts")
        #expect(!pulled.contains(poison))
    }

    @Test
    func `a push that can't be read is dropped when it is alone`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        script.write(in: room(1))
        let push = try #require(script.sent("push"))
        script.tell(.failed(push.id, .unreadable))
        for _ in 0..<20 {
            script.tell(.tick, after: 1_000)
            #expect(script.sent("push") == nil)
        }
        #expect(script.session.health.roomsToPush == 0)
    }

    @Test
    func `what is announced weighs something too`() throws {
        var script = Script()
        for number in 1...400 as ClosedRange<UInt64> {
            script.open(room(number))
            for origin in 0..<100 as Range<UInt64> {
                let version = RegisterVersion(generation: 0, counter: number, hash: hash(origin))
                _ = script.node.log.take(version, of: node(origin + 3), in: room(number), from: nil)
            }
        }
        try script.settle()
        // One push is under way while all the others gather.
        script.write(in: room(1), .announced)
        var open = script.sent("push")
        for number in 2...400 as ClosedRange<UInt64> {
            script.tell(.committed(.init(room: room(number), position: 1, manner: .announced)))
        }
        var pushes = 0
        while let push = open, let plan = Script.push(push.request), pushes < 40 {
            let entries = plan.items.reduce(0) { $0 + $1.announced.entriesCount }
            #expect(96 * entries <= 2_097_152 + 1_048_576)
            pushes += 1
            script.tell(.answered(push.id, .push(PushAnswer(items: []))), after: 1)
            open = script.sent("push")
        }
        #expect(pushes > 2)
    }

    // MARK: Claims

    @Test
    func `a peer that promises and does not give is asked less and less`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        var pulls = 0
        // For two hours it says, every second, that it has a thousand million operations.
        for _ in 0..<7_200 {
            let claim = RoomClock([2: 1_000_000_000])
            script.tell(.heard(room(1), claim, digest: hash(9).short, activity: 1), after: 1_000)
            for sent in script.sent {
                switch sent.request {
                case .pull(let pull):
                    pulls += 1
                    // First for what was claimed, and as the difference lasts for all of the room.
                    #expect(
                        pull.asks
                            == (pulls == 1
                                ? [.feeds(room(1), [FeedPosition(feed: feed(2), seq: 0)])]
                                : [.room(room(1), RoomClock())]))
                    let end = script.outcome(PullEnd(digest: hash(9).short))
                    script.tell(.answered(sent.id, .pull([end])))
                case .changes:
                    script.tell(
                        .answered(sent.id, .changes(ChangesAnswer(cursor: Cursor(bytes: [5])!, more: false, items: [])))
                    )
                default: break
                }
            }
        }
        #expect((4...12).contains(pulls))
        #expect(script.node.log.clock(of: room(1)) == RoomClock())
        #expect(script.session.health.unprovenClaims >= 1)
    }

    /// It is early there, say. What is new in that room goes back and forth all the same (`parley-simulate --seed 1906`).
    @Test(arguments: [true, false])
    func `what a peer can't take yet is offered less and less, until something is new there`(canBeCalled: Bool) throws {
        var settings = PeerSession.Settings()
        settings.pollMilliseconds = 100_000_000
        settings.reconcileMilliseconds = 100_000_000
        settings.canBeCalled = canBeCalled
        var script = Script(settings: settings)
        script.open(room(1))
        try script.settle()
        script.write(in: room(1))
        let early = FeedPosition(feed: feed(1), seq: 0)
        let strange = RoomClock([9: 9]).digest.short

        /// How far back what is offered goes.
        var depths: [UInt64] = []
        /// Lets ten minutes go by, in which the peer stays as it is; how often we asked and offered.
        func tenMinutes(lacking lacks: [FeedPosition]) -> (asked: Int, offered: Int) {
            var (asked, offered) = (0, 0)
            depths = []
            var open = script.sent
            let end = script.now + 600_000
            while script.now < end {
                while !open.isEmpty {
                    let (id, request) = open.removeFirst()
                    switch request {
                    case .push(let plan):
                        offered += 1
                        depths += plan.items.map(\.pastDepth)
                        let items = plan.items.map { _ in
                            PushAnswer.Item.taken(.init(entries: RoomClock(), digest: strange, refusals: []))
                        }
                        script.tell(.answered(id, .push(PushAnswer(items: items))))
                    case .pull(let pull):
                        asked += 1
                        var left = Lacks()
                        left.feeds = lacks
                        let ends = pull.asks.map { _ in
                            PeerSession.PullOutcome(end: PullEnd(lacks: left, digest: strange))
                        }
                        script.tell(.answered(id, .pull(ends)))
                    case .changes, .rooms: continue
                    }
                    open += script.sent
                }
                script.tell(.tick, after: 500)
                open = script.sent
            }
            return (asked, offered)
        }

        let first = tenMinutes(lacking: [early])
        #expect((4...8).contains(first.asked) && (4...9).contains(first.offered), "\(first)")
        // It may have another history of what it builds on.
        #expect(depths.filter { $0 > 0 }.starts(with: [1, 4, 16]), "\(depths)")
        // Somebody writes something, and it goes at once.
        script.write(in: room(1))
        #expect(script.sent("push") != nil)
        // And all is looked into anew.
        let then = tenMinutes(lacking: [early])
        #expect((4...8).contains(then.asked), "\(then)")
        // What it has is asked for at once, whatever it lacks.
        script.tell(.heard(room(1), RoomClock([2: 0]), digest: strange, activity: 0))
        #expect(script.sent("pull") != nil)
    }

    @Test
    func `what was announced and not fetched is pushed the next time`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        _ = script.node.write(in: room(1), at: 0)
        var lacks = Lacks()
        lacks.feeds = [FeedPosition(feed: feed(1), seq: 0)]
        let strange = RoomClock([9: 9]).digest.short
        var pushes: [PushPlan] = []
        script.tell(.lacking(room(1), operations: [], payloads: []))
        for _ in 0..<20 {
            if let pull = script.sent("pull") {
                script.tell(.answered(pull.id, .pull([script.outcome(PullEnd(lacks: lacks, digest: strange))])))
            }
            if let push = script.sent("push") {
                if let plan = Script.push(push.request) { pushes.append(plan) }
                let taken = PushAnswer.Taken(entries: RoomClock(), digest: strange, refusals: [])
                script.tell(.answered(push.id, .push(PushAnswer(items: [.taken(taken)]))))
            }
            script.tell(.tick, after: 500)
        }
        #expect(pushes.count >= 2)
        #expect(pushes.first?.items.map(\.operations) == [[]] && pushes.first?.items.first?.announced.isEmpty == false)
        let later = pushes.dropFirst().map { $0.items.map(\.operations) }
        #expect(later.allSatisfy { $0 == [[FeedRange(feed: feed(1), seqs: 0...0)]] }, "\(later)")
    }

    @Test
    func `more of our own feed than we have is a claim until it is proven`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        _ = script.node.write(in: room(1), at: 0)
        script.tell(.heard(room(1), RoomClock([1: 40]), digest: hash(9).short, activity: 1))
        #expect(script.actions.contains(.ownFeedClaimed(room(1), FeedPosition(feed: feed(1), seq: 40))))
        #expect(!script.actions.contains { if case .restored = $0 { true } else { false } })
        let pull = try #require(script.sent("pull"))
        #expect(Script.pull(pull.request) == [.feeds(room(1), [FeedPosition(feed: feed(1), seq: 1)])])
        var outcome = script.outcome(PullEnd(), taken: 1)
        outcome.own = [FeedPosition(feed: feed(1), seq: 1)]
        script.tell(.answered(pull.id, .pull([outcome])))
        #expect(script.actions.contains(.restored(room(1), outcome.own)))
    }

    @Test
    func `endless claims cost bounded memory`() throws {
        var script = Script()
        for number in 0..<300 as Range<UInt64> {
            script.open(room(number))
            var clock = RoomClock()
            for epoch in 0..<300 as Range<UInt64> { clock.reach(feed(2, epoch), 1) }
            script.tell(.heard(room(number), clock, digest: nil, activity: 0))
        }
        var settings = PeerSession.Settings()
        settings.neededRoomsMax = 100
        var small = Script(settings: settings)
        try small.settle((0..<1_000 as Range<UInt64>).map { small.change($0, RoomClock([2: 0])) })
        #expect(small.session.health.roomsToPull <= 164)
        #expect(script.session.needs.rooms.values.reduce(0) { $0 + $1.marks } <= Needs.marksMax)
    }

    // MARK: What nobody may learn

    @Test
    func `a hidden room is asked for like one that is not here`() throws {
        var script = Script()
        script.node.log.open(room(1), for: [node(1), node(3)])
        _ = script.node.write(in: room(1), at: 0)
        try script.settle([script.change(1, RoomClock([2: 0])), script.change(2, RoomClock([2: 0]))])
        let asks = Script.pull(script.sent("pull")?.request)
        #expect(Set(asks) == [.room(room(1), RoomClock()), .room(room(2), RoomClock())])
        #expect(!script.actions.contains { if case .acknowledged = $0 { true } else { false } })
    }

    @Test
    func `who has left is pushed nothing that came later`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        _ = script.node.write(in: room(1), at: 0)
        _ = script.node.write(in: room(1), at: 0)
        _ = script.node.write(in: room(1), at: 0)
        script.node.log.rooms[room(1)]?.participants = [node(1)]
        script.node.log.rooms[room(1)]?.left = [node(2): Clock([FeedPosition(feed: feed(1), seq: 1)])]
        script.tell(.committed(.init(room: room(1), position: 1, manner: .whole)))
        let plan = try #require(Script.push(script.sent("push")?.request))
        #expect(plan.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 0...1)]])
        #expect(plan.items.map(\.digest) == [nil])
    }

    /// Else it would never learn that it is out (`parley-simulate --seed 53315`).
    @Test(arguments: [false, true])
    func `who has left and can't call us is asked where it did not take what tells it so`(isTaken: Bool) throws {
        for canBeCalled in [false, true] {
            var settings = PeerSession.Settings()
            settings.canBeCalled = canBeCalled
            var script = Script(settings: settings)
            script.open(room(1))
            try script.settle()
            script.node.log.rooms[room(1)]?.participants = [node(1)]
            script.node.log.rooms[room(1)]?.left = [node(2): Clock([FeedPosition(feed: feed(1), seq: 0)])]
            script.write(in: room(1))
            let push = try #require(script.sent("push"))
            var entries = RoomClock()
            if isTaken { entries.reach(feed(1), 0) }
            let taken = PushAnswer.Taken(entries: entries, digest: nil, refusals: [])
            script.tell(.answered(push.id, .push(PushAnswer(items: [.taken(taken)]))))
            script.tell(.tick, after: 3_000)
            #expect((script.sent("pull") != nil) == (!isTaken && !canBeCalled))
        }
    }

    @Test
    func `somebody who does not know yet that we share the room is given all of it`() throws {
        var settings = PeerSession.Settings()
        settings.canBeCalled = false
        var script = Script(settings: settings)
        script.open(room(1))
        try script.settle()
        _ = script.node.write(in: room(1), at: 0)
        script.write(in: room(1))
        let push = try #require(script.sent("push"))
        #expect(Script.push(push.request)?.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 1...1)]])
        let staged = PushAnswer.Taken(entries: RoomClock(), digest: nil, refusals: [])
        script.tell(.answered(push.id, .push(PushAnswer(items: [.taken(staged)]))))
        script.tell(.tick, after: 3_000)
        let pull = try #require(script.sent("pull"))
        var lacks = Lacks()
        lacks.feeds = [FeedPosition(feed: feed(1), seq: 0)]
        let end = script.outcome(PullEnd(lacks: lacks))
        script.tell(.answered(pull.id, .pull([end])))
        let all = try #require(Script.push(script.sent("push")?.request))
        #expect(all.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 0...1)]])
    }

    // MARK: What a push says of itself

    @Test
    func `a push follows on from the one before, and from what the peer was told`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        _ = script.node.write(in: room(1), at: 0)
        script.tell(.polled(1))
        script.write(in: room(1))
        let first = try #require(Script.push(script.sent("push")?.request))
        #expect(first.since == 1 && first.through == 2)
        #expect(first.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 1...1)]])
        let id = try #require(script.sent("push")?.id)
        script.write(in: room(1))
        script.tell(.answered(id, .push(PushAnswer(items: []))))
        let next = try #require(Script.push(script.sent("push")?.request))
        #expect(next.since == 2 && next.through == 3)
        // What the peer has agreed to is not said again to it.
        #expect(first.items.map(\.continued) == [[]])
        #expect(next.items.map(\.continued) == [[FeedRange(feed: feed(1), seqs: 2...2)]])
        // Who shows no digest may keep the room apart, and doesn't look there for what is gone on from.
        let entries = RoomClock([1: 1])
        let taken = PushAnswer.Item.taken(.init(entries: entries, digest: nil, refusals: []))
        let nextID = try #require(script.sent("push")?.id)
        script.tell(.answered(nextID, .push(PushAnswer(items: [taken]))))
        script.write(in: room(1))
        let third = try #require(Script.push(script.sent("push")?.request))
        #expect(third.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 3...3)]])
        #expect(third.items.map(\.continued) == [[]])
    }

    @Test
    func `an answer that is not about what was pushed is no answer`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        script.write(in: room(1))
        let push = try #require(script.sent("push"))
        script.tell(.answered(push.id, .push(PushAnswer(items: [.turnedAway, .agreed]))))
        #expect(script.session.health.link == .waiting && script.session.health.failuresInARow == 1)
    }

    @Test
    func `what the peer fetches itself is not pushed besides`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        // One push is under way; what gathers meanwhile waits for it.
        script.write(in: room(1))
        let first = try #require(script.sent("push"))
        script.write(in: room(1))
        script.tell(.pulled(room(1), through: 2))
        script.write(in: room(1))
        script.tell(.answered(first.id, .push(PushAnswer(items: []))))
        let next = try #require(Script.push(script.sent("push")?.request))
        #expect(next.items.map(\.operations) == [[FeedRange(feed: feed(1), seqs: 2...2)]])
        #expect(next.through == 3)
    }

    @Test
    func `a push that leaves something out does not claim to be all`() throws {
        var settings = PeerSession.Settings()
        settings.owedRoomsMax = 1
        var script = Script(settings: settings)
        for number in 1...3 as ClosedRange<UInt64> { script.open(room(number)) }
        try script.settle()
        script.tell(.polled(0))
        script.write(in: room(1))
        let id = try #require(script.sent("push")?.id)
        script.write(in: room(2))
        script.write(in: room(3))
        script.tell(.answered(id, .push(PushAnswer(items: []))))
        let crowded = try #require(script.sent("push"))
        #expect(Script.push(crowded.request)?.since == nil, "the third room found no place")
        script.tell(.answered(crowded.id, .push(PushAnswer(items: []))))
        // And after somebody else was chosen to tell.
        script.tell(.polled(3))
        _ = script.node.write(in: room(1), at: 0)
        script.tell(.committed(.init(room: room(1), position: 4, manner: .left)))
        script.write(in: room(1))
        let partial = try #require(Script.push(script.sent("push")?.request))
        #expect(partial.since == nil && partial.through == 5)
    }

    // MARK: Bounds

    @Test
    func `a thousand rooms and more are owed as positions, and then left to be asked for`() throws {
        var settings = PeerSession.Settings()
        settings.owedRoomsMax = 100
        var script = Script(settings: settings)
        try script.settle()
        for number in 0..<500 as Range<UInt64> {
            script.open(room(number))
            script.write(in: room(number))
        }
        #expect(script.session.health.roomsToPush <= 101)
    }

    @Test
    func `answers to questions that were not asked change nothing`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        let health = script.session.health
        let strange = RequestID(number: 999)
        script.tell(.answered(strange, .push(PushAnswer(items: [.turnedAway]))))
        script.tell(.answered(strange, .rooms(RoomsAnswer(answered: 1, items: []))))
        script.tell(.failed(strange, .unreachable))
        #expect(script.session.health == health)
        #expect(script.sent.isEmpty)
    }

    @Test
    func `a pause is silent, and ends with a question`() throws {
        var script = Script()
        script.open(room(1))
        try script.settle()
        script.tell(.paused)
        script.write(in: room(1))
        script.tell(.tick, after: 100_000)
        #expect(script.sent.isEmpty)
        #expect(script.session.health.link == .paused)
        script.tell(.resumed)
        #expect(script.sent("changes") != nil)
        #expect(script.sent("push") != nil)
        #expect(script.session.health.link == .up)
    }

    @Test
    func `a refusal is shown as such and tried again in a minute`() throws {
        var script = Script()
        script.tell(.tick)
        let poll = try #require(script.sent("changes"))
        script.tell(.failed(poll.id, .refused))
        #expect(script.session.health.link == .refused)
        script.tell(.tick, after: 59_000)
        #expect(script.sent.isEmpty)
        script.tell(.tick, after: 2_000)
        #expect(script.sent("changes") != nil)
    }
}
