/// What sort of room it is. Its id decides, but only its first operations, or the pair, show it; so these are
/// the rules that need to know.
package enum RoomNature: Hashable, Sendable {
    case group
    case direct(DirectPair)
    case directory(NodeID)

    /// The nature of the room in which `operation` is, where that can be told from it alone.
    package init?(shownBy operation: Operation) {
        switch operation.header.knownKind {
        case .roomCreate: self = .group
        case .userPut, .userClose: self = .directory(operation.header.origin)
        case .directOpen:
            guard let payload = operation.payload, let opening = try? DirectOpening(payload: payload.span) else {
                return nil
            }
            self = .direct(opening.pair)
        default: return nil
        }
    }

    /// Whether an operation may stand in a room of this nature.
    package func check(_ header: OperationHeader) throws(OperationFault) {
        switch self {
        case .group:
            guard header.knownKind != .directOpen else { throw .wrongPlace }
        case .direct(let pair):
            guard header.origin == pair.first.node || header.origin == pair.second.node else { throw .badRoom }
            guard header.seq > 0 || header.knownKind == .directOpen else { throw .wrongPlace }
        case .directory(let node):
            guard header.origin == node else { throw .badRoom }
        }
    }
}
