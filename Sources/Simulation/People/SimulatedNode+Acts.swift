import Gossip
import Operations
import Replica

// People. What they pick is drawn from what their own node shows them.
extension SimulatedNode {
    /// What was written, if anything could be.
    mutating func perform(_ act: Act, pick: UInt64, everyone: [UserID], at now: Int64) -> Operation? {
        var random = SeededRandom(seed: pick)
        let author = identity.handles.randomElement(using: &random)!  // everybody has people
        let user = UserID(node: id, handle: author)
        let other = everyone.randomElement(using: &random)!  // there are some
        let text = "text \(pick)"
        switch act {
        case .createRoom:
            return write(.roomCreate, by: author, saying: RoomCreation(name: text).encoded, in: nil, at: now)
        case .openDirect:
            let room = RoomID(direct: DirectPair(user, other))
            return open(room, DirectPair(user, other), by: author, at: now)
        case .profile:
            var change = ProfileChange()
            change.name = .to(text)
            let room = RoomID(directoryOf: id)
            return write(.userPut, by: author, about: .user(user), saying: change.encoded, in: room, at: now)
        case .closeProfile:
            // Rarely: it is for good.
            guard random.next() % 4 == 0 else { return nil }
            return write(.userClose, by: author, about: .user(user), in: RoomID(directoryOf: id), at: now)
        case .appoint:
            let founded = groups { room, kept in
                kept.places.contains { $0.value.bytes == room.bytes && $0.key.feed.origin == id }
            }
            guard let room = founded.randomElement(using: &random) else { return nil }
            return write(.memberAdd, by: .node, about: .grant(other, .admin), in: room, at: now)
        case .add, .promote, .demote, .remove, .setRoom, .pin:
            guard let room = groups({ $1.isAdmin(user) }).randomElement(using: &random) else { return nil }
            return govern(act, room, by: author, other, text, &random, at: now)
        case .leave:
            guard let room = groups({ $1.isMember(user) }).randomElement(using: &random) else { return nil }
            return write(.memberLeave, by: author, in: room, at: now)
        case .post, .edit, .delete, .react:
            guard let room = conversations(of: user).randomElement(using: &random) else { return nil }
            return talk(act, room, by: user, text, &random, at: now)
        case .read:
            guard let room = conversations(of: user).randomElement(using: &random) else { return nil }
            let upTo = keeper.rooms[room]?.posts.randomElement(using: &random)
            writeRegister(in: room, readers: [.init(handle: author, upTo: upTo)], at: now)
            return nil
        }
    }

    private func groups(_ belongs: (RoomID, KeptRoom) -> Bool) -> [RoomID] {
        keeper.rooms.keys.sorted().filter { room in
            keeper.rooms[room].map { $0.fold.nature == .group && belongs(room, $0) } ?? false
        }
    }

    private func conversations(of user: UserID) -> [RoomID] {
        keeper.rooms.keys.sorted().filter { keeper.rooms[$0]?.isMember(user) ?? false }
    }

    /// A feed of a direct room begins by saying whose it is.
    private mutating func open(_ room: RoomID, _ pair: DirectPair, by author: Handle, at now: Int64) -> Operation? {
        guard writers[room] == nil else { return nil }
        return write(.directOpen, by: author, saying: DirectOpening(pair).encoded, in: room, at: now)
    }

    private mutating func talk(
        _ act: Act, _ room: RoomID, by user: UserID, _ text: String, _ random: inout SeededRandom, at now: Int64
    ) -> Operation? {
        guard let kept = keeper.rooms[room] else { return nil }
        if case .direct(let pair) = kept.fold.nature { _ = open(room, pair, by: user.handle, at: now) }
        let posts = kept.posts.filter { kept.message($0)?.visibility == .shown }
        let own = posts.filter { kept.header(of: $0)?.authorID == user }
        switch act {
        case .post:
            return write(
                .messagePost, by: user.handle, saying: MessageContent(content: text).encoded, in: room, at: now)
        case .edit:
            guard let target = own.randomElement(using: &random) else { return nil }
            var change = MessageChange()
            change.content = .to(text)
            return write(
                .messageEdit, by: user.handle, about: .operation(target), saying: change.encoded, in: room, at: now)
        case .delete:
            guard let target = own.randomElement(using: &random) else { return nil }
            return write(.messageDelete, by: user.handle, about: .operation(target), in: room, at: now)
        default:
            guard let target = posts.randomElement(using: &random) else { return nil }
            let value = random.next() % 5 == 0 ? nil : text
            return write(
                .reactionSet, by: user.handle, about: .operation(target), saying: ReactionChange(value).encoded,
                in: room, at: now)
        }
    }

    private mutating func govern(
        _ act: Act, _ room: RoomID, by author: Handle, _ other: UserID, _ text: String,
        _ random: inout SeededRandom, at now: Int64
    ) -> Operation? {
        let members = keeper.rooms[room]?.members ?? []
        let member = members.randomElement(using: &random) ?? other
        switch act {
        case .add:
            let role: Role = random.next() % 3 == 0 ? .admin : .member
            return write(.memberAdd, by: author, about: .grant(other, role), in: room, at: now)
        case .promote: return write(.memberRole, by: author, about: .grant(member, .admin), in: room, at: now)
        case .demote: return write(.memberRole, by: author, about: .grant(member, .member), in: room, at: now)
        case .remove: return write(.memberRemove, by: author, about: .user(member), in: room, at: now)
        case .setRoom:
            var change = RoomChange()
            change.name = .to(text)
            if random.next() % 3 == 0 { change.isArchived = .to(random.next() % 2 == 0) }
            if random.next() % 5 == 0 { change.isDeleted = .to(random.next() % 4 > 0) }
            return write(.roomSet, by: author, saying: change.encoded, in: room, at: now)
        default:
            guard let target = keeper.rooms[room]?.posts.randomElement(using: &random) else { return nil }
            let payload = PinChange(random.next() % 3 > 0).encoded
            return write(.pinSet, by: author, about: .operation(target), saying: payload, in: room, at: now)
        }
    }
}
