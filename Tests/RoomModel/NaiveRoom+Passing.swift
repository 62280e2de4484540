package import Operations

/// What is passed on, what a new operation builds on, and what former participants see (Spec/rooms.md, sections 6 and 8).
extension NaiveRoom {
    func closed(_ ids: IDs) -> IDs {
        ids.reduce(into: ids) { $0.formUnion(past($1)) }
    }

    var sources: IDs {
        IDs(operations.indices.filter { isSource($0) })
    }

    private func isSource(_ x: Int) -> Bool {
        counting.contains(x) || deletions.contains(x) && !isIdle(x) || isFirstUnderNewestKey(x)
            || beginsOneOfTooManyFeeds(x)
            || endorsesSuspect(x)
    }

    private func own(_ x: Int) -> [ModelOperation] {
        history.operations.filter { $0.origin == history.operations[x].origin }
    }

    private func isFirstUnderNewestKey(_ x: Int) -> Bool {
        let own = own(x)
        let newest = own.map(\.key).max()!  // it is among them itself
        // Under an origin's first key nothing can be cut off.
        guard handedOver.contains(operations[x].id), history.operations[x].key == newest else { return false }
        return !own.contains { $0.key == newest && past(x).contains($0.id) }
    }

    private func beginsOneOfTooManyFeeds(_ x: Int) -> Bool {
        let underKey = own(x).filter { $0.key == history.operations[x].key }
        let beginnings = NaiveAuthority.beginnings(underKey, authority.proved)
        return beginnings.count > feedsMax && beginnings.contains { $0.id == x }
    }

    /// Whether it endorses a suspect operation that nothing in its own past endorses.
    private func endorsesSuspect(_ x: Int) -> Bool {
        guard authority.endorses(history.operations[x]) else { return false }
        return past(x).contains { s in
            let suspect = history.operations[s]
            guard suspect.kind != .create, suspect.origin != history.operations[x].origin, authority.isSuspect(suspect)
            else { return false }
            return !past(x).contains {
                history.operations[$0].origin != suspect.origin && past($0).contains(s)
                    && authority.endorses(history.operations[$0])
            }
        }
    }

    package var passedOn: [Operation] { passing.map { operations[$0] } }

    var passing: IDs { closed(sources) }

    /// What the clock names of what is passed on, which of a fork is neither branch, and what that builds on.
    package var namedByClock: [Operation] {
        let clock = clock
        return closed(IDs(passing.filter { clock.contains(operations[$0].header.position) })).map { operations[$0] }
    }

    /// Ascending.
    package var heads: [OperationID] {
        ends(of: closed(counting)).map { operations[$0].id }.sorted()
    }

    private func ends(of ids: IDs) -> [Int] { history.heads(of: ids) }

    package func dependencies(behind previous: OperationID?) -> [OperationID] {
        guard let previous, let before = numbers[previous] else { return heads }
        return heads.filter { head in
            let number = numbers[head]!  // a head is held
            return number != before && !past(before).contains(number)
        }
    }

    /// Feeds as a room's clock counts them: what is below a fork and behind which nothing is missing.
    package var clock: Clock { clock(of: passing) }

    private func clock(of ids: IDs) -> Clock {
        var clock = Clock()
        for (feed, own) in Dictionary(grouping: ids.map { operations[$0].header }, by: \.feed) {
            let seqs = Set(own.map(\.seq))
            var end: UInt64 = 0
            while seqs.contains(end), end < forks[feed] ?? .max { end += 1 }
            if end > 0 { clock.include(FeedPosition(feed: feed, seq: end - 1)) }
        }
        return clock
    }

    // MARK: Views

    /// Nodes with a member; of a directory its own.
    package var participants: Set<NodeID> {
        if case .directory(let node) = nature { return [node] }
        return Set(members.map(\.user.node))
    }

    /// What `teller` shows the node; nil where that is a participant or never was one.
    package func view(of node: NodeID, toldBy teller: NodeID) -> Clock? {
        guard nature == .group, !participants.contains(node) else { return nil }
        let own = operations.indices.filter { grant in
            granted(grant)?.node == node && operations[grant].header.origin == teller && authority.isEligible(grant)
        }
        let known = closed(passing.union(IDs(own)))
        let grants = known.filter { granted($0)?.node == node }
        guard !grants.isEmpty else { return nil }
        var seen = IDs(grants)
        var undone: Set<Int> = []
        for grant in grants {
            if counting.contains(grant) {
                seen.formUnion(endings(of: granted(grant)!, isAdmin: isOfAdmin(grant)))  // it is a grant
            } else {
                explain(grant, known, &seen, &undone)
            }
        }
        return clock(of: closed(seen))
    }

    /// What made a grant void that doesn't count.
    private func explain(_ grant: Int, _ known: IDs, _ seen: inout IDs, _ undone: inout Set<Int>) {
        guard undone.insert(grant).inserted else { return }
        seen.formUnion(endings(of: author(grant), isAdmin: true))
        seen.formUnion(cutters(of: grant))
        for own in known where granted(own) == author(grant) && !counting.contains(own) {
            explain(own, known, &seen, &undone)
        }
    }

    /// Where it is of an older key, the first operations under the newest, if none of them has seen it.
    private func cutters(of grant: Int) -> IDs {
        let own = own(grant)
        let newest = own.map(\.key).max()!  // it is among them itself
        guard history.operations[grant].key < newest else { return IDs() }
        let firsts = own.filter { first in
            first.key == newest && !own.contains { $0.key == newest && past(first.id).contains($0.id) }
        }
        return firsts.contains { past($0.id).contains(grant) } ? IDs() : IDs(firsts.map(\.id))
    }

    /// To whom an operation grants something.
    private func granted(_ x: Int) -> UserID? {
        switch (kind(x), operations[x].header.target) {
        case (.roomCreate, _): author(x)
        case (.memberAdd, .grant(let user, _)), (.memberRole, .grant(let user, .admin)): user
        default: nil
        }
    }

    /// Whether a grant makes somebody an admin.
    private func isOfAdmin(_ grant: Int) -> Bool {
        if case .grant(_, .member) = operations[grant].header.target { false } else { true }
    }

    /// The removals and leaves of a user that count; of an admin, the demotions and step-downs too.
    private func endings(of user: UserID, isAdmin: Bool) -> IDs {
        IDs(
            counting.filter { x in
                switch (kind(x), operations[x].header.target) {
                case (.memberRemove, let target): target == .user(user)
                case (.memberLeave, _): author(x) == user
                case (.memberRole, let target): isAdmin && target == .grant(user, .member)
                default: false
                }
            })
    }
}
