package import Gossip
package import Keys
package import Operations
import Replica
import SQLite

/// The log as replication's machines read and feed it: for the writer, within a command, over the rooms that it keeps in memory.
///
/// It doesn't throw: what goes wrong is kept in `StoreFailure`, and the command fails with it at its end.
package struct LogKeeper: OperationKeeper {
    package let node: NodeID
    package var peers: KnownPeers
    /// How far that goes which is kept apart for peers; only who takes in knows it.
    package var staged: StagedClocks
    /// What came later than this is not spoken of yet; nil where all may be.
    package var positionMax: UInt64?
    let log: LogAccess
    let rooms: RoomCache

    init(
        _ log: LogAccess, _ rooms: RoomCache, node: NodeID, peers: KnownPeers, staged: StagedClocks = StagedClocks()
    ) {
        (self.log, self.rooms, self.node, self.peers, self.staged) = (log, rooms, node, peers, staged)
    }

    /// As it is kept, for those who ask what no machine of replication does.
    func stored(_ id: RoomID) -> StoredRoom? { room(id) }

    private func room(_ id: RoomID, toChange: Bool = false) -> StoredRoom? {
        log.failure.attempt(else: nil) { try rooms.room(id, toChange: toChange) }
    }

    // MARK: Taking in

    package mutating func apply(_ operation: Operation, under certificate: Certificate, from source: NodeID?) {
        let id = operation.room
        log.failure.attempt {
            let nature =
                RoomNature(shownBy: operation)
                ?? (id == RoomID(directoryOf: operation.header.origin) ? .directory(operation.header.origin) : nil)
            let known = try rooms.room(id, toChange: true)
            // What shows no nature waits for what does.
            guard let room = try known ?? nature.map({ try rooms.room(id, nature: $0) }) else {
                throw StoreFault.damaged("room \(id)")
            }
            room.take(operation, under: certificate, from: source)
        }
    }

    package mutating func keep(witnesses: [Operation], of id: OperationID, in room: RoomID) {
        guard let room = self.room(room, toChange: true), let position = room.records.position(of: id) else { return }
        log.failure.attempt { try room.keep(witnesses: witnesses, of: position) }
    }

    package mutating func take(payload: [UInt8], of id: OperationID, in room: RoomID) -> Bool {
        self.room(room, toChange: true)?.take(payload: payload, of: id) ?? false
    }

    package mutating func take(_ register: SignedRegister, from source: NodeID?) -> Bool {
        room(register.register.room, toChange: true)?.take(register, from: source) ?? false
    }

    package mutating func take(_ proof: ForkProof, from source: NodeID?) -> Bool {
        room(proof.room, toChange: true)?.take(proof, from: source) ?? false
    }

    package mutating func attempt(_ body: (inout LogKeeper) -> Bool) -> Bool {
        log.failure.attempt(else: false) { try log.attempt(undoing: rooms) { body(&self) } }
    }

    package func nature(of room: RoomID) -> RoomNature? { self.room(room)?.nature }

    package func header(of id: OperationID, in room: RoomID) -> OperationHeader? {
        guard let room = self.room(room), let position = room.records.position(of: id) else { return nil }
        return room.records.recent.entry(at: position, in: room.number)?.header ?? room.records.header(at: position)
    }

    package func setAsideCount(of origin: NodeID, in room: RoomID) -> Int {
        self.room(room)?.setAsideCount(of: origin) ?? 0
    }

    package func isMember(_ user: UserID, of room: RoomID) -> Bool {
        self.room(room).map { $0.room.standing(of: user, in: $0.records) != .out } ?? false
    }

    // MARK: Operations as they came

    package func id(at place: FeedPosition, in room: RoomID) -> OperationID? {
        guard let room = self.room(room), let position = room.position(at: place) else { return nil }
        return room.records.kept(at: position).id
    }

    package func operation(_ id: OperationID, in room: RoomID) -> Operation? {
        guard let room = self.room(room), let position = room.records.position(of: id) else { return nil }
        return room.records.operation(at: position)
    }

    package func successor(of id: OperationID, in room: RoomID) -> OperationID? {
        guard let room = self.room(room), let position = room.records.position(of: id) else { return nil }
        return room.successor(of: position).map { room.records.kept(at: $0).id }
    }

    package func witnesses(of id: OperationID, in room: RoomID) -> [Operation] {
        guard let room = self.room(room), let position = room.records.position(of: id) else { return [] }
        return log.failure.attempt(else: []) { try room.witnesses(of: position) }
    }

    package func certificate(of feed: Feed, in room: RoomID) -> Certificate? {
        guard let room = self.room(room), let line = room.lines(of: feed).first else { return nil }
        return log.failure.attempt(else: nil) {
            try log.certificate(numbered: room.records.lines[line.index].certificate)
        }
    }

    package func register(of origin: NodeID, in room: RoomID) -> [UInt8]? {
        guard let room = self.room(room), let origin = room.records.origin(of: origin) else { return nil }
        return room.records.register(of: origin)?.encoded
    }

    package func proof(of feed: Feed, in room: RoomID) -> [UInt8]? {
        guard let room = self.room(room) else { return nil }
        return log.failure.attempt(else: nil) { try room.proof(of: feed)?.encoded }
    }

    package func deletion(covering id: OperationID, in room: RoomID) -> OperationID? {
        self.room(room).flatMap { $0.room.deletion(covering: id, in: $0.records) }
    }

    // MARK: What peers may see

    package var position: UInt64 {
        min(log.failure.attempt(else: 0) { UInt64(clamping: try log.serials.last()) }, positionMax ?? .max)
    }

    package func standing(of peer: NodeID, in room: RoomID) -> Gossip.Standing {
        guard let room = self.room(room) else { return .none }
        if case .directory(let origin) = room.nature {
            return isReader(peer, ofDirectoryOf: origin) ? .participant : .none
        }
        if room.isParticipant(peer) { return .participant }
        return room.room.view(of: peer, toldBy: node, in: room.records).map { .left($0) } ?? .none
    }

    /// A directory goes to the peers of its node, and to the nodes of rooms with one of its users in them; one that is closed
    /// goes to nobody.
    package func isReader(_ peer: NodeID, ofDirectoryOf origin: NodeID) -> Bool {
        if peer == origin { return true }
        if peers.closed.contains(origin) { return false }
        if origin == node && peers.nodes.contains(peer) || peer == node && peers.nodes.contains(origin) { return true }
        return log.failure.attempt(else: false) { try log.haveRoomInCommon(peer, origin) }
    }

    package func stagedClock(of room: RoomID, from peer: NodeID) -> RoomClock {
        staged.clock(of: room, from: peer)
    }

    package func clock(of room: RoomID) -> RoomClock? { self.room(room)?.clock }
    package func digest(of room: RoomID) -> Hash? { self.room(room)?.clock.digest }

    package func sharedRooms(with peer: NodeID) -> [RoomDigest] {
        let candidates = log.failure.attempt(else: []) { try log.roomsInCommon(node, peer) }
        return candidates.sorted().compactMap { id in
            guard standing(of: peer, in: id) == .participant, standing(of: node, in: id) == .participant else {
                return nil
            }
            return digest(of: id).map { RoomDigest(room: id, digest: $0) }
        }
    }

    package func changedRooms(for peer: NodeID, after position: UInt64, limit: Int) -> [ChangedRoom] {
        let changed = log.failure.attempt(else: []) { try log.roomsChanged(after: position) }
        var found: [ChangedRoom] = []
        for change in changed {
            guard found.count < limit else { break }
            switch standing(of: peer, in: change.room) {
            case .none: continue
            case .participant: found.append(change)
            case .left(let view):
                // What the view holds came before the last member left: there is seldom anything new in it.
                let shown = entries(of: change.room, after: position, limit: .max).last { entry in
                    if case .operation(let place) = entry.item { view.contains(place) } else { false }
                }
                guard let shown else { continue }
                found.append(ChangedRoom(room: change.room, position: shown.position, activity: change.activity))
            }
        }
        return found.sorted { $0.position < $1.position }
    }

    package func entries(of room: RoomID, after position: UInt64, limit: Int) -> [LogEntry] {
        guard let room = self.room(room) else { return [] }
        return log.failure.attempt(else: []) { try room.entries(after: position, limit: limit) }
    }

    package func entries(of room: RoomID, in feed: Feed, from seq: UInt64, limit: Int) -> [LogEntry] {
        guard let room = self.room(room), let end = room.clock.seq(of: feed), seq <= end else { return [] }
        return (seq...end).prefix(limit).compactMap { seq in
            room.position(at: FeedPosition(feed: feed, seq: seq)).flatMap { room.entry(at: $0) }
        }
    }

    package func entry(of id: OperationID, in room: RoomID) -> LogEntry? {
        guard let room = self.room(room), let position = room.records.position(of: id),
            room.room.isPassedOn(position)
        else { return nil }
        return room.entry(at: position)
    }

    /// Whether they are in a room in which the peer has somebody.
    private func isMet(_ user: UserID, by peer: NodeID) -> Bool {
        log.failure.attempt(else: []) { try log.roomsInCommon(user.node, peer) }.contains { isMember(user, of: $0) }
    }

    package func profile(of user: UserID, for peer: NodeID) -> [OperationID] {
        let directory = RoomID(directoryOf: user.node)
        guard standing(of: peer, in: directory) == .participant || isMet(user, by: peer),
            let room = self.room(directory), let person = room.records.person(of: user)
        else { return [] }
        let records = room.records
        let closures = records.operations(.userClose, about: person).filter { records.counts(at: $0) }
        if let closure = closures.min(by: { records.isBefore($0, $1) }) { return [records.kept(at: closure).id] }
        guard let writers = records.profile(of: person)?.writers else { return [] }
        return Set([writers.name, writers.avatar, writers.extra].compactMap { $0 })
            .sorted { records.isBefore($0, $1) }.map { records.kept(at: $0).id }
    }

    /// Whether it is the picture of somebody here whom the peer's people have met.
    func isPictureOfMet(_ blob: Hash, by peer: NodeID) -> Bool {
        log.failure.attempt(else: false) {
            var rows = try log.connection.statement(
                """
                SELECT a.subject FROM avatar a JOIN person p ON p.number = a.subject
                WHERE a.blob = ?1 AND a.is_person = 1 AND p.node = 1
                """)
            rows.bind(1, blob.bytes)
            while try rows.step() {
                if isMet(try log.names.user(log.names.person(numbered: rows.int64(0))), by: peer) { return true }
            }
            return false
        }
    }
}

// MARK: What those ask who talk to peers

extension LogKeeper {
    /// On how many nodes a room is.
    package func participantsCount(of room: RoomID) -> Int { self.room(room)?.participants.count ?? 0 }

    /// The operations whose payloads are to be asked for.
    package func missingPayloads(of room: RoomID) -> [OperationID] {
        self.room(room)?.records.payloadsToAskFor ?? []
    }

    package var roomsLackingPayloads: [RoomID] {
        log.failure.attempt(else: []) {
            var rows = try log.connection.statement(
                "SELECT id FROM room WHERE number IN (SELECT room FROM wanted WHERE refused IS NULL)")
            var rooms: [RoomID] = []
            while try rows.step() { rooms.append(RoomID(try rows.bytes32(0))) }
            return rooms
        }
    }
}
