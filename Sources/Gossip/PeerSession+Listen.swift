import Keys
import Operations

// What is new there: heard of here, and pulled.
extension PeerSession {
    mutating func listen(_ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]) {
        guard listening == nil else { return }
        if let question = nextQuestion {
            nextQuestion = nil
            listening = (issue(.rooms(question), into: &actions), .rooms)
            return
        }
        // Where we are comes first, so that nothing can happen unheard while all is compared.
        if reconciliation == nil, cursor != nil, reconcileAt <= now {
            reconcile(log, into: &actions)
            if listening != nil || nextQuestion != nil { return listen(log, into: &actions) }
        }
        let isDue = pollAt <= now || isReadingPages
        guard isDue || !settings.canBeCalled else { return }
        // The first after a failure, and the one that asks where we are, are answered at once.
        let waits = !isDue && cursor != nil && backoff.waitsUntil == nil
        listening = (issue(.changes(since: cursor, wait: waits ? settings.waitSeconds : 0), into: &actions), .changes)
        pollAt = now + random.jittered(settings.pollMilliseconds)
    }

    mutating func take(
        _ answer: ChangesAnswer, _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        cursor = answer.cursor
        pages += 1
        isReadingPages = answer.more
        if !answer.more { pages = 0 }
        for item in answer.items { hear(item, log, into: &actions) }
    }

    private mutating func hear(
        _ item: ChangesAnswer.Item, _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        guard let entries = item.entries else {
            if let own = log.digest(of: item.room), item.digest == own.short {
                return agree(on: item.room, own, into: &actions)
            }
            var need = Need()
            need.isWhole = true
            need.activity = item.activity
            return needs.add(need, for: item.room)
        }
        hear(item.room, entries, item.digest, item.activity, log, into: &actions)
    }

    /// The peer has said what it has of a room, or of some of its feeds.
    mutating func hear(
        _ room: RoomID, _ theirs: RoomClock, _ digest: ShortDigest?, _ activity: UInt64,
        _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        let standing = log.standing(of: peer, in: room)
        guard let own = log.clock(of: room), standing != .none else {
            // A room that is not here, or that the peer has no part in as far as we know: it gets to see the
            // same of us either way.
            let staged = log.stagedClock(of: room, from: peer)
            guard !theirs.beyond(staged).isEmpty || digest != nil && digest != staged.digest.short else { return }
            var need = Need()
            need.isWhole = true
            need.activity = activity
            return needs.add(need, for: room)
        }
        // What it says beyond what is here is a claim, and no end of claims fits in here.
        let common = theirs.met(with: own)
        if !common.isEmpty {
            knowledge.learn(common, in: room)
            if digest != nil { knowledge.note(room, isShared: true) }
            actions.append(.acknowledged(room, common))
        }
        if let digest, let mine = log.digest(of: room), digest == mine.short {
            return agree(on: room, mine, into: &actions)
        }
        let ahead = theirs.beyond(own)
        for (feed, seq) in ahead.feeds.sorted(by: { $0.key < $1.key }) where feed.origin == log.node {
            actions.append(.ownFeedClaimed(room, FeedPosition(feed: feed, seq: seq)))
        }
        if !ahead.isEmpty {
            var need = Need()
            need.feeds = Set(ahead.feeds.keys)
            need.isWhole = !ahead.registers.isEmpty || !ahead.forks.isEmpty
            need.activity = activity
            needs.add(need, for: room)
        } else if digest != nil, log.standing(of: peer, in: room) == .participant {
            // We may be ahead, or something is under way. If it lasts it is looked into.
            suspect(room)
        }
    }

    mutating func suspect(_ room: RoomID) {
        guard suspects[room] == nil, suspects.count < Self.suspectsMax else { return }
        let due = max(now + settings.graceMilliseconds, patience.end(for: room) ?? 0, offers.end(for: room) ?? 0)
        suspects[room] = due
        suspectAt = min(suspectAt, due)
    }

    mutating func agree(on room: RoomID, _ digest: Hash, into actions: inout [Action]) {
        suspects[room] = nil
        offers.forget(room)
        patience.wasFruitful(room)
        // What was heard since that was asked may be newer than this digest, which then says nothing of it.
        if let answering, let need = needs.rooms[room], need.asOf <= answering.number, need.operations.isEmpty,
            need.payloads.isEmpty
        {
            needs.remove(room)
        }
        actions.append(.identical(room, digest))
    }

    /// Differences that have lasted.
    mutating func look(into log: borrowing some OperationReader & ~Copyable) {
        guard suspectAt <= now else { return }
        for room in suspects.filter({ $0.value <= now }).keys.sorted() {
            suspects[room] = nil
            switch log.standing(of: peer, in: room) {
            case .participant: break
            case .left: if settings.canBeCalled { continue }
            case .none: continue
            }
            var need = Need()
            need.isWhole = true
            needs.add(need, for: room)
        }
        suspectAt = suspects.values.min() ?? .max
    }

    // MARK: Comparing all

    private mutating func reconcile(_ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]) {
        health.reconciliations += 1
        reconcileAt = now + random.jittered(settings.reconcileMilliseconds)
        reconciliation = Reconciliation(with: peer)
        step(.begin, log, into: &actions)
    }

    mutating func step(
        _ event: Reconciliation.Event, _ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        var steps: [Reconciliation.Action] = []
        reconciliation?.handle(event, log: log, into: &steps)
        for action in steps {
            switch action {
            case .ask(let question): nextQuestion = question
            case .found(let differences):
                for difference in differences {
                    var need = Need()
                    need.isWhole = true
                    needs.add(need, for: difference.room)
                }
            case .finished:
                reconciliation = nil
                actions.append(.reconciled(true))
            case .failed(let failure):
                reconciliation = nil
                if failure == .senseless { health.faults += 1 }
                health.unprovenClaims += 1
                // What was found is pulled; the rest is looked for again in an hour.
                reconcileAt = now + random.jittered(3_600_000)
                actions.append(.reconciled(false))
            }
        }
    }

    /// The peer's own log is ours up to `since`; then, with this push, up to `through`.
    mutating func cover(_ since: Cursor?, _ through: Cursor) {
        if let since, since == cursor {
            cursor = through
        } else if through != cursor, pollAt > now + settings.graceMilliseconds {
            // We missed something: ask, and soon.
            pollAt = now + random.jittered(settings.graceMilliseconds)
        }
    }

    mutating func keepCursor(into actions: inout [Action]) {
        guard cursor != keptCursor, needs.isEmpty, pulling == nil, reconciliation == nil, !isReadingPages else {
            return
        }
        if needs.takeOverflow() {
            reconcileAt = now
            return
        }
        keptCursor = cursor
        actions.append(.keep(cursor))
    }
}
