import Bytes
import Chat
import JSON
import Operations
import SQLite
import Store

/// What people are told (Spec/api/notifications.md, section 1).
enum NotificationRoutes {
    // MARK: Lists

    static func list(_ call: Call) throws -> Answer {
        let isAll = call.query.bool("all") ?? false
        return try list(call, of: isAll ? nil : call.person)
    }

    static func listMine(_ call: Call) throws -> Answer { try list(call, of: call.person) }

    private static func list(_ call: Call, of recipient: PersonNumber?) throws -> Answer {
        let window = call.query.window()
        var filter = NotificationFilter(recipient: recipient)
        filter.type = call.query.choice("type") { NotificationType(name: $0) }
        filter.isRead = call.query.bool("is_read")
        filter.time = call.query.times()
        let room = call.query.reference("room")
        try call.query.check()
        if recipient == nil { try call.mustAdministrate() }
        return try call.looking { connection in
            var filter = filter
            // What names nothing selects nothing.
            filter.room = try room.map { try call.number(ofRoom: $0, on: connection) ?? RoomNumber(0) }
            let count = try NotificationTable.count(filter, on: connection)
            let notifications = try NotificationTable.notifications(filter, window, on: connection)
            return try call.page(window, count: count) { json in
                for notification in notifications { try call.write(notification, to: &json, on: connection) }
            }
        }
    }

    static func countUnread(_ call: Call) throws -> Answer {
        try call.looking { connection in
            let count = try NotificationTable.unreadCount(of: call.person, on: connection)
            return .ok { json in json.object { $0.member("unread_count", count) } }
        }
    }

    // MARK: One

    static func create(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let recipient = fields.person("recipient")
        let type = fields.notificationType("type") ?? .system
        var text = NotificationText(title: fields.text("title") ?? fields.missing("title", ""))
        text.body = fields.text("body") ?? ""
        text.data = fields.data("data").value ?? []
        let room = fields.nullableReference("room").value
        let message = fields.nullableReference("message").value
        try fields.check()
        let (person, subject) = try call.read { connection in
            let person = try recipient.map { try call.recipient($0, on: connection) } ?? call.person
            var subject = NotificationSubject()
            if let room { subject.room = try call.room(room, in: "room", on: connection) }
            if let message { subject.message = try call.message(message, in: "message", on: connection).number }
            return (person, subject)
        }
        let occasion = call.occasion
        return try call.make { [text] transaction, state in
            let made = try Notifications.make(
                text, type: type, for: person, about: subject, on: occasion, in: transaction, state)
            return Made(made.number.value)
        }
    }

    static func made(_ call: Call, _ made: Made) throws -> Answer {
        let number = NotificationNumber(made.number)
        return try call.read { connection in
            // One's own making is shown, whoever the recipient is; but not what they have deleted since.
            guard let notification = try NotificationTable.notification(number, on: connection),
                notification.recipient == call.person || notification.subject.actor == call.person
            else { throw APIFault.notFound() }
            return try .made(at: "/api/notifications/notifications/\(number)/") {
                try call.write(notification, to: &$0, on: connection)
            }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        try call.read { connection in
            let notification = try call.notification(on: connection)
            return try .thing { try call.write(notification, to: &$0, on: connection) }
        }
    }

    static func replace(_ call: Call) throws -> Answer { try change(call, isWhole: true) }

    static func change(_ call: Call) throws -> Answer { try change(call, isWhole: false) }

    private static func change(_ call: Call, isWhole: Bool) throws -> Answer {
        let notification = try call.ownNotification()
        let fields = try call.fields()
        if isWhole { fields.need("title") }
        let (title, body) = (fields.text("title"), fields.text("body"))
        let data = fields.data("data")
        let isRead = fields.bool("is_read")
        try fields.check()
        try call.obeyIfMatch { try show(call) }
        var text: NotificationText?
        if title != nil || body != nil || fields.has("data") {
            var changed = notification.text ?? NotificationText(title: nil, body: nil, data: nil)
            if let title { changed.title = title }
            if let body { changed.body = body }
            if fields.has("data") { changed.data = data.value ?? [] }
            text = changed
        }
        return try call.change(notification.number, text, isRead)
    }

    static func delete(_ call: Call) throws -> Answer {
        let notification = try call.read { try call.notification(on: $0) }
        try call.obeyIfMatch { try show(call) }
        guard let access = call.access else { preconditionFailure("who deletes is known") }
        let now = call.now
        return try call.write { transaction, state in
            let recipient = try Notifications.delete(
                notification.number, RoomUnread(), by: access, at: now, in: transaction)
            state.news.notices.insert(recipient)
        } then: {
            .done
        }
    }

    static func markRead(_ call: Call) throws -> Answer {
        try call.change(call.ownNotification().number, nil, true)
    }

    static func markUnread(_ call: Call) throws -> Answer {
        try call.change(call.ownNotification().number, nil, false)
    }

    // MARK: All

    static func markAllRead(_ call: Call) throws -> Answer {
        let (person, now) = (call.person, call.now)
        return try call.write { transaction, state in
            let count = try Notifications.markAllRead(
                RoomUnread(), &state.random, by: person, at: now, in: transaction)
            state.news.notices.insert(person)
            return count
        } then: { count in
            .ok { json in json.object { $0.member("marked", count) } }
        }
    }

    static func deleteAllRead(_ call: Call) throws -> Answer {
        let person = call.person
        return try call.write { transaction, state in
            let count = try Notifications.deleteAllRead(by: person, in: transaction)
            state.news.notices.insert(person)
            return count
        } then: { count in
            .ok { json in json.object { $0.member("deleted", count) } }
        }
    }
}

extension Call {
    /// Reads one's notifications, after those are made that are due because one looks.
    fileprivate func looking(_ body: @escaping (Connection) throws -> Answer) throws -> Answer {
        let (person, now) = (person, now)
        guard try read({ try MessageNotices.isLookDue(for: person, RoomUnread(), on: $0) }) else {
            return try read(body)
        }
        return try write { transaction, state in
            try Notices.look(for: person, at: now, in: transaction, state)
        } then: {
            try self.read(body)
        }
    }

    /// The one that the path names; one's own, or for an administrator everybody's.
    fileprivate func notification(on connection: Connection) throws -> Notification {
        let number: NotificationNumber? =
            switch reference() {
            case .number(let number): NotificationNumber(number)
            case .uuid(let uuid): try NotificationTable.number(of: uuid, on: connection)
            }
        guard let number else { throw APIFault.notFound() }
        return try Notifications.notification(number, for: person, isAdmin: isAdministrator, on: connection)
    }

    /// Of which only its recipient may change anything.
    fileprivate func ownNotification() throws -> Notification {
        try read { connection in
            let notification = try self.notification(on: connection)
            guard notification.recipient == person else { throw ChatFault.notAllowed }
            return notification
        }
    }

    fileprivate func change(
        _ number: NotificationNumber, _ text: NotificationText?, _ isRead: Bool?
    ) throws -> Answer {
        guard let access else { preconditionFailure("who changes is known") }
        let now = now
        return try write { transaction, state in
            _ = try Notifications.change(
                number, text: text, isRead: isRead, RoomUnread(), by: access, at: now, in: transaction)
            try state.journal(number, of: access.person, at: now, in: transaction)
        } then: {
            try NotificationRoutes.show(self)
        }
    }

    fileprivate func write(
        _ notification: Notification, to json: inout JSONWriter, on connection: Connection
    ) throws {
        let run = try MessageNotices.run(of: notification, RoomUnread(), on: connection)
        json.notification(notification, try NotificationWords(of: notification, run, on: connection), run)
    }

    fileprivate func room(_ reference: Reference, in field: String, on connection: Connection) throws -> RoomNumber {
        do {
            return try room(reference, to: .read, on: connection)
        } catch let fault as APIFault where fault == .notFound() {
            throw APIFault.notFound(field: field)
        }
    }

    /// Somebody with an account here: oneself, or for administrators anybody.
    fileprivate func recipient(_ reference: PersonReference, on connection: Connection) throws -> PersonNumber {
        let card = try person(reference, field: "recipient", on: connection)
        guard card.number == person || isAdministrator else {
            throw APIFault.forbidden("Only administrators notify others.", field: "recipient")
        }
        guard card.isLocal, !card.isClosed else { throw APIFault.notFound(field: "recipient") }
        return card.number
    }
}

extension Fields {
    /// A client's own data as they are kept; nothing for none.
    fileprivate func data(_ name: String) -> Given<[UInt8]> {
        switch object(name) {
        case .absent: return .absent
        case .nothing: return .nothing
        case .value(let json):
            do throws(ExtraFault) {
                return .value(try Extra(json: json.span)?.encoded ?? [])
            } catch {
                problems.add(name, error.text)
                return .absent
            }
        }
    }
}
