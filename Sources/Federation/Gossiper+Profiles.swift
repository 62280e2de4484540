import Bytes
import EventLoop
import Gossip
import Operations
import Peers
import SQLite
import Store
import Wire

// Who gives its directory to nobody as a room is asked about those of its users whom ours have met (Spec/replication.md,
// "Directories").
extension Gossiper {
    /// So old what is known of somebody may be.
    private static let profileAgeMilliseconds: UInt64 = 900_000
    /// Where there was no answer.
    private static let retryMilliseconds: UInt64 = 30_000
    /// With all that they may say of themselves an answer has room for so many.
    private static let askedMax = 32

    func askForProfiles() {
        let closed = core.book.peers.closed
        for link in links.values where closed.contains(link.peer) { askForProfiles(of: link) }
    }

    private func askForProfiles(of link: Link) {
        guard link.isReady, !link.isMeeting, link.session.health.link == .up else { return }
        if link.metPosition != position {
            attempt { log in
                let met = log.met(of: link.peer)
                link.met = Dictionary(
                    uniqueKeysWithValues: met.map { ($0, link.met[$0] ?? MonotonicTime(milliseconds: 0)) })
                link.metPosition = position
            }
        }
        let due = link.met.filter { $0.value <= loop.now }.keys.sorted().prefix(Self.askedMax)
        guard !due.isEmpty else { return }
        let handles = Array(due)
        link.isMeeting = true
        let request = PullRequest(asks: [.profiles(link.peer, handles)])
        let question = Question(method: .post, target: "/federation/v1/pull", body: request.encoded)
        call(question, link) { [weak self, weak link] result in
            guard let self, let link else { return }
            link.isMeeting = false
            var wait = Self.retryMilliseconds
            if case .success(let body) = result {
                let peer = link.peer
                _ = core.workers.submit(for: peer) { $0.takeProfiles(body, of: handles, from: peer) }
                wait = Self.profileAgeMilliseconds
            }
            for handle in handles where link.met[handle] != nil { link.met[handle] = loop.now + wait }
            if case .success = result { askForProfiles(of: link) }
        }
    }
}

extension Worker {
    /// Only what the peer says of its own users, of those who were asked for, and has signed.
    func takeProfiles(_ body: [UInt8], of handles: [Handle], from peer: NodeID) {
        guard let items = try? PullAnswerItem.decode(body.span),
            let certificate = core.book[peer]?.consent.card?.certificate
        else { return }
        let asked = Set(handles.map { UserID(node: peer, handle: $0) })
        let operations = items.compactMap { item -> Operation? in
            guard case .operation(0, let bytes) = item, let operation = try? Envelope(decoding: bytes.span).operation,
                operation.room == RoomID(directoryOf: peer), case .user(let user) = operation.header.target,
                asked.contains(user), operation.isSigned(byAnyKeyOf: certificate)
            else { return nil }
            switch operation.header.knownKind {
            case .userPut, .userClose: return operation
            default: return nil
            }
        }
        guard !operations.isEmpty else { return }
        try? core.writer.submit(.peers, bytes: body.count) { _, log in
            try log.meet(operations)
        } completion: { _ in
        }
    }
}
