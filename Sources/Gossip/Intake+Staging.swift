import Operations

// Rooms that become shared.
extension Intake {
    mutating func stage(
        _ batch: ProvenBatch, from peer: NodeID, _ keeper: inout some OperationKeeper, _ now: Int64,
        _ outcome: inout IntakeOutcome
    ) {
        if !staging.take(batch, from: peer, at: now, &outcome) { outcome.isTurnedAway = true }
    }

    /// Whatever has become a shared room goes into the log, as if it came now. That may make others shared: the next
    /// room from which an origin is known, or the same one brought by another peer.
    mutating func settleStaged(
        _ keeper: inout some OperationKeeper, _ now: Int64, _ outcome: inout IntakeOutcome
    ) {
        for (key, staged) in staging.rooms where isConcerned(key, staged, outcome) { staging.rooms[key]?.isDue = true }
        while let key = staging.rooms.keys.sorted().first(where: { admitIfShared($0, &keeper, now, &outcome) }) {
            // Looked at again, whether they were a moment before or not: of a directory it may be this very room that
            // lets us have it.
            for (other, rest) in staging.rooms where other.room == key.room || isConcerned(other, rest, outcome) {
                staging.rooms[other]?.isDue = true
            }
        }
    }

    /// Who may have a node's directory hangs on the members of other rooms.
    private func isConcerned(_ key: Staging.Key, _ staged: Staging.StagedRoom, _ outcome: IntakeOutcome) -> Bool {
        if case .directory = staged.nature { return !outcome.roomsOfNewMembers.isEmpty }
        return outcome.roomsOfNewMembers.contains(key.room)
    }

    /// Tried once for each thing that may have changed the answer: it is a fold over all that is staged, and paid for by
    /// the peer. What it can't afford now stays due. To see whether the room is shared everything is taken in; where it is, it
    /// stays, and where not, nothing has happened.
    private mutating func admitIfShared(
        _ key: Staging.Key, _ keeper: inout some OperationKeeper, _ now: Int64, _ outcome: inout IntakeOutcome
    ) -> Bool {
        guard let staged = staging.rooms[key], staged.isDue, staging.affordsTrial(of: key, at: now) else {
            return false
        }
        staging.rooms[key]?.isDue = false
        let room = key.room
        // Who may have a directory hangs on the members of other rooms, whatever is in it.
        if case .directory(let origin) = staged.nature, room == RoomID(directoryOf: origin),
            !keeper.isReader(key.peer, ofDirectoryOf: origin) || !keeper.isReader(keeper.node, ofDirectoryOf: origin)
        {
            return false
        }
        let before = (buffer, outcome, unproven)
        let isShared = keeper.attempt { keeper in
            admit(staged.batch(key), &keeper, now, &outcome)
            return keeper.standing(of: key.peer, in: room) == .participant
                && keeper.standing(of: keeper.node, in: room) == .participant
        }
        guard isShared else {
            (buffer, outcome, unproven) = before
            return admitOwn(staged, key, &keeper, now, &outcome)
        }
        staging.rooms[key] = nil
        if staged.since < now { outcome.noteKeptApart(room) }
        return true
    }

    /// What we have signed ourselves is a fact, whoever brings it: a node that was restored from a backup may have let in the very
    /// peer that it doesn't remember. With its past. Whether there was anything.
    private mutating func admitOwn(
        _ staged: Staging.StagedRoom, _ key: Staging.Key, _ keeper: inout some OperationKeeper, _ now: Int64,
        _ outcome: inout IntakeOutcome
    ) -> Bool {
        let own = staged.operations(of: keeper.node).filter { !Self.isHeld($0.operation, keeper) }
        guard !own.isEmpty else { return false }
        let batch = ProvenBatch(room: key.room, source: key.peer, operations: own, registers: [], proofs: [])
        admit(batch, &keeper, now, &outcome)
        staging.rooms[key]?.isDue = true
        return own.contains { Self.isHeld($0.operation, keeper) }
    }
}

extension Staging.StagedRoom {
    /// All of it, and what still waits, as one message of the peer's.
    fileprivate func batch(_ key: Staging.Key) -> ProvenBatch {
        ProvenBatch(
            room: key.room, source: key.peer, operations: operations + buffer.parked.map(\.content),
            registers: registers.keys.sorted().compactMap { registers[$0] },
            proofs: proofs.keys.sorted().compactMap { proofs[$0] })
    }

    /// Those, and what is staged of their pasts.
    fileprivate func operations(of origin: NodeID) -> [Proven] {
        var needed: Set<OperationID> = []
        var found: [Proven] = []
        for proven in operations.reversed() {
            let (id, header) = (proven.operation.id, proven.operation.header)
            guard header.origin == origin || needed.contains(id) else { continue }
            found.append(proven)
            needed.formUnion(header.dependencies)
            if header.seq > 0 { needed.insert(OperationID(header.previous)) }
        }
        return found.reversed()
    }
}
