import Gossip
import Keys
import Operations
import Replica

/// One room as a node keeps it: the fold, its rows, and in which order what is passed on came to be so.
struct KeptRoom: Sendable {
    private(set) var fold: Room
    private(set) var records: FaultyRecords
    /// By id, in which order it was applied.
    private var arrivals: [OperationID: Int] = [:]
    private var sources: [OperationID: NodeID] = [:]
    /// The operation that is held for a place: of two the first.
    private(set) var places: [FeedPosition: OperationID] = [:]
    private var successors: [OperationID: OperationID] = [:]
    private(set) var witnesses: [OperationID: [Operation]] = [:]
    private(set) var certificates: [Feed: Certificate] = [:]
    private(set) var proofs: [Feed: ForkProof] = [:]
    private(set) var registers: [NodeID: SignedRegister] = [:]
    private(set) var entries: [LogEntry] = []
    /// Where an operation stands in `entries`: the last time, if it was set aside in between.
    private var entryOf: [OperationID: Int] = [:]
    private(set) var activity: UInt64 = 0
    /// All that has been applied, in order.
    private(set) var order: [OperationID] = []
    private(set) var posts: [OperationID] = []

    // What the fold says, as it is now.
    private(set) var clock = RoomClock()
    private(set) var digest: Hash
    private(set) var participants: [NodeID] = []

    init(_ id: RoomID, nature: RoomNature, sabotage: Sabotage?) {
        fold = Room(id, nature: nature)
        records = FaultyRecords(sabotage: sabotage)
        digest = clock.digest
    }

    // MARK: Taking in

    /// The payloads that are gone with it.
    mutating func apply(
        _ operation: Operation, under certificate: Certificate, from source: NodeID?, position: inout UInt64
    ) -> [OperationID] {
        let (id, header) = (operation.id, operation.header)
        arrivals[id] = order.count
        order.append(id)
        if header.knownKind == .messagePost { posts.append(id) }
        sources[id] = source
        if places[header.position] == nil { places[header.position] = id }
        if header.seq > 0, successors[OperationID(header.previous)] == nil {
            successors[OperationID(header.previous)] = id
        }
        certificates[header.feed] = certificate
        activity = max(activity, header.time.value)
        var changes: [StateChange] = []
        fold.take(operation, rank: certificate.rank, into: &records, changes: &changes)
        return note(changes, &position)
    }

    mutating func keep(witnesses headers: [Operation], of id: OperationID) {
        witnesses[id] = headers
    }

    mutating func take(payload: [UInt8], of id: OperationID, position: inout UInt64) -> Bool {
        var changes: [StateChange] = []
        let isTaken = fold.take(payload: payload, of: id, into: &records, changes: &changes)
        _ = note(changes, &position)
        return isTaken
    }

    mutating func take(_ register: SignedRegister, from source: NodeID?, position: inout UInt64) -> Bool {
        var changes: [StateChange] = []
        guard fold.take(register, into: &records, changes: &changes) else { return false }
        let origin = register.register.origin
        registers[origin] = register
        _ = note(changes, &position)
        log(.register(origin, register.version), bytes: register.registerBytes.count + 256, source, &position)
        return true
    }

    mutating func take(_ proof: ForkProof, from source: NodeID?, position: inout UInt64) -> Bool {
        if let held = proofs[proof.feed], held.seq <= proof.seq { return false }
        var changes: [StateChange] = []
        fold.take(forkOf: proof.feed, at: proof.seq, into: &records, changes: &changes)
        proofs[proof.feed] = proof
        _ = note(changes, &position)
        log(.fork(FeedPosition(feed: proof.feed, seq: proof.seq)), bytes: proof.encoded.count, source, &position)
        return true
    }

    mutating func eraseContents(position: inout UInt64) -> [OperationID] {
        var changes: [StateChange] = []
        fold.eraseContents(from: &records, changes: &changes)
        return note(changes, &position)
    }

    private mutating func note(_ changes: [StateChange], _ position: inout UInt64) -> [OperationID] {
        var passedOn: Set<OperationID> = []
        var erased: [OperationID] = []
        for change in changes {
            switch change {
            case .passedOn(let line, let seqs):
                passedOn.formUnion(seqs.map { records.kept(at: Position(line, $0)).id })
            case .setAside(let line, let seqs):
                passedOn.subtract(seqs.map { records.kept(at: Position(line, $0)).id })
            case .erased(let positions): erased += positions.map { records.kept(at: $0).id }
            default: continue
            }
        }
        // What was set aside for a while comes into the log anew, and behind its past, as always.
        for id in passedOn.sorted(by: { arrivals[$0, default: 0] < arrivals[$1, default: 0] }) {
            guard let operation = operation(id) else { continue }
            entryOf[id] = entries.count
            let bytes = operation.headerBytes.count + (operation.payload?.count ?? 0) + 64
            log(.operation(operation.header.position), bytes: bytes, sources[id], &position)
        }
        refresh()
        return erased
    }

    private mutating func log(_ item: LogEntry.Item, bytes: Int, _ source: NodeID?, _ position: inout UInt64) {
        position += 1
        entries.append(LogEntry(position: position, item: item, bytes: bytes, source: source))
    }

    private mutating func refresh() {
        var clock = RoomClock()
        for (feed, proof) in proofs { clock.fork(feed, at: proof.seq) }
        for entry in fold.clock(in: records).entries { clock.reach(entry.feed, entry.seq) }
        for (origin, register) in registers { clock.take(register.version, of: origin) }
        self.clock = clock
        digest = clock.digest
        participants = fold.participants(in: records)
    }

    // MARK: Reading

    func operation(_ id: OperationID) -> Operation? { records.position(of: id).map { records.operation(at: $0) } }
    func header(of id: OperationID) -> OperationHeader? { records.position(of: id).map { records.header(at: $0) } }
    func successor(of id: OperationID) -> OperationID? { successors[id] }
    func isPassedOn(_ id: OperationID) -> Bool { records.position(of: id).map { fold.isPassedOn($0) } ?? false }
    func view(of node: NodeID, toldBy teller: NodeID) -> Operations.Clock? {
        fold.view(of: node, toldBy: teller, in: records)
    }
    func isMember(_ user: UserID) -> Bool { fold.standing(of: user, in: records) != .out }
    func isAdmin(_ user: UserID) -> Bool { fold.standing(of: user, in: records) == .admin }
    func dependencies(behind previous: OperationID?) -> [OperationID] {
        fold.dependencies(behind: previous, in: records)
    }
    var wantedPayloads: [OperationID] { fold.wantedPayloads(in: records).sorted() }
    var dump: [UInt8] { fold.dump(in: records) }
    var state: Hash { fold.state(in: records) }
    func deletion(covering id: OperationID) -> OperationID? { fold.deletion(covering: id, in: records) }
    func message(_ id: OperationID) -> Message? { fold.message(id, in: records) }
    var erasureDue: Int64? { fold.erasureDue(in: records) }
    var isDeleted: Bool { records.fields.isDeleted }
    var members: [UserID] { fold.members(in: records).map(\.user) }

    /// Whether its feed is proved to be forked.
    func isForked(_ id: OperationID) -> Bool { header(of: id).map { proofs[$0.feed] != nil } ?? false }

    /// What the clock counts last in each feed.
    var lastOfFeeds: [OperationID] {
        let last = Set(clock.feeds.map { FeedPosition(feed: $0.key, seq: $0.value) })
        return order.filter { id in
            isPassedOn(id) && (header(of: id).map { last.contains($0.position) } ?? false)
        }.sorted()
    }

    /// What it weighs on the wire, about.
    var bytes: Int {
        entries.reduce(0) { $0 + $1.bytes } + certificates.values.reduce(0) { $0 + $1.encoded.count + 16 }
    }

    func setAsideCount(of origin: NodeID) -> Int {
        order.count { header(of: $0)?.origin == origin && !isPassedOn($0) }
    }

    func entry(of id: OperationID) -> LogEntry? { entryOf[id].map { entries[$0] } }

    func entries(after position: UInt64, limit: Int) -> [LogEntry] {
        let start = entries.firstIndex { $0.position > position } ?? entries.count
        return Array(entries[start...].prefix(limit))
    }

    func entries(in feed: Feed, from seq: UInt64, limit: Int) -> [LogEntry] {
        guard let end = clock.seq(of: feed), seq <= end else { return [] }
        return (seq...end).prefix(limit).compactMap { seq in
            places[FeedPosition(feed: feed, seq: seq)].flatMap { entry(of: $0) }
        }
    }
}
