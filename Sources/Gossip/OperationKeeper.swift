import Keys
package import Operations

/// A log that can also be read in bytes: what answers and pushes are written from.
package protocol OperationSource: OperationReader {
    /// The operation that the clock counts for that place, or, where it counts none, one that is held for it.
    func id(at place: FeedPosition, in room: RoomID) -> OperationID?
    /// With its payload, where that is here and not erased.
    func operation(_ id: OperationID, in room: RoomID) -> Operation?
    /// What was written directly behind it in its feed; of two branches, that which is counted or came first.
    func successor(of id: OperationID, in room: RoomID) -> OperationID?
    /// What proves the last operation of a feed whose own signature is not applied: what was written behind it, up to a signature
    /// and without payloads. Else empty.
    func witnesses(of id: OperationID, in room: RoomID) -> [Operation]
    /// Under which a feed is written; nil while its beginning is not here.
    func certificate(of feed: Feed, in room: RoomID) -> Certificate?
    /// As it came.
    func register(of origin: NodeID, in room: RoomID) -> [UInt8]?
    /// The one that proves the lowest fork.
    func proof(of feed: Feed, in room: RoomID) -> [UInt8]?
    /// The deletion by which a payload's absence is explained.
    func deletion(covering id: OperationID, in room: RoomID) -> OperationID?
}

/// Where operations go that were taken in: the log and the fold of its rooms, in one transaction.
package protocol OperationKeeper: OperationSource {
    /// Nil for a room that is not here.
    func nature(of room: RoomID) -> RoomNature?
    func header(of id: OperationID, in room: RoomID) -> OperationHeader?
    /// How many operations of an origin are held that are not passed on.
    func setAsideCount(of origin: NodeID, in room: RoomID) -> Int
    /// Whether somebody is a member now.
    func isMember(_ user: UserID, of room: RoomID) -> Bool
    /// Whether a node may have the directory of another.
    func isReader(_ peer: NodeID, ofDirectoryOf origin: NodeID) -> Bool
    /// Does something that stays if it says so, and else never happened.
    mutating func attempt(_ body: (inout Self) -> Bool) -> Bool

    /// The operation's past is here, and it is against no rule.
    mutating func apply(_ operation: Operation, under certificate: Certificate, from source: NodeID?)
    /// What proves the last operation of a feed: headers alone, and instead of what was kept of that feed before.
    mutating func keep(witnesses: [Operation], of id: OperationID, in room: RoomID)
    /// False where it is not wanted: here already, or erased.
    mutating func take(payload: [UInt8], of id: OperationID, in room: RoomID) -> Bool
    /// False where the one that is here stays.
    mutating func take(_ register: SignedRegister, from source: NodeID?) -> Bool
    /// False where it proves nothing new.
    mutating func take(_ proof: ForkProof, from source: NodeID?) -> Bool
}
