package import Operations
import Replica
package import Store

/// Where somebody stands in a room.
package enum RoomPlace: Hashable, Sendable, CaseIterable {
    /// Not in it, or it is deleted.
    case outsider
    case member
    case admin
    /// One of the two of a direct room.
    case direct
}

/// What people do in rooms.
package enum RoomAction: Hashable, Sendable, CaseIterable {
    /// Seeing the room and everything in it; reading marks; telling what was read.
    case read
    case post
    case react
    /// Only of their own membership.
    case mute
    case leave
    case archive
    /// Name, details and the like.
    case change
    case setAvatar
    case delete
    case addMember
    case removeMember
    case changeRole
    case pin
    /// A message of type `system`.
    case postSystem
}

/// Who may do what in a room (Spec/api/README.md, section 12). Authority has the last word where two admins disagree.
package enum RoomPermission: Hashable, Sendable {
    case allowed
    /// As if there were no such room.
    case hidden
    case notAllowed
    /// It can't be done to such a room.
    case impossible

    package init(to action: RoomAction, for place: RoomPlace) {
        self =
            switch (place, action) {
            case (.outsider, _): .hidden

            case (.member, .read), (.member, .post), (.member, .react), (.member, .mute), (.member, .leave): .allowed
            case (.member, _): .notAllowed

            case (.admin, _): .allowed

            case (.direct, .read), (.direct, .post), (.direct, .react), (.direct, .mute), (.direct, .archive): .allowed
            case (.direct, _): .impossible
            }
    }

    func check() throws(ChatFault) {
        switch self {
        case .allowed: return
        case .hidden: throw .notFound
        case .notAllowed: throw .notAllowed
        case .impossible: throw .conflict(.directRoom)
        }
    }
}

extension StoredRoom {
    /// By the same authority by which other nodes judge.
    package func place(of user: UserID) -> RoomPlace {
        switch nature {
        case .directory: .outsider
        case .direct(let pair): pair.contains(user) ? .direct : .outsider
        case .group:
            if fields.isDeleted {
                .outsider
            } else {
                switch standing(of: user) {
                case .out: .outsider
                case .member: .member
                case .admin: .admin
                }
            }
        }
    }

    func require(_ action: RoomAction, of user: UserID) throws(ChatFault) {
        try RoomPermission(to: action, for: place(of: user)).check()
    }
}
