package import Bytes
package import Operations
import SQLite

/// A room as somebody sees it, where the file has it. Spans are UTF-8, and good for the call that is given them.
package struct RoomRow: ~Escapable {
    package let number: RoomNumber
    package let uuid: UUID
    package let isDirect: Bool
    package let creator: PersonNumber
    package let created: Timestamp
    /// When a field was written last.
    package let updated: Timestamp
    package let activity: Timestamp
    package let memberCount: Int
    package let isArchived: Bool
    package let isDeleted: Bool
    package let isGroup: Bool
    package let client: Reference?
    package let property: Reference?
    package let avatar: Attachment?
    package let name: Span<UInt8>
    package let details: Span<UInt8>
    package let type: Span<UInt8>
    package let school: Span<UInt8>
    /// An encoded `Extra`; empty where there is none.
    package let extra: Span<UInt8>
    // Of the viewer.
    package let role: Role
    package let isMuted: Bool
    package let unread: Int
    let lastMessage: MessageNumber?

    @_lifetime(borrow row)
    init(_ row: borrowing Statement) throws {
        number = RoomNumber(row.int64(0))
        uuid = row.uuid(1) ?? UUID(high: 0, low: 0)
        isDirect = row.int64(2) == 1
        creator = PersonNumber(row.int64(3))
        created = Timestamp(milliseconds: row.int64(4) >> 16)
        updated = Timestamp(milliseconds: row.int64(5) >> 16)
        activity = Timestamp(milliseconds: row.int64(6) >> 16)
        memberCount = row.int(7)
        isArchived = row.bool(8)
        isDeleted = row.bool(9)
        isGroup = !isDirect && row.bool(10)
        client = row.reference(11)
        property = row.reference(12)
        avatar = try Attachment(encoded: row.bytes(13))
        name = row.bytes(14)
        details = row.bytes(15)
        type = row.bytes(16)
        school = row.bytes(17)
        extra = row.bytes(18)
        role = Role(code: row.int64(19))
        isMuted = row.bool(20)
        unread = row.int(21)
        lastMessage = row.optionalNumber(22)
    }
}

/// Somebody to whom rooms are shown. Whoever has kept one takes it at a glance; else there come of it: `room`, its first members, its last message if it has one, and `endOfRoom`.
package protocol RoomVisitor: MessageVisitor, ~Copyable {
    /// Whether the room need not be shown, since it was kept when it had the same mark.
    mutating func takes(_ glance: RoomGlance) -> Bool
    mutating func room(_ row: borrowing RoomRow)
    mutating func participant(_ person: PersonNumber)
    mutating func endOfRoom()
}

/// Which of somebody's rooms a list holds. Texts are parts of what they must stand in, whatever the case.
package struct RoomFilter: Hashable, Sendable {
    package var name: String?
    package var school: String?
    package var details: String?
    package var type: String?
    package var isArchived: Bool?

    package init(
        name: String? = nil, school: String? = nil, details: String? = nil, type: String? = nil,
        isArchived: Bool? = nil
    ) {
        self.name = name
        self.school = school
        self.details = details
        self.type = type
        self.isArchived = isArchived
    }

    var isNone: Bool { self == RoomFilter() }
}
