/// What an operation's payload says.
package enum Payload: Hashable, Sendable {
    case roomCreation(RoomCreation)
    case directOpening(DirectOpening)
    case roomChange(RoomChange)
    case message(MessageContent)
    case messageChange(MessageChange)
    case reaction(ReactionChange)
    case pin(PinChange)
    case profile(ProfileChange)

    /// Nil for a kind that has none, or that we don't know.
    package init?(_ bytes: Span<UInt8>, of kind: OperationKind) throws(PayloadFault) {
        guard case .known(let kind) = kind else { return nil }
        switch kind {
        case .roomCreate: self = .roomCreation(try RoomCreation(payload: bytes))
        case .directOpen: self = .directOpening(try DirectOpening(payload: bytes))
        case .roomSet: self = .roomChange(try RoomChange(payload: bytes))
        case .messagePost: self = .message(try MessageContent(payload: bytes))
        case .messageEdit: self = .messageChange(try MessageChange(payload: bytes))
        case .reactionSet: self = .reaction(try ReactionChange(payload: bytes))
        case .pinSet: self = .pin(try PinChange(payload: bytes))
        case .userPut: self = .profile(try ProfileChange(payload: bytes))
        case .join, .memberAdd, .memberRole, .memberRemove, .memberLeave, .messageDelete, .userClose: return nil
        }
    }

    package var encoded: [UInt8] {
        switch self {
        case .roomCreation(let payload): payload.encoded
        case .directOpening(let payload): payload.encoded
        case .roomChange(let payload): payload.encoded
        case .message(let payload): payload.encoded
        case .messageChange(let payload): payload.encoded
        case .reaction(let payload): payload.encoded
        case .pin(let payload): payload.encoded
        case .profile(let payload): payload.encoded
        }
    }
}

/// One member of a payload that changes some and leaves the others as they are. Where null clears, `Value` is
/// an Optional.
package enum Change<Value: Hashable & Sendable>: Hashable, Sendable {
    case none
    case to(Value)

    package var isNone: Bool {
        if case .none = self { true } else { false }
    }
}
