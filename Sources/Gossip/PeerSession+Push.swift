import Operations

// What is new here, on its way there.
extension PeerSession {
    mutating func owe(_ delivery: Delivery) {
        // With something new in a room, what is the matter there is worth a look again, and soon.
        if offers.forget(delivery.room), suspects.removeValue(forKey: delivery.room) != nil { suspect(delivery.room) }
        // Who can't call us can't ask what it missed: what is new is owed to it whatever else was decided, and kept until
        // the link is up again.
        guard delivery.manner != .left || !settings.canBeCalled else {
            hasSkipped = true
            return
        }
        var debt = Owed()
        debt.after = delivery.position == 0 ? 0 : delivery.position - 1
        debt.isEager = delivery.manner != .announced
        debt.told = delivery.told
        add(debt, for: delivery.room)
    }

    mutating func add(_ debt: Owed, for room: RoomID) {
        guard owed[room] != nil || owed.count < settings.owedRoomsMax else {
            // The peer is far behind: it will hear what it missed when it listens; and who can't, when all is compared.
            hasSkipped = true
            if !settings.canBeCalled { reconcileAt = min(reconcileAt, now + settings.pollMilliseconds) }
            return
        }
        owed[room, default: Owed()].merge(debt)
    }

    /// The peer has heard from us up to there, by asking.
    mutating func align(to position: UInt64) {
        guard position >= pushedThrough ?? 0, pushing == nil else { return }
        for (room, debt) in owed where debt.lacks.isEmpty {
            // What it was told of it pulls; what is newer is still owed.
            if let after = debt.after, after < position { owed[room]?.after = position }
        }
        pushedThrough = position
        hasSkipped = false
    }

    /// The peer fetches that of a room itself: what it missed while it was away would else come twice, by its pulls and by our
    /// pushes, which both begin as soon as it is back.
    mutating func leave(_ room: RoomID, through position: UInt64) {
        guard let debt = owed[room], debt.lacks.isEmpty, let after = debt.after, after < position else { return }
        owed[room]?.after = position
    }

    mutating func push(_ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]) {
        guard pushing == nil, !owed.isEmpty else { return }
        let planner = PushPlanner(peer: peer, knowledge: knowledge, bytesMax: page.bytes)
        var items: [PushPlan.Item] = []
        var rooms: [RoomID: Owed] = [:]
        var bytes = 0
        var rest: [RoomID: Owed] = [:]
        // By name, so that each gets its turn: whoever was left is merged into what comes and not put first.
        for room in owed.keys.sorted() {
            guard bytes < page.bytes, items.count < GossipLimits.roomsPerPushMax else { break }
            guard let debt = owed[room], !debt.goesAlone || items.isEmpty else { continue }
            owed[room] = nil
            let plan = planner.plan(room, debt, log)
            if let left = plan.rest { rest[room] = left }
            guard !plan.item.isEmpty else { continue }
            items.append(plan.item)
            rooms[room] = debt
            bytes += plan.bytes
            if debt.goesAlone { break }
        }
        let isAll = owed.isEmpty && rest.isEmpty && !hasSkipped
        for (room, debt) in rest { add(debt, for: room) }
        guard !items.isEmpty else {
            if isAll { pushedThrough = log.position }
            if !owed.isEmpty { push(log, into: &actions) }
            return
        }
        let through = log.position
        let plan = PushPlan(since: isAll ? pushedThrough : nil, through: through, items: items)
        if isAll || owed.isEmpty {
            pushedThrough = through
            hasSkipped = false
        }
        health.operationsSent += plan.operationsCount
        let id = issue(.push(plan), into: &actions)
        pushing = (id, rooms, plan)
    }

    mutating func take(
        _ answer: PushAnswer, _ plan: PushPlan, _ log: borrowing some OperationReader & ~Copyable,
        into actions: inout [Action]
    ) {
        for (planned, item) in zip(plan.items, answer.items(for: plan.items.count) ?? []) {
            switch item {
            // It can't take it now; it will hear of it when it listens.
            case .turnedAway: knowledge.forget(planned.room)
            case .agreed: agree(on: planned, log, into: &actions)
            case .taken(let taken): take(taken, of: planned, log, into: &actions)
            }
        }
    }

    private mutating func take(
        _ taken: PushAnswer.Taken, of planned: PushPlan.Item, _ log: borrowing some OperationReader & ~Copyable,
        into actions: inout [Action]
    ) {
        let room = planned.room
        for refusal in taken.refusals {
            health.faults += 1
            actions.append(.refusedByPeer(room, refusal.id, code: refusal.code))
        }
        hear(room, taken.entries, taken.digest, 0, log, into: &actions)
        if taken.digest == nil { knowledge.note(room, isShared: false) }
        switch log.standing(of: peer, in: room) {
        // The peer does not know yet that we share the room: it will need all of it.
        case .participant: if taken.digest == nil { suspect(room) }
        // Who can't call us can't ask either how it came to be out.
        case .left: if !settings.canBeCalled, !planned.isTaken(as: taken.entries) { suspect(room) }
        case .none: break
        }
    }

    /// The peer has what was pushed, and had no more than we had then. Where that is what we have now, nothing is left to do.
    private mutating func agree(
        on planned: PushPlan.Item, _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        let room = planned.room
        guard let digest = planned.digest, let own = log.clock(of: room), log.standing(of: peer, in: room) != .none
        else { return }
        var theirs = planned.announced
        for range in planned.operations { theirs.reach(range.feed, range.seqs.upperBound) }
        let isAll = log.digest(of: room)?.short == digest
        if isAll { for origin in planned.registers { own.registers[origin].map { theirs.take($0, of: origin) } } }
        let common = theirs.met(with: own)
        if !common.isEmpty {
            knowledge.learn(common, in: room)
            knowledge.note(room, isShared: true)
            actions.append(.acknowledged(room, common))
        }
        if isAll, let digest = log.digest(of: room) { agree(on: room, digest, into: &actions) }
    }
}
