package import Keys
package import Operations

/// What the machines of replication need to know of a node's log. They borrow it for one call and keep
/// nothing of it; whoever lends it shows one state of the log for that long.
///
/// Positions count what the node took in, from 1, in the order in which it took it in; since operations are
/// applied after their past, this order is causal.
package protocol OperationReader: ~Copyable {
    var node: NodeID { get }
    /// The position of the newest entry; 0 when there is none.
    var position: UInt64 { get }

    func standing(of peer: NodeID, in room: RoomID) -> Standing
    /// What the peer has brought of a room that it does not share with this node, by this node's fold, whether
    /// the room is here or not: kept apart from the log, for this peer alone, until the fold of both has the
    /// peer in the room. Nothing, where nothing is staged.
    func stagedClock(of room: RoomID, from peer: NodeID) -> RoomClock
    /// Nil for a room that is not here.
    func clock(of room: RoomID) -> RoomClock?
    /// The digest of that clock.
    func digest(of room: RoomID) -> Hash?
    /// All rooms in which both this node and the peer have a member now, ascending, with their digests.
    func sharedRooms(with peer: NodeID) -> [RoomDigest]
    /// The rooms of which the peer may be shown something newer than `position`, by the position of the
    /// newest such entry, ascending.
    func changedRooms(for peer: NodeID, after position: UInt64, limit: Int) -> [ChangedRoom]
    /// What came into a room after `position`, in order.
    func entries(of room: RoomID, after position: UInt64, limit: Int) -> [LogEntry]
    /// The operations of a feed that the clock counts, from `seq` on, in order.
    func entries(of room: RoomID, in feed: Feed, from seq: UInt64, limit: Int) -> [LogEntry]
    /// An operation by its id, counted by the clock or not.
    func entry(of id: OperationID, in room: RoomID) -> LogEntry?
    /// The operation that says who a user is, in the directory of their node; nil where there is no such user
    /// or the peer may not see them.
    func profile(of user: UserID, for peer: NodeID) -> [OperationID]
}

/// What a peer may see of a room.
package enum Standing: Equatable, Sendable {
    /// Nothing: there is no such room here, or the peer never had a member in it. Which of the two, nobody
    /// outside can tell. So it is for a room of which this node itself knows only what is staged.
    case none
    /// Its last member has left: the past of the operation by which they did, and that operation.
    case left(Clock)
    case participant
}

package struct RoomDigest: Hashable, Sendable {
    package let room: RoomID
    package let digest: Hash

    package init(room: RoomID, digest: Hash) {
        self.room = room
        self.digest = digest
    }
}

package struct ChangedRoom: Hashable, Sendable {
    package let room: RoomID
    /// Of the newest entry that the peer may be shown.
    package let position: UInt64
    /// The time of the room's newest operation: a hybrid time.
    package let activity: UInt64

    package init(room: RoomID, position: UInt64, activity: UInt64) {
        self.room = room
        self.position = position
        self.activity = activity
    }
}

package struct LogEntry: Hashable, Sendable {
    package enum Item: Hashable, Sendable {
        case operation(FeedPosition)
        case register(NodeID, RegisterVersion)
        case fork(FeedPosition)
    }

    package let position: UInt64
    package let item: Item
    /// About what it takes on the wire.
    package let bytes: Int
    /// Who brought it; nil for what was made here.
    package let source: NodeID?

    package init(position: UInt64, item: Item, bytes: Int, source: NodeID?) {
        self.position = position
        self.item = item
        self.bytes = bytes
        self.source = source
    }
}
