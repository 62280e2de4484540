import Gossip
import Operations
import Peers
import Store

// What a peer has answered to a pull.
extension Worker {
    func takePulled(_ body: [UInt8], to id: RequestID, _ asks: [PullRequest.Ask], from peer: NodeID) {
        let parts: [PulledPart]
        do {
            let items = try PullAnswerItem.decode(body.span)
            parts = try read { log in Self.parts(of: items, asks, from: peer, log) }
        } catch is GossipFault {
            return core.tell(peer, [.failed(id, .unreadable)])
        } catch {
            core.failed("what a peer sent was not taken in", error)
            return core.tell(peer, [.failed(id, .busy(1_000))])
        }
        let present = parts.filter { $0.end != nil }
        let core = core
        let gathering = Gathering(count: present.count) { results in
            Self.finish(parts, results, id, peer, core)
        }
        guard !present.isEmpty else { return Self.finish(parts, [], id, peer, core) }
        let arrivals = present.enumerated().map { index, part in
            Arrival(
                batch: part.batch, bytes: part.bytes, told: [], announced: RoomClock(),
                completion: { gathering.note($0, at: index) })
        }
        if !core.desk.hand(in: arrivals, from: peer) { core.tell(peer, [.failed(id, .busy(1_000))]) }
    }

    /// What came for one ask.
    private struct PulledPart: Sendable {
        var batch: ProvenBatch
        var bytes = 256
        /// Nil where there is nothing to be seen.
        var end: PullEnd?
    }

    private static func parts(
        of items: [PullAnswerItem], _ asks: [PullRequest.Ask], from peer: NodeID, _ log: LogKeeper
    ) -> [PulledPart] {
        var parts: [PulledPart] = []
        var open: PulledPart?
        for item in items {
            let index = parts.count
            guard index < asks.count else { break }
            let room = asks[index].home
            var part = open ?? PulledPart(batch: ProvenBatch(room: room, source: peer))
            switch item {
            case .run(index, let bytes):
                part.bytes += bytes.count
                part.batch.add(run: bytes) { log.certificate(of: $0, in: room, from: peer) }
            case .operation(index, let bytes):
                part.bytes += bytes.count
                part.batch.add(envelope: bytes) { log.certificate(of: $0, in: room, from: peer) }
            case .register(index, let bytes):
                part.bytes += bytes.count
                part.batch.add(register: bytes)
            case .proof(index, let bytes):
                part.bytes += bytes.count
                part.batch.add(proof: bytes)
            case .payload(index, let id, .payload(let bytes)):
                part.bytes += bytes.count
                part.batch.add(payload: bytes, of: id)
            case .payload(index, _, .deleted): break
            case .end(index, let end):
                part.end = end
                parts.append(part)
                open = nil
                continue
            case .absent(index):
                parts.append(PulledPart(batch: ProvenBatch(room: room, source: peer)))
                open = nil
                continue
            // The end, or an answer to another ask than the one whose turn it is.
            default: return parts
            }
            open = part
        }
        return parts
    }

    private static func finish(
        _ parts: [PulledPart], _ results: [Result<Taken, any Error>], _ id: RequestID, _ peer: NodeID,
        _ core: FederationCore
    ) {
        var results = results[...]
        var outcomes: [PeerSession.PullOutcome] = []
        for part in parts {
            guard let end = part.end else {
                outcomes.append(PeerSession.PullOutcome(end: nil))
                continue
            }
            guard case .success(let taken)? = results.popFirst() else {
                return core.tell(peer, [.failed(id, .busy(1_000))])
            }
            core.tell(.taken(peer, taken))
            var outcome = PeerSession.PullOutcome(end: end)
            outcome.taken = taken.outcome.new + taken.outcome.parked
            outcome.duplicates = taken.outcome.duplicates
            outcome.faults = taken.outcome.faults
            outcome.isTurnedAway = taken.outcome.isTurnedAway
            outcome.own = taken.outcome.own.map(\.place)
            outcomes.append(outcome)
        }
        core.tell(peer, [.answered(id, .pull(outcomes))])
    }
}

extension PullRequest.Ask {
    /// The room in which what is asked for lies.
    var home: RoomID {
        switch self {
        case .room(let room, _), .feeds(let room, _), .operations(let room, _), .payloads(let room, _): room
        case .profiles(let node, _): RoomID(directoryOf: node)
        }
    }
}
