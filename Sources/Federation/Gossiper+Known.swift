import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import SQLite
import Store

/// What was heard of peers since it was last written down.
struct HeardOfPeers {
    struct Key: Hashable {
        let peer: NodeID
        let room: RoomID
    }

    static let countMax = 4_096
    private(set) var rooms: [Key: HeardOfPeer] = [:]
    /// When it was last heard of, and why it does not answer.
    private(set) var contacts: [NodeID: (time: Timestamp?, error: String?)] = [:]

    var isEmpty: Bool { rooms.isEmpty && contacts.isEmpty }
    var isFull: Bool { rooms.count >= Self.countMax }

    mutating func note(_ heard: HeardOfPeer, of peer: NodeID, in room: RoomID) {
        rooms[Key(peer: peer, room: room), default: HeardOfPeer()].merge(heard)
    }

    mutating func note(contact time: Timestamp?, error: String?, of peer: NodeID) {
        contacts[peer] = (time ?? contacts[peer]?.time, error)
    }
}

// What peers are known to have, and how far we know of theirs: written down, for a restart and for people who ask.
extension Gossiper {
    private static let writeEachMilliseconds: UInt64 = 250

    func keep(_ cursor: Cursor?, of peer: NodeID) {
        let bytes = cursor?.bytes
        try? core.writer.submit(.peers, bytes: 64) { transaction, _ in
            try PeerTable.keep(cursor: bytes, of: peer, in: transaction)
        } completion: { _ in
        }
    }

    /// The peer has this of a room.
    func acknowledge(_ clock: RoomClock, in room: RoomID, by peer: NodeID) {
        note(HeardOfPeer(clock: clock), of: peer, in: room)
    }

    /// Both have the same, which is all that is here.
    func agree(on room: RoomID, _ digest: Hash, with peer: NodeID, _ log: LogKeeper) {
        let clock = log.clock(of: room) ?? RoomClock()
        let agreement = HeardOfPeer.Agreement(on: digest, at: Timestamp.now(), position: log.position)
        note(HeardOfPeer(clock: clock, agreement: agreement), of: peer, in: room)
    }

    /// Who asks for what comes behind something has that.
    func note(_ asks: [PullRequest.Ask], of peer: NodeID) {
        attempt { log in
            for ask in asks {
                guard let room = ask.room, log.standing(of: peer, in: room) != .none, let own = log.clock(of: room)
                else { continue }
                let common = ask.shownClock.met(with: own)
                if !common.isEmpty { acknowledge(common, in: room, by: peer) }
            }
        }
    }

    /// What somebody has pushed whom we can't call, and with whom there is no session.
    func hear(_ events: [PeerSession.Event], of peer: NodeID) {
        attempt { log in
            for case .heard(let room, let clock, let digest, _) in events {
                guard log.standing(of: peer, in: room) == .participant, let own = log.clock(of: room) else { continue }
                if let mine = log.digest(of: room), digest == mine.short {
                    agree(on: room, mine, with: peer, log)
                } else {
                    acknowledge(clock.met(with: own), in: room, by: peer)
                }
            }
        }
    }

    private func note(_ heard: HeardOfPeer, of peer: NodeID, in room: RoomID) {
        self.heard.note(heard, of: peer, in: room)
        if self.heard.isFull { writeDown() } else { writeDownSoon() }
    }

    func note(contact time: Timestamp?, error: String?, of peer: NodeID) {
        heard.note(contact: time, error: error, of: peer)
        writeDownSoon()
    }

    private func writeDownSoon() {
        guard !isWriteDue else { return }
        isWriteDue = true
        writeTimer?.set(loop.now + Self.writeEachMilliseconds)
    }

    func writeDown() {
        isWriteDue = false
        guard !heard.isEmpty else { return }
        let (rooms, contacts) = (heard.rooms, heard.contacts)
        heard = HeardOfPeers()
        // What is lost with a failure will be heard again.
        try? core.writer.submit(.peers, bytes: 128 * (rooms.count + contacts.count)) { transaction, log in
            for (key, heard) in rooms { try log.note(heard, of: key.peer, in: key.room, in: transaction) }
            for (peer, contact) in contacts {
                try PeerTable.note(contact: contact.time, error: contact.error, of: peer, in: transaction)
            }
        } completion: { _ in
        }
    }
}

extension PullRequest.Ask {
    /// What the one who asks has of what this is about.
    fileprivate var shownClock: RoomClock {
        switch self {
        case .room(_, let clock): return clock
        case .feeds(_, let places):
            var clock = RoomClock()
            for place in places where place.seq > 0 { clock.reach(place.feed, place.seq - 1) }
            return clock
        case .operations, .payloads, .profiles: return RoomClock()
        }
    }
}
