import Bytes
import Store

/// What a visitor is shown, copied.
struct Shown: RoomVisitor, ReceiptVisitor {
    struct Message: Equatable {
        var number: MessageNumber
        var sender: PersonNumber
        var content: String
        var readByCount: Int
        var isRead: Bool
        var answers: MessageNumber?
        var isDeleted: Bool
        var isPinned: Bool
        var edited: Timestamp?
        var lastUpdate: Timestamp
        var files: [String] = []
        var judgements: [FileJudgement?] = []
        var mentions: [PersonNumber] = []
        var reactions: [String: Int] = [:]
    }

    struct Room: Equatable {
        var number: RoomNumber
        var name: String
        var memberCount: Int
        var unread: Int
        var participants: [PersonNumber] = []
        var last: MessageNumber?
    }

    private(set) var people: [PersonNumber: String] = [:]
    private(set) var messages: [Message] = []
    private(set) var rooms: [Room] = []
    private(set) var receipts: [ReceiptRow] = []
    /// Of the last room.
    private(set) var glance: RoomGlance?
    /// Somebody was named before they were shown, or shown twice.
    private(set) var isOutOfOrder = false
    private var isInRoom = false

    func node(of person: PersonNumber) -> Int64? { people[person] == nil ? nil : 1 }

    mutating func person(_ row: borrowing PersonRow) {
        if people[row.number] != nil { isOutOfOrder = true }
        people[row.number] = text(row.name)
    }

    mutating func message(_ row: borrowing MessageRow) {
        if people[row.sender] == nil { isOutOfOrder = true }
        messages.append(
            Message(
                number: row.number, sender: row.sender, content: text(row.content), readByCount: row.readByCount,
                isRead: row.isRead,
                answers: row.answers, isDeleted: row.isDeleted, isPinned: row.isPinned, edited: row.edited,
                lastUpdate: row.lastUpdate))
        if isInRoom { rooms[rooms.count - 1].last = row.number }
    }

    mutating func attachment(_ row: AttachmentRow) {
        messages[messages.count - 1].files.append(row.name)
        messages[messages.count - 1].judgements.append(row.judgement)
    }

    mutating func mention(_ person: PersonNumber) {
        if people[person] == nil { isOutOfOrder = true }
        messages[messages.count - 1].mentions.append(person)
    }

    mutating func reaction(_ value: Span<UInt8>, count: Int) {
        messages[messages.count - 1].reactions[text(value)] = count
    }

    mutating func endOfMessage() {}

    mutating func takes(_ glance: RoomGlance) -> Bool {
        self.glance = glance
        return false
    }

    mutating func room(_ row: borrowing RoomRow) {
        isInRoom = true
        rooms.append(
            Room(number: row.number, name: text(row.name), memberCount: row.memberCount, unread: row.unread))
    }

    mutating func participant(_ person: PersonNumber) {
        if people[person] == nil { isOutOfOrder = true }
        rooms[rooms.count - 1].participants.append(person)
    }

    mutating func endOfRoom() { isInRoom = false }

    mutating func receipt(_ row: ReceiptRow) {
        if people[row.person] == nil { isOutOfOrder = true }
        receipts.append(row)
    }

    private func text(_ span: Span<UInt8>) -> String {
        span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
