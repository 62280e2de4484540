package import Keys
package import Operations

/// Something that happened in a room, and is in the read models.
package struct RoomEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A message is there that wasn't.
        case appeared(MessageNumber, by: PersonNumber, MessagePeople)
        /// It says something else. Of the people it mentions, those whom it didn't before.
        case edited(MessageNumber, by: PersonNumber, newMentions: [PersonNumber])
        case pinned(MessageNumber, by: PersonNumber, isPinned: Bool)
        case deleted(MessageNumber, by: PersonNumber)
        /// It was void all the time, as we know now.
        case vanished(MessageNumber, by: PersonNumber)
        /// To a message of somebody; nil where it was taken back.
        case reacted(MessageNumber, of: PersonNumber, by: PersonNumber, value: String?)
        case member(PersonNumber, MemberChange, by: PersonNumber?)
        case room(RoomFieldsChange)
        /// Somebody elsewhere has read up to this message, or it alone.
        case read(MessageNumber, by: PersonNumber)
        /// In a directory: what somebody shows of themselves.
        case profile(PersonNumber, isClosed: Bool)
        /// Nothing here refers to this blob any more.
        case released(blob: Hash)
    }

    package enum MemberChange: Hashable, Sendable {
        case joined(Role)
        case left
        case removed
        case role(Role)
    }

    package enum RoomFieldsChange: Int64, Hashable, Sendable {
        case created = 1
        case updated, avatar, archived, unarchived, deleted, restored
    }

    package let room: RoomNumber
    package let kind: Kind
    /// Written here, by this node's people.
    package let isLocal: Bool
    /// Not new, and here only because this node takes part in the room since now.
    package let isHistory: Bool
}

/// Whom a message concerns beside its sender.
package struct MessagePeople: Hashable, Sendable {
    package var mentions: [PersonNumber]
    /// The sender of the message that it answers, where that is here.
    package var answers: PersonNumber?
    package var isSystem: Bool
}
