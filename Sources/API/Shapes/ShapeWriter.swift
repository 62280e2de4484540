package import Bytes
package import JSON
package import Store

/// Writes what readers of the store show it as JSON: rooms, messages, members, receipts, as openapi.json names their
/// members. Rows come as spans of the database's own pages, and go from there into the answer's bytes.
package struct ShapeWriter: ~Copyable {
    package var json: JSONWriter
    /// Nil for nobody in particular, who is in no room.
    let viewer: PersonNumber?
    /// What stands before the path of a URL.
    let base: String

    /// Whom this answer names.
    private let people: PeopleBook
    /// Rooms that were shown before; nil where none are kept.
    let rooms: RoomBook?
    /// Of the room that is being written, where it will be kept.
    var places: RoomPlaces?
    /// Messages that were shown before; nil where none are kept.
    let messages: MessageBook?
    /// Of the message that is being written, where it will be kept.
    var messagePlaces: MessagePlaces?
    /// When somebody was last here, as far as the viewer may know it.
    let lastActivity: (PersonNumber) -> Timestamp?
    /// Which of a message's lists is open.
    var part = MessagePart.none
    /// Whether a room's list of people is open.
    var isAmongParticipants = false
    /// Whether `written` is to say where each message lies.
    var notesWritten = false
    var written: [Range<Int>] = []
    var messageStart = 0
    /// Whether a room is shown as it is once it has been deleted.
    var showsAsDeleted = false
    /// Whether a room gets further members after all that the store shows of it.
    package var isRoomOpen = false

    enum MessagePart {
        case none, attachments, mentions, reactions
    }

    package init(
        _ json: consuming JSONWriter, for viewer: PersonNumber?, base: String, people: PeopleBook = PeopleBook(),
        rooms: RoomBook? = nil, messages: MessageBook? = nil,
        lastActivity: @escaping (PersonNumber) -> Timestamp? = { _ in nil }
    ) {
        self.json = json
        self.viewer = viewer
        self.base = base
        self.lastActivity = lastActivity
        self.people = people
        self.rooms = rooms
        self.messages = messages
    }

    /// What was written.
    package consuming func finish() -> [UInt8] {
        json.finish()
    }

    consuming func finishInPlace() -> SharedBytes {
        json.finishInPlace()
    }

    // MARK: People

    /// Whom later rows name.
    package mutating func person(_ row: borrowing PersonRow) {
        people.add(row)
    }

    package func node(of person: PersonNumber) -> Int64? {
        people.node(of: person)
    }

    mutating func detail(_ person: PersonNumber) {
        people.write(person, to: &json)
    }

    /// A field that holds somebody's id, and beside it who that is.
    @inline(__always)
    mutating func member(_ key: StaticString, _ detailKey: StaticString, _ person: PersonNumber) {
        json.member(key, person)
        json.key(detailKey)
        detail(person)
    }
}
