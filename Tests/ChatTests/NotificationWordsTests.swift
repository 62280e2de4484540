import Bytes
import Chat
import Store
import Testing

struct NotificationWordsTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo) = (try node.add("ada"), try node.add("bo"))
        room = try node.found("Harbour", by: ada, with: [bo])
    }

    private func words(
        _ type: NotificationType, _ message: MessageNumber? = nil, in room: RoomNumber? = nil, count: Int = 1,
        by actor: PersonNumber? = nil
    ) throws -> NotificationWords {
        let subject = NotificationSubject(room: room ?? self.room, message: message, actor: actor ?? ada)
        return try node.read { try NotificationWords(type, about: subject, count: count, on: $0) }
    }

    @Test func `each type has its words`() throws {
        let titles = try NotificationType.allCases.map { try words($0).title }
        #expect(
            titles == [
                "New message in Harbour", "Message from ada", "ada mentioned you in Harbour",
                "ada replied to you in Harbour", "ada reacted to your message in Harbour", "ada added you to Harbour",
                "ada joined Harbour", "ada changed your role in Harbour", "Notification",
            ])
        #expect(try words(.message, count: 3).title == "3 new messages in Harbour")
    }

    @Test func `a direct room has no name, and neither has one that is gone`() throws {
        let direct = try node.openDirect(ada, bo).room
        #expect(try words(.mention, in: direct).title == "ada mentioned you")
        #expect(try words(.roomInvite, in: RoomNumber(999)).title == "ada added you to a room")
        #expect(try words(.reply, by: PersonNumber(999)).title == "Somebody replied to you in Harbour")
        try node.command { try Rooms.delete(room, on: node.by(ada), in: $0, $1) }
        #expect(try words(.mention).title == "ada mentioned you")
    }

    @Test func `the body is the beginning of what the message says now, and nothing once it is deleted`() throws {
        let message = try node.post("See you at nine, @bo", in: room, by: ada)
        #expect(try words(.mention, message).body == "See you at nine, @bo")
        var revision = MessageRevision()
        revision.content = String(repeating: "ä", count: 150)
        _ = try node.command { try Messages.edit(message, revision, on: node.by(ada), in: $0, $1) }
        #expect(try words(.mention, message).body == String(repeating: "ä", count: 100))
        revision.content = "x" + revision.content!
        _ = try node.command { try Messages.edit(message, revision, on: node.by(ada), in: $0, $1) }
        #expect(try words(.mention, message).body.utf8.count == 199)
        try node.command { try Messages.delete(message, on: node.by(ada), in: $0, $1) }
        #expect(try words(.mention, message).body.isEmpty)
    }

    @Test func `words of its maker's stand, and many messages are counted`() throws {
        let message = try node.post("newest", in: room, by: ada)
        let (made, several) = try node.command { transaction, state in
            let text = NotificationText(title: "Maintenance", body: "Tonight at ten.")
            let made = try NotificationTable.insert(
                .system, for: bo, about: NotificationSubject(), by: .inApp, text: text, uuid: UUID(high: 0, low: 1),
                at: node.now, in: transaction)
            let several = try NotificationTable.insert(
                .message, for: bo, about: NotificationSubject(room: room), by: .inApp, uuid: UUID(high: 0, low: 2),
                at: node.now, in: transaction)
            return (made, several)
        }
        let own = try node.read { try NotificationWords(of: made, nil, on: $0) }
        #expect(own.title == "Maintenance" && own.body == "Tonight at ten.")
        let run = UnreadRun(count: 4, newest: message, since: node.now)
        let counted = try node.read { try NotificationWords(of: several, run, on: $0) }
        #expect(counted.title == "4 new messages in Harbour" && counted.body == "newest")
    }
}
