import Gossip
import Keys
import Operations
import Replica

// What must hold when all links are up again and hostile nodes are silent.
extension World {
    /// C2, as far as all nodes go: honest nodes that know each other and share a room have the same of it, and so have
    /// those that are linked through others who share it. (Where nobody between two nodes has a part in a room, nothing
    /// of it may go from one to the other.) Nil when it is so, else the first difference.
    func difference() -> Violation? {
        for index in plan.honest {
            guard machines[index].isSynced else {
                return Violation(law: "C2, durability", what: "\(Self.name(of: index)) still writes to its disk")
            }
            let keeper = machines[index].node.keeper
            for peer in plan.honest where areLinked(index, peer) {
                let other = machines[peer].node
                for (id, room) in keeper.rooms.sorted(by: { $0.key < $1.key }) {
                    let names = "\(Self.name(of: index)) and \(Self.name(of: peer))"
                    let what = Trace.short(id.description)
                    guard case .participant = keeper.standing(of: other.id, in: id),
                        case .participant = keeper.standing(of: keeper.node, in: id)
                    else { continue }
                    guard let theirs = other.keeper.rooms[id] else {
                        if hasForgottenRemoval(index, id, peer) { continue }
                        return Violation(law: "C2, spread", what: "\(names) share \(what), and the second doesn't know")
                    }
                    if isUnknown(index, of: theirs, at: peer) || isRemovalDisowned(index, id, peer) { continue }
                    guard theirs.digest == room.digest else {
                        return Violation(law: "C2, spread", what: "\(names) differ on \(what)")
                    }
                    if isPayloadOutOfReach(id, index, peer) || isForkUnseen(room, theirs) { continue }
                    guard theirs.dump == room.dump else {
                        return Violation(law: "C2, spread", what: "\(names) differ on what \(what) shows")
                    }
                }
            }
        }
        return nil
    }

    /// Whether one of them lacks a payload of what both pass on, and can't call the other, who has it. A payload is asked
    /// for, and nobody is told who lacks one: see Spec/replication.md, section 6.
    private func isPayloadOutOfReach(_ id: RoomID, _ one: Int, _ other: Int) -> Bool {
        [(one, other), (other, one)].contains { lacking, having in
            let (here, there) = (machines[lacking].node, machines[having].node)
            guard here.sessions[there.id] == nil, let room = here.keeper.rooms[id] else { return false }
            return room.wantedPayloads.contains { room.isPassedOn($0) && there.keeper.has(payloadOf: $0, in: id) }
        }
    }

    /// Whether each has another branch of a hostile node's feed up to the same seq, and neither has seen both: see
    /// Spec/replication.md, section 2.
    private func isForkUnseen(_ one: KeptRoom, _ other: KeptRoom) -> Bool {
        one.places.contains { place, id in
            guard let there = other.places[place], there != id else { return false }
            return numbers[place.feed.origin].map { plan.isHostile($0) } ?? false
        }
    }

    /// Whether the first is in a room, or in it again, by no word that the second knows of: by that of a hostile node; of one
    /// that had forgotten it, being restored from a backup, when it went on under a new key, and so has disowned it, though it may have
    /// been shown it since; or of one
    /// that is out, as the second knows, and that nobody could tell so. To the second nobody of the first was let in, so it
    /// doesn't show it the room as it is now. See Spec/authority.md, section 2.
    private func isUnknown(_ index: Int, of room: KeptRoom, at peer: Int) -> Bool {
        let node = machines[index].node
        let standing = machines[peer].node.keeper.standing(of: node.id, in: room.fold.id)
        guard standing != .participant, let kept = node.keeper.rooms[room.fold.id] else { return false }
        var grants = kept.order.filter { id in
            guard case .grant(let user, _) = kept.header(of: id)?.target else { return false }
            return user.node == node.id
        }
        if standing != .none {
            // By what it knows they were let in, and are out, and it shows that; but not what else a node has begun that has
            // begun so much that it is frozen.
            grants.removeAll { id in
                room.isPassedOn(id) && !(kept.header(of: id).map { hasBegunTooMuch($0.origin, in: room) } ?? false)
            }
            guard !grants.isEmpty else { return false }
        }
        return grants.allSatisfy { id in
            guard let header = kept.header(of: id) else { return false }
            if numbers[header.origin].map({ plan.isHostile($0) }) ?? false { return true }
            if !room.isPassedOn(id), isOutUnawares(header.origin, of: room.fold.id, by: peer) { return true }
            guard !room.isPassedOn(id), let rank = kept.certificates[header.feed]?.rank else { return false }
            return room.certificates.contains { $0.key.origin == header.origin && $0.value.rank > rank }
        }
    }

    private func hasBegunTooMuch(_ origin: NodeID, in room: KeptRoom) -> Bool {
        room.certificates.keys.count { $0.origin == origin } > Authority.feedsMax
    }

    /// Whether the second keeps apart, for a day at most, what the first brought before it was restored from a backup: its removal,
    /// which the first has forgotten.
    private func hasForgottenRemoval(_ index: Int, _ id: RoomID, _ peer: Int) -> Bool {
        let here = machines[index].node
        let staged = machines[peer].node.intake.staging.clock(of: id, from: here.id)
        guard let clock = here.keeper.clock(of: id) else { return false }
        return staged.beyond(clock).feeds.keys.contains { $0.origin == here.id }
    }

    /// Whether the first was removed by what a new key has cut off in all that it may be shown: a node that was restored from a
    /// backup has forgotten that removal and begun anew, and what it wrote under its new key before, behind the removal, is
    /// none of the first's business any more. So the first has all that the second shows it, and is in by that. See Spec/rooms.md,
    /// section 8. Or by what a hostile node wrote that is frozen there, and not here.
    private func isRemovalDisowned(_ index: Int, _ id: RoomID, _ peer: Int) -> Bool {
        let node = machines[index].node
        guard case .left(let view) = machines[peer].node.keeper.standing(of: node.id, in: id),
            let kept = node.keeper.rooms[id],
            view.entries.allSatisfy({ kept.places[FeedPosition(feed: $0.feed, seq: $0.seq)] != nil })
        else { return false }
        return kept.order.contains { removal in
            guard let header = kept.header(of: removal), header.knownKind == .memberRemove,
                view.contains(header.position), let rank = kept.certificates[header.feed]?.rank,
                let number = numbers[header.origin]
            else { return false }
            // Frozen, as far as they can see: what somebody has built on it since is behind their removal.
            if plan.isHostile(number) { return hasBegunTooMuch(header.origin, in: kept) }
            guard truth.troubled.contains(number) else { return false }
            return kept.certificates.contains { $0.key.origin == header.origin && $0.value.rank > rank }
        }
    }

    /// Whether a node has no part in a room as another knows it, and believes that it has: nobody who shares the room links the two.
    private func isOutUnawares(_ node: NodeID, of room: RoomID, by other: Int) -> Bool {
        guard let number = numbers[node] else { return false }
        return machines[number].node.keeper.standing(of: node, in: room) == .participant
            && machines[other].node.keeper.standing(of: node, in: room) != .participant
    }

    func areLinked(_ one: Int, _ other: Int) -> Bool {
        plan.links.contains { $0.one == one && $0.other == other || $0.one == other && $0.other == one }
    }

    mutating func checkHealed() {
        check()
        guard violation == nil else { return }
        do throws(Violation) {
            for index in plan.honest {
                for (id, room) in machines[index].node.keeper.rooms.sorted(by: { $0.key < $1.key }) {
                    try checkPromises(index, id, room)
                    try checkErasure(index, id, room)
                    try checkRemovals(index, id, room)
                    try checkFounder(index, id, room)
                }
            }
        } catch {
            violation = error
        }
    }

    /// C2: what a node acknowledged it still has; and passes on, unless it is void.
    private func checkPromises(_ index: Int, _ id: RoomID, _ room: KeptRoom) throws(Violation) {
        for promise in truth.promises.sorted(by: { $0.id < $1.id }) where promise.node == index && promise.room == id {
            guard room.header(of: promise.id) != nil else {
                throw Violation(
                    law: "C2, durability",
                    what: "\(Self.name(of: index)) had acknowledged \(Trace.short(promise.id.description)) and lost it")
            }
        }
    }

    /// C7: of what a deletion covers nothing is left, in the rows or on the disk.
    private func checkErasure(_ index: Int, _ id: RoomID, _ room: KeptRoom) throws(Violation) {
        var covered: Set<OperationID> = []
        for deletion in room.order {
            guard let header = room.header(of: deletion), header.knownKind == .messageDelete,
                case .operation(let target) = header.target, let post = room.header(of: target),
                post.knownKind == .messagePost, post.authorID == header.authorID
            else { continue }
            // A deletion by a node whose feeds are in doubt may be frozen or cut off: the fold has to say.
            let isCertain = numbers[header.origin].map { !plan.isHostile($0) && !truth.troubled.contains($0) } ?? false
            guard isCertain || room.deletion(covering: target) != nil else { continue }
            covered.insert(target)
            covered.formUnion(
                room.order.filter { about in
                    guard let other = room.header(of: about), case .operation(target) = other.target else {
                        return false
                    }
                    return other.knownKind == .messageEdit || other.knownKind == .reactionSet
                })
        }
        for gone in covered.sorted() where room.operation(gone)?.payload != nil {
            throw Violation(
                law: "C7", what: "\(Self.name(of: index)) still has the payload of \(Trace.short(gone.description))")
        }
        for entry in machines[index].disk where entry.holdsPayload(of: covered) {
            throw Violation(law: "C7", what: "\(Self.name(of: index)) has a deleted payload on its disk")
        }
    }

    /// All clocks say tomorrow.
    mutating func letADayPass() {
        for index in plan.honest {
            machines[index].node.clock.jump(to: 90_000_000, at: now)
        }
        tick()
    }

    /// All look at their clocks, and erase what is due.
    mutating func tick() {
        for index in plan.honest {
            machines[index].node.tick(at: now)
            collect(index)
        }
        run(until: now + 10_000)
    }

    /// C7: a day after a room was deleted nothing that anybody said there is left.
    mutating func checkRemains() { violation = remains() }

    private func remains() -> Violation? {
        for index in plan.honest {
            for (id, room) in machines[index].node.keeper.rooms.sorted(by: { $0.key < $1.key }) where room.isDeleted {
                let said = Set(
                    room.order.filter { operation in
                        switch room.header(of: operation)?.knownKind {
                        case .messagePost, .messageEdit, .reactionSet: true
                        default: false
                        }
                    })
                let isLeft = said.contains { room.operation($0)?.payload != nil }
                guard !isLeft, !machines[index].disk.contains(where: { $0.holdsPayload(of: said) }) else {
                    return Violation(
                        law: "C7",
                        what: "\(Self.name(of: index)) keeps what was said in deleted \(Trace.short(id.description))")
                }
            }
        }
        return nil
    }

    /// C4: of somebody who was removed by a removal that counts, nothing is shown that whoever removed them had not
    /// seen, unless it was written upon a later admission. Whom a junior removed may go on as the admin that they were:
    /// of these only what the founding organisation removed is looked at here.
    private func checkRemovals(_ index: Int, _ id: RoomID, _ room: KeptRoom) throws(Violation) {
        guard room.fold.nature == .group, let founder = room.order.first.flatMap({ room.header(of: $0)?.authorID })
        else { return }
        for removal in room.order where counts(removal, in: room) {
            guard let header = room.header(of: removal), header.knownKind == .memberRemove,
                case .user(let removed) = header.target
            else { continue }
            let grants = room.order.filter { grant in
                if grant == room.order.first { return removed == founder }
                guard case .grant(removed, _) = room.header(of: grant)?.target else { return false }
                return true
            }
            let later = Set(grants.filter { truth.closure(of: [$0]).contains(removal) })
            let wasAdmin = grants.contains { grant in
                if case .grant(_, .member) = room.header(of: grant)?.target { return false }
                return !later.contains(grant)
            }
            guard !wasAdmin || header.authorID == UserID(node: founder.node, handle: .node) else { continue }
            // All that the remover said while they didn't say it from behind the removal tells what they had seen.
            let own = room.order.filter { said in
                room.header(of: said)?.authorID == header.authorID && counts(said, in: room)
                    && (said == removal || !truth.closure(of: [said]).contains(removal))
            }
            let seen = truth.closure(of: own)
            for post in room.posts where room.header(of: post)?.authorID == removed && !seen.contains(post) {
                guard room.message(post)?.visibility == .shown, truth.closure(of: [post]).isDisjoint(with: later)
                else { continue }
                throw Violation(
                    law: "C4",
                    what:
                        "\(Self.name(of: index)) shows \(Trace.short(post.description)), which \(removed.handle) wrote removed"
                )
            }
        }
    }

    private func counts(_ id: OperationID, in room: KeptRoom) -> Bool {
        room.records.position(of: id).map { room.records.counts(at: $0) } ?? false
    }

    /// C5: whom nobody but the founding organisation could demote or remove is there as long as it didn't.
    private func checkFounder(_ index: Int, _ id: RoomID, _ room: KeptRoom) throws(Violation) {
        guard room.fold.nature == .group, let creator = room.order.first.flatMap({ room.header(of: $0)?.authorID }),
            numbers[creator.node].map({ !truth.troubled.contains($0) && !plan.isHostile($0) }) ?? false
        else { return }
        let isEnded = room.order.contains { operation in
            guard let header = room.header(of: operation), header.origin == creator.node else { return false }
            if header.knownKind == .memberLeave, header.authorID == creator { return true }
            switch header.target {
            case .user(creator), .grant(creator, .member): return true
            default: return false
            }
        }
        guard isEnded || room.isAdmin(creator) else {
            throw Violation(
                law: "C5",
                what: "\(Self.name(of: index)) sees the founder of \(Trace.short(id.description)) brought down")
        }
    }
}

extension JournalEntry {
    func holdsPayload(of covered: Set<OperationID>) -> Bool {
        switch self {
        case .operation(let operation, _, _): operation.payload != nil && covered.contains(operation.id)
        case .payload(let payload, let id, _): !payload.isEmpty && covered.contains(id)
        case .witnesses(let witnesses, _, _): witnesses.contains { $0.payload != nil && covered.contains($0.id) }
        case .register, .proof, .note: false
        }
    }
}
