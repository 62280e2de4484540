import Keys
package import Operations

// What is lacking here and is there.
extension PeerSession {
    mutating func fetch(_ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]) {
        guard pulling == nil, !needs.isEmpty else { return }
        // To begin with the newest one has to know them all, or at least a great many.
        guard !isReadingPages || pages >= settings.pagesBeforePull else { return }
        let (patience, now) = (patience, now)
        let chosen = needs.take(settings.roomsPerPull) { patience.isWaiting(for: $0, at: now) }
        var asks: [PullRequest.Ask] = []
        var rooms: [(room: RoomID, need: Need)] = []
        for (room, need) in chosen {
            let clock = shownClock(of: room, log)
            let wanted = need.asks(for: room, clock)
            guard asks.count + wanted.count <= GossipLimits.asksPerPullMax else {
                needs.add(need, for: room)
                continue
            }
            asks += wanted
            rooms.append((room, need))
        }
        guard !asks.isEmpty else { return }
        pulling = (issue(.pull(PullRequest(bytesMax: page.bytes, asks: asks)), into: &actions), rooms, asks)
    }

    /// What the peer may know of what we have: of a room in which it has no part, as of one that is not here,
    /// only what it brought itself.
    private func shownClock(of room: RoomID, _ log: borrowing some OperationReader & ~Copyable) -> RoomClock {
        let clock = log.clock(of: room) ?? RoomClock()
        switch log.standing(of: peer, in: room) {
        case .none: return log.stagedClock(of: room, from: peer)
        case .left(let view): return clock.capped(by: view)
        case .participant: return clock
        }
    }

    mutating func take(
        _ outcomes: [PullOutcome], _ rooms: [(room: RoomID, need: Need)], _ asks: [PullRequest.Ask],
        _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        var fruit: [RoomID: Bool] = [:]
        for (ask, outcome) in zip(asks, outcomes) {
            guard let room = ask.room else { continue }
            health.operationsTaken += outcome.taken
            health.duplicates += outcome.duplicates
            health.faults += outcome.faults
            fruit[room] = fruit[room, default: false] || outcome.taken > 0
            if !outcome.own.isEmpty { actions.append(.restored(room, outcome.own)) }
        }
        for (index, ask) in asks.enumerated() {
            guard let room = ask.room, let need = rooms.first(where: { $0.room == room })?.need else { continue }
            guard index < outcomes.count else {
                // The answer was full before it came to this.
                again(ask, need, room)
                continue
            }
            finish(ask, need, room, outcomes[index], isFruitful: fruit[room] ?? false, log, into: &actions)
        }
    }

    /// What is still to be had of this ask goes back among the needs.
    private mutating func again(_ ask: PullRequest.Ask, _ need: Need, _ room: RoomID) {
        var rest = Need()
        rest.activity = need.activity
        rest.goesAlone = need.goesAlone
        switch ask {
        case .room: rest.isWhole = true
        case .feeds: rest.feeds = need.feeds
        case .operations: rest.operations = need.operations
        case .payloads: rest.payloads = need.payloads
        case .profiles: return
        }
        needs.add(rest, for: room)
    }

    private mutating func finish(
        _ ask: PullRequest.Ask, _ need: Need, _ room: RoomID, _ outcome: PullOutcome, isFruitful: Bool,
        _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        guard let end = outcome.end else {
            patience.wasFruitless(room, at: now)
            return
        }
        if outcome.isTurnedAway {
            // There will be room for it when another has become a shared one, or is dropped.
            patience.wasFruitless(room, at: now)
            return again(ask, need, room)
        }
        if isFruitful { patience.wasFruitful(room) }
        if end.more {
            // A page that brought nothing and promises more is a promise less.
            if !isFruitful { disappoint(room) }
            again(ask, need, room)
        }
        guard case .room = ask else {
            if case .feeds = ask, !isFruitful, !end.more { disappoint(room) }
            if let digest = end.digest, !end.more { compare(room, digest, isFruitful, log, into: &actions) }
            return
        }
        if !end.lacks.isEmpty { offer(end.lacks, room) }
        // It shows us no digest: it sees us as out, or not yet in. What lies beyond our view it will go on to "lack",
        // whether it has it or not, so this can't be a reason to ask every two seconds.
        if end.digest == nil, !isFruitful, !end.more {
            patience.wasFruitless(room, at: now)
            // Who can't call us can't ask for the room once it may have it, nor if it has lost what it had kept apart.
            if !settings.canBeCalled, log.standing(of: peer, in: room) == .participant { suspect(room) }
        }
        if let digest = end.digest, !end.more {
            compare(room, digest, isFruitful || !end.lacks.isEmpty, log, into: &actions)
        }
    }

    private mutating func compare(
        _ room: RoomID, _ digest: ShortDigest, _ isExplained: Bool, _ log: borrowing some OperationReader & ~Copyable,
        into actions: inout [Action]
    ) {
        if let own = log.digest(of: room), digest == own.short { return agree(on: room, own, into: &actions) }
        // All that could be had was had, and still it differs: whatever it is, it is no reason to ask all day.
        if !isExplained { patience.wasFruitless(room, at: now) }
        // Who has left has another digest for ever.
        if log.standing(of: peer, in: room) == .participant { suspect(room) }
    }

    private mutating func disappoint(_ room: RoomID) {
        patience.wasFruitless(room, at: now)
        health.unprovenClaims += 1
    }

    /// The peer lacks something that we have. Who can call us is told of it; to others it is pushed, and to who was told and has
    /// not come for it: it may call another place than ours.
    private mutating func offer(_ lacks: Lacks, _ room: RoomID) {
        let times = offers.note(lacks, of: room, at: now)
        var debt = Owed()
        debt.lacks = lacks
        debt.isEager = !settings.canBeCalled || times > 0
        debt.pastDepth = times
        add(debt, for: room)
    }

    mutating func take(
        _ answer: Answer, to id: RequestID, _ log: borrowing some OperationReader & ~Copyable,
        into actions: inout [Action]
    ) {
        answering = id
        defer { answering = nil }
        switch answer {
        case .push(let answer):
            guard let under = pushing, under.id == id else { return }
            guard answer.items(for: under.plan.items.count) != nil else {
                return fail(id, .unreadable, into: &actions)
            }
            pushing = nil
            page.grow()
            succeed()
            take(answer, under.plan, log, into: &actions)
        case .pull(let outcomes):
            guard let under = pulling, under.id == id else { return }
            pulling = nil
            page.grow()
            succeed()
            take(outcomes, under.rooms, under.asks, log, into: &actions)
        case .changes(let answer):
            guard let under = listening, under.id == id, under.kind == .changes else { return }
            listening = nil
            succeed()
            take(answer, log, into: &actions)
        case .rooms(let answer):
            guard let under = listening, under.id == id, under.kind == .rooms else { return }
            listening = nil
            succeed()
            step(.answer(answer), log, into: &actions)
        }
    }
}

extension PullRequest.Ask {
    /// Nil for one that is not about a room.
    package var room: RoomID? {
        switch self {
        case .room(let room, _), .feeds(let room, _), .operations(let room, _), .payloads(let room, _): room
        case .profiles: nil
        }
    }
}
