package import Operations

/// Spec/rooms.md, sentence by sentence: all of it is computed anew from the operations held and the payloads that are
/// here, as sets; nothing is remembered, nothing is clever. `Room` must agree with it, in whatever order they come.
package struct NaiveRoom {
    package let id: RoomID
    package let nature: RoomNature
    /// In the canonical order; elsewhere their places in it stand for them.
    package let operations: [Operation]
    /// Of each feed that is forked the lowest seq with two operations, held or proved.
    package let forks: [Feed: UInt64]
    /// Those that stay, ascending by origin.
    package let registers: [SignedRegister]

    let numbers: [OperationID: Int]
    let history: ModelHistory
    let authority: NaiveAuthority
    let people: NaivePeople
    /// Those that count.
    let counting: IDs
    /// Deletions of messages.
    private(set) var deletions: [Int] = []
    /// Of an operation that is covered its first deletion.
    private(set) var covered: [Int: Int] = [:]
    /// What payloads say that are here and fit.
    private(set) var payloads: [Int: Payload] = [:]
    let here: Set<OperationID>
    let feedsMax: Int
    /// Those that are not under their node's first key.
    let handedOver: Set<OperationID>

    /// - Parameters:
    ///   - operations: all that are held, with their payloads, in any order; the past of each is among them.
    ///   - here: those whose payloads are here, unless something covers them.
    ///   - certificates: of each operation the one that its feed begins with.
    package init(
        _ id: RoomID, _ nature: RoomNature, operations held: [Operation], payloadsHere here: Set<OperationID>,
        certificates: [OperationID: Certificate], forks proved: [Feed: UInt64] = [:],
        registers: [SignedRegister] = [], feedsMax: Int = 64
    ) {
        self.id = id
        self.nature = nature
        self.here = here
        self.feedsMax = feedsMax
        operations = held.sorted(by: Self.isCanonicallyBefore)
        numbers = Dictionary(uniqueKeysWithValues: operations.enumerated().map { ($1.id, $0) })
        self.registers = Self.staying(registers)
        var forks = proved
        for (feed, own) in Dictionary(grouping: operations, by: \.header.feed) {
            for (seq, there) in Dictionary(grouping: own, by: \.header.seq) where there.count > 1 {
                forks[feed] = min(forks[feed] ?? .max, seq)
            }
        }
        self.forks = forks
        people = NaivePeople(operations, certificates, forks.keys)
        history = people.history(operations, numbers)
        let (nodes, epochs) = (people.nodes, people.feeds)
        handedOver = Set(operations.filter { !certificates[$0.id]!.handOvers.isEmpty }.map(\.id))
        authority = NaiveAuthority(
            history, feedsMax: feedsMax,
            proved: forks.map { feed, seq in
                NaiveAuthority.ProvedFork(origin: nodes[feed.origin]!, epoch: epochs[feed]!, seq: Int(seq))
            })
        counting = Self.counting(nature, operations, authority)
        deletions = operations.indices.filter { isEffectiveDeletion($0) }
        covered = covers()
        for x in operations.indices where here.contains(operations[x].id) && covered[x] == nil {
            guard let bytes = operations[x].payload else { continue }
            payloads[x] = try? Payload(bytes.span, of: operations[x].header.kind)
        }
    }

    static func isCanonicallyBefore(_ left: Operation, _ right: Operation) -> Bool {
        let (one, other) = (left.header, right.header)
        return (one.time, one.origin, one.epoch, one.seq, left.id)
            < (other.time, other.origin, other.epoch, other.seq, right.id)
    }

    private static func staying(_ registers: [SignedRegister]) -> [SignedRegister] {
        Dictionary(grouping: registers, by: \.register.origin).values
            .map { own in own.first { one in !own.contains { $0.supersedes(one) } }! }  // one is the greatest
            .sorted { $0.register.origin < $1.register.origin }
    }

    func kind(_ x: Int) -> KnownKind? { operations[x].header.knownKind }
    func author(_ x: Int) -> UserID { operations[x].header.authorID }
    func past(_ x: Int) -> IDs { history.pasts[x] }

    // MARK: What counts

    package func counts(_ id: OperationID) -> Bool {
        numbers[id].map { counting.contains($0) } ?? false
    }

    private static func counting(
        _ nature: RoomNature, _ operations: [Operation], _ authority: NaiveAuthority
    ) -> IDs {
        IDs(
            operations.indices.filter { x in
                let header = operations[x].header
                switch nature {
                case .group: return authority.counts(x)
                case .direct(let pair):
                    switch header.knownKind {
                    case .memberAdd, .memberRole, .memberRemove, .memberLeave, .pinSet, .roomCreate: return false
                    default: return authority.isEligible(x) && pair.contains(header.authorID)
                    }
                case .directory(let node): return authority.isEligible(x) && header.origin == node
                }
            })
    }

    /// The operation that it is about: a post in its own past.
    func target(_ x: Int) -> Int? {
        guard case .operation(let id) = operations[x].header.target, let t = numbers[id], kind(t) == .messagePost,
            past(x).contains(t)
        else { return nil }
        return t
    }

    /// All that a header says to be about an operation that is held.
    private func named(_ x: Int) -> Int? {
        guard case .operation(let id) = operations[x].header.target else { return nil }
        return numbers[id]
    }

    func hasEffect(_ x: Int) -> Bool {
        guard let kind = kind(x) else { return false }
        if kind == .messageDelete { return isEffectiveDeletion(x) }
        guard counting.contains(x) else { return false }
        if kind.target == .operation, target(x) == nil { return false }
        if kind == .messageEdit, author(target(x)!) != author(x) { return false }  // looked at above
        return !kind.hasPayload || payloads[x] != nil
    }

    // MARK: Deletion

    private func isEffectiveDeletion(_ x: Int) -> Bool {
        guard kind(x) == .messageDelete, authority.isEligible(x), let t = target(x) else { return false }
        return author(t) == author(x)
    }

    func isIdle(_ x: Int) -> Bool {
        deletions.contains { past(x).contains($0) && target($0) == target(x) }
    }

    /// In canonical order.
    func deletions(of message: Int) -> [Int] {
        deletions.filter { target($0) == message }
    }

    /// The users who are closed, with the operations that say so.
    func closures(of user: UserID) -> [Int] {
        operations.indices.filter {
            kind($0) == .userClose && hasEffect($0) && operations[$0].header.target == .user(user)
        }
    }

    private func covers() -> [Int: Int] {
        var covers: [Int: Int] = [:]
        for x in operations.indices {
            switch kind(x) {
            case .messagePost: covers[x] = deletions(of: x).first
            case .messageEdit, .reactionSet: covers[x] = named(x).flatMap { deletions(of: $0).first }
            case .userPut:
                if case .user(let user) = operations[x].header.target { covers[x] = closures(of: user).first }
            default: break
            }
        }
        return covers
    }

    /// Those whose payloads are to be asked for.
    package var wanted: Set<OperationID> {
        Set(
            operations.indices.filter { x in
                operations[x].header.payload != nil && !here.contains(operations[x].id) && covered[x] == nil
            }.map { operations[$0].id })
    }

    package func deletion(covering id: OperationID) -> OperationID? {
        numbers[id].flatMap { covered[$0] }.map { operations[$0].id }
    }

    // MARK: Who is in

    package func standing(of user: UserID) -> NaiveStanding {
        switch nature {
        case .group:
            guard let person = people.person(user) else { return .out }
            return switch authority.standing(of: person) {
            case .out: .out
            case .member: .member
            case .admin: .admin
            }
        case .direct(let pair): return pair.contains(user) ? .member : .out
        case .directory: return .out
        }
    }

    /// Ascending.
    package var members: [(user: UserID, standing: NaiveStanding)] {
        let users: [UserID] =
            switch nature {
            case .group: people.users
            case .direct(let pair): [pair.first, pair.second]
            case .directory: []
            }
        return Set(users).sorted().map { ($0, standing(of: $0)) }.filter { $0.1 != .out }
    }
}

package enum NaiveStanding: String, Sendable {
    case out, member, admin
}
