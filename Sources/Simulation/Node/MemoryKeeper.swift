import Gossip
import Keys
import Operations
import Replica

/// A node's log in memory, in the place of the store: the same questions, the same promises.
struct MemoryKeeper: OperationKeeper, Sendable {
    let node: NodeID
    /// To whom the node's own directory goes.
    var peers: Set<NodeID> = []
    var staging: Staging?
    /// Of the last entry of all rooms.
    private(set) var end: UInt64 = 0
    /// What came later than this is not spoken of yet; nil where all may be.
    var positionMax: UInt64?
    var position: UInt64 { min(end, positionMax ?? .max) }
    private(set) var rooms: [RoomID: KeptRoom] = [:]
    /// All that was taken in, in order: what a disk keeps.
    private(set) var journal: [JournalEntry] = []
    private var journaled: [OperationID: Int] = [:]
    /// Who may have a node's directory, since which position. Somebody may come to it without a new entry in it: by
    /// coming into a room with one of that node's users.
    private var readers: [RoomID: [NodeID: UInt64]] = [:]
    /// Who came to it and was not told yet.
    private(set) var newReaders: [(room: RoomID, node: NodeID)] = []
    private let sabotage: Sabotage?

    init(node: NodeID, sabotage: Sabotage?) {
        self.node = node
        self.sabotage = sabotage
    }

    /// As it comes back from a disk.
    init(node: NodeID, peers: Set<NodeID>, sabotage: Sabotage?, replaying journal: [JournalEntry]) {
        self.init(node: node, sabotage: sabotage)
        self.peers = peers
        for entry in journal {
            switch entry {
            case .operation(let operation, let certificate, let source):
                apply(operation, under: certificate, from: source)
            case .witnesses(let witnesses, let id, let room): keep(witnesses: witnesses, of: id, in: room)
            case .payload(let payload, let id, let room): _ = take(payload: payload, of: id, in: room)
            case .register(let register, let source): _ = take(register, from: source)
            case .proof(let proof, let source): _ = take(proof, from: source)
            case .note(.contentsErased(let room)): eraseContents(of: room)
            case .note(let note): write(note)
            }
        }
    }

    // MARK: OperationKeeper

    func nature(of room: RoomID) -> RoomNature? { rooms[room]?.fold.nature }
    func header(of id: OperationID, in room: RoomID) -> OperationHeader? { rooms[room]?.header(of: id) }
    func isMember(_ user: UserID, of room: RoomID) -> Bool { rooms[room]?.isMember(user) ?? false }
    func setAsideCount(of origin: NodeID, in room: RoomID) -> Int { rooms[room]?.setAsideCount(of: origin) ?? 0 }

    mutating func attempt(_ body: (inout MemoryKeeper) -> Bool) -> Bool {
        let before = self
        if body(&self) { return true }
        self = before
        return false
    }

    mutating func apply(_ operation: Operation, under certificate: Certificate, from source: NodeID?) {
        let room = operation.room
        if rooms[room] == nil {
            guard let nature = RoomNature(shownBy: operation) ?? directory(room, of: operation) else {
                preconditionFailure("What shows no nature waits for what does")
            }
            rooms[room] = KeptRoom(room, nature: nature, sabotage: sabotage)
        }
        let participants = rooms[room]?.participants
        let erased = rooms[room]?.apply(operation, under: certificate, from: source, position: &end) ?? []
        // As the fold keeps it: a payload that a deletion covers already never comes to lie on the disk.
        let kept = rooms[room]?.operation(operation.id) ?? operation
        journaled[operation.id] = journal.count
        journal.append(.operation(kept, certificate, source: source))
        scrub(erased)
        let now = rooms[room]?.participants ?? []
        // Those as well who are in no more: were they to come back, there may be something new for them.
        if now != participants { reviewReaders(among: Set(now).union(participants ?? []).sorted()) }
    }

    private mutating func reviewReaders(among nodes: [NodeID]) {
        for (room, kept) in rooms.sorted(by: { $0.key < $1.key }) {
            guard case .directory(let origin) = kept.fold.nature else { continue }
            for peer in nodes where peer != node {
                guard isReader(peer, ofDirectoryOf: origin) else {
                    readers[room]?[peer] = nil
                    continue
                }
                guard readers[room]?[peer] == nil else { continue }
                end += 1
                readers[room, default: [:]][peer] = end
                newReaders.append((room, peer))
            }
        }
    }

    mutating func takeNewReaders() -> [(room: RoomID, node: NodeID)] {
        defer { newReaders = [] }
        return newReaders
    }

    private func directory(_ room: RoomID, of operation: Operation) -> RoomNature? {
        let origin = operation.header.origin
        return room == RoomID(directoryOf: origin) ? .directory(origin) : nil
    }

    mutating func keep(witnesses: [Operation], of id: OperationID, in room: RoomID) {
        let headers = witnesses.map { $0.header.knownKind == .directOpen ? $0 : $0.with(checkedPayload: nil) }
        rooms[room]?.keep(witnesses: headers, of: id)
        journal.append(.witnesses(headers, of: id, in: room))
    }

    mutating func take(payload: [UInt8], of id: OperationID, in room: RoomID) -> Bool {
        guard rooms[room]?.take(payload: payload, of: id, position: &end) == true else { return false }
        journal.append(.payload(payload, of: id, in: room))
        return true
    }

    mutating func take(_ register: SignedRegister, from source: NodeID?) -> Bool {
        let room = register.register.room
        guard rooms[room]?.take(register, from: source, position: &end) == true else { return false }
        journal.append(.register(register, source: source))
        return true
    }

    mutating func take(_ proof: ForkProof, from source: NodeID?) -> Bool {
        guard rooms[proof.room]?.take(proof, from: source, position: &end) == true else { return false }
        journal.append(.proof(proof, source: source))
        return true
    }

    func has(payloadOf id: OperationID, in room: RoomID) -> Bool { operation(id, in: room)?.payload != nil }

    mutating func write(_ note: JournalEntry.Note) { journal.append(.note(note)) }

    /// The contents of rooms that were deleted a day ago.
    mutating func eraseWhatIsDue(at wallClock: Int64) {
        for (id, room) in rooms.sorted(by: { $0.key < $1.key }) where room.erasureDue.map({ $0 <= wallClock }) ?? false
        {
            eraseContents(of: id)
        }
    }

    private mutating func eraseContents(of room: RoomID) {
        let erased = rooms[room]?.eraseContents(position: &end) ?? []
        scrub(erased)
        journal.append(.note(.contentsErased(room)))
    }

    /// What is erased is gone from the disk as well.
    private mutating func scrub(_ erased: [OperationID]) {
        guard !erased.isEmpty, sabotage != .keepsErased else { return }
        let gone = Set(erased)
        for id in gone { journaled[id].map { journal[$0].dropPayload() } }
        for index in journal.indices {
            if case .payload(_, let id, let room) = journal[index], gone.contains(id) {
                journal[index] = .payload([], of: id, in: room)
            }
        }
    }

    // MARK: OperationSource

    func id(at place: FeedPosition, in room: RoomID) -> OperationID? { rooms[room]?.places[place] }
    func operation(_ id: OperationID, in room: RoomID) -> Operation? { rooms[room]?.operation(id) }
    func successor(of id: OperationID, in room: RoomID) -> OperationID? { rooms[room]?.successor(of: id) }
    func witnesses(of id: OperationID, in room: RoomID) -> [Operation] { rooms[room]?.witnesses[id] ?? [] }
    func certificate(of feed: Feed, in room: RoomID) -> Certificate? { rooms[room]?.certificates[feed] }
    func register(of origin: NodeID, in room: RoomID) -> [UInt8]? { rooms[room]?.registers[origin]?.encoded }
    func proof(of feed: Feed, in room: RoomID) -> [UInt8]? { rooms[room]?.proofs[feed]?.encoded }
    func deletion(covering id: OperationID, in room: RoomID) -> OperationID? { rooms[room]?.deletion(covering: id) }

    // MARK: OperationReader

    func standing(of peer: NodeID, in room: RoomID) -> Gossip.Standing {
        guard let kept = rooms[room] else { return .none }
        if sabotage == .showsAll { return .participant }
        if case .directory(let origin) = kept.fold.nature {
            return isReader(peer, ofDirectoryOf: origin) ? .participant : .none
        }
        if kept.participants.contains(peer) { return .participant }
        return kept.view(of: peer, toldBy: node).map { .left($0) } ?? .none
    }

    /// A directory goes to the peers of its node, and to the nodes of rooms with one of its users in them. What this
    /// node knows of rooms in which it has no part any more shows nothing: others may have left since.
    func isReader(_ peer: NodeID, ofDirectoryOf origin: NodeID) -> Bool {
        if peer == origin || origin == node && peers.contains(peer) || peer == node && peers.contains(origin) {
            return true
        }
        return rooms.values.contains { room in
            [node, origin, peer].allSatisfy { room.participants.contains($0) }
        }
    }

    func stagedClock(of room: RoomID, from peer: NodeID) -> RoomClock {
        staging?.clock(of: room, from: peer) ?? RoomClock()
    }

    func clock(of room: RoomID) -> RoomClock? { rooms[room]?.clock }
    func digest(of room: RoomID) -> Hash? { rooms[room]?.digest }

    func sharedRooms(with peer: NodeID) -> [RoomDigest] {
        rooms.keys.sorted().compactMap { id in
            guard standing(of: peer, in: id) == .participant, standing(of: node, in: id) == .participant else {
                return nil
            }
            return rooms[id].map { RoomDigest(room: id, digest: $0.digest) }
        }
    }

    func changedRooms(for peer: NodeID, after position: UInt64, limit: Int) -> [ChangedRoom] {
        var changes: [ChangedRoom] = []
        for (id, room) in rooms {
            let opened = readers[id]?[peer] ?? 0
            guard max(opened, room.entries.last?.position ?? 0) > position else { continue }
            let standing = standing(of: peer, in: id)
            guard let last = room.entries.last(where: { Self.isShown($0, to: standing) }) else { continue }
            guard max(opened, last.position) > position else { continue }
            changes.append(ChangedRoom(room: id, position: max(opened, last.position), activity: room.activity))
        }
        return Array(changes.sorted { $0.position < $1.position }.prefix(limit))
    }

    private static func isShown(_ entry: LogEntry, to standing: Gossip.Standing) -> Bool {
        switch (standing, entry.item) {
        case (.participant, _): true
        case (.left(let view), .operation(let place)): view.contains(place)
        case (.left, _), (.none, _): false
        }
    }

    func entries(of room: RoomID, after position: UInt64, limit: Int) -> [LogEntry] {
        rooms[room]?.entries(after: position, limit: limit) ?? []
    }

    func entries(of room: RoomID, in feed: Feed, from seq: UInt64, limit: Int) -> [LogEntry] {
        rooms[room]?.entries(in: feed, from: seq, limit: limit) ?? []
    }

    func entry(of id: OperationID, in room: RoomID) -> LogEntry? {
        guard let kept = rooms[room], let entry = kept.entry(of: id), kept.isPassedOn(id) else { return nil }
        return entry
    }

    func profile(of user: UserID, for peer: NodeID) -> [OperationID] { [] }
}
