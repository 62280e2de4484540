import Operations
import Replica

/// What a command has changed of a room so far.
struct RoomChanges {
    let room: RoomID
    /// Written here, by this node's people.
    let isLocal: Bool
    var changes: [StateChange]
}

/// What the open command has changed and nobody has derived yet: in order, over all rooms. Of one thread.
final class PendingChanges {
    private(set) var parts: [RoomChanges] = []

    func append(_ changes: [StateChange], of room: RoomID, isLocal: Bool) {
        guard !changes.isEmpty else { return }
        if let last = parts.last, last.room == room, last.isLocal == isLocal {
            parts[parts.count - 1].changes += changes
        } else {
            parts.append(RoomChanges(room: room, isLocal: isLocal, changes: changes))
        }
    }

    func take() -> [RoomChanges] {
        defer { parts = [] }
        return parts
    }

    func forget() {
        parts = []
    }

    /// What was changed since is undone.
    func goBack(to before: [RoomChanges]) {
        parts = before
    }
}
