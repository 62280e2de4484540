package import Store

/// What somebody is told of, and how: of each type what they have set, or its defaults.
package struct NotificationSwitches: Hashable, Sendable {
    private var set: [NotificationType: Ways] = [:]

    package init() {}

    package init(_ preferences: [Preference]) {
        for preference in preferences { set[preference.type] = preference.ways }
    }

    package subscript(type: NotificationType) -> Ways {
        get { set[type] ?? type.defaultWays }
        set { set[type] = newValue }
    }
}

extension NotificationType {
    package var defaultWays: Ways {
        switch self {
        case .directMessage, .mention, .reply, .roomInvite: .all
        case .message, .reaction, .memberJoined, .roleChanged, .system: .inApp
        }
    }

    /// As clients write it.
    package var name: String {
        switch self {
        case .message: "message"
        case .directMessage: "direct_message"
        case .mention: "mention"
        case .reply: "reply"
        case .reaction: "reaction"
        case .roomInvite: "room_invite"
        case .memberJoined: "member_joined"
        case .roleChanged: "role_changed"
        case .system: "system"
        }
    }

    package init?(name: some StringProtocol) {
        guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = type
    }
}
