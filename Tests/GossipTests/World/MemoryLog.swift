import Keys
import Operations

@testable import Gossip

/// A log in memory that lets the machines read it.
struct MemoryLog: OperationReader {
    struct Room {
        var clock = RoomClock()
        var digest: Hash?
        var entries: [LogEntry] = []
        var feeds: [Feed: [LogEntry]] = [:]
        var heads: Set<OperationID> = []
        var participants: Set<NodeID> = []
        var left: [NodeID: Clock] = [:]
        var activity: UInt64 = 0
    }

    let node: NodeID
    private(set) var position: UInt64 = 0
    var rooms: [RoomID: Room] = [:]
    var operations: [OperationID: (TestOperation, LogEntry)] = [:]
    var places: [RoomID: [FeedPosition: OperationID]] = [:]
    /// How often `sharedRooms` was asked for, and how many entries were read in all: what a question costs.
    final class Costs {
        var entriesRead = 0
    }
    let costs = Costs()

    init(node: NodeID) {
        self.node = node
    }

    mutating func open(_ id: RoomID, for participants: [NodeID]) {
        rooms[id, default: Room()].participants = Set(participants)
    }

    func holds(_ id: OperationID) -> Bool { operations[id] != nil }

    mutating func append(_ operation: TestOperation, from source: NodeID?) {
        position += 1
        let (room, id) = (operation.room, operation.id)
        let entry = LogEntry(
            position: position, item: .operation(operation.place), bytes: 300 + operation.size, source: source)
        operations[id] = (operation, entry)
        places[room, default: [:]][operation.place] = id
        rooms[room, default: Room()].entries.append(entry)
        rooms[room, default: Room()].feeds[operation.place.feed, default: []].append(entry)
        rooms[room, default: Room()].clock.reach(operation.place.feed, operation.place.seq)
        rooms[room, default: Room()].heads.subtract(operation.past)
        rooms[room, default: Room()].heads.insert(id)
        rooms[room, default: Room()].activity = position
        let digest = rooms[room]?.clock.digest
        rooms[room]?.digest = digest
    }

    mutating func take(_ version: RegisterVersion, of origin: NodeID, in room: RoomID, from source: NodeID?) -> Bool {
        if let held = rooms[room]?.clock.registers[origin], version <= held { return false }
        position += 1
        let entry = LogEntry(position: position, item: .register(origin, version), bytes: 200, source: source)
        rooms[room, default: Room()].entries.append(entry)
        rooms[room, default: Room()].clock.take(version, of: origin)
        rooms[room]?.digest = nil
        return true
    }

    mutating func fork(_ place: FeedPosition, in room: RoomID, from source: NodeID?) -> Bool {
        if let held = rooms[room]?.clock.forks[place.feed], held <= place.seq { return false }
        position += 1
        let entry = LogEntry(position: position, item: .fork(place), bytes: 800, source: source)
        rooms[room, default: Room()].entries.append(entry)
        rooms[room, default: Room()].clock.fork(place.feed, at: place.seq)
        let digest = rooms[room]?.clock.digest
        rooms[room]?.digest = digest
        return true
    }

    // MARK: OperationReader

    func standing(of peer: NodeID, in room: RoomID) -> Standing {
        guard let room = rooms[room] else { return .none }
        if room.participants.contains(peer) { return .participant }
        return room.left[peer].map { .left($0) } ?? .none
    }

    func clock(of room: RoomID) -> RoomClock? { rooms[room]?.clock }
    func stagedClock(of room: RoomID, from peer: NodeID) -> RoomClock { RoomClock() }
    func digest(of room: RoomID) -> Hash? { rooms[room].map { $0.digest ?? $0.clock.digest } }

    func sharedRooms(with peer: NodeID) -> [RoomDigest] {
        rooms.filter { $0.value.participants.isSuperset(of: [peer, node]) }
            .map { RoomDigest(room: $0.key, digest: $0.value.digest ?? $0.value.clock.digest) }
            .sorted { $0.room < $1.room }
    }

    func changedRooms(for peer: NodeID, after position: UInt64, limit: Int) -> [ChangedRoom] {
        var changes: [ChangedRoom] = []
        for (id, room) in rooms {
            guard let last = room.entries.last(where: { isShown($0, of: id, to: peer) }), last.position > position
            else { continue }
            changes.append(ChangedRoom(room: id, position: last.position, activity: room.activity))
        }
        return Array(changes.sorted { $0.position < $1.position }.prefix(limit))
    }

    private func isShown(_ entry: LogEntry, of room: RoomID, to peer: NodeID) -> Bool {
        switch (standing(of: peer, in: room), entry.item) {
        case (.participant, _): true
        case (.left(let view), .operation(let place)): view.contains(place)
        case (.left, _), (.none, _): false
        }
    }

    func entries(of room: RoomID, after position: UInt64, limit: Int) -> [LogEntry] {
        guard let entries = rooms[room]?.entries else { return [] }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        costs.entriesRead += min(limit, entries.count - low)
        return Array(entries[low...].prefix(limit))
    }

    func entries(of room: RoomID, in feed: Feed, from seq: UInt64, limit: Int) -> [LogEntry] {
        guard let entries = rooms[room]?.feeds[feed], seq < UInt64(entries.count) else { return [] }
        costs.entriesRead += min(limit, entries.count - Int(seq))
        return Array(entries[Int(seq)...].prefix(limit))
    }

    func entry(of id: OperationID, in room: RoomID) -> LogEntry? {
        operations[id].flatMap { $0.0.room == room ? $0.1 : nil }
    }

    var profiles: [UserID: (id: OperationID, seenBy: Set<NodeID>)] = [:]

    func profile(of user: UserID, for peer: NodeID) -> [OperationID] {
        profiles[user].flatMap { $0.seenBy.contains(peer) ? [$0.id] : nil } ?? []
    }
}
