import Gossip
import Keys
import Operations

/// A node as it will run, without sockets and threads: the shipped machines (intake, sessions, fan-out, folds) around a
/// log in memory. It performs nothing by itself: what is to be sent is handed to the world.
struct SimulatedNode: Sendable {
    struct Part: Hashable, Sendable {
        let room: RoomID
        let node: NodeID
    }

    enum Effect: Sendable {
        case send(NodeID, RequestID, PeerSession.Request, [UInt8])
        case wake(NodeID, at: Int64)
        /// `tick` then.
        case wakeNode(at: Int64)
        /// The author was told that it is done.
        case acknowledged(OperationID, RoomID)
    }

    var identity: Identity
    var keeper: MemoryKeeper
    var intake: Intake
    var sessions: [NodeID: PeerSession] = [:]
    /// Peers that this node can't call.
    private(set) var callers: Set<NodeID> = []
    var effects: [Effect] = []
    /// Who ceased to have a part in a room since the world last looked: what was put together for them a moment
    /// before was theirs.
    var justLeft: Set<Part> = []
    /// What happened since the world last looked.
    var tally = Tally()
    /// What was written since the world last looked.
    var written: [Operation] = []
    var clock = WallClock()
    private var fanOut: FanOut
    let seal: CursorSeal
    private(set) var cursors: [NodeID: Cursor] = [:]
    var writers: [RoomID: FeedWriter] = [:]
    var lastWritten: [RoomID: OperationID] = [:]
    /// The time of the last feed's beginning, in any room.
    var lastBeginning: HybridTime?
    private var payloadWants = PayloadWants()
    let sabotage: Sabotage?
    private var quietTurns = 0

    var id: NodeID { identity.id }

    /// A node that starts, with what its disk holds.
    init(
        _ identity: Identity, peers: Set<NodeID>, replaying journal: [JournalEntry] = [], incarnation: UInt64,
        sabotage: Sabotage?
    ) {
        self.identity = identity
        self.sabotage = sabotage
        keeper = MemoryKeeper(node: identity.id, peers: peers, sabotage: sabotage, replaying: journal)
        keeper.peers = peers
        intake = Intake(limits: Self.intakeLimits)
        fanOut = FanOut(seed: incarnation)
        seal = CursorSeal(secret: identity.id.bytes, incarnation: incarnation)
        for entry in journal { recall(entry) }
        for (room, kept) in keeper.rooms { payloadWants.update(room, missing: kept.wantedPayloads) }
    }

    /// Small, so that hostile nodes come up against them.
    static let intakeLimits: Intake.Limits = {
        var limits = Intake.Limits()
        limits.buffer.operationsMax = 400
        limits.buffer.operationsMaxOfOne = 160
        limits.buffer.bytesMax = 1_000_000
        limits.buffer.bytesMaxOfOne = 400_000
        limits.staging.roomsMaxOfPeer = 4
        limits.staging.bytesMaxOfPeer = 300_000
        return limits
    }()

    static let sessionSettings: PeerSession.Settings = {
        var settings = PeerSession.Settings()
        settings.owedRoomsMax = 6
        settings.neededRoomsMax = 10
        settings.roomsPerPull = 4
        return settings
    }()

    private mutating func recall(_ entry: JournalEntry) {
        switch entry {
        case .operation(let operation, _, nil):
            guard operation.header.origin == id else { return }
            writers[operation.room] = FeedWriter(goingOnAfter: operation.header, id: operation.id)
            lastWritten[operation.room] = operation.id
        case .note(.cursor(let cursor, let peer)): cursors[peer] = cursor
        case .note(.newEpochs):
            guard sabotage != .keepsEpochs else { return }
            (writers, lastWritten, cursors) = ([:], [:], [:])
        case .note(.newEpoch(let room)): (writers[room], lastWritten[room]) = (nil, nil)
        case .operation, .witnesses, .payload, .register, .proof, .note(.contentsErased): return
        }
    }

    // MARK: Sessions

    mutating func meet(_ peer: NodeID, canBeCalled: Bool, seed: UInt64, at now: Int64) {
        var settings = Self.sessionSettings
        settings.canBeCalled = canBeCalled
        sessions[peer] = PeerSession(with: peer, cursor: cursors[peer], settings: settings, seed: seed, now: now)
        tell(peer, .tick, at: now)
        if !payloadWants.isEmpty { effects.append(.wakeNode(at: now)) }
    }

    /// A peer that this node can't call, and that calls.
    mutating func accept(_ peer: NodeID) { callers.insert(peer) }

    mutating func tell(_ peer: NodeID, _ event: PeerSession.Event, at now: Int64) {
        var actions: [PeerSession.Action] = []
        sessions[peer]?.handle(event, at: now, log: keeper, into: &actions)
        for action in actions {
            switch action {
            case .send(let id, let request):
                effects.append(.send(peer, id, request, body(of: request, for: peer)))
            case .wake(let time): effects.append(.wake(peer, at: time))
            case .keep(let cursor):
                cursors[peer] = cursor
                keeper.write(.cursor(cursor, of: peer))
            case .restored(let room, let places): beginEpoch(in: room, after: places)
            case .acknowledged, .identical, .refusedByPeer, .ownFeedClaimed, .reconciled, .down: continue
            }
        }
    }

    private func body(of request: PeerSession.Request, for peer: NodeID) -> [UInt8] {
        switch request {
        case .push(let plan): keeper.body(of: plan, for: peer, seal: seal).encoded
        case .pull(let pull): pull.encoded
        case .changes(let since, _): since?.bytes ?? []
        case .rooms(let rooms): rooms.encoded
        }
    }

    // MARK: Taking in

    mutating func take(_ batch: ProvenBatch, told: Set<NodeID> = [], at now: Int64) -> IntakeOutcome {
        let position = keeper.position
        let before = keeper.rooms[batch.room]?.participants ?? []
        let outcome = intake.take(batch, into: &keeper, at: clock.time(at: now))
        let after = Set(keeper.rooms[batch.room]?.participants ?? [])
        justLeft.formUnion(before.filter { !after.contains($0) }.map { Part(room: batch.room, node: $0) })
        settle(outcome, after: position, source: batch.source, told: told, at: now)
        return outcome
    }

    /// Time has gone on: what is early, what is missing.
    mutating func tick(at now: Int64) {
        let position = keeper.position
        keeper.eraseWhatIsDue(at: clock.time(at: now))
        let outcome = intake.tick(&keeper, at: clock.time(at: now))
        settle(outcome, after: position, source: nil, told: [], at: now)
        askForAll(of: outcome.rooms, at: now)
        askForMissing(at: now)
    }

    /// Whoever brought it long ago may have lost it since, and nothing is pushed to where it came from.
    private mutating func askForAll(of rooms: [RoomID], at now: Int64) {
        for room in rooms.sorted() {
            for peer in sessions.keys.sorted() where keeper.standing(of: peer, in: room) == .participant {
                tell(peer, .lacking(room, operations: [], payloads: []), at: now)
            }
        }
    }

    private mutating func settle(
        _ outcome: IntakeOutcome, after position: UInt64, source: NodeID?, told: Set<NodeID>, at now: Int64
    ) {
        keeper.staging = intake.staging
        tally.add(outcome)
        for own in outcome.own { beginEpoch(in: own.room, after: [own.place]) }
        // A push says up to where it brings all: not beyond this while there is more to be told of.
        keeper.positionMax = position
        for room in outcome.rooms {
            guard let kept = keeper.rooms[room] else { continue }
            if let last = lastWritten[room], kept.isForked(last) { beginEpoch(in: room) }
            payloadWants.update(room, missing: kept.wantedPayloads)
            announce(room, after: position, source: source, told: told, at: now)
        }
        for (room, reader) in keeper.takeNewReaders() where sessions[reader] != nil {
            tell(reader, .committed(.init(room: room, position: 1, manner: .whole)), at: now)
        }
        keeper.positionMax = nil
        askForAll(of: outcome.roomsKeptApart, at: now)
        if outcome.new + outcome.parked > 0 { quietTurns = 0 }
        if keeper.position > position || !payloadWants.isEmpty || intake.waiting.operations > 0 {
            askForMissing(at: now)
        }
    }

    /// Somebody showed us operations of our own. If they are of the epoch that we write, that one is over; others are no
    /// reason to begin yet another.
    private mutating func beginEpoch(in room: RoomID, after places: [FeedPosition]) {
        guard let last = lastWritten[room], let feed = keeper.header(of: last, in: room)?.feed else { return }
        if places.contains(where: { $0.feed == feed }) { beginEpoch(in: room) }
    }

    private mutating func beginEpoch(in room: RoomID) {
        guard writers[room] != nil, sabotage != .keepsEpochs else { return }
        (writers[room], lastWritten[room]) = (nil, nil)
        keeper.write(.newEpoch(room))
    }

    private mutating func announce(
        _ room: RoomID, after position: UInt64, source: NodeID?, told: Set<NodeID>, at now: Int64
    ) {
        let concerned = sessions.keys.sorted().filter { keeper.standing(of: $0, in: room) != .none }
        let reachable = concerned.filter { sessions[$0]?.health.link == .up }
        let choice = fanOut.choose(
            in: room, on: keeper.rooms[room]?.participants.count ?? 0, among: reachable, source: source, told: told,
            at: now)
        for peer in concerned where peer != source {
            let manner: PeerSession.Delivery.Manner =
                choice.whole.contains(peer) ? .whole : choice.announced.contains(peer) ? .announced : .left
            let delivery = PeerSession.Delivery(
                room: room, position: position + 1, manner: manner, told: choice.told.subtracting([peer]))
            tell(peer, .committed(delivery), at: now)
        }
    }

    /// Pasts and payloads that are not here are asked for: first of whoever brought what needs them, then of others.
    mutating func askForMissing(at now: Int64) {
        let peers = sessions.keys.sorted()
        for want in intake.wanted(at: now, limit: 64) {
            let ids = want.times > 1 ? [want.id] : []
            tell(want.peer, .lacking(want.room, operations: ids, payloads: []), at: now)
            guard want.times > 2, !peers.isEmpty else { continue }
            tell(peers[want.times % peers.count], .lacking(want.room, operations: ids, payloads: []), at: now)
        }
        for due in payloadWants.due(at: now) {
            let others = peers.filter { keeper.standing(of: $0, in: due.room) == .participant }
            guard !others.isEmpty else { continue }
            tell(others[due.times % others.count], .lacking(due.room, operations: [], payloads: due.ids), at: now)
        }
        let isWaiting = intake.waiting.operations > 0 || !payloadWants.isEmpty || intake.staging.count > 0
        guard isWaiting else { return }
        // The longer nothing comes, the more rarely it is looked after.
        quietTurns += 1
        effects.append(.wakeNode(at: now + min(1_000 << min(quietTurns, 16) / 2, 60_000)))
    }
}
