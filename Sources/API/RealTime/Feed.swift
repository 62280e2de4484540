import Bytes
import Store

/// One connection, as the hub knows it.
final class Feed {
    let name: FeedName
    let person: PersonNumber
    let session: SessionNumber
    let scope: FeedScope
    /// When the session is over, as far as is known; nil: never.
    var expires: Timestamp?
    /// Nil for one that has all there is.
    private(set) var place: Behind?

    /// Where one that is behind stands.
    struct Behind {
        /// The last event that it had.
        var seq: EventNumber
        /// Rooms that its person came into only since: from when on they may see them.
        var joined: [RoomNumber: EventNumber]
    }

    /// It has been given a part, and asks when that has left.
    var isWaiting = false

    var isLive: Bool { place == nil }

    init(_ opening: FeedOpening) {
        name = opening.feed
        person = opening.person
        session = opening.session
        scope = opening.scope
        expires = opening.expires
    }

    func fallBehind(after seq: EventNumber, joined: [RoomNumber: EventNumber] = [:]) {
        place = Behind(seq: seq, joined: joined)
    }

    func advance(to seq: EventNumber) {
        place?.seq = seq
    }

    func catchUp() {
        place = nil
    }
}

/// Somebody who has a connection.
final class Listener {
    let person: PersonNumber
    var feeds: [Feed] = []
    /// Those they are in, deleted ones left out.
    var rooms: Set<RoomNumber>
    /// Rooms of whose messages they have been told by a notification that is unread.
    var noticed: Set<RoomNumber> = []

    init(_ person: PersonNumber, rooms: Set<RoomNumber>) {
        self.person = person
        self.rooms = rooms
    }
}

/// Those in a room who have a connection.
final class Audience {
    struct Target {
        let loop: Int
        let feeds: [UInt64]
    }

    private(set) var listeners: [PersonNumber: Listener] = [:]
    private var knownTargets: [Target]?
    let room: RoomNumber

    init(_ room: RoomNumber) {
        self.room = room
    }

    func add(_ listener: Listener) {
        listeners[listener.person] = listener
        knownTargets = nil
    }

    func remove(_ person: PersonNumber) {
        listeners[person] = nil
        knownTargets = nil
    }

    func forgetTargets() {
        knownTargets = nil
    }

    /// The connections that have all there is and carry this room. The same array is handed over with each frame until
    /// somebody comes or goes.
    var targets: [Target] {
        if let knownTargets { return knownTargets }
        var numbers: [Int: [UInt64]] = [:]
        for listener in listeners.values {
            for feed in listener.feeds where feed.isLive && feed.scope.includes(room) {
                numbers[feed.name.loop, default: []].append(feed.name.number)
            }
        }
        let targets = numbers.map { Target(loop: $0.key, feeds: $0.value) }
        knownTargets = targets
        return targets
    }
}
