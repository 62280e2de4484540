package import Bytes
package import SQLite
package import Store

/// Everything of somebody's own (Spec/api/accounts.md, "Export"), a page at a time: which things there are, in order. How each is shown
/// is the face's affair, and what goes meanwhile is passed over there.
package struct Export: Sendable {
    package enum Item: Hashable, Sendable {
        case profile
        case session(SessionNumber)
        case token(SessionNumber)
        case device(DeviceNumber)
        case preference(PreferenceNumber)
        case notification(NotificationNumber)
        case room(RoomNumber)
        case membership(MembershipNumber)
        case message(MessageNumber)
        /// Theirs to this message.
        case reaction(MessageNumber)
        case receipt(MessageNumber)
    }

    private enum Stage: Hashable {
        case belongings, notifications, rooms, messages, reactions, receipts, end
    }

    private let person: PersonNumber
    private var stage = Stage.belongings
    private var rooms: [RoomNumber] = []
    private var room = RoomNumber(0)
    private var message = MessageNumber(0)
    private var offset = 0

    package init(of person: PersonNumber) {
        self.person = person
    }

    package var isDone: Bool { stage == .end }

    /// About so many; some pages are empty.
    package mutating func next(
        _ limit: Int = 200, at now: Timestamp, on connection: Connection
    ) throws -> [Item] {
        switch stage {
        case .belongings:
            stage = .notifications
            return try belongings(at: now, on: connection)
        case .notifications: return try notifications(limit, on: connection)
        case .rooms:
            stage = .messages
            rooms = try MembershipTable.rooms(of: person, on: connection)
            return try memberships(on: connection)
        case .messages: return try messages(limit, on: connection)
        case .reactions: return try reactions(limit, on: connection)
        case .receipts: return try receipts(limit, on: connection)
        case .end: return []
        }
    }

    private func belongings(at now: Timestamp, on connection: Connection) throws -> [Item] {
        let all = ListWindow(limit: .max)
        var items = [Item.profile]
        items += try SessionTable.signIns(of: person, at: now, all, on: connection).map { .session($0.number) }
        items += try SessionTable.tokens(of: person, at: now, all, on: connection).map { .token($0.number) }
        items += try DeviceTable.devices(of: person, on: connection).map { .device($0.number) }
        items += try PreferenceTable.preferences(of: person, all, on: connection).map { .preference($0.number) }
        return items
    }

    private mutating func notifications(_ limit: Int, on connection: Connection) throws -> [Item] {
        let page = try NotificationTable.notifications(
            NotificationFilter(recipient: person), ListWindow(limit: limit, offset: offset), on: connection)
        offset += page.count
        if page.count < limit { stage = .rooms }
        return page.map { .notification($0.number) }
    }

    private func memberships(on connection: Connection) throws -> [Item] {
        var items: [Item] = []
        for room in rooms {
            guard let membership = try MembershipTable.membership(of: person, in: room, on: connection) else {
                continue
            }
            items += [.room(room), .membership(membership.number)]
        }
        return items
    }

    private mutating func messages(_ limit: Int, on connection: Connection) throws -> [Item] {
        let page = try Belongings.messages(of: person, after: message, in: room, limit: limit, on: connection)
        if let last = page.last {
            message = last
        } else if let next = try Belongings.room(after: room, of: person, on: connection) {
            (room, message) = (next, MessageNumber(0))
        } else {
            (stage, message) = (.reactions, MessageNumber(0))
        }
        return page.map { .message($0) }
    }

    private mutating func reactions(_ limit: Int, on connection: Connection) throws -> [Item] {
        let page = try Belongings.reactions(of: person, after: message, limit: limit, on: connection)
        if let last = page.last {
            message = last
        } else {
            nextRoomOfReceipts()
        }
        return page.map { .reaction($0) }
    }

    private mutating func receipts(_ limit: Int, on connection: Connection) throws -> [Item] {
        let page = try Belongings.receipts(of: person, after: message, in: room, limit: limit, on: connection)
        if let last = page.last {
            message = last
        } else {
            nextRoomOfReceipts()
        }
        return page.map { .receipt($0) }
    }

    private mutating func nextRoomOfReceipts() {
        message = MessageNumber(0)
        guard let next = rooms.popLast() else {
            stage = .end
            return
        }
        (stage, room) = (.receipts, next)
    }
}
