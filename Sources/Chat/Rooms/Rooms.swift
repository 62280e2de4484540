import Bytes
package import Operations
import Replica
package import SQLite
package import Store

/// What people do with rooms: each use case once, whatever face or socket asks for it.
package enum Rooms {
    /// A group, with its first members, in one step: either all of it is made or nothing.
    package static func found(
        _ draft: GroupDraft, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> RoomNumber {
        let founder = try state.actor(occasion)
        let others = try state.people(draft.participants, .participants, in: transaction)
        try draft.check()
        let payload = RoomCreation(
            name: draft.name, details: draft.details, type: draft.type, school: state.settings.name,
            isGroup: draft.isGroup, client: draft.client, property: draft.property, extra: draft.extra)
        let written = try state.logState.found(
            LocalDraft(by: founder.handle, .roomCreate, payload: payload.encoded), at: occasion.now.milliseconds)
        guard let room = try state.logState.look(at: written.room) else { throw ChatFault.notFound }
        for user in others where user != founder {
            try state.write(.memberAdd, about: .grant(user, .member), by: founder.handle, in: room, at: occasion.now)
        }
        return room.roomNumber
    }

    /// False where nothing would be other than it is.
    @discardableResult
    package static func change(
        _ number: RoomNumber, _ change: GroupChange, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> Bool {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.read, of: actor)
        if change.isAboutMoreThanArchiving { try room.require(.change, of: actor) }
        if change.isArchived != nil { try room.require(.archive, of: actor) }
        try change.check()
        return try state.set(change.differences(from: room.fields), by: actor, in: room, at: occasion.now)
    }

    /// Nil takes the picture away. That the file is a picture, and here, the caller has checked.
    @discardableResult
    package static func setAvatar(
        of number: RoomNumber, to avatar: Attachment?, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> Bool {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.setAvatar, of: actor)
        guard room.fields.avatar != avatar else { return false }
        if let avatar {
            try state.logState.keep(avatar.hash, size: avatar.size, for: room.id, in: transaction)
        }
        var change = RoomChange()
        change.avatar = .to(avatar)
        return try state.set(change, by: actor, in: room, at: occasion.now)
    }

    /// Gone from all lists at once, for everybody; what was said in it is erased a day later (`RoomErasure`).
    package static func delete(
        _ number: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws {
        let actor = try state.actor(occasion)
        let room = try state.room(number)
        try room.require(.delete, of: actor)
        var change = RoomChange()
        change.isDeleted = .to(true)
        try state.set(change, by: actor, in: room, at: occasion.now)
    }

    package struct Opened: Hashable, Sendable {
        package let room: RoomNumber
        package let isNew: Bool
    }

    /// The one room of a pair; with oneself the room for one's notes. Whoever asks first makes it, and where both ask at once,
    /// on two nodes, it is one room all the same: its name follows from the two.
    package static func openDirect(
        with person: PersonNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Opened {
        let actor = try state.actor(occasion)
        guard let other = try state.logState.user(person) else { throw ChatFault.unknown(.user) }
        let pair = DirectPair(actor, other)
        if let room = try state.logState.look(at: RoomID(direct: pair)) {
            return Opened(room: room.roomNumber, isNew: false)
        }
        _ = try state.person(person, .user, in: transaction)
        let opening = LocalDraft(by: actor.handle, .directOpen, payload: DirectOpening(pair).encoded)
        let written = try state.logState.write(
            opening, in: RoomID(direct: pair), nature: .direct(pair), at: occasion.now.milliseconds)
        guard let room = try state.logState.look(at: written.room) else { throw ChatFault.notFound }
        return Opened(room: room.roomNumber, isNew: true)
    }
}

extension ChatState {
    /// Where it would have to be read first, the rows say before whether they are in it: who guesses numbers makes the node read no room.
    func room(_ number: RoomNumber, seenBy person: PersonNumber) throws -> StoredRoom {
        guard try logState.isAtHand(number) || RoomPlace(of: person, in: number, on: connection) != .outsider else {
            throw ChatFault.notFound
        }
        return try room(number)
    }

    func room(_ number: RoomNumber) throws -> StoredRoom {
        guard let room = try logState.look(at: number) else { throw ChatFault.notFound }
        return room
    }

    @discardableResult
    fileprivate func set(
        _ change: RoomChange, by actor: UserID, in room: StoredRoom, at now: Timestamp
    ) throws -> Bool {
        guard change != RoomChange() else { return false }
        try write(.roomSet, change.encoded, by: actor.handle, in: room, at: now)
        return true
    }
}

extension GroupChange {
    /// Only what would be other than it is: what is not said leaves the field to its last writer.
    fileprivate func differences(from fields: RoomFields) -> RoomChange {
        var change = RoomChange()
        if let name, name != fields.name { change.name = .to(name) }
        if let details, details != fields.details { change.details = .to(details) }
        if let isGroup, isGroup != fields.isGroup { change.isGroup = .to(isGroup) }
        if let isArchived, isArchived != fields.isArchived { change.isArchived = .to(isArchived) }
        if case .to(let value) = client, value != fields.client { change.client = client }
        if case .to(let value) = property, value != fields.property { change.property = property }
        if case .to(let value) = extra, value != fields.extra { change.extra = extra }
        return change
    }
}
