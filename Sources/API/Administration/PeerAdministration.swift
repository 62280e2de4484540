package import Bytes
package import Chat
package import Operations
package import SQLite
package import Store

/// Called once, from any thread.
package typealias PeerCompletion<Value> = @Sendable (Result<Value, any Error>) -> Void

/// The node's peers, as administrators see and change them (Spec/api/accounts.md, section 3).
package protocol PeerAdministration: Sendable {
    /// All of them, those too that knock, by name.
    func peers(_ window: ListWindow, on connection: Connection) throws -> (count: Int, peers: [PeerView])
    func peer(_ key: NodeID, on connection: Connection) throws -> PeerView?

    /// Admits a peer, or gives one that is there its new URL or name. May call it first; `completion` is called once,
    /// from any thread, with a `PeerFault` where the administrator is to know why not.
    func add(_ peer: NewPeer, on occasion: Occasion, completion: @escaping PeerCompletion<AddedPeer>)
    func change(
        _ key: NodeID, _ change: PeerChange, on occasion: Occasion, completion: @escaping PeerCompletion<PeerView>)
    func remove(_ key: NodeID, on occasion: Occasion, completion: @escaping PeerCompletion<Void>)
}

package enum PeerChange: Sendable {
    case pause, resume, accept
}

package struct NewPeer: Hashable, Sendable {
    package let url: String?
    package let key: NodeID?
    package let name: String?

    package init(url: String?, key: NodeID?, name: String?) {
        self.url = url
        self.key = key
        self.name = name
    }

    /// Whether a peer can be called so.
    package static func isName(_ text: String) -> Bool {
        (1...255).contains(text.unicodeScalars.count)
    }
}

package struct AddedPeer: Hashable, Sendable {
    package let peer: PeerView
    package let isNew: Bool

    package init(peer: PeerView, isNew: Bool) {
        self.peer = peer
        self.isNew = isNew
    }
}

package enum PeerFault: Error, Hashable, Sendable {
    case unknown
    /// It doesn't fit how things stand with the peer: accepting one that doesn't knock.
    case wrongState(String)
    /// No Parley there, our own address, no answer.
    case wrongURL(String)
    /// Not an `http` or `https` address of a server.
    case malformedURL
    /// Another key than the one given.
    case wrongKey(String)
}

package struct PeerView: Hashable, Sendable {
    package enum State: String, Sendable {
        case knocking, waiting, active, unreachable, paused, refused
    }

    /// The organisation's local number, as in a message's `school`.
    package var number: Int64
    package var name: String
    package var url: String?
    package var key: NodeID
    package var state: State
    package var created: Timestamp
    package var lastContact: Timestamp?
    package var lastError: String?
    /// Rooms that both share, and those of them in which it lacks something.
    package var rooms: Int
    package var behind: Int
    /// Rooms of which something is still to be fetched from it; nil where it isn't asked.
    package var toFetch: Int?
    /// How much is kept here of what it wrote, and at most; nil where that isn't bounded, or nobody knows while the node doesn't run.
    package var storedBytes: Int64
    package var storedBytesMax: Int64?

    package init(
        number: Int64, name: String, url: String?, key: NodeID, state: State, created: Timestamp,
        lastContact: Timestamp?, lastError: String?, rooms: Int, behind: Int, toFetch: Int? = nil,
        storedBytes: Int64 = 0, storedBytesMax: Int64? = nil
    ) {
        self.number = number
        self.name = name
        self.url = url
        self.key = key
        self.state = state
        self.created = created
        self.lastContact = lastContact
        self.lastError = lastError
        self.rooms = rooms
        self.behind = behind
        self.toFetch = toFetch
        self.storedBytes = storedBytes
        self.storedBytesMax = storedBytesMax
    }
}
