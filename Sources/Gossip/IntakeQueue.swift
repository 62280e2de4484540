package import Operations

/// What waits to be applied, and in which order the writer takes it: what people of this node do first, and of
/// what comes from peers each peer in turn, and each room of a peer in turn.
///
/// "First" is not "only": after `localInARow` batches of local work one from the peers is taken, so that a busy
/// node does not fall behind without end.
package struct IntakeQueue<Item: Sendable>: Sendable {
    package struct Limits: Sendable {
        /// What a peer may spend at its turn, and each of its rooms within it.
        package var quantum = 65_536
        package var bytesMaxOfPeer = 16_777_216
        package var bytesMax = 67_108_864
        package var localInARow = 16

        package init() {}
    }

    package enum Turn: Sendable {
        /// The batch of local work is the caller's to take, all of it.
        case local
        case replicated(Item, from: NodeID, in: RoomID)
        case nothing
    }

    private let limits: Limits
    private var rounds: Rounds<NodeID>
    private var peers: [NodeID: FairQueue<RoomID, Item>] = [:]
    private var localsTaken = 0
    /// What all of it weighs.
    package private(set) var bytes = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
        rounds = Rounds(quantum: limits.quantum)
    }

    package func bytes(of peer: NodeID) -> Int { peers[peer]?.cost ?? 0 }

    /// False when the peer, or all together, have too much waiting: it is answered that it should wait (429).
    package mutating func append(_ item: Item, bytes itemBytes: Int, from peer: NodeID, in room: RoomID) -> Bool {
        // Nothing is free, here as in the queue below.
        let itemBytes = max(1, itemBytes)
        guard itemBytes <= limits.bytesMax - bytes, itemBytes <= limits.bytesMaxOfPeer - self.bytes(of: peer)
        else { return false }
        let empty = FairQueue<RoomID, Item>(
            quantum: limits.quantum, costMaxOfOne: limits.bytesMaxOfPeer, costMax: limits.bytesMaxOfPeer)
        let isTaken = peers[peer, default: empty].append(item, cost: itemBytes, for: room)
        precondition(isTaken, "there is room for it, as was just seen")
        rounds.enter(peer)
        bytes += itemBytes
        return true
    }

    package mutating func removeAll(of peer: NodeID) {
        bytes -= self.bytes(of: peer)
        peers[peer] = nil
        rounds.remove(peer)
    }

    /// What the writer does next.
    package mutating func next(hasLocal: Bool) -> Turn {
        if hasLocal, localsTaken < limits.localInARow || peers.isEmpty {
            localsTaken = peers.isEmpty ? 0 : localsTaken + 1
            return .local
        }
        localsTaken = 0
        while let peer = rounds.key {
            guard let cost = peers[peer]?.nextCost() else { preconditionFailure("only peers with work have turns") }
            guard rounds.affords(cost) else {
                rounds.pass()
                continue
            }
            guard let (room, item) = peers[peer]?.next() else { preconditionFailure("what costs something is there") }
            bytes -= cost
            if peers[peer]?.isEmpty == true { peers[peer] = nil }
            rounds.spend(cost, hasMore: peers[peer] != nil)
            return .replicated(item, from: peer, in: room)
        }
        return .nothing
    }
}
