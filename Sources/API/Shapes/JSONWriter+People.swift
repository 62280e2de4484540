package import JSON
package import Store

extension JSONWriter {
    /// A person, briefly: beside a field that holds their id, and in lists of people.
    package mutating func userDetail(_ card: PersonCard) {
        object {
            $0.member("id", card.number)
            $0.member("uuid", card.uuid)
            $0.member("address", card.address)
            $0.member("display_name", card.displayName)
        }
    }

    package mutating func user(_ card: PersonCard, _ presence: Presence, base: String) {
        object { $0.userMembers(card, presence, base: base) }
    }

    /// One's own profile: a User, and what only oneself sees.
    mutating func me(_ card: PersonCard, _ presence: Presence, _ account: Account, base: String) {
        object {
            $0.userMembers(card, presence, base: base)
            $0.member("email", account.email)
            $0.member("share_presence", account.sharesPresence)
        }
    }

    private mutating func userMembers(_ card: PersonCard, _ presence: Presence, base: String) {
        member("id", card.number)
        member("uuid", card.uuid)
        member("username", card.handle)
        member("address", card.address)
        member("display_name", card.displayName)
        member("avatar", card.hasAvatar ? "\(base)/api/users/\(card.number)/avatar/" : nil as String?)
        member("is_admin", card.isAdmin)
        member("is_local", card.isLocal)
        member("is_active", card.isActive)
        member("last_activity", presence.lastActivity)
        member("presence", presence.isOnline ? "online" : "offline")
    }
}
