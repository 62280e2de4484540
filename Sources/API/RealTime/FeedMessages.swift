import Bytes
import Chat
import EventLoop
package import Store

/// One connection, as all threads name it.
struct FeedName: Hashable, Sendable {
    let loop: Int
    let number: UInt64
}

/// What a connection carries.
package enum FeedScope: Hashable, Sendable {
    case all
    case room(RoomNumber)
    case notifications

    func includes(_ room: RoomNumber) -> Bool {
        switch self {
        case .all: true
        case .room(let own): room == own
        case .notifications: false
        }
    }

    var includesNotifications: Bool {
        switch self {
        case .all, .notifications: true
        case .room: false
        }
    }
}

/// Somebody begins to listen.
struct FeedOpening: Sendable {
    let feed: FeedName
    let person: PersonNumber
    let session: SessionNumber
    /// When the session is over, as far as was known.
    let expires: Timestamp?
    let scope: FeedScope
    /// The last event that they had.
    let since: Int64?
}

/// From the loops to the hub. None of these may be lost, and of each connection few wait at a time.
enum HubMessage: Sendable {
    case open(FeedOpening)
    case close(FeedName)
    /// The connection has taken in what it was given, and there is more.
    case more(FeedName)
    /// Something was committed.
    case news
    case stop
}

/// To the hub as well, and lost when too much waits: it is of the moment.
enum HubSignal: Sendable {
    case typing(PersonNumber, RoomNumber, isTyping: Bool, isLocal: Bool)
    case active(PersonNumber)
    /// Of somebody of another node.
    case elsewhere(PersonNumber, Presence)
}

/// From the hub to one loop.
enum LoopMessage: Sendable {
    case deliveries([Delivery])
    case close(FeedName, code: UInt16, reason: String)

    struct Delivery: Sendable {
        let frame: Frame
        /// Numbers of feeds. Shared by all frames to the same room.
        let feeds: [UInt64]
        /// Somebody whose feeds are left out.
        var exception: PersonNumber?
        /// The feed has more to come, and asks for it when this has left.
        var isPart = false
    }
}
