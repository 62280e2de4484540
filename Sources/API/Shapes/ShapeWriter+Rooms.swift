import JSON
import Operations
package import Store

extension ShapeWriter: RoomVisitor {
    package mutating func takes(_ glance: RoomGlance) -> Bool {
        guard let rooms, !isRoomOpen, !showsAsDeleted else { return false }
        guard let entry = rooms.entry(of: glance) else {
            places = RoomPlaces(glance, at: json.count)
            return false
        }
        let middleEnd = entry.headBytes + entry.middleBytes
        json.raw(element: entry.bytes.span.extracting(..<entry.headBytes))
        own(unread: glance.unread, glance.role, isMuted: glance.isMuted)
        json.raw(element: entry.bytes.span.extracting(entry.headBytes..<middleEnd))
        if let last = entry.last {
            json.member("is_read", last.sender == viewer ? last.isReadByOthers : glance.hasReadLast)
            json.raw(element: entry.bytes.span.extracting(middleEnd...))
        }
        return true
    }

    package mutating func room(_ row: borrowing RoomRow) {
        json.beginObject()
        json.member("id", row.number)
        json.member("uuid", row.uuid)
        json.key("name")
        json.string(row.name)
        json.key("details")
        json.string(row.details)
        json.key("description")
        json.string(row.details)
        json.key("type")
        json.string(row.type)
        json.key("conversation_type")
        json.string(row.type)
        json.member("is_group", row.isGroup)
        json.member("is_archived", row.isArchived)
        let isDeleted = row.isDeleted || showsAsDeleted
        json.member("is_active", !row.isArchived && !isDeleted)
        json.member("is_deleted", isDeleted)
        json.key("school")
        json.string(row.school)
        json.member("client", row.client)
        json.member("property", row.property)
        json.member("avatar", row.avatar == nil ? nil : "\(base)/chatrooms/\(row.number)/avatar/")
        json.member("extra_data", extra: row.extra)
        json.member("created_at", row.created)
        json.member("last_update", row.updated)
        json.member("created_by", row.creator)
        json.member("last_activity", row.activity)
        json.member("member_count", row.memberCount)
        let start = json.count
        own(unread: row.unread, row.role, isMuted: row.isMuted)
        places?.own = start..<json.count
        json.key("participants")
        json.beginArray()
        isAmongParticipants = true
    }

    /// What of a room is the viewer's.
    private mutating func own(unread: Int, _ role: Role, isMuted: Bool) {
        json.member("unread_count", unread)
        json.member("my_role", role.name)
        json.member("is_muted", isMuted)
    }

    package mutating func participant(_ person: PersonNumber) {
        detail(person)
    }

    /// After its participants comes its last message, if it has one.
    mutating func endParticipants() {
        json.endArray()
        json.key("last_message")
        isAmongParticipants = false
    }

    package mutating func endOfRoom() {
        if isAmongParticipants {
            endParticipants()
            json.null()
        }
        if !isRoomOpen { json.endObject() }
        if let places {
            rooms?.keep(places.entry(of: json), of: places.room)
            self.places = nil
        }
    }
}

extension ShapeWriter: MemberVisitor {
    package mutating func member(_ row: Membership) {
        json.beginObject()
        json.member("id", row.number)
        member("user", "user_detail", row.person)
        json.member("channel", row.room)
        json.member("role", row.role.name)
        if row.person == viewer {
            json.member("is_muted", row.isMuted)
            json.member("last_read_at", row.lastRead)
            json.member("unread_count", row.unread)
        }
        json.member("joined_at", row.joined)
        json.member("last_activity", lastActivity(row.person))
        json.endObject()
    }
}

extension ShapeWriter: ReceiptVisitor {
    package mutating func receipt(_ row: ReceiptRow) {
        json.beginObject()
        json.member("id", MessageReader.number(row.message, row.person))
        json.member("message", row.message)
        json.member("channel", row.room)
        member("user", "user_detail", row.person)
        json.member("read_at", row.read)
        json.endObject()
    }
}

extension ShapeWriter: ReactionVisitor {
    package mutating func reaction(_ row: ReactionRow) {
        json.beginObject()
        json.member("id", row.number)
        json.member("message", row.message)
        member("user", "user_detail", row.person)
        json.member("reaction", row.value)
        json.member("created_at", row.created)
        json.member("last_update", row.updated)
        json.endObject()
    }
}

extension Role {
    /// As the API calls it.
    var name: String {
        switch self {
        case .admin: "admin"
        case .member: "member"
        }
    }

    init?(name: String) {
        switch name {
        case "admin": self = .admin
        case "member": self = .member
        default: return nil
        }
    }
}
