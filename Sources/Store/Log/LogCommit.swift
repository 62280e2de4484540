package import Gossip
package import Operations

/// What came into the log with one commit, as those need to know who tell peers of it.
package struct LogCommit: Sendable {
    /// Of the newest entry.
    package let position: UInt64
    package var rooms: [CommittedRoom]
    /// Where what is kept apart for peers has changed: how far it goes now.
    package let staged: StagedClocks?

    package init(position: UInt64, rooms: [CommittedRoom], staged: StagedClocks?) {
        self.position = position
        self.rooms = rooms
        self.staged = staged
    }
}

/// A room in which something came, by one way.
package struct CommittedRoom: Equatable, Sendable {
    package let room: RoomID
    /// Of the first of it, or less.
    package let position: UInt64
    /// Who brought it; nil for what was made here.
    package let source: NodeID?
    /// Who else was given the same by them.
    package let told: Set<NodeID>

    package init(room: RoomID, position: UInt64, source: NodeID?, told: Set<NodeID>) {
        self.room = room
        self.position = position
        self.source = source
        self.told = told
    }
}

/// Gathers what one transaction brings. Follows the fate of its commands.
struct CommitNotes {
    private var rooms: [CommittedRoom] = []
    private var commandStart = 0

    mutating func note(_ room: RoomID, after position: UInt64, from source: NodeID?, told: Set<NodeID> = []) {
        // A room is written to many times in a row: the first place says it all.
        if let last = rooms.last, last.room == room, last.source == source, last.told == told { return }
        rooms.append(CommittedRoom(room: room, position: position + 1, source: source, told: told))
    }

    mutating func commandBegins() { commandStart = rooms.count }
    mutating func commandRolledBack() { rooms.removeLast(rooms.count - commandStart) }
    mutating func forget() { (rooms, commandStart) = ([], 0) }

    mutating func take() -> [CommittedRoom] {
        defer { forget() }
        return rooms
    }
}
