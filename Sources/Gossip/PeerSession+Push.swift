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
        let asked = Set(plan.items.map(\.room))
        for item in answer.items where asked.contains(item.room) {
            guard let taken = item.taken else {
                // It can't take it now; it will hear of it when it listens.
                knowledge.forget(item.room)
                continue
            }
            for refusal in taken.refusals {
                health.faults += 1
                actions.append(.refusedByPeer(item.room, refusal.id, code: refusal.code))
            }
            hear(item.room, taken.entries, taken.digest, 0, log, into: &actions)
            switch log.standing(of: peer, in: item.room) {
            // The peer does not know yet that we share the room: it will need all of it.
            case .participant: if taken.digest == nil { suspect(item.room) }
            // Who can't call us can't ask either how it came to be out.
            case .left:
                let isTaken = plan.isTaken(in: item.room, as: taken.entries)
                if !settings.canBeCalled, !isTaken { suspect(item.room) }
            case .none: break
            }
        }
    }
}
