package import Operations

/// What taking something in changed of a room; in this order they lead from what was to what is.
package enum StateChange: Hashable, Sendable {
    /// A message is shown that was not: new, or here again. It was hidden, or a grave.
    case appeared(Message, from: Message.Visibility)
    /// It is shown no more, and not because it was deleted: it became void.
    case vanished(Message)
    indirect case edited(Message, before: Message)
    /// It is a grave now: it keeps its place and its author. It may have been shown before or not.
    indirect case deleted(Message, before: Message)
    case pinned(Message)
    /// Of a message that is shown. Not told where the message itself appears, vanishes or is deleted.
    case reacted(Message, UserID, value: String?, before: String?)

    /// None are changed where only who wrote a value is another.
    indirect case fields(RoomFields, before: RoomFields, changed: [RoomFields.Field])
    /// The field `deleted` became true or false; told beside `fields`.
    case roomDeleted
    case roomRestored
    /// The same twice where somebody stays in and is in by another grant than before.
    case standing(UserID, from: Standing, to: Standing)
    indirect case profile(Profile, before: Profile?)

    /// The newest register of a node.
    indirect case receipts(SignedRegister)
    case forked(Feed, at: UInt64)

    /// What is in clocks now that was not, and the reverse: everything of the line in this range.
    case passedOn(Line, ClosedRange<Int>)
    case setAside(Line, ClosedRange<Int>)
    /// A deletion covers the payloads of these operations; they are gone from the records.
    case erased([Position])
    /// A payload came that had been missing.
    case payloadArrived(Position)
}
