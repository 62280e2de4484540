import Keys
package import Operations

/// What peers bring of rooms that they do not share with this node, as far as it knows: for each peer and room
/// apart, shown to nobody else, until the fold of the log and of this has both of them in the room
/// (Spec/replication.md, section 3).
///
/// Whether the room is here makes no difference to anything that the peer can see: the clock of what is staged
/// counts what this peer brought, and its past has to come from this peer too.
package struct Staging: Sendable {
    package struct Limits: Sendable {
        package var roomsMaxOfPeer = 64
        /// As it lies in memory.
        package var bytesMaxOfPeer = 268_435_456
        /// Of all peers: beyond it the largest room of whoever has the most is dropped.
        package var bytesMax = 536_870_912
        /// Operations of a peer that are tried, to see whether a room has become a shared one.
        package var triedPerSecond: Int64 = 2_000
        package var triedAtOnce: Int64 = 131_072
        package var milliseconds: Int64 = 86_400_000

        package init() {}
    }

    struct Key: Hashable, Comparable, Sendable {
        let peer: NodeID
        let room: RoomID

        static func < (left: Key, right: Key) -> Bool {
            left.peer == right.peer ? left.room < right.room : left.peer < right.peer
        }
    }

    struct StagedRoom: Sendable {
        var nature: RoomNature?
        /// In causal order.
        var operations: [Proven] = []
        var headers: [OperationID: OperationHeader] = [:]
        var places: [FeedPosition: OperationID] = [:]
        var certificates: [Feed: Certificate] = [:]
        var registers: [NodeID: SignedRegister] = [:]
        var proofs: [Feed: ForkProof] = [:]
        var clock = RoomClock()
        var buffer: CausalBuffer<Proven>
        /// Runs are kept whole, and weighed once.
        var runs: Set<ObjectIdentifier> = []
        var ownBytes = 0
        var bytes: Int { ownBytes + buffer.bytes }
        let since: Int64
        /// Something came that may have made it a shared room.
        var isDue = true
    }

    let limits: Limits
    var rooms: [Key: StagedRoom] = [:]
    private(set) var trials: [NodeID: TokenBucket] = [:]

    init(limits: Limits) {
        self.limits = limits
    }

    /// Empty where nothing is staged.
    package func clock(of room: RoomID, from peer: NodeID) -> RoomClock {
        rooms[Key(peer: peer, room: room)]?.clock ?? RoomClock()
    }

    package func certificate(of feed: Feed, in room: RoomID, from peer: NodeID) -> Certificate? {
        rooms[Key(peer: peer, room: room)]?.certificates[feed]
    }

    package var count: Int { rooms.count }
    package func bytes(of peer: NodeID) -> Int {
        rooms.reduce(0) { $1.key.peer == peer ? $0 + $1.value.bytes : $0 }
    }

    mutating func affordsTrial(of key: Key, at now: Int64) -> Bool {
        guard let staged = rooms[key] else { return false }
        // To look who may have a directory takes no fold.
        if case .directory(let origin) = staged.nature, key.room == RoomID(directoryOf: origin) { return true }
        let full = TokenBucket(perSecond: limits.triedPerSecond, burst: limits.triedAtOnce, now: now)
        return trials[key.peer, default: full].take(Int64(staged.operations.count), at: now)
    }

    mutating func expire(at now: Int64) {
        for (key, room) in rooms where now - room.since > limits.milliseconds { rooms[key] = nil }
    }

    /// What has waited for the clock.
    mutating func release(at now: Int64, _ outcome: inout IntakeOutcome) {
        for key in rooms.keys.sorted() {
            for parked in rooms[key]?.buffer.released(at: now) ?? [] {
                rooms[key]?.take(parked.content, from: key.peer, at: now, &outcome)
            }
        }
    }

    mutating func wanted(at now: Int64, limit: Int) -> [CausalBuffer<Proven>.Want] {
        var wants: [CausalBuffer<Proven>.Want] = []
        for key in rooms.keys.sorted() where wants.count < limit {
            wants += rooms[key]?.buffer.wanted(at: now, limit: limit - wants.count) ?? []
        }
        return wants
    }

    // MARK: Coming in

    /// False where nothing more can be staged for the peer.
    mutating func take(
        _ batch: ProvenBatch, from peer: NodeID, at now: Int64, _ outcome: inout IntakeOutcome
    ) -> Bool {
        let key = Key(peer: peer, room: batch.room)
        if rooms[key] == nil, rooms.keys.count(where: { $0.peer == peer }) >= limits.roomsMaxOfPeer { return false }
        guard bytes(of: peer) < limits.bytesMaxOfPeer else { return false }
        var staged = rooms.removeValue(forKey: key) ?? StagedRoom(buffer: Self.makeBuffer(limits), since: now)
        for proven in batch.operations { staged.take(proven, from: peer, at: now, &outcome) }
        for proof in batch.proofs { staged.take(proof) }
        for register in batch.registers { staged.take(register) }
        rooms[key] = staged
        makeRoom()
        return true
    }

    private mutating func makeRoom() {
        while rooms.values.reduce(0, { $0 + $1.bytes }) > limits.bytesMax {
            let shares = Dictionary(grouping: rooms, by: \.key.peer).mapValues { $0.reduce(0) { $0 + $1.value.bytes } }
            guard let greediest = shares.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key,
                let largest = rooms.filter({ $0.key.peer == greediest })
                    .max(by: { ($0.value.bytes, $0.key) < ($1.value.bytes, $1.key) })?.key
            else { return }
            rooms[largest] = nil
        }
    }

    private static func makeBuffer(_ limits: Limits) -> CausalBuffer<Proven> {
        var own = CausalBuffer<Proven>.Limits()
        own.bytesMax = min(own.bytesMaxOfOne, limits.bytesMaxOfPeer)
        own.bytesMaxOfOne = own.bytesMax
        own.operationsMax = own.operationsMaxOfOne
        return CausalBuffer(limits: own)
    }
}

/// How far that goes which is staged, and under which certificates its feeds are written: for those who prove, ask and
/// answer on other threads than the one that takes in.
package struct StagedClocks: Sendable {
    private var rooms: [Staging.Key: (clock: RoomClock, certificates: [Feed: Certificate])] = [:]

    package init() {}

    init(_ rooms: [Staging.Key: Staging.StagedRoom]) {
        self.rooms = rooms.mapValues { ($0.clock, $0.certificates) }
    }

    package var isEmpty: Bool { rooms.isEmpty }

    /// Empty where nothing is staged.
    package func clock(of room: RoomID, from peer: NodeID) -> RoomClock {
        rooms[Staging.Key(peer: peer, room: room)]?.clock ?? RoomClock()
    }

    package func certificate(of feed: Feed, in room: RoomID, from peer: NodeID) -> Certificate? {
        rooms[Staging.Key(peer: peer, room: room)]?.certificates[feed]
    }
}

extension Staging {
    package var clocks: StagedClocks { StagedClocks(rooms) }
}

extension Staging.StagedRoom {
    mutating func take(_ proven: Proven, from peer: NodeID, at now: Int64, _ outcome: inout IntakeOutcome) {
        var ready = [proven]
        while let proven = ready.popLast() {
            let operation = proven.operation
            guard headers[operation.id] == nil else {
                outcome.duplicates += 1
                continue
            }
            nature = nature ?? RoomNature(shownBy: operation, in: operation.room)
            guard let nature else {
                park(proven, from: peer, lacking: Intake.pastInUnknownRoom(of: operation), until: nil, &outcome)
                continue
            }
            switch Intake.verdict(on: operation, in: nature, at: now, { headers[$0] }) {
            case .refused(let fault): refuse(operation.id, fault, &outcome)
            case .waits(let past, let release): park(proven, from: peer, lacking: past, until: release, &outcome)
            case .applies:
                keep(proven)
                outcome.note(operation.room, isNew: true)
                ready += buffer.applied(operation.id).reversed().map(\.content)
            }
        }
    }

    /// Of what is kept of each operation beside itself.
    private static let booksBytes = 384

    private mutating func keep(_ proven: Proven) {
        let (operation, place) = (proven.operation, proven.operation.header.position)
        operations.append(proven)
        ownBytes += Self.booksBytes + (runs.insert(ObjectIdentifier(proven.run)).inserted ? proven.run.bytes : 0)
        headers[operation.id] = operation.header
        certificates[place.feed] = proven.certificate
        if case .directory = nature {
            isDue = true
        } else if operation.header.knownKind?.changesMembers ?? false {
            isDue = true
        }
        if places[place] == nil {
            places[place] = operation.id
            clock.reach(place.feed, place.seq)
        }
    }

    private mutating func park(
        _ proven: Proven, from peer: NodeID, lacking past: [OperationID], until release: Int64?,
        _ outcome: inout IntakeOutcome
    ) {
        let operation = proven.operation
        switch buffer.park(proven.parked(by: peer), lacking: past, until: release) {
        case .parked: outcome.parked += 1
        case .known: outcome.duplicates += 1
        case .selfDependency, .deadPast: refuse(operation.id, .wrongPrevious, &outcome)
        case .tooLarge: refuse(operation.id, .tooLarge, &outcome)
        }
    }

    private mutating func refuse(_ id: OperationID, _ fault: OperationFault, _ outcome: inout IntakeOutcome) {
        buffer.refused(id)
        outcome.refuse(id, fault)
    }

    mutating func take(_ proof: ForkProof) {
        if let held = proofs[proof.feed], held.seq <= proof.seq { return }
        ownBytes += proof.encoded.count
        proofs[proof.feed] = proof
        clock.fork(proof.feed, at: proof.seq)
    }

    mutating func take(_ register: SignedRegister) {
        let origin = register.register.origin
        if let held = registers[origin], !register.supersedes(held) { return }
        ownBytes += register.registerBytes.count
        registers[origin] = register
        clock.take(register.version, of: origin)
    }
}
