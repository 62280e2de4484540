/// What an operation does. A kind that we don't know is kept, relayed and counted, and changes nothing.
package enum OperationKind: Hashable, Sendable {
    case known(KnownKind)
    case unknown(String)

    /// Nil unless it is 1 to 32 of `a-z` and `.`.
    package init?(utf8: Span<UInt8>) {
        guard utf8.count >= 1, utf8.count <= Limits.kindBytesMax else { return nil }
        for index in 0..<utf8.count {
            let byte = utf8[index]
            guard byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte == UInt8(ascii: ".") else {
                return nil
            }
        }
        let name = utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        self = KnownKind(rawValue: name).map { .known($0) } ?? .unknown(name)
    }

    package init?(_ name: String) {
        self.init(utf8: name.utf8.span)
    }

    package var name: String {
        switch self {
        case .known(let kind): kind.rawValue
        case .unknown(let name): name
        }
    }
}

package enum KnownKind: String, Sendable, CaseIterable {
    case messagePost = "message.post"
    case messageEdit = "message.edit"
    case messageDelete = "message.delete"
    case reactionSet = "reaction.set"
    case pinSet = "pin.set"
    case roomCreate = "room.create"
    case directOpen = "direct.open"
    case join
    case roomSet = "room.set"
    case memberAdd = "member.add"
    case memberRole = "member.role"
    case memberRemove = "member.remove"
    case memberLeave = "member.leave"
    case userPut = "user.put"
    case userClose = "user.close"

    package enum TargetShape: Sendable {
        case none
        case operation
        case user
        case grant
    }

    package var target: TargetShape {
        switch self {
        case .roomCreate, .directOpen, .join, .roomSet, .memberLeave, .messagePost: .none
        case .messageEdit, .messageDelete, .reactionSet, .pinSet: .operation
        case .memberRemove, .userPut, .userClose: .user
        case .memberAdd, .memberRole: .grant
        }
    }

    package var hasPayload: Bool {
        switch self {
        case .roomCreate, .directOpen, .roomSet, .messagePost, .messageEdit, .reactionSet, .pinSet, .userPut: true
        case .join, .memberAdd, .memberRole, .memberRemove, .memberLeave, .messageDelete, .userClose: false
        }
    }

    /// Whether the node itself may be the author. Which node may, in which room, is a matter of authority.
    package var isOpenToNode: Bool {
        switch self {
        case .join, .memberAdd, .memberRole, .memberRemove, .userPut, .userClose: true
        case .roomCreate, .directOpen, .roomSet, .memberLeave, .messagePost, .messageEdit, .messageDelete,
            .reactionSet, .pinSet:
            false
        }
    }

    /// See `OperationHeader.endsViews`.
    package var endsViews: Bool {
        switch self {
        case .memberRole, .memberRemove, .memberLeave: true
        case .roomCreate, .directOpen, .join, .roomSet, .memberAdd, .messagePost, .messageEdit, .messageDelete,
            .reactionSet, .pinSet, .userPut, .userClose:
            false
        }
    }

    /// Whether it may change who has a part in a conversation.
    package var changesMembers: Bool {
        switch self {
        case .roomCreate, .directOpen, .memberAdd, .memberRole, .memberRemove, .memberLeave: true
        case .join, .roomSet, .messagePost, .messageEdit, .messageDelete, .reactionSet, .pinSet, .userPut, .userClose:
            false
        }
    }

    package enum Home: Sendable {
        case anywhere
        case directory
        case conversation
    }

    /// In which rooms it makes sense: in a node's directory, or in all others.
    package var home: Home {
        switch self {
        case .join: .anywhere
        case .userPut, .userClose: .directory
        case .roomCreate, .directOpen, .roomSet, .memberAdd, .memberRole, .memberRemove, .memberLeave, .messagePost,
            .messageEdit, .messageDelete, .reactionSet, .pinSet:
            .conversation
        }
    }
}

/// What an operation is about, beside its room.
package enum OperationTarget: Hashable, Sendable {
    case none
    case operation(OperationID)
    case user(UserID)
    case grant(UserID, Role)

    /// Whether it names a node in a user's place, which nobody would read.
    var isNode: Bool {
        switch self {
        case .user(let user), .grant(let user, _): user.handle.isNode
        case .none, .operation: false
        }
    }

    package var shape: KnownKind.TargetShape {
        switch self {
        case .none: .none
        case .operation: .operation
        case .user: .user
        case .grant: .grant
        }
    }
}
