package import Operations

/// What a room is called and how it is set, every field with the value of its last writer.
package struct RoomFields: Hashable, Sendable {
    package enum Field: String, CaseIterable, Sendable {
        // In the order of their names.
        case archived, avatar, client, deleted, details, extra
        case isGroup = "is_group"
        case name, property, school, type
    }

    package var name = ""
    package var details = ""
    package var type = "group"
    package var school = ""
    package var isGroup = true
    package var client: Reference?
    package var property: Reference?
    package var extra: Extra?
    package var avatar: Attachment?
    package var isArchived = false
    package var isDeleted = false

    /// Per field the operation whose value it has.
    package var writers: [Field: Position] = [:]
    /// When the operation was written by which the room is deleted.
    package var deleted: HybridTime?
    /// Whether its contents were erased since, and are not asked for again as long as it is deleted.
    package var isErased = false

    package init() {}
}

/// What a user shows of themselves, from the directory of their node.
package struct Profile: Hashable, Sendable {
    package let person: Person
    package let user: UserID
    package var name = ""
    package var avatar: Attachment?
    package var extra: Extra?
    /// For good: nothing else is shown.
    package var isClosed = false
    /// Whether there is anything to show: a `user.put` that has an effect.
    package var isKnown = false
    package var writers = Writers()

    package struct Writers: Hashable, Sendable {
        package var name: Position?
        package var avatar: Position?
        package var extra: Position?

        package init() {}
    }

    package init(person: Person, user: UserID) {
        self.person = person
        self.user = user
    }
}
