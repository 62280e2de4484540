import Bytes
import Chat
import JSON
import SQLite
import Store

/// What somebody wants to be told of (Spec/api/notifications.md, section 2).
enum PreferenceRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let type = call.query.choice("type") { NotificationType(name: $0) }
        let isAll = call.query.bool("all") ?? false
        try call.query.check()
        if isAll { try call.mustAdministrate() }
        let person = isAll ? nil : call.person
        return try call.read { connection in
            let count = try PreferenceTable.count(of: person, type: type, on: connection)
            let preferences = try PreferenceTable.preferences(of: person, type: type, window, on: connection)
            return call.page(window, count: count) { json in
                for preference in preferences { json.preference(preference) }
            }
        }
    }

    /// All types, those too at their defaults.
    static func listMine(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let type = call.query.choice("type") { NotificationType(name: $0) }
        try call.query.check()
        return try call.read { connection in
            let set = try call.preferences(on: connection)
            let types = NotificationType.allCases.filter { type == nil || $0 == type }
            return call.page(window, count: types.count) { json in
                for type in types.dropFirst(window.offset).prefix(window.limit) {
                    json.preference(type, set, of: call.person)
                }
            }
        }
    }

    static func create(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let change = fields.preferenceChange() ?? fields.missing("type", PreferenceChange(.system))
        try fields.check()
        let (person, now) = (call.person, call.now)
        return try call.make { transaction, _ in
            try NotificationPreferences.create(change, of: person, RoomUnread(), at: now, in: transaction)
            let made = try PreferenceTable.preferences(
                of: person, type: change.type, ListWindow(limit: 1), on: transaction.connection)
            guard let preference = made.first else { throw ChatFault.notFound }
            return Made(preference.number.value)
        }
    }

    static func made(_ call: Call, _ made: Made) throws -> Answer {
        try call.read { connection in
            let preference = try call.preference(PreferenceNumber(made.number), on: connection)
            return .made(at: "/api/notifications/preferences/\(made.number)/") { $0.preference(preference) }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        let number = PreferenceNumber(try call.number())
        return try call.read { connection in
            let preference = try call.preference(number, on: connection)
            return .thing { $0.preference(preference) }
        }
    }

    static func replace(_ call: Call) throws -> Answer { try change(call, isWhole: true) }

    static func change(_ call: Call) throws -> Answer { try change(call, isWhole: false) }

    private static func change(_ call: Call, isWhole: Bool) throws -> Answer {
        let number = PreferenceNumber(try call.number())
        let own = try call.ownPreference(number)
        let fields = try call.fields()
        if isWhole { fields.need("type") }
        let change = fields.preferenceChange(of: own.type)
        try fields.check()
        try call.obeyIfMatch { try show(call) }
        guard let change, !change.isEmpty || change.type != own.type else { return try show(call) }
        let (person, now) = (call.person, call.now)
        return try call.write { transaction, _ in
            try NotificationPreferences.change(
                number, by: change, of: person, RoomUnread(), at: now, in: transaction)
        } then: {
            try show(call)
        }
    }

    static func reset(_ call: Call) throws -> Answer {
        let number = PreferenceNumber(try call.number())
        _ = try call.ownPreference(number)
        try call.obeyIfMatch { try show(call) }
        let (person, now) = (call.person, call.now)
        return try call.write { transaction, _ in
            try NotificationPreferences.reset(number, of: person, RoomUnread(), at: now, in: transaction)
        } then: {
            .done
        }
    }

    // MARK: Several at once

    static func update(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        var changes: [PreferenceChange] = []
        for element in fields.objects("preferences", countMax: 64) ?? fields.missing("preferences", []) {
            guard let change = element.preferenceChange(), (try? element.check()) != nil else {
                fields.problems.add("preferences", "Each must have a type, and switches that are true or false.")
                break
            }
            changes.append(change)
        }
        if changes.isEmpty, fields.has("preferences"), (try? fields.check()) != nil {
            fields.problems.add("preferences", "At least one is needed.")
        }
        try fields.check()
        return try call.update(types: changes.map(\.type)) {
            [changes, person = call.person, now = call.now] transaction in
            try NotificationPreferences.update(changes, of: person, RoomUnread(), at: now, in: transaction)
        }
    }

    static func toggle(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let way = fields.way("channel")
        let type = fields.notificationType("type")
        let isOn = fields.bool("enabled") ?? fields.missing("enabled", false)
        if fields.has("channel") == fields.has("type") {
            fields.problems.add("channel", "One of channel and type is needed, and not both.")
        }
        try fields.check()
        let (person, now) = (call.person, call.now)
        return try call.update(types: type.map { [$0] } ?? NotificationType.allCases) { transaction in
            if let type {
                try NotificationPreferences.toggleAll(type, isOn, of: person, RoomUnread(), at: now, in: transaction)
            } else {
                try NotificationPreferences.toggleAll(
                    way ?? [], isOn, of: person, RoomUnread(), at: now, in: transaction)
            }
        }
    }
}

extension Call {
    fileprivate func preferences(on connection: Connection) throws -> [Preference] {
        try PreferenceTable.preferences(of: person, ListWindow(limit: .max), on: connection)
    }

    /// One's own; for an administrator everybody's.
    fileprivate func preference(_ number: PreferenceNumber, on connection: Connection) throws -> Preference {
        let preference = try PreferenceTable.preference(number, on: connection)
        guard let preference, preference.person == person || isAdministrator else { throw APIFault.notFound() }
        return preference
    }

    fileprivate func ownPreference(_ number: PreferenceNumber) throws -> Preference {
        let preference = try read { try self.preference(number, on: $0) }
        guard preference.person == person else { throw ChatFault.notAllowed }
        return preference
    }

    /// Changes several, and answers with those of these types as they are then.
    fileprivate func update(
        types: [NotificationType], _ body: @escaping @Sendable (borrowing Transaction) throws -> Int
    ) throws -> Answer {
        try write { transaction, _ in
            try body(transaction)
        } then: { count in
            try self.read { connection in
                let set = try self.preferences(on: connection)
                return .ok { json in
                    json.object {
                        $0.member("updated", count)
                        $0.member(
                            "preferences",
                            array: { json in
                                for type in NotificationType.allCases where types.contains(type) {
                                    json.preference(type, set, of: self.person)
                                }
                            })
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    /// As it is set, or at its defaults.
    fileprivate mutating func preference(_ type: NotificationType, _ set: [Preference], of person: PersonNumber) {
        if let own = set.first(where: { $0.type == type }) {
            preference(own)
        } else {
            preference(type, type.defaultWays, of: person)
        }
    }
}

extension PreferenceChange {
    fileprivate var isEmpty: Bool { inApp == nil && push == nil && email == nil }
}

extension Fields {
    func notificationType(_ name: String) -> NotificationType? {
        guard let text = text(name) else { return nil }
        if let type = NotificationType(name: text) { return type }
        problems.add(name, "Is no type of notification.")
        return nil
    }

    fileprivate func way(_ name: String) -> Ways? {
        guard let text = text(name) else { return nil }
        if let way = Ways.names.first(where: { $0.name == text })?.way { return way }
        problems.add(name, "Must be in_app, push or email.")
        return nil
    }

    /// `own`: the type where none is given.
    fileprivate func preferenceChange(of own: NotificationType? = nil) -> PreferenceChange? {
        let (inApp, push, email) = (bool("in_app"), bool("push"), bool("email"))
        guard let type = notificationType("type") ?? own else { return nil }
        return PreferenceChange(type, inApp: inApp, push: push, email: email)
    }
}
