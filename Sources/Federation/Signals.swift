package import Bytes
import EventLoop
import Gossip
import Operations
package import Store
import Wire

/// What is true for a moment, of people here or elsewhere, and never kept.
package enum PersonSignal: Hashable, Sendable {
    case typing(PersonNumber, in: RoomNumber, Bool)
    case presence(PersonNumber, isOnline: Bool, lastActivity: Timestamp?)
}

// What peers say.
extension Worker {
    /// Of what a peer says that counts which is its to say; the rest is dropped without a word.
    func takeSignals(_ body: [UInt8], _ reply: PeerReply) throws {
        let request = try SignalsRequest(decoding: body.span)
        let peer = reply.peer
        let signals = request.signals.prefix(core.accounts.signals(request.signals.count, by: peer))
        let heard = try read { log in signals.compactMap { Self.signal($0, from: peer, log) } }
        for signal in heard { core.settings.whenSignalled(signal) }
        reply.send(PeerAnswer(204))
    }

    private static func signal(_ signal: SignalsRequest.Signal, from peer: NodeID, _ log: LogKeeper) -> PersonSignal? {
        switch signal {
        case .typing(let room, let handle, let isTyping):
            let user = UserID(node: peer, handle: handle)
            guard log.standing(of: peer, in: room) == .participant,
                log.standing(of: log.node, in: room) == .participant,
                log.isMember(user, of: room), let number = log.number(of: room), let person = log.number(of: user)
            else { return nil }
            return .typing(person, in: number, isTyping)
        case .presence(let handle, let presence, let activity):
            guard let person = log.number(of: UserID(node: peer, handle: handle)), log.isShared(person) else {
                return nil
            }
            let time = activity.map { Timestamp(milliseconds: Int64(clamping: $0)) }
            return .presence(person, isOnline: presence != .offline, lastActivity: time)
        }
    }
}

// What people here do.
extension Gossiper {
    private static let signalsMax = 256

    func send(_ signal: PersonSignal) {
        attempt { log in
            switch signal {
            case .typing(let person, let room, let isTyping):
                guard let user = log.user(of: person), user.node == core.node, let room = log.id(of: room) else {
                    return
                }
                send(.typing(room, user.handle, isTyping), to: log.participants(of: room))
            case .presence(let person, let isOnline, let activity):
                guard let user = log.user(of: person), user.node == core.node else { return }
                let time = activity.map { UInt64(clamping: $0.milliseconds) }
                send(.presence(user.handle, isOnline ? .online : .offline, time), to: log.nodesSharing(person))
            }
        }
    }

    /// To those who can hear it now. What can't go is dropped: it would not be true any more.
    private func send(_ signal: SignalsRequest.Signal, to nodes: [NodeID]) {
        for node in nodes {
            guard let link = links[node], link.isReady, link.session.health.link == .up,
                link.signals.count < Self.signalsMax
            else { continue }
            link.signals.append(signal)
            sendSignals(to: link)
        }
    }

    /// One request at a time: what gathers meanwhile goes with the next.
    private func sendSignals(to link: Link) {
        guard !link.isSignalling, !link.signals.isEmpty else { return }
        link.isSignalling = true
        let body = SignalsRequest(signals: link.signals).encoded
        link.signals = []
        let question = Question(
            method: .post, target: "/federation/v1/signals", body: body, deadlineMilliseconds: 5_000)
        call(question, link) { [weak self, weak link] _ in
            guard let self, let link else { return }
            link.isSignalling = false
            sendSignals(to: link)
        }
    }
}
