package import Operations

/// What came of a `message.post` and of all that is about it. There is one as soon as the operation is here, whether
/// it counts or not.
package struct Message: Hashable, Sendable {
    package let position: Position
    package let id: OperationID
    package let author: UserID
    package let time: HybridTime

    /// As it is now, every field with the value of its last writer. Nil where the post has no effect, or is deleted.
    package var content: MessageContent?
    package var isPinned = false
    /// The time of the last edit.
    package var edited: HybridTime?
    /// Whether the post counts.
    package var counts = true
    /// Of its effective deletions those that have no other in their past. Usually none or one.
    package var deletions: [Position] = []
    /// Per field the operation whose value it has, where that is not the post.
    package var writers: [Field: Position] = [:]
    /// The last edit of all.
    package var lastEdit: Position?

    package enum Field: Int, CaseIterable, Sendable {
        case content, type, attachments, mentions, extra, pinned
    }

    package enum Visibility: Hashable, Sendable {
        case shown
        /// It keeps its place and its author.
        case deleted
        /// It is void, or its payload is not here or doesn't fit.
        case hidden
    }

    package init(position: Position, id: OperationID, author: UserID, time: HybridTime) {
        self.position = position
        self.id = id
        self.author = author
        self.time = time
    }

    package var isDeleted: Bool { !deletions.isEmpty }

    package var visibility: Visibility {
        if !counts { return .hidden }
        return isDeleted ? .deleted : content == nil ? .hidden : .shown
    }
}

/// What somebody feels about a message.
package struct Reaction: Hashable, Sendable {
    package let message: Position
    package let person: Person
    /// Nil once it was taken back.
    package var value: String?
    /// The operation that says so.
    package var writer: Position

    package init(message: Position, person: Person, value: String?, writer: Position) {
        self.message = message
        self.person = person
        self.value = value
        self.writer = writer
    }
}
