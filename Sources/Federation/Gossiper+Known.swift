import Gossip
import Keys
import Operations
import SQLite
import Store

// What peers are known to have, and how far we know of theirs: written down, for a restart and for people who ask.
extension Gossiper {
    func keep(_ cursor: Cursor?, of peer: NodeID) {
        let bytes = cursor?.bytes
        try? core.writer.submit(.peers, bytes: 64) { transaction, _ in
            try PeerTable.keep(cursor: bytes, of: peer, in: transaction)
        } completion: { _ in
        }
    }

    /// The peer has this of a room.
    func acknowledge(_ clock: RoomClock, in room: RoomID, by peer: NodeID) {}

    func agree(on room: RoomID, _ digest: Hash, with peer: NodeID, _ log: LogKeeper) {}

    /// Who asks for what comes behind something has that.
    func note(_ asks: [PullRequest.Ask], of peer: NodeID) {}
}
