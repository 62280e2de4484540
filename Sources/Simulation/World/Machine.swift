import Gossip
import Operations

/// The computer that a node runs on: its memory, which a crash takes, and its disk, which keeps what was synced.
struct Machine: Sendable {
    var node: SimulatedNode
    var isUp = true
    /// Counts the starts: what was meant for an earlier life of the process is nobody's.
    private(set) var life: UInt64 = 0
    /// Of the log: another one after a restore, not after a crash.
    private(set) var incarnation: UInt64
    private(set) var disk: [JournalEntry] = []
    private(set) var backup: [JournalEntry]?
    /// What may be said only when all that it rests on is on the disk.
    var held: [Held] = []
    var isSyncing = false
    /// What a hostile node does with all that it sends.
    var habits: Set<Trick> = []

    enum Held: Sendable {
        case effect(SimulatedNode.Effect)
        case answer(to: NodeID, RequestID, PeerSession.Request, Result<[UInt8], Refusal>, callerLife: UInt64)
    }

    init(_ node: SimulatedNode, incarnation: UInt64) {
        self.node = node
        self.incarnation = incarnation
    }

    var isSynced: Bool { disk.count == node.keeper.journal.count }

    mutating func sync() {
        disk = node.keeper.journal
        isSyncing = false
    }

    /// All that was in memory is gone.
    mutating func crash() {
        isUp = false
        isSyncing = false
        life += 1
        held = []
    }

    mutating func backUp() { backup = disk }

    /// Starts with what the disk holds.
    mutating func start() {
        isUp = true
        restart()
    }

    /// Starts with what the backup holds, as another log. The disk is what the backup was, and that it was restored.
    mutating func restore() {
        guard let backup else { return }
        incarnation += 1
        disk = backup + [.note(.newEpochs)]
        life += 1
        held = []
        (isUp, isSyncing) = (true, false)
        restart()
    }

    private mutating func restart() {
        let clock = node.clock
        node = SimulatedNode(
            node.identity, peers: node.keeper.peers, replaying: disk, incarnation: incarnation,
            sabotage: node.sabotage)
        node.clock = clock
    }
}
