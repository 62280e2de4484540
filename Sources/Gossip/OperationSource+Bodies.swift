import Keys
package import Operations

// Plans name things; here their bytes are put in.
extension OperationSource {
    package func body(of plan: PushPlan, for peer: NodeID, seal: CursorSeal) -> PushRequest {
        let items = plan.items.map { planned in
            var item = PushRequest.Item(room: planned.room)
            item.told = planned.told
            item.runs = planned.operations.flatMap { runs(of: $0, in: planned.room, for: peer) }
            item.registers = planned.registers.compactMap { register(of: $0, in: planned.room) }
            item.proofs = planned.proofs.compactMap { proof(of: $0, in: planned.room) }
            item.announced = planned.announced
            item.digest = planned.digest
            return item
        }
        return PushRequest(
            since: plan.since.map { seal.cursor(at: $0, for: peer) },
            through: seal.cursor(at: plan.through, for: peer), items: items)
    }

    package func answer(to plan: PullPlan, for peer: NodeID) -> [PullAnswerItem] {
        plan.parts.flatMap { answer(to: $0, for: peer) } + [.close]
    }

    private func answer(to part: PullPlan.Part, for peer: NodeID) -> [PullAnswerItem] {
        switch part {
        case .operations(let index, let room, let range):
            runs(of: range, in: room, for: peer).map { .run(index, $0) }
        case .register(let index, let room, let origin):
            register(of: origin, in: room).map { [.register(index, $0)] } ?? []
        case .proof(let index, let room, let feed):
            proof(of: feed, in: room).map { [.proof(index, $0)] } ?? []
        case .operation(let index, let room, let id): named(id, in: room, for: peer, index)
        case .payload(let index, let room, let id):
            if let payload = operation(id, in: room)?.payload {
                [.payload(index, id, .payload(payload))]
            } else if let deletion = deletion(covering: id, in: room) {
                [.payload(index, id, .deleted(by: deletion))]
            } else {
                []
            }
        case .end(let index, let end): [.end(index, end)]
        case .absent(let index): [.absent(index)]
        }
    }

    /// The operations of a range, each run with its signature. What came in a run has only that of the last, so
    /// a range that ends between two is proven by going on to the next; but not beyond the view of somebody who has
    /// left: to them it ends at the last signature within. That those who were removed can be told so, by whoever has it
    /// from us, a run ends with what may end a view.
    package func runs(of range: FeedRange, in room: RoomID, for peer: NodeID) -> [[UInt8]] {
        let isOpen = standing(of: peer, in: room) == .participant
        var runs: [[UInt8]] = []
        var next = id(at: FeedPosition(feed: range.feed, seq: range.seqs.lowerBound), in: room)
        while let start = next, let first = operation(start, in: room), first.header.seq <= range.seqs.upperBound {
            guard let (run, end) = run(from: first, through: isOpen ? nil : range.seqs.upperBound, range, room) else {
                break
            }
            runs.append(run)
            next = successor(of: end, in: room)
        }
        return runs
    }

    /// One run, and the last operation in it. `limit`: it may not go beyond that seq.
    private func run(
        from first: Operation, through limit: UInt64?, _ range: FeedRange, _ room: RoomID
    ) -> (run: [UInt8], end: OperationID)? {
        for withPayloads in [true, false] {
            var packer = RunPacker(withPayloads: withPayloads)
            var next: Operation? = first
            var last: OperationID?
            while let operation = next, operation.header.seq <= limit ?? .max {
                let certificate = operation.header.seq == 0 ? certificate(of: range.feed, in: room)?.encoded : nil
                guard packer.append(operation, certificate: certificate) else { break }
                if operation.signature != nil {
                    last = operation.id
                    if operation.header.seq >= range.seqs.upperBound { break }
                }
                next = successor(of: operation.id, in: room).flatMap { self.operation($0, in: room) }
            }
            // Payloads that came later than their run may have made it too long for one: then they are asked for.
            if let last, let run = packer.finish() { return (run, last) }
        }
        return nil
    }

    /// One by its id. Where its feed is forked, with its branch from the fork on, so that whoever lacks a long branch
    /// gets it at once.
    private func named(_ id: OperationID, in room: RoomID, for peer: NodeID, _ index: Int) -> [PullAnswerItem] {
        guard let operation = operation(id, in: room) else { return [] }
        let feed = operation.header.feed
        let fork = clock(of: room)?.forks[feed]
        if operation.signature != nil, fork ?? .max > operation.header.seq {
            let certificate = operation.header.seq == 0 ? certificate(of: feed, in: room)?.encoded : nil
            guard let envelope = try? Envelope(operation: operation, certificate: certificate) else { return [] }
            return [.operation(index, envelope.encoded)]
        }
        // Nobody who has left is shown what lies behind, though it would prove this.
        let proving = standing(of: peer, in: room) == .participant ? branch(from: id, in: room) : [operation]
        var packer = RunPacker()
        var items: [PullAnswerItem] = []
        for operation in backwards(from: operation, to: fork ?? operation.header.seq, room) + proving.dropFirst() {
            let certificate = operation.header.seq == 0 ? certificate(of: feed, in: room)?.encoded : nil
            if packer.append(operation, certificate: certificate) { continue }
            guard let run = packer.finish() else { return items }
            items.append(.run(index, run))
            packer = RunPacker()
            guard packer.append(operation, certificate: certificate) else { return items }
        }
        return items + (packer.finish().map { [.run(index, $0)] } ?? [])
    }

    /// The operations before it in its feed, from `seq` on, and itself; at most as many as a run holds.
    private func backwards(from last: Operation, to seq: UInt64, _ room: RoomID) -> [Operation] {
        var branch = [last]
        while let first = branch.last, first.header.seq > seq, branch.count < Limits.runOperationsMax,
            let before = operation(OperationID(first.header.previous), in: room)
        {
            branch.append(before)
        }
        return branch.reversed()
    }
}
