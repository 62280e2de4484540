import Gossip
import Keys
import Operations
import Replica

// C6, at the wire: every body that an honest node sends is read, and what is in it is held against what the sender
// itself knows of the receiver, by plain search and not by the fold.
extension World {
    mutating func tap(_ request: PeerSession.Request, _ body: [UInt8], from: Int, to: Int) {
        guard violation == nil, !plan.isHostile(from), case .push = request else { return }
        guard let push = try? PushRequest(decoding: body.span) else {
            violation = Violation(law: "C6", what: "\(Self.name(of: from)) pushes what can't be read")
            return
        }
        for item in push.items {
            reveal(item.room, item.runs, from: from, to: to)
            if item.digest != nil || !item.registers.isEmpty || !item.proofs.isEmpty {
                require(isPartOf(item.room, from: from, to: to), item.room, "its digest", from, to)
            }
            require(isKnown(item.room, from: from, to: to), item.room, "that it exists", from, to)
        }
    }

    mutating func tap(answer body: [UInt8], to request: PeerSession.Request, from: Int, to: Int) {
        guard violation == nil, !plan.isHostile(from) else { return }
        switch request {
        case .pull(let pull):
            guard let items = try? PullAnswerItem.decode(body.span) else { return }
            for item in items {
                switch item {
                case .run(let index, let run):
                    guard let room = pull.asks[index].room else { continue }
                    reveal(room, [run], from: from, to: to)
                case .operation(let index, let bytes):
                    guard let room = pull.asks[index].room, let envelope = try? Envelope(decoding: bytes.span) else {
                        continue
                    }
                    reveal(room, [envelope.operation.id], from: from, to: to)
                case .payload(let index, let id, .payload):
                    guard let room = pull.asks[index].room else { continue }
                    reveal(room, [id], from: from, to: to)
                case .register(let index, _), .proof(let index, _):
                    guard let room = pull.asks[index].room else { continue }
                    require(isPartOf(room, from: from, to: to), room, "a register", from, to)
                default: continue
                }
            }
        case .changes:
            guard let answer = try? ChangesAnswer(decoding: body.span) else { return }
            for item in answer.items {
                require(isKnown(item.room, from: from, to: to), item.room, "that it changed", from, to)
            }
        case .rooms:
            guard let answer = try? RoomsAnswer(decoding: body.span) else { return }
            for case .list(_, let rooms) in answer.items {
                for listed in rooms {
                    require(isPartOf(listed.room, from: from, to: to), listed.room, "that it exists", from, to)
                }
            }
        case .push: return
        }
    }

    private mutating func reveal(_ room: RoomID, _ runs: [[UInt8]], from: Int, to: Int) {
        for run in runs {
            guard let run = try? Run(decoding: run.span) else { continue }
            reveal(room, run.operations.map(\.id), from: from, to: to)
        }
    }

    private mutating func reveal(_ room: RoomID, _ ids: [OperationID], from: Int, to: Int) {
        if isPartOf(room, from: from, to: to) { return }
        let seen = views(of: room, from: from, to: to)
        for id in ids {
            require(seen.contains(id), room, "operation \(Trace.short(id.description))", from, to)
        }
    }

    private mutating func require(_ isSo: Bool, _ room: RoomID, _ what: String, _ from: Int, _ to: Int) {
        guard !isSo, violation == nil else { return }
        violation = Violation(
            law: "C6",
            what: "\(Self.name(of: from)) shows \(Self.name(of: to)) \(what) of \(Trace.short(room.description))")
    }

    // MARK: What the sender knows of the receiver

    /// Whether the receiver has a part in the room by the sender's fold, and by the bare operations could have.
    private func isPartOf(_ room: RoomID, from: Int, to: Int) -> Bool {
        let keeper = machines[from].node.keeper
        guard let kept = keeper.rooms[room] else { return false }
        let receiver = machines[to].node.id
        switch kept.fold.nature {
        case .directory(let origin):
            return receiver == origin || isPeer(of: origin, receiver)
                || keeper.rooms.contains { id, other in
                    // The sender is in it itself: of rooms that it left it doesn't know who has left since.
                    [keeper.node, receiver, origin].allSatisfy {
                        (other.participants.contains($0)
                            || machines[from].node.justLeft.contains(SimulatedNode.Part(room: id, node: $0)))
                            && isNamed($0, in: other)
                    }
                }
        case .direct(let pair): return receiver == pair.first.node || receiver == pair.second.node
        case .group:
            let part = SimulatedNode.Part(room: room, node: receiver)
            let isIn = kept.participants.contains(receiver) || machines[from].node.justLeft.contains(part)
            return isIn && isNamed(receiver, in: kept)
        }
    }

    private func isPeer(of origin: NodeID, _ receiver: NodeID) -> Bool {
        guard let index = numbers[origin] else { return false }
        return machines[index].node.keeper.peers.contains(receiver)
    }

    private func isKnown(_ room: RoomID, from: Int, to: Int) -> Bool {
        guard let kept = machines[from].node.keeper.rooms[room] else { return false }
        return isPartOf(room, from: from, to: to) || isNamed(machines[to].node.id, in: kept)
    }

    /// Whether somebody of the node was ever in: founded it, was admitted to it, or is one of its pair.
    private func isNamed(_ node: NodeID, in room: KeptRoom) -> Bool {
        switch room.fold.nature {
        case .direct(let pair): return pair.first.node == node || pair.second.node == node
        case .directory(let origin): return origin == node
        case .group: break
        }
        return room.order.contains { id in
            guard let header = room.header(of: id) else { return false }
            if case .grant(let user, _) = header.target, user.node == node { return true }
            return header.knownKind == .roomCreate && header.origin == node
        }
    }

    /// All that somebody may know who was in and is not any more: the pasts of what is about them, of what is about
    /// whoever admitted them, of that one's first words under a new key, and so on.
    private func views(of room: RoomID, from: Int, to: Int) -> Set<OperationID> {
        guard let kept = machines[from].node.keeper.rooms[room] else { return [] }
        let headers = kept.order.compactMap { id in kept.header(of: id).map { (id, $0) } }
        var people = Set(machines[to].node.identity.users)
        var concerned: Set<OperationID> = []
        var count = -1
        while concerned.count > count {
            count = concerned.count
            for (id, header) in headers {
                switch header.target {
                case .grant(let user, _) where people.contains(user), .user(let user) where people.contains(user):
                    concerned.insert(id)
                    people.insert(header.authorID)
                default:
                    if header.seq == 0, people.contains(where: { $0.node == header.origin }),
                        kept.certificates[header.feed].map({ $0.rank.handOvers > 0 }) ?? false
                    {
                        concerned.insert(id)
                    }
                    guard people.contains(header.authorID) else { continue }
                    if header.knownKind == .memberLeave || header.knownKind == .roomCreate { concerned.insert(id) }
                }
            }
        }
        return truth.closure(of: concerned)
    }
}
