package import Operations

// Two operations for one place.
extension Intake {
    /// Where another operation is held for the place of this one, both are authentic and so prove a fork. The proof
    /// is made at once, also when the operation itself has to wait.
    mutating func proveFork(
        _ proven: Proven, from source: NodeID, _ keeper: inout some OperationKeeper, _ outcome: inout IntakeOutcome
    ) {
        let (operation, place) = (proven.operation, proven.operation.header.position)
        let room = operation.room
        guard let other = keeper.id(at: place, in: room), other != operation.id else { return }
        if let known = keeper.clock(of: room)?.forks[place.feed], known <= place.seq { return }
        guard let certificate = keeper.certificate(of: place.feed, in: room),
            let firstID = keeper.id(at: FeedPosition(feed: place.feed, seq: 0), in: room),
            let first = keeper.operation(firstID, in: room),
            let held = Self.pack(keeper.branch(from: other, in: room), certificate),
            let come = Self.pack(Array(proven.branch), certificate),
            let proof = try? ForkProof(first: first, certificate: certificate.encoded, runs: (held, come))
        else { return }
        if keeper.take(proof, from: source == keeper.node ? nil : source) {
            outcome.note(room, isNew: true)
            outcome.forked.append(FeedPosition(feed: proof.feed, seq: proof.seq))
        }
    }

    private static func pack(_ branch: [Operation], _ certificate: Certificate) -> [UInt8]? {
        var packer = RunPacker(withPayloads: false)
        for operation in branch {
            let isFirst = operation.header.seq == 0
            guard packer.append(operation, certificate: isFirst ? certificate.encoded : nil) else { break }
        }
        return packer.finish()
    }
}

extension OperationSource {
    /// An operation and what was written behind it, up to the first that carries its own signature: what proves it
    /// to others. Empty where there is no such signature within one run.
    package func branch(from id: OperationID, in room: RoomID) -> [Operation] {
        var branch: [Operation] = []
        var next = operation(id, in: room)
        var witnesses: ArraySlice<Operation> = []
        while let operation = next, branch.count < Limits.runOperationsMax {
            branch.append(operation)
            if operation.signature != nil { return branch }
            next = self.next(behind: operation, in: room, &witnesses)
        }
        return []
    }

    /// What was written directly behind it; behind the last that is applied, what proves it.
    func next(behind operation: Operation, in room: RoomID, _ witnesses: inout ArraySlice<Operation>) -> Operation? {
        if let witness = witnesses.popFirst() { return witness }
        if let id = successor(of: operation.id, in: room) { return self.operation(id, in: room) }
        guard operation.signature == nil else { return nil }
        witnesses = self.witnesses(of: operation.id, in: room)[...]
        return witnesses.popFirst()
    }
}
