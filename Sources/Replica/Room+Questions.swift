package import Operations

extension Room {
    package func standing(of user: UserID, in records: some RoomRecords) -> Standing {
        records.person(of: user).flatMap { authority?.standing(of: $0) } ?? .out
    }

    /// The grant since which somebody is in (`Authority.entry`).
    package func entry(of person: Person) -> Position? {
        authority?.entry(of: person)
    }

    /// Everybody who is in, ascending; in a direct room both, in a directory nobody.
    package func members(in records: some RoomRecords) -> [(user: UserID, standing: Standing)] {
        let members = authority?.members.map { (user: records.user($0.person), standing: $0.standing) } ?? []
        return members.sorted { $0.user < $1.user }
    }

    /// The nodes with a member, ascending; of a directory the node that writes it.
    package func participants(in records: some RoomRecords) -> [NodeID] {
        if case .directory(let node) = nature { return [node] }
        return Set(authority?.members.map { records.node($0.person.origin) } ?? []).sorted()
    }

    /// What a new operation builds on, ascending.
    package func heads(in records: some RoomRecords) -> [OperationID] {
        passing.heads.map { records.kept(at: $0).id }.sorted()
    }

    /// The heads that aren't in the past of `previous` (nil: where a feed begins), nor that itself: what an operation behind it
    /// names as its deps. Ascending.
    package func dependencies(behind previous: OperationID?, in records: some RoomRecords) -> [OperationID] {
        guard let previous, let position = records.position(of: previous) else { return heads(in: records) }
        let unseen = passing.heads.filter { $0 != position && !records.isInPast($0, of: position) }
        return unseen.map { records.kept(at: $0).id }.sorted()
    }

    package func isPassedOn(_ position: Position) -> Bool { passing.isPassedOn(position) }

    /// What is passed on, as clocks say it: forked feeds count below their fork.
    package func clock(in records: some RoomRecords) -> Operations.Clock {
        clock(upTo: { $0.index < passing.ends.count ? passing.ends[$0.index] : -1 }, in: records)
    }

    private func clock(upTo end: (Line) -> Int, in records: some RoomRecords) -> Operations.Clock {
        var positions: [FeedPosition] = []
        for line in (0..<records.lineCount).map(Line.init) {
            let facts = records.facts(of: line)
            let fork = authority?.fork(of: facts.origin, epoch: facts.epoch) ?? .max
            let seq = min(end(line), fork - 1)
            guard seq >= 0, end(line) >= facts.start else { continue }
            positions.append(FeedPosition(feed: records.feed(of: line), seq: UInt64(seq)))
        }
        return Operations.Clock(positions)
    }

    /// Of each forked feed the lowest seq with two operations: proved to us, or seen.
    package func forks(in records: some RoomRecords) -> [Feed: UInt64] { records.forks }

    /// What `teller` may show a node that is a former participant; nil where that is a participant, or never was one.
    package func view(
        of node: NodeID, toldBy teller: NodeID, in records: some RoomRecords
    ) -> Operations.Clock? {
        guard let authority, let origin = records.origin(of: node) else { return nil }
        guard !authority.members.contains(where: { $0.person.origin == origin }) else { return nil }
        let grants = authority.grants(to: origin)
        // Who let somebody in tells them how it ended, also where nobody else would ever have heard of them.
        let own = records.origin(of: teller)
        let given = grants.filter { records.facts(of: $0.line).origin == own && authority.isEligible($0) }
        func isShown(_ grant: Position) -> Bool {
            isPassedOn(grant) || given.contains { $0 == grant || records.isInPast(grant, of: $0) }
        }
        let shown = grants.filter(isShown)
        guard !shown.isEmpty else { return nil }
        var ends: [Line: Int] = [:]
        for position in shown.union(authority.endings(of: shown, to: origin, in: records, isShown: isShown)) {
            let clock = records.clock(of: position)
            for line in (0..<records.lineCount).map(Line.init) where clock[line] >= 0 {
                ends[line] = max(ends[line] ?? -1, clock[line])
            }
            ends[position.line] = max(ends[position.line] ?? -1, position.seq)
        }
        return clock(upTo: { ends[$0] ?? -1 }, in: records)
    }

    package func message(_ id: OperationID, in records: some RoomRecords) -> Message? {
        records.position(of: id).flatMap { records.message(at: $0) }
    }

    /// The operations whose payloads are to be asked for, ascending.
    package func wantedPayloads(in records: some RoomRecords) -> [OperationID] {
        records.wantedPayloads.map { records.kept(at: $0).id }.sorted()
    }
}

extension Authority {
    func fork(of origin: Origin, epoch: UInt64) -> Int? {
        origins[origin]?.forks[epoch]
    }
}
