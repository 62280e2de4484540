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

    /// A `UserDetail` for everybody whom this answer names, written once.
    private var people = JSONWriter()
    private var details: [PersonNumber: Range<Int>] = [:]
    /// When somebody was last here, as far as the viewer may know it.
    let lastActivity: (PersonNumber) -> Timestamp?
    /// Which of a message's lists is open.
    var part = MessagePart.none
    /// Whether a room's list of people is open.
    var isAmongParticipants = false
    /// Whether `messages` is to say where each message lies that was written.
    var keepsPlaces = false
    var messages: [Range<Int>] = []
    var messageStart = 0
    /// Whether a room is shown as it is once it has been deleted.
    var showsAsDeleted = false
    /// Whether a room gets further members after all that the store shows of it.
    package var isRoomOpen = false

    enum MessagePart {
        case none, attachments, mentions, reactions
    }

    package init(
        _ json: consuming JSONWriter, for viewer: PersonNumber?, base: String,
        lastActivity: @escaping (PersonNumber) -> Timestamp? = { _ in nil }
    ) {
        self.json = json
        self.viewer = viewer
        self.base = base
        self.lastActivity = lastActivity
        people.beginArray()
    }

    /// What was written.
    package consuming func finish() -> [UInt8] {
        json.finish()
    }

    // MARK: People

    /// Whom later rows name.
    package mutating func person(_ row: borrowing PersonRow) {
        let start = people.count
        people.object {
            $0.member("id", row.number)
            $0.member("uuid", row.uuid)
            $0.key("address")
            if row.nodeName.isEmpty {
                $0.string(row.handle)
            } else {
                $0.string(row.handle, at: row.nodeName)
            }
            $0.key("display_name")
            $0.string(row.name)
        }
        details[row.number] = start..<people.count
    }

    mutating func detail(_ person: PersonNumber) {
        guard let place = details[person] else { preconditionFailure("who is named was shown before") }
        Self.copy(place, of: people, to: &json)
    }

    private static func copy(_ place: Range<Int>, of people: borrowing JSONWriter, to json: inout JSONWriter) {
        people.withBytes(place) { json.raw(element: $0) }
    }

    /// A field that holds somebody's id, and beside it who that is.
    mutating func member(_ key: StaticString, _ detailKey: StaticString, _ person: PersonNumber) {
        json.member(key, person)
        json.key(detailKey)
        detail(person)
    }
}

extension JSONWriter {
    /// Other values than a closure can write, since it would have to hold what lies in a row.
    mutating func string(_ handle: Span<UInt8>, at node: Span<UInt8>) {
        var address: [UInt8] = []
        address.reserveCapacity(handle.count + node.count + 1)
        address.append(copying: handle)
        address.append(UInt8(ascii: "@"))
        address.append(copying: node)
        string(address.span)
    }
}
