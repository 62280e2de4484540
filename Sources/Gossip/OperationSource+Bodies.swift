import Keys
package import Operations

// Plans name things and guess what they weigh; here their bytes are put in, and counted.
extension OperationSource {
    /// What finds no room the receiver hears of when it listens; so then this is not all.
    package func body(of plan: PushPlan, for peer: NodeID, seal: CursorSeal) -> PushRequest {
        var budget = BodyBudget(GossipLimits.bodyBytesMax)
        let items = plan.items.map { planned in
            let room = planned.room
            var item = PushRequest.Item(room: room)
            item.told = planned.told
            item.runs = planned.operations.flatMap {
                runs(of: $0, in: room, for: peer, isContinued: planned.continued.contains($0), &budget)
            }
            item.runs += pasts(of: planned, for: peer, &budget)
            item.registers = planned.registers.compactMap { origin in budget.add { register(of: origin, in: room) } }
            item.proofs = planned.proofs.compactMap { feed in budget.add { proof(of: feed, in: room) } }
            item.announced = planned.announced
            item.digest = planned.digest
            return item
        }
        return PushRequest(
            since: budget.isCut ? nil : plan.since.map { seal.cursor(at: $0, for: peer) },
            through: seal.cursor(at: plan.through, for: peer), items: items)
    }

    /// What they build on by others, as far as `pastDepth` goes. Whoever counts as many there as we do, and goes on to lack what is built
    /// upon it, may have been shown another history, and not be able to call us and ask for it by name.
    private func pasts(of item: PushPlan.Item, for peer: NodeID, _ budget: inout BodyBudget) -> [[UInt8]] {
        guard item.pastDepth > 0, budget.hasRoom() else { return [] }
        // However far back they go, other rooms of the push want their place.
        var own = BodyBudget(GossipLimits.bodyBytesMax / 8)
        defer { budget.spend(own.spent) }
        var ends: Set<OperationID> = []
        for range in item.operations {
            let place = FeedPosition(feed: range.feed, seq: range.seqs.lowerBound)
            guard let first = id(at: place, in: item.room).flatMap({ operation($0, in: item.room) }) else { continue }
            ends.formUnion(first.header.dependencies)
        }
        return ends.sorted().flatMap { id -> [[UInt8]] in
            guard let end = operation(id, in: item.room), end.header.origin != node else { return [] }
            let start = end.header.seq >= item.pastDepth ? end.header.seq + 1 - item.pastDepth : 0
            // Of a fork their own branch, whichever is counted here.
            guard let runs = proven(end, from: start, in: item.room)?.runs else { return [] }
            return own.take(runs.reduce(0) { $0 + $1.count }) ? runs : []
        }
    }

    package func answer(to plan: PullPlan, for peer: NodeID) -> [PullAnswerItem] {
        var budget = BodyBudget(plan.bytesMax)
        var items: [PullAnswerItem] = []
        // Those that came along in the runs of others.
        var given: Set<OperationID> = []
        for part in plan.parts {
            switch part {
            case .operations(let index, let room, let range):
                items += runs(of: range, in: room, for: peer, &budget).map { .run(index, $0) }
            case .register(let index, let room, let origin):
                if let register = budget.add({ register(of: origin, in: room) }) {
                    items.append(.register(index, register))
                }
            case .proof(let index, let room, let feed):
                if let proof = budget.add({ proof(of: feed, in: room) }) { items.append(.proof(index, proof)) }
            case .operation(let index, let room, let id):
                guard !budget.isFull, !given.contains(id) else { continue }
                items += named(id, in: room, for: peer, index, &given, &budget)
            case .payload(let index, let room, let id):
                guard !budget.isFull else { continue }
                if let payload = operation(id, in: room)?.payload {
                    items.append(.payload(index, id, .payload(payload)))
                    budget.spend(payload.count)
                } else if let deletion = deletion(covering: id, in: room) {
                    items.append(.payload(index, id, .deleted(by: deletion)))
                }
            case .end(let index, let end):
                items.append(.end(index, PullEnd(lacks: end.lacks, digest: end.digest, more: end.more || budget.isCut)))
                // The asks behind it were not looked at.
                if budget.isFull { return items + [.close] }
            case .absent(let index): items.append(.absent(index))
            }
        }
        return items + [.close]
    }

    package func runs(of range: FeedRange, in room: RoomID, for peer: NodeID) -> [[UInt8]] {
        var budget = BodyBudget(.max)
        return runs(of: range, in: room, for: peer, &budget)
    }

    /// The operations of a range, each run with its signature; the first without what stands before it, where the receiver
    /// has that. What came in a run has only that of the last, so
    /// a range that ends between two is proven by going on to the next; but not beyond the view of somebody who has
    /// left: to them it ends at the last signature within. That those who were removed can be told so, by whoever has it
    /// from us, a run ends with what may end a view.
    private func runs(
        of range: FeedRange, in room: RoomID, for peer: NodeID, isContinued: Bool = false, _ budget: inout BodyBudget
    ) -> [[UInt8]] {
        let isOpen = standing(of: peer, in: room) == .participant
        var runs: [[UInt8]] = []
        var next = id(at: FeedPosition(feed: range.feed, seq: range.seqs.lowerBound), in: room)
        while let start = next, let first = operation(start, in: room), first.header.seq <= range.seqs.upperBound {
            guard budget.hasRoom(),
                let (run, end) = run(
                    from: first, through: isOpen ? nil : range.seqs.upperBound, range, room,
                    isContinuation: isContinued && runs.isEmpty)
            else { break }
            runs.append(run)
            budget.spend(run.count)
            next = successor(of: end, in: room)
        }
        return runs
    }

    /// One run, and the last operation in it. `limit`: it may not go beyond that seq.
    private func run(
        from first: Operation, through limit: UInt64?, _ range: FeedRange, _ room: RoomID, isContinuation: Bool
    ) -> (run: [UInt8], end: OperationID)? {
        for withPayloads in [true, false] {
            var packer = RunPacker(withPayloads: withPayloads, isContinuation: isContinuation)
            var next: Operation? = first
            var last: OperationID?
            var witnesses: ArraySlice<Operation> = []
            while let operation = next, operation.header.seq <= limit ?? .max {
                let certificate = operation.header.seq == 0 ? certificate(of: range.feed, in: room)?.encoded : nil
                guard packer.append(operation, certificate: certificate) else { break }
                if operation.signature != nil {
                    last = operation.id
                    if operation.header.seq >= range.seqs.upperBound { break }
                }
                next = self.next(behind: operation, in: room, &witnesses)
            }
            // Payloads that came later than their run may have made it too long for one: then they are asked for.
            if let last, let run = packer.finish() { return (run, last) }
        }
        return nil
    }

    /// One by its id. Where its feed is forked, with its branch from the fork on, so that whoever lacks a long branch
    /// gets it at once.
    private func named(
        _ id: OperationID, in room: RoomID, for peer: NodeID, _ index: Int, _ given: inout Set<OperationID>,
        _ budget: inout BodyBudget
    ) -> [PullAnswerItem] {
        guard let operation = operation(id, in: room) else { return [] }
        let feed = operation.header.feed
        let fork = clock(of: room)?.forks[feed]
        let isSigned = operation.signature != nil
        if isSigned, fork ?? .max > operation.header.seq {
            let certificate = operation.header.seq == 0 ? certificate(of: feed, in: room)?.encoded : nil
            guard let envelope = try? Envelope(operation: operation, certificate: certificate) else { return [] }
            budget.spend(envelope.encoded.count)
            return [.operation(index, envelope.encoded)]
        }
        // Nobody who has left is shown what lies behind, though it would prove this.
        guard isSigned || standing(of: peer, in: room) == .participant else { return [] }
        guard let proven = proven(operation, from: fork ?? operation.header.seq, in: room),
            budget.take(proven.runs.reduce(0) { $0 + $1.count })
        else { return [] }
        given.formUnion(proven.ids)
        return proven.runs.map { .run(index, $0) }
    }

    /// An operation with its branch from `seq` on, and what proves it. Nil where that can't be packed.
    private func proven(
        _ operation: Operation, from seq: UInt64, in room: RoomID
    ) -> (ids: [OperationID], runs: [[UInt8]])? {
        let run = backwards(from: operation, to: seq, room) + branch(from: operation.id, in: room).dropFirst()
        var packer = RunPacker()
        var runs: [[UInt8]] = []
        for operation in run {
            let header = operation.header
            let certificate = header.seq == 0 ? certificate(of: header.feed, in: room)?.encoded : nil
            if packer.append(operation, certificate: certificate) { continue }
            guard let packed = packer.finish() else { return nil }
            runs.append(packed)
            packer = RunPacker()
            guard packer.append(operation, certificate: certificate) else { return nil }
        }
        guard let packed = packer.finish() else { return nil }
        return (run.map(\.id), runs + [packed])
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
