import CBOR
import Keys
import Operations

@testable import Gossip

/// A node as the machines see it: a log, a buffer, a session for each peer, and the answers to their requests.
/// It performs nothing by itself: what is to be sent is handed to the world.
struct TestNode {
    enum Wish {
        case send(NodeID, RequestID, PeerSession.Request, [UInt8])
        case wake(NodeID, at: Int64)
    }

    var log: MemoryLog
    var sessions: [NodeID: PeerSession] = [:]
    var buffer = CausalBuffer<TestOperation>()
    var fanOut: FanOut
    var seal: CursorSeal
    var cursors: [NodeID: Cursor] = [:]
    var wishes: [Wish] = []
    var heard: [(peer: NodeID, action: PeerSession.Action)] = []
    var duplicates = 0
    var id: NodeID { log.node }

    init(_ id: NodeID, seed: UInt64, fanOut settings: FanOut.Settings = FanOut.Settings()) {
        log = MemoryLog(node: id)
        fanOut = FanOut(settings: settings, seed: seed)
        seal = CursorSeal(secret: id.bytes, incarnation: seed)
    }

    mutating func befriend(_ peer: NodeID, settings: PeerSession.Settings, seed: UInt64, now: Int64) {
        sessions[peer] = PeerSession(with: peer, cursor: cursors[peer], settings: settings, seed: seed, now: now)
        tell(peer, .tick, at: now)
    }

    // MARK: Driving the sessions

    mutating func tell(_ peer: NodeID, _ event: PeerSession.Event, at now: Int64) {
        var actions: [PeerSession.Action] = []
        sessions[peer]?.handle(event, at: now, log: log, into: &actions)
        for action in actions {
            switch action {
            case .send(let id, let request): wishes.append(.send(peer, id, request, encode(request, for: peer)))
            case .wake(let time): wishes.append(.wake(peer, at: time))
            case .keep(let cursor): cursors[peer] = cursor
            default: heard.append((peer, action))
            }
        }
    }

    private func encode(_ request: PeerSession.Request, for peer: NodeID) -> [UInt8] {
        switch request {
        case .push(let plan): encode(plan, for: peer)
        case .pull(let pull): pull.encoded
        case .changes(let since, _): since?.bytes ?? []
        case .rooms(let rooms): rooms.encoded
        }
    }

    private func encode(_ plan: PushPlan, for peer: NodeID) -> [UInt8] {
        let items = plan.items.map { planned in
            var item = PushRequest.Item(room: planned.room)
            item.told = planned.told
            item.runs = planned.operations.map { run($0, in: planned.room) }
            item.registers = planned.registers.compactMap { register(of: $0, in: planned.room) }
            item.proofs = planned.proofs.compactMap { proof(of: $0, in: planned.room) }
            item.announced = planned.announced
            item.digest = planned.digest
            return item
        }
        let since = plan.since.map { seal.cursor(at: $0, for: peer) }
        return PushRequest(since: since, through: seal.cursor(at: plan.through, for: peer), items: items).encoded
    }

    func run(_ range: FeedRange, in room: RoomID) -> [UInt8] {
        TestOperation.encode(
            range.seqs.compactMap { seq in
                log.places[room]?[FeedPosition(feed: range.feed, seq: seq)].flatMap { log.operations[$0]?.0 }
            })
    }

    private func register(of origin: NodeID, in room: RoomID) -> [UInt8]? {
        guard let version = log.rooms[room]?.clock.registers[origin] else { return nil }
        var clock = RoomClock()
        clock.take(version, of: origin)
        return clock.encoded
    }

    private func proof(of feed: Feed, in room: RoomID) -> [UInt8]? {
        guard let seq = log.rooms[room]?.clock.forks[feed] else { return nil }
        var clock = RoomClock()
        clock.fork(feed, at: seq)
        return clock.encoded
    }

    // MARK: Taking in

    @discardableResult
    mutating func write(in room: RoomID, epoch: UInt64 = 0, size: Int = 100, at now: Int64) -> OperationID {
        let feed = Feed(origin: id, epoch: epoch)
        let seq = log.clock(of: room)?.next(in: feed) ?? 0
        let previous = seq == 0 ? nil : log.places[room]?[FeedPosition(feed: feed, seq: seq - 1)]
        let operation = TestOperation(
            room: room, place: FeedPosition(feed: feed, seq: seq), previous: previous,
            dependencies: (log.rooms[room]?.heads ?? []).filter { $0 != previous }.sorted(), size: size)
        log.append(operation, from: nil)
        announce(room, source: nil, told: [], at: now)
        return operation.id
    }

    mutating func read(in room: RoomID, counter: UInt64, at now: Int64) {
        guard
            log.take(RegisterVersion(generation: 0, counter: counter, hash: hash(counter)), of: id, in: room, from: nil)
        else {
            return
        }
        announce(room, source: nil, told: [], at: now)
    }

    private mutating func announce(_ room: RoomID, source: NodeID?, told: Set<NodeID>, at now: Int64) {
        let candidates = sessions.keys.filter { peer in
            log.standing(of: peer, in: room) != .none && sessions[peer]?.health.link == .up
        }
        let choice = fanOut.choose(
            in: room, on: log.rooms[room]?.participants.count ?? 0, among: candidates.sorted(), source: source,
            told: told, at: now)
        for peer in sessions.keys.sorted() where log.standing(of: peer, in: room) != .none && peer != source {
            let manner: PeerSession.Delivery.Manner =
                choice.whole.contains(peer) ? .whole : choice.announced.contains(peer) ? .announced : .left
            let delivery = PeerSession.Delivery(
                room: room, position: log.position, manner: manner, told: choice.told.subtracting([peer]))
            tell(peer, .committed(delivery), at: now)
        }
    }

    /// How many were new.
    mutating func take(_ operations: [TestOperation], from peer: NodeID, told: Set<NodeID>, at now: Int64) -> UInt64 {
        var new: UInt64 = 0
        var ready = Array(operations.reversed())
        while let operation = ready.popLast() {
            if log.holds(operation.id) {
                duplicates += 1
                continue
            }
            let lacking = operation.past.filter { !log.holds($0) }
            guard lacking.isEmpty else {
                let outcome = buffer.park(
                    .init(
                        id: operation.id, room: operation.room, place: operation.place, bytes: operation.size,
                        peer: peer, content: operation), lacking: lacking)
                if outcome == .parked { new += 1 }
                continue
            }
            log.append(operation, from: peer)
            new += 1
            ready += buffer.applied(operation.id).map(\.content)
            announce(operation.room, source: peer, told: told, at: now)
        }
        return new
    }

    private mutating func takeState(_ bytes: [UInt8], in room: RoomID, from peer: NodeID, at now: Int64) -> UInt64 {
        guard let clock = try? RoomClock(decoding: bytes.span) else { return 0 }
        var new: UInt64 = 0
        for (origin, version) in clock.registers where log.take(version, of: origin, in: room, from: peer) { new += 1 }
        for (feed, seq) in clock.forks where log.fork(FeedPosition(feed: feed, seq: seq), in: room, from: peer) {
            new += 1
        }
        if new > 0 { announce(room, source: peer, told: [], at: now) }
        return new
    }

    mutating func askForMissing(at now: Int64) {
        for want in buffer.wanted(at: now, limit: 256) {
            tell(want.peer, .lacking(want.room, operations: want.times > 1 ? [want.id] : [], payloads: []), at: now)
        }
    }

    // MARK: Answering

    /// Nil while the peer is kept waiting.
    mutating func answer(_ request: PeerSession.Request, _ body: [UInt8], from peer: NodeID, at now: Int64) throws
        -> Result<[UInt8], TestFailure>
    {
        tell(peer, .contact, at: now)
        switch request {
        case .push: return .success(try answerPush(body, from: peer, at: now).encoded)
        case .pull: return .success(PullAnswerItem.encode(try answerPull(body, from: peer)))
        case .rooms:
            let request = try RoomsRequest(decoding: body.span)
            return .success(RoomsAnswer(to: request, from: log.sharedRooms(with: peer)).encoded)
        case .changes:
            guard !body.isEmpty else {
                return .success(
                    ChangesAnswer(cursor: seal.cursor(at: log.position, for: peer), more: false, items: []).encoded)
            }
            guard let cursor = Cursor(bytes: body), let position = seal.position(of: cursor, for: peer),
                position <= log.position
            else { return .failure(TestFailure(failure: .gone)) }
            let answer = ChangesAnswer(after: position, for: peer, seal: seal, log: log)
            if !answer.more { tell(peer, .polled(log.position), at: now) }
            return .success(answer.encoded)
        }
    }

    func hasNews(for peer: NodeID, since body: [UInt8]) -> Bool {
        guard let cursor = Cursor(bytes: body), let position = seal.position(of: cursor, for: peer) else { return true }
        return position > log.position || !log.changedRooms(for: peer, after: position, limit: 1).isEmpty
    }

    private mutating func answerPush(_ body: [UInt8], from peer: NodeID, at now: Int64) throws -> PushAnswer {
        let push = try PushRequest(decoding: body.span)
        var items: [PushAnswer.Item] = []
        for item in push.items {
            if log.rooms[item.room] == nil, !item.runs.isEmpty {
                // Here whoever brings a room has a part in it, and so have we.
                log.open(item.room, for: [self.id, peer])
            }
            var about = item.announced
            for bytes in item.runs {
                let run = try TestOperation.decode(bytes)
                _ = take(run, from: peer, told: Set(item.told), at: now)
                for operation in run { about.reach(operation.place.feed, operation.place.seq) }
            }
            for bytes in item.registers + item.proofs { _ = takeState(bytes, in: item.room, from: peer, at: now) }
            tell(peer, .heard(item.room, about, digest: item.digest, activity: 0), at: now)
            let own = log.clock(of: item.room) ?? RoomClock()
            items.append(
                PushAnswer.Item(
                    .init(entries: own.met(with: about), digest: log.digest(of: item.room)?.short, refusals: []),
                    to: item.digest))
        }
        tell(peer, .covered(since: push.since, through: push.through), at: now)
        askForMissing(at: now)
        return PushAnswer(items: items)
    }

    func answerPull(_ body: [UInt8], from peer: NodeID) throws -> [PullAnswerItem] {
        let plan = PullPlan(for: try PullRequest(decoding: body.span), from: peer, log: log)
        return plan.parts.map { part in
            switch part {
            case .operations(let index, let room, let range): .run(index, run(range, in: room))
            case .register(let index, let room, let origin): .register(index, register(of: origin, in: room) ?? [])
            case .proof(let index, let room, let feed): .proof(index, proof(of: feed, in: room) ?? [])
            case .operation(let index, _, let id), .payload(let index, _, let id):
                .operation(index, log.operations[id].map { TestOperation.encode([$0.0]) } ?? [])
            case .end(let index, let end): .end(index, end)
            case .absent(let index): .absent(index)
            }
        } + [.close]
    }

    // MARK: Being answered

    mutating func receive(
        _ body: [UInt8], to id: RequestID, _ request: PeerSession.Request, from peer: NodeID, at now: Int64
    ) throws {
        switch request {
        case .push: tell(peer, .answered(id, .push(try PushAnswer(decoding: body.span))), at: now)
        case .changes: tell(peer, .answered(id, .changes(try ChangesAnswer(decoding: body.span))), at: now)
        case .rooms: tell(peer, .answered(id, .rooms(try RoomsAnswer(decoding: body.span))), at: now)
        case .pull(let pull):
            let outcomes = try take(PullAnswerItem.decode(body.span), pull, from: peer, at: now)
            tell(peer, .answered(id, .pull(outcomes)), at: now)
            askForMissing(at: now)
        }
    }

    private mutating func take(
        _ items: [PullAnswerItem], _ pull: PullRequest, from peer: NodeID, at now: Int64
    ) throws -> [PeerSession.PullOutcome] {
        var outcomes: [PeerSession.PullOutcome] = []
        var taken: UInt64 = 0
        for item in items {
            switch item {
            case .run(let index, let bytes), .operation(let index, let bytes):
                let operations = try TestOperation.decode(bytes)
                // A room that was not here, or not known to be the peer's too.
                if let room = pull.asks[index].room, log.rooms[room]?.participants.contains(peer) != true {
                    log.rooms[room, default: .init()].participants.formUnion([peer, self.id])
                }
                taken += take(operations, from: peer, told: [], at: now)
            case .register(let index, let bytes), .proof(let index, let bytes):
                if let room = pull.asks[index].room { taken += takeState(bytes, in: room, from: peer, at: now) }
            case .payload: continue
            case .end(_, let end):
                var outcome = PeerSession.PullOutcome(end: end)
                outcome.taken = taken
                outcomes.append(outcome)
                taken = 0
            case .absent: outcomes.append(PeerSession.PullOutcome(end: nil))
            case .close: continue
            }
        }
        return outcomes
    }
}

struct TestFailure: Error {
    let failure: PeerSession.Failure
}
