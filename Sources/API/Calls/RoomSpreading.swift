package import Bytes
package import Keys
package import SQLite
package import Store

/// How far a room, and what is in it, has come on other nodes.
package protocol RoomSpreading: Sendable {
    /// Each other node that takes part in the room.
    func peers(of room: RoomNumber, on connection: Connection) throws -> [RoomPeer]
    func delivery(of message: StoredMessage, on connection: Connection) throws -> Delivery
}

/// Another node that takes part in a room; nil is what isn't known.
package struct RoomPeer: Hashable, Sendable {
    package var name: String
    /// In hex.
    package var key: String
    package var isIdentical: Bool?
    /// How many operations it lacks.
    package var behind: Int?
    package var digest: Hash?
    package var checked: Timestamp?

    package init(
        name: String, key: String, isIdentical: Bool? = nil, behind: Int? = nil, digest: Hash? = nil,
        checked: Timestamp? = nil
    ) {
        self.name = name
        self.key = key
        self.isIdentical = isIdentical
        self.behind = behind
        self.digest = digest
        self.checked = checked
    }
}

package struct Delivery: Hashable, Sendable {
    package struct Absentee: Hashable, Sendable {
        package var name: String
        package var key: String
        package var since: Timestamp?

        package init(name: String, key: String, since: Timestamp?) {
            self.name = name
            self.key = key
            self.since = since
        }
    }

    /// That take part in the room, this one included.
    package var nodes: Int
    /// Of these, those that are known to have the message.
    package var deliveredTo: Int
    /// Of these, those that are known to have its deletion; nil where it isn't deleted.
    package var erasedOn: Int?
    /// Those that haven't answered lately.
    package var offline: [Absentee]

    package init(nodes: Int, deliveredTo: Int, erasedOn: Int?, offline: [Absentee] = []) {
        self.nodes = nodes
        self.deliveredTo = deliveredTo
        self.erasedOn = erasedOn
        self.offline = offline
    }
}

/// A node that talks to no other.
package struct NodeAlone: RoomSpreading {
    package init() {}

    package func peers(of room: RoomNumber, on connection: Connection) -> [RoomPeer] { [] }

    package func delivery(of message: StoredMessage, on connection: Connection) -> Delivery {
        Delivery(nodes: 1, deliveredTo: 1, erasedOn: message.isDeleted ? 1 : nil)
    }
}
