import Gossip
import Operations

/// One thing that a node wrote to its disk.
enum JournalEntry: Sendable {
    case operation(Operation, Certificate, source: NodeID?)
    case witnesses([Operation], of: OperationID, in: RoomID)
    case payload([UInt8], of: OperationID, in: RoomID)
    case register(SignedRegister, source: NodeID?)
    case proof(ForkProof, source: NodeID?)
    case note(Note)

    /// What is about the node and not about a room.
    enum Note: Sendable {
        case cursor(Cursor?, of: NodeID)
        /// From here on all its feeds begin anew: it was restored, or has another key.
        case newEpochs
        /// In this room alone: somebody showed it more of its own feed than it had, or the feed is forked.
        case newEpoch(RoomID)
        /// A deleted room's day is over.
        case contentsErased(RoomID)
    }

    mutating func dropPayload() {
        guard case .operation(let operation, let certificate, let source) = self else { return }
        self = .operation(operation.with(checkedPayload: nil), certificate, source: source)
    }
}
