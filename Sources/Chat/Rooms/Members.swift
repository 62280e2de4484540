import Bytes
package import Operations
import Replica
package import SQLite
package import Store

/// Who is in a group, and as what.
package enum Members {
    /// False for somebody who is in already: they stay with the role that they have.
    package static func add(
        _ person: PersonNumber, to number: RoomNumber, as role: Role = .member, on occasion: Occasion,
        in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.addMember, of: actor)
        guard let user = try state.logState.user(person) else { throw ChatFault.unknown(.user) }
        guard room.standing(of: user) == .out else { return false }
        _ = try state.person(person, .user, in: transaction)
        try state.write(.memberAdd, about: .grant(user, role), by: actor.handle, in: room, at: occasion.now)
        return true
    }

    /// Several at once: all of them, or nobody. Who is in already is passed over.
    package static func add(
        _ people: [PersonNumber], to number: RoomNumber, _ field: FieldFault.Field, on occasion: Occasion,
        in transaction: borrowing Transaction, _ state: ChatState
    ) throws {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.addMember, of: actor)
        for user in try state.people(people, field, in: transaction) where room.standing(of: user) == .out {
            try state.write(.memberAdd, about: .grant(user, .member), by: actor.handle, in: room, at: occasion.now)
        }
    }

    /// Whoever removes themselves leaves.
    package static func remove(
        _ person: PersonNumber, from number: RoomNumber, on occasion: Occasion,
        in transaction: borrowing Transaction, _ state: ChatState
    ) throws {
        guard try occasion.person != person else {
            return try leave(number, on: occasion, in: transaction, state)
        }
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.removeMember, of: actor)
        guard let user = try state.logState.user(person), room.standing(of: user) != .out else {
            throw ChatFault.unknown(.user)
        }
        try state.write(.memberRemove, about: .user(user), by: actor.handle, in: room, at: occasion.now)
        // What a later admin says of an earlier one counts for nothing: then nothing of it was said.
        guard try state.reread(room).standing(of: user) == .out else { throw ChatFault.conflict(.senior) }
    }

    package static func leave(
        _ number: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.leave, of: actor)
        if room.members.count > 1, room.isLastAdmin(actor) { throw ChatFault.conflict(.lastAdmin) }
        try state.write(.memberLeave, by: actor.handle, in: room, at: occasion.now)
    }

    /// False where they have that role.
    @discardableResult
    package static func changeRole(
        of person: PersonNumber, in number: RoomNumber, to role: Role, on occasion: Occasion,
        in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.changeRole, of: actor)
        guard let user = try state.logState.user(person), room.standing(of: user) != .out else {
            throw ChatFault.notFound
        }
        let wanted: Standing = role == .admin ? .admin : .member
        guard room.standing(of: user) != wanted else { return false }
        if user == actor, room.isLastAdmin(actor) { throw ChatFault.conflict(.lastAdmin) }
        try state.write(.memberRole, about: .grant(user, role), by: actor.handle, in: room, at: occasion.now)
        guard try state.reread(room).standing(of: user) == wanted else { throw ChatFault.conflict(.senior) }
        return true
    }

    /// Of one's own membership: whether it is muted now. A muted room notifies of mentions and replies alone; once it is not, only
    /// of what comes then.
    package static func toggleMute(
        _ number: MembershipNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let membership = try membership(number, seenBy: occasion, in: transaction, state)
        guard membership.person == occasion.actor else { throw ChatFault.notAllowed }
        let (room, person) = (membership.room, membership.person)
        let isMuted = !membership.isMuted
        if isMuted {
            try MessageNotices.settle(for: person, only: room, RoomUnread(), in: transaction)
        } else {
            try MessageNotices.beginNow(in: room, for: person, RoomUnread(), in: transaction)
        }
        _ = try MembershipTable.setMuted(isMuted, for: person, in: room, in: transaction)
        return isMuted
    }

    @discardableResult
    package static func changeRole(
        _ number: MembershipNumber, to role: Role, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> Bool {
        let membership = try membership(number, seenBy: occasion, in: transaction, state)
        return try changeRole(
            of: membership.person, in: membership.room, to: role, on: occasion, in: transaction, state)
    }

    /// Everybody's in rooms that the caller is in.
    private static func membership(
        _ number: MembershipNumber, seenBy occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Membership {
        guard let membership = try MembershipTable.membership(number, on: transaction.connection) else {
            throw ChatFault.notFound
        }
        try state.room(membership.room).require(.read, of: state.actor(occasion))
        return membership
    }

    /// Makes somebody an admin of a room in which no admin is left: in the name of the organisation that founded it,
    /// whose node may always appoint (Spec/authority.md, section 3). For administrators of the node, in the room or not.
    package static func appoint(
        _ person: PersonNumber, in number: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws {
        try Accounts.requireAdmin(occasion, in: transaction)
        let room = try state.room(number)
        guard room.nature != .directory(state.node) else { throw ChatFault.notFound }
        guard case .group = room.nature else { throw ChatFault.conflict(.directRoom) }
        guard !room.fields.isDeleted else { throw ChatFault.conflict(.deletedRoom) }
        guard room.founder?.node == state.node else { throw ChatFault.conflict(.foundedElsewhere) }
        guard !room.members.contains(where: { $0.standing == .admin }) else { throw ChatFault.conflict(.hasAdmin) }
        let user = try state.person(person, .user, in: transaction)
        let kind: KnownKind = room.standing(of: user) == .out ? .memberAdd : .memberRole
        try state.write(kind, about: .grant(user, .admin), by: .node, in: room, at: occasion.now)
        try AuditTable.insert(
            "room.appoint", subject: room.id.uuid.description, by: occasion.actor, from: occasion.address,
            detail: user.handle.text, at: occasion.now, in: transaction)
    }
}

extension StoredRoom {
    func isLastAdmin(_ user: UserID) -> Bool {
        let admins = members.filter { $0.standing == .admin }
        return admins.count == 1 && admins[0].user == user
    }
}
