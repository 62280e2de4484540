import Gossip
import Operations
import SQLite
import Store
import Synchronization

/// What was brought and proved, on its way into the log.
package struct Arrival: Sendable {
    let batch: ProvenBatch
    /// On the wire: what it costs of the peer's turn.
    let bytes: Int
    /// Who else was given the same.
    let told: Set<NodeID>
    /// What the peer announced besides: it is told what we have of it.
    let announced: RoomClock
    /// On the writer's thread.
    let completion: @Sendable (Result<Taken, any Error>) -> Void
}

/// What became of it, and what the peer may know of what is here now.
struct Taken: Sendable {
    let room: RoomID
    let outcome: IntakeOutcome
    /// What was brought and what was announced.
    let about: RoomClock
    let echo: PushAnswer.Taken
    /// What is to be asked for, and of whom.
    let wants: [Want]
    /// Whether something waits for its past, for its time, or to be shared.
    let isWaiting: Bool

    struct Want: Sendable {
        let id: OperationID
        let room: RoomID
        let peer: NodeID
        let times: Int

        private static let countMax = 64

        static func of(_ log: LogState, at now: Int64) -> [Want] {
            log.wanted(at: now, limit: countMax).map { Want(id: $0.id, room: $0.room, peer: $0.peer, times: $0.times) }
        }
    }

    static func isWaiting(_ log: LogState) -> Bool {
        log.waiting.operations > 0 || log.keepsApart
    }
}

/// What it takes in memory that waits; a hundred times what it took on the wire, if somebody wants so.
package struct DeskLimits: Sendable {
    package var memoryMaxOfPeer = 67_108_864
    package var memoryMax = 268_435_456

    package init() {}
}

/// Where that waits which peers have brought. The writer takes from it in turns, so that nobody's flood keeps others
/// waiting: each arrival hands the writer the right to take one, whichever it is then.
final class IntakeDesk: Sendable {
    private struct Waiting {
        var queue: IntakeQueue<Arrival>
        var memory = 0
        var memoryOfPeers: [NodeID: Int] = [:]
    }

    private let waiting: Mutex<Waiting>
    private let limits: IntakeQueue<Arrival>.Limits
    private let deskLimits: DeskLimits
    private let writer: any LogWriting
    private let peers: @Sendable () -> KnownPeers
    private let clock: @Sendable () -> Int64

    init(
        _ writer: any LogWriting, limits: IntakeQueue<Arrival>.Limits, _ deskLimits: DeskLimits,
        peers: @escaping @Sendable () -> KnownPeers, clock: @escaping @Sendable () -> Int64
    ) {
        waiting = Mutex(Waiting(queue: IntakeQueue(limits: limits)))
        self.limits = limits
        self.deskLimits = deskLimits
        self.writer = writer
        self.peers = peers
        self.clock = clock
    }

    /// False, and nothing is taken, where too much of this peer's, or of all, waits already.
    func hand(in arrivals: [Arrival], from peer: NodeID) -> Bool {
        let total = arrivals.reduce(0) { $0 + max(1, $1.bytes) }
        let memory = arrivals.reduce(0) { $0 + $1.batch.bytes }
        let isTaken = waiting.withLock { waiting in
            let ofPeer = waiting.memoryOfPeers[peer, default: 0]
            // One body goes in any case when nothing else of the peer waits: it is here already, and nobody would get on.
            guard ofPeer == 0 || memory <= deskLimits.memoryMaxOfPeer - ofPeer,
                waiting.memory == 0 || memory <= deskLimits.memoryMax - waiting.memory,
                total <= limits.bytesMax - waiting.queue.bytes,
                total <= limits.bytesMaxOfPeer - waiting.queue.bytes(of: peer)
            else { return false }
            for arrival in arrivals {
                let isTaken = waiting.queue.append(arrival, bytes: arrival.bytes, from: peer, in: arrival.batch.room)
                precondition(isTaken, "there is room for all, as was just seen")
            }
            waiting.memory += memory
            waiting.memoryOfPeers[peer] = ofPeer + memory
            return true
        }
        if isTaken { for arrival in arrivals { takeTurn(bytes: arrival.bytes) } }
        return isTaken
    }

    /// One of those that wait, by the time the writer comes to it.
    private final class Turn: Sendable {
        let arrival = Mutex<Arrival?>(nil)
    }

    private func takeTurn(bytes: Int) {
        let turn = Turn()
        do throws(WriterRefusal) {
            try writer.submit(.peers, bytes: bytes) { [self] _, log in
                // Again the same, where its group is run again.
                guard let arrival = turn.arrival.withLock({ $0 }) ?? next() else {
                    preconditionFailure("for each turn there is an arrival")
                }
                turn.arrival.withLock { $0 = arrival }
                return try take(arrival, log)
            } completion: { result in
                turn.arrival.withLock { $0 }?.completion(result)
            }
        } catch {
            next()?.completion(.failure(error))
        }
    }

    private func next() -> Arrival? {
        waiting.withLock { waiting in
            guard case .replicated(let arrival, let peer, _) = waiting.queue.next(hasLocal: false) else { return nil }
            let left = waiting.memoryOfPeers[peer, default: 0] - arrival.batch.bytes
            waiting.memoryOfPeers[peer] = left > 0 ? left : nil
            waiting.memory -= arrival.batch.bytes
            return arrival
        }
    }

    private func take(_ arrival: Arrival, _ log: LogState) throws -> Taken {
        let peers = peers()
        let now = clock()
        let outcome = try log.take(arrival.batch, told: arrival.told, peers: peers, at: now)
        var about = outcome.about
        about.join(arrival.announced)
        guard let source = arrival.batch.source else { preconditionFailure("what comes from peers has a source") }
        let echo = try log.echo(about, of: arrival.batch.room, to: source, outcome, peers: peers)
        return Taken(
            room: arrival.batch.room, outcome: outcome, about: about, echo: echo, wants: Taken.Want.of(log, at: now),
            isWaiting: Taken.isWaiting(log))
    }
}

extension LogState {
    /// What we have of what was brought, as far as the peer may know.
    fileprivate func echo(
        _ about: RoomClock, of room: RoomID, to peer: NodeID, _ outcome: IntakeOutcome, peers: KnownPeers
    ) throws -> PushAnswer.Taken {
        let keeper = try keeper(peers: peers)
        let own = keeper.clock(of: room) ?? RoomClock()
        return switch keeper.standing(of: peer, in: room) {
        case .participant:
            PushAnswer.Taken(
                entries: own.met(with: about), digest: keeper.digest(of: room)?.short, refusals: outcome.refusals)
        case .left(let view):
            PushAnswer.Taken(
                entries: own.capped(by: view).met(with: about), digest: nil, refusals: outcome.refusals)
        case .none:
            PushAnswer.Taken(
                entries: stagedClock(of: room, from: peer).met(with: about), digest: nil, refusals: outcome.refusals)
        }
    }
}
