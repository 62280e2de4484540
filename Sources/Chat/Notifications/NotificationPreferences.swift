package import Bytes
package import SQLite
package import Store

/// What somebody wants of a type; a switch that is nil stays as it is.
package struct PreferenceChange: Hashable, Sendable {
    package var type: NotificationType
    package var inApp: Bool?
    package var push: Bool?
    package var email: Bool?

    package init(_ type: NotificationType, inApp: Bool? = nil, push: Bool? = nil, email: Bool? = nil) {
        self.type = type
        self.inApp = inApp
        self.push = push
        self.email = email
    }

    func applied(to ways: Ways) -> Ways {
        var ways = ways
        for (way, isOn) in [(Ways.inApp, inApp), (.push, push), (.email, email)] {
            switch isOn {
            case true?: ways.insert(way)
            case false?: ways.remove(way)
            case nil: break
            }
        }
        return ways
    }
}

package enum NotificationPreferences {
    package static func switches(
        of person: PersonNumber, on connection: Connection
    ) throws -> NotificationSwitches {
        NotificationSwitches(
            try PreferenceTable.preferences(of: person, ListWindow(limit: .max), on: connection))
    }

    /// All of them or, where something is thrown, none. A type that is named twice: one after the other. Returns how
    /// many types were named.
    package static func update(
        _ changes: [PreferenceChange], of person: PersonNumber, _ unread: some UnreadMessages, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> Int {
        let former = try switches(of: person, on: transaction.connection)
        var switches = former
        for change in changes { switches[change.type] = change.applied(to: switches[change.type]) }
        let types = Set(changes.map(\.type))
        for type in types.sorted(by: { $0.rawValue < $1.rawValue }) {
            let ways = switches[type]
            try PreferenceTable.set(type, of: person, to: ways, at: now, in: transaction)
            try obey(type, former[type], ways, of: person, unread, at: now, in: transaction)
        }
        return types.count
    }

    /// One way, for all types.
    package static func toggleAll(
        _ way: Ways, _ isOn: Bool, of person: PersonNumber, _ unread: some UnreadMessages, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> Int {
        func value(_ candidate: Ways) -> Bool? { way.contains(candidate) ? isOn : nil }
        let changes = NotificationType.allCases.map {
            PreferenceChange($0, inApp: value(.inApp), push: value(.push), email: value(.email))
        }
        return try update(changes, of: person, unread, at: now, in: transaction)
    }

    /// All ways, of one type.
    package static func toggleAll(
        _ type: NotificationType, _ isOn: Bool, of person: PersonNumber, _ unread: some UnreadMessages,
        at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Int {
        try update(
            [PreferenceChange(type, inApp: isOn, push: isOn, email: isOn)], of: person, unread, at: now,
            in: transaction)
    }

    package static func create(
        _ change: PreferenceChange, of person: PersonNumber, _ unread: some UnreadMessages, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws {
        guard try PreferenceTable.count(of: person, type: change.type, on: transaction.connection) == 0 else {
            throw ChatFault.preferenceExists
        }
        _ = try update([change], of: person, unread, at: now, in: transaction)
    }

    package static func change(
        _ number: PreferenceNumber, by change: PreferenceChange, of person: PersonNumber,
        _ unread: some UnreadMessages, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        guard try own(number, of: person, in: transaction).type == change.type else { throw ChatFault.otherType }
        _ = try update([change], of: person, unread, at: now, in: transaction)
    }

    /// The type is back at its defaults.
    package static func reset(
        _ number: PreferenceNumber, of person: PersonNumber, _ unread: some UnreadMessages, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws {
        let preference = try own(number, of: person, in: transaction)
        try PreferenceTable.remove(number, in: transaction)
        try obey(
            preference.type, preference.ways, preference.type.defaultWays, of: person, unread, at: now,
            in: transaction)
    }

    private static func own(
        _ number: PreferenceNumber, of person: PersonNumber, in transaction: borrowing Transaction
    ) throws -> Preference {
        let preference = try PreferenceTable.preference(number, on: transaction.connection)
        guard let preference, preference.person == person else { throw ChatFault.notFound }
        return preference
    }

    /// The switches hold for what happens from now on, and for what waits to be sent.
    private static func obey(
        _ type: NotificationType, _ former: Ways, _ ways: Ways, of person: PersonNumber,
        _ unread: some UnreadMessages, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        for way in OutboxEntry.Way.allCases where former.contains(way.ways) && !ways.contains(way.ways) {
            try OutboxTable.cancel(type, by: way, of: person, at: now, in: transaction)
        }
        guard type == .message else { return }
        if !former.contains(.inApp), ways.contains(.inApp) {
            try MessageNotices.beginNow(for: person, unread, in: transaction)
        } else if former.contains(.inApp), !ways.contains(.inApp) {
            try MessageNotices.settle(for: person, unread, in: transaction)
        }
    }
}
