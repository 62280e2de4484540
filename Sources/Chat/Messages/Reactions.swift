import Operations
import Replica
package import SQLite
package import Store

/// A person has at most one reaction to a message.
package enum Reactions {
    package enum Outcome: Hashable, Sendable {
        case given
        /// In place of another one.
        case changed
        case unchanged
    }

    /// That it is one of those that this node offers, the caller has checked.
    package static func give(
        _ value: String, to number: MessageNumber, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> Outcome {
        let user = try state.actor(occasion)
        let found = try state.visible(number, to: user)
        try found.room.require(.react, of: user)
        var faults: [FieldFault] = []
        faults.check(.reaction, text: value, bytesMax: Limits.reactionBytesMax)
        faults.check(.reaction, !value.isEmpty, "At least one character.")
        try faults.throwIfAny()
        guard !found.message.isDeleted else { throw ChatFault.conflict(.deletedMessage) }
        let former = found.room.reaction(of: user, to: found.message)
        guard former != value else { return .unchanged }
        try set(value, found, user, on: occasion, state)
        return former == nil ? .given : .changed
    }

    /// False where there is none.
    package static func takeBack(
        from number: MessageNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let user = try state.actor(occasion)
        let found = try state.visible(number, to: user)
        guard found.room.reaction(of: user, to: found.message) != nil else { return false }
        try set(nil, found, user, on: occasion, state)
        return true
    }

    private static func set(
        _ value: String?, _ found: LoggedMessage, _ user: UserID, on occasion: Occasion, _ state: ChatState
    ) throws {
        try state.write(
            .reactionSet, about: .operation(found.message.id), ReactionChange(value).encoded, by: user.handle,
            in: found.room, at: occasion.now)
    }
}
