package import Operations

/// What became of what came.
package struct IntakeOutcome: Sendable {
    /// Newly applied, in this order; those that had waited included.
    package internal(set) var applied: [OperationID] = []
    /// Rooms in which something is new, in the order in which it came.
    package private(set) var rooms: [RoomID] = []
    /// Those of them in which it may be somebody's coming or going.
    package private(set) var roomsOfNewMembers: Set<RoomID> = []
    /// Rooms that had been kept apart for a while, and are shared now: whoever brought them may have lost since what they brought.
    package private(set) var roomsKeptApart: [RoomID] = []
    /// Of operations, registers, proofs and payloads.
    package private(set) var new: UInt64 = 0
    package internal(set) var parked: UInt64 = 0
    package internal(set) var duplicates: UInt64 = 0
    package private(set) var faults: UInt64 = 0
    /// To be told to whoever brought it.
    package private(set) var refusals: [PushAnswer.Refusal] = []
    /// Feeds that are now proved to be forked.
    package internal(set) var forked: [FeedPosition] = []
    /// Operations of our own that we did not have: we were restored, or cloned.
    package internal(set) var own: [(room: RoomID, place: FeedPosition)] = []
    /// Something can't be judged before the beginning of its feed is here: compare the room as a whole.
    package private(set) var lacksBeginnings = false
    /// Nothing of it was kept, since too much is staged already.
    package internal(set) var isTurnedAway = false
    /// What the message was about: how far it went in each feed, and which registers and forks.
    package private(set) var about = RoomClock()

    init() {}

    init(_ batch: ProvenBatch) {
        lacksBeginnings = batch.lacksBeginnings
        for (id, fault) in batch.faults { refuse(id, fault) }
        for proof in batch.proofs { about.fork(proof.feed, at: proof.seq) }
        for proven in batch.operations {
            let place = proven.operation.header.position
            about.reach(place.feed, place.seq)
        }
        for signed in batch.registers { about.take(signed.version, of: signed.register.origin) }
    }

    mutating func note(_ room: RoomID, isNew: Bool) {
        if isNew { new += 1 }
        if !rooms.contains(room) { rooms.append(room) }
    }

    mutating func noteKeptApart(_ room: RoomID) {
        if !roomsKeptApart.contains(room) { roomsKeptApart.append(room) }
    }

    mutating func noteMembers(of room: RoomID) { roomsOfNewMembers.insert(room) }

    /// Of those that are told there is a limit, and each is told once.
    mutating func refuse(_ id: OperationID?, _ fault: OperationFault) {
        faults += 1
        guard let id, refusals.count < GossipLimits.refusalsMax, !refusals.contains(where: { $0.id == id }) else {
            return
        }
        refusals.append(PushAnswer.Refusal(id: id, code: fault.rawValue))
    }
}
