package import Operations

/// One room as a fold over its operations (Spec/rooms.md).
///
/// What it needs with every operation lies in memory and doesn't grow with the history: who may do what, who has seen
/// what of whom, what is passed on. All else is rows in `RoomRecords`, which the caller lends.
///
/// An operation that only follows is resolved, given its place, judged, and changes one row. What came before is touched
/// where verdicts change, which authority tells as runs of lines; then each message, setting or profile that is concerned is
/// computed anew, once, from the operations about it.
package struct Room: Sendable {
    package let id: RoomID
    package let nature: RoomNature
    let feedsMax: Int
    /// Nil as long as nothing was taken in.
    var authority: Authority?
    var passing = Passing()

    /// Nothing was taken in yet.
    package init(_ id: RoomID, nature: RoomNature, feedsMax: Int = Authority.feedsMax) {
        self.id = id
        self.nature = nature
        self.feedsMax = feedsMax
    }

    /// The room that these records are of, as it was when they were written last. Reads authority operations, the ends of
    /// lines and what is set aside; no messages.
    package init(
        _ id: RoomID, nature: RoomNature, feedsMax: Int = Authority.feedsMax,
        restoredFrom records: inout some RoomRecords
    ) {
        self.init(id, nature: nature, feedsMax: feedsMax)
        // It begins with its first operation, whatever is proved of it before.
        guard records.lineCount > 0 else { return }
        if nature != .group { beginWithoutGenesis(&records) }
        var acts = Self.kindsOfAuthority.flatMap { records.operations($0) }
        acts.sort { records.isBefore($0, $1) }
        if nature == .group, let genesis = records.operations(.roomCreate).first {
            begin(genesis, by: records.kept(at: genesis).author, records.header(at: genesis), &records)
        }
        for position in acts {
            let act = act(of: records.header(at: position), at: position, &records)
            _ = authority?.add(act, in: records)
        }
        for (feed, seq) in records.forks {
            let fork = ForkedFeed(origin: records.origin(for: feed.origin), epoch: feed.epoch, seq: Int(clamping: seq))
            _ = authority?.add(fork, in: records)
        }
        authority?.restore(in: records)
        var changes: [StateChange] = []
        passing.restore(in: records)
        recomputePassing(in: records, &changes)
    }

    // MARK: Taking in

    /// Takes in an operation that the records don't hold and all of whose past they hold. It is verified, is of this room,
    /// may stand in a room of this nature, and is later than its past; `rank` is that of the certificate that its feed begins with.
    // Rooms in memory are folded by hundreds of thousands of operations a second; the generic code takes twice as long.
    @specialized(where Records == MemoryRecords)
    package mutating func take<Records: RoomRecords>(
        _ operation: Operation, rank: KeyRank, into records: inout Records, changes: inout [StateChange]
    ) {
        let header = operation.header
        if authority == nil, nature != .group { beginWithoutGenesis(&records) }
        let author = records.person(for: header.authorID)
        let position = append(operation, by: author, rank: rank, to: &records)
        guard authority != nil else {
            begin(position, by: author, header, &records)
            passing.count(position)
            passing.makeHead(position, in: records)
            passing.passOn(position, in: records, &changes)
            var dirt = Dirt()
            apply(operation, at: position, counts: true, to: &records, &dirt, &changes)
            changes.append(.standing(header.authorID, from: .out, to: .admin))
            return
        }
        let act = act(of: header, by: author, at: position, &records)
        let outcome = authority!.add(act, in: records)
        if !outcome.counts { records.set(counts: false, at: position) }
        var dirt = Dirt()
        take(outcome, into: &records, &dirt, &changes)
        apply(operation, at: position, counts: outcome.counts, to: &records, &dirt, &changes)
        cleanUp(dirt, in: &records, &changes)
        passOn(position, outcome, isRecomputed: dirt.deletions, in: records, &changes)
    }

    /// Goes on with an operation that somebody else has put into the records, whose past this room has, and which counts. False
    /// where more may have come of it than that it is there: then the room has to be restored.
    package mutating func follow(_ position: Position, in records: some RoomRecords) -> Bool {
        let kept = records.kept(at: position)
        switch kept.kind {
        case .messagePost, .messageEdit, .reactionSet, .join, .userPut, .userClose: break
        // These change verdicts, settings or what is passed on; of what is not known, nobody knows.
        case .messageDelete, .pinSet, .roomCreate, .roomSet, .directOpen, .memberAdd, .memberRole, .memberRemove,
            .memberLeave, nil:
            return false
        }
        let operation = AuthorityOperation(position: position, author: kept.author, act: .ordinary)
        guard let authority, authority.changesNothing(operation, in: records), passing.isWhole else { return false }
        var changes: [StateChange] = []
        passing.count(position)
        passing.makeHead(position, in: records)
        passing.passOn(position, in: records, &changes)
        return true
    }

    private func append(
        _ operation: Operation, by author: Person, rank: KeyRank, to records: inout some RoomRecords
    ) -> Position {
        let header = operation.header
        // The caller vouches for the past.
        let prev = header.seq == 0 ? nil : records.position(of: OperationID(header.previous))!
        var deps: [Position] = []
        deps.reserveCapacity(header.dependencies.count)
        // A loop: a closure would look at a copy of the records.
        for dependency in header.dependencies { deps.append(records.position(of: dependency)!) }
        var message: Position?
        if case .operation(let id) = header.target, let position = records.position(of: id) {
            if records.kept(at: position).kind == .messagePost { message = position }
        }
        guard header.payload != nil else {
            return records.append(
                operation, by: author, rank: rank, prev: prev, deps: deps, about: message, isWanted: false)
        }
        guard !isDropped(header, about: message, in: records) else {
            return records.append(
                operation.with(checkedPayload: nil), by: author, rank: rank, prev: prev, deps: deps, about: message,
                isWanted: false)
        }
        return records.append(
            operation, by: author, rank: rank, prev: prev, deps: deps, about: message,
            isWanted: operation.payload == nil)
    }

    /// Takes in a payload that came after its operation and has been checked against it. False, and it is dropped, where
    /// a deletion covers it, or it isn't missing.
    @discardableResult
    package mutating func take(
        payload: [UInt8], of id: OperationID, into records: inout some RoomRecords, changes: inout [StateChange]
    ) -> Bool {
        guard let position = records.position(of: id), records.payload(at: position) == nil else { return false }
        let header = records.header(at: position)
        guard header.payload != nil else { return false }
        var message: Position?
        if case .operation(let id) = header.target { message = records.position(of: id) }
        if header.knownKind == .messagePost { message = position }
        guard !isDropped(header, about: message, in: records) else { return false }
        records.keep(payload: payload, at: position)
        changes.append(.payloadArrived(position))
        guard records.counts(at: position) else { return true }
        var dirt = Dirt()
        if header.knownKind == .messagePost {
            dirt.messages.insert(position)
        } else {
            apply(header, payload: payload, at: position, to: &records, &dirt, &changes)
        }
        cleanUp(dirt, in: &records, &changes)
        return true
    }

    /// Takes in a verified register of this room; false where the one that is here stays.
    @discardableResult
    package mutating func take(
        _ register: SignedRegister, into records: inout some RoomRecords, changes: inout [StateChange]
    ) -> Bool {
        let origin = records.origin(for: register.register.origin)
        if let known = records.register(of: origin), !register.supersedes(known) { return false }
        records.keep(register, of: origin)
        changes.append(.receipts(register))
        return true
    }

    /// Takes in that a feed is proved to be forked at `seq`, whether or not both branches are here. False where that is known.
    @discardableResult
    package mutating func take(
        forkOf feed: Feed, at seq: UInt64, into records: inout some RoomRecords, changes: inout [StateChange]
    ) -> Bool {
        if let known = records.forks[feed], known <= seq { return false }
        let origin = records.origin(for: feed.origin)
        guard authority != nil else {
            // A proof that comes before the room's first operation; it is taken in with that.
            records.keep(forkOf: feed, at: seq)
            changes.append(.forked(feed, at: seq))
            return true
        }
        let fork = ForkedFeed(origin: origin, epoch: feed.epoch, seq: Int(clamping: seq))
        let outcome = authority!.add(fork, in: records)
        var dirt = Dirt()
        take(outcome, into: &records, &dirt, &changes)
        cleanUp(dirt, in: &records, &changes)
        if outcome.hasReviewed { recomputePassing(in: records, &changes) }
        return !outcome.forks.isEmpty
    }

    // MARK: What authority makes of it

    /// The operations and people whom a change of verdicts concerns.
    private mutating func take(
        _ outcome: AuthorityOutcome, into records: inout some RoomRecords, _ dirt: inout Dirt,
        _ changes: inout [StateChange]
    ) {
        guard !outcome.changesNothing else { return }
        for fork in outcome.forks {
            let feed = Feed(origin: records.node(fork.origin), epoch: fork.epoch)
            records.keep(forkOf: feed, at: UInt64(fork.seq))
            changes.append(.forked(feed, at: UInt64(fork.seq)))
        }
        for change in outcome.verdicts {
            for position in records.operations(by: change.author, on: change.line, in: change.seqs) {
                let kept = records.kept(at: position)
                guard needsAdmin(kept.kind) == change.areAdministrative else { continue }
                records.set(counts: change.count, at: position)
                passing.set(counts: change.count, at: position)
                dirt.add(kept, at: position, in: records)
            }
        }
        for change in outcome.eligibility {
            for position in records.operations(by: nil, on: change.line, in: change.seqs) {
                let kept = records.kept(at: position)
                guard kept.kind == .messageDelete else { continue }
                dirt.add(kept, at: position, in: records)
                dirt.deletions = true
            }
        }
        let standings = outcome.standings.map { (user: records.user($0.person), change: $0) }
        for (user, change) in standings.sorted(by: { $0.user < $1.user }) {
            changes.append(.standing(user, from: change.before, to: change.standing))
        }
    }
}

/// What has to be computed anew.
struct Dirt {
    var messages: Set<Position> = []
    var users: Set<Person> = []
    var fields = false
    /// Deletions are effective, or no more, that came earlier.
    var deletions = false

    var isEmpty: Bool { messages.isEmpty && users.isEmpty && !fields }

    mutating func add(_ kept: KeptOperation, at position: Position, in records: some RoomRecords) {
        switch kept.kind {
        case .messagePost: messages.insert(position)
        case .messageEdit, .messageDelete, .reactionSet, .pinSet:
            if let target = kept.target { messages.insert(target) }
        case .roomCreate, .roomSet: fields = true
        case .userPut, .userClose:
            if case .user(let user) = records.header(at: position).target, let person = records.person(of: user) {
                users.insert(person)
            }
        case .join, .directOpen, .memberAdd, .memberRole, .memberRemove, .memberLeave, nil: break
        }
    }
}
