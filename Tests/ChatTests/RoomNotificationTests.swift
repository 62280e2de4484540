import Chat
import Operations
import Store
import Testing

/// Who is told of what happens in rooms, from the use case to the list.
struct RoomNotificationTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let cy: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo, cy) = (try node.add("ada"), try node.add("bo"), try node.add("cy"))
        room = try node.found("Harbour", by: ada, with: [bo, cy])
        for person in [ada, bo, cy] { try node.forgetNotifications(of: person) }
        _ = node.takeNews()
    }

    @Test func `whoever is brought into a room is told, and of newcomers those who were in`() throws {
        let di = try node.add("di")
        try node.command { _ = try Members.add(di, to: room, on: node.by(ada), in: $0, $1) }
        #expect(try node.told(di) == [.roomInvite])
        #expect(try node.told(ada).isEmpty)
        #expect(try node.told(bo) == [.memberJoined])
        // With the people of a new room nobody is new to the others.
        _ = try node.found("Quay", by: ada, with: [bo, cy])
        #expect(try node.told(bo) == [.roomInvite, .memberJoined])
        #expect(try node.told(ada).isEmpty)
    }

    @Test func `of one message each person is told once, as what concerns them most`() throws {
        let first = try node.post("hello", in: room, by: ada)
        try node.post("yes, @ada and @cy", in: room, by: bo, replyingTo: first)
        #expect(try node.told(ada) == [.reply])
        #expect(try node.told(cy) == [.mention])
        #expect(try node.told(bo).isEmpty)
        let entries = node.takeNews().flatMap(\.events).map(\.entry).filter { $0.kind == .notification }
        #expect(Set(entries.compactMap(\.person)) == [ada, cy])
        // The same message isn't counted among those of the room; the first one is.
        try node.look(cy)
        #expect(try node.told(cy) == [.mention, .message])
        try node.look(ada)
        #expect(try node.told(ada) == [.reply])
    }

    @Test func `a message in a group writes nothing for its members`() throws {
        try node.post("hello", in: room, by: ada)
        #expect(try node.told(bo).isEmpty)
        #expect(node.takeNews().last?.events.map(\.entry.kind) == [.message])
        try node.command { try Notices.hear(of: room, [bo, ada], at: node.now, in: $0, $1) }
        #expect(try node.told(bo) == [.message])
        #expect(try node.told(ada).isEmpty)
        try node.command { try Notices.hear(of: room, [bo], at: node.now, in: $0, $1) }
        #expect(try node.told(bo) == [.message])
    }

    @Test func `who wants pushes of messages has one waiting, and no more until they have read`() throws {
        try node.command { transaction, _ in
            _ = try Devices.register("https://push.example/b", of: bo, at: node.now, in: transaction)
            _ = try NotificationPreferences.update(
                [PreferenceChange(.message, push: true)], of: bo, RoomUnread(), at: node.now, in: transaction)
        }
        try node.post("one", in: room, by: ada)
        #expect(node.takeNews().last?.isSending == true)
        try node.post("two", in: room, by: ada)
        #expect(node.takeNews().last?.isSending == false)
        try node.command { _ = try Reading.markAll(in: room, on: node.by(bo), in: $0, $1) }
        try node.post("three", in: room, by: ada)
        #expect(node.takeNews().last?.isSending == true)
    }

    @Test func `an edit tells those whom it mentions newly`() throws {
        let message = try node.post("@bo look", in: room, by: ada)
        var revision = MessageRevision()
        revision.content = "@bo @cy look"
        try node.command { _ = try Messages.edit(message, revision, on: node.by(ada), in: $0, $1) }
        #expect(try node.told(bo) == [.mention])
        #expect(try node.told(cy) == [.mention])
    }

    @Test func `a reaction is told to the author, once while it is unread`() throws {
        let message = try node.post("hello", in: room, by: ada)
        for value in ["like", "love", "like"] {
            try node.command { _ = try Reactions.give(value, to: message, on: node.by(bo), in: $0, $1) }
        }
        try node.command { _ = try Reactions.give("like", to: message, on: node.by(ada), in: $0, $1) }
        #expect(try node.told(ada) == [.reaction])
        #expect(try node.told(bo).isEmpty)
    }

    @Test func `a role that changes is told to whom it concerns`() throws {
        try node.command {
            _ = try Members.changeRole(of: bo, in: room, to: .admin, on: node.by(ada), in: $0, $1)
        }
        #expect(try node.told(bo) == [.roleChanged])
        #expect(try node.told(cy).isEmpty)
    }

    @Test func `a muted room tells of mentions and replies alone`() throws {
        let own = try #require(try node.read { try MembershipTable.membership(of: bo, in: room, on: $0) })
        try node.command { _ = try Members.toggleMute(own.number, on: node.by(bo), in: $0, $1) }
        let mine = try node.post("mine", in: room, by: bo)
        try node.post("hello", in: room, by: ada)
        try node.look(bo)
        #expect(try node.told(bo).isEmpty)
        try node.post("@bo", in: room, by: ada)
        try node.post("to you", in: room, by: ada, replyingTo: mine)
        #expect(try node.told(bo) == [.reply, .mention])
    }

    @Test func `reading reads what was told, deletion takes it away, and leaving forgets it`() throws {
        let message = try node.post("@bo one", in: room, by: ada)
        let other = try node.post("@bo two", in: room, by: ada)
        try node.command { _ = try Reading.mark(message, on: node.by(bo), in: $0, $1) }
        #expect(try node.unreadNotices(bo) == 1)
        try node.command { try Messages.delete(other, on: node.by(ada), in: $0, $1) }
        #expect(try node.told(bo) == [.mention])
        #expect(try node.unreadNotices(bo) == 0)
        try node.command { try Members.leave(room, on: node.by(bo), in: $0, $1) }
        #expect(try node.told(bo).isEmpty)
    }

    @Test func `a direct message is told to the other side`() throws {
        let direct = try node.openDirect(ada, bo).room
        try node.post("psst", in: direct, by: ada)
        #expect(try node.told(bo) == [.directMessage])
        #expect(try node.told(ada).isEmpty)
        try node.command { _ = try Reading.markAll(in: direct, on: node.by(bo), in: $0, $1) }
        #expect(try node.unreadNotices(bo) == 0)
        let notes = try node.openDirect(ada, ada).room
        try node.post("milk", in: notes, by: ada)
        #expect(try node.told(ada).isEmpty)
    }

    @Test func `a deleted room takes its notifications along`() throws {
        try node.post("@bo", in: room, by: ada)
        try node.command { try Rooms.delete(room, on: node.by(ada), in: $0, $1) }
        #expect(try node.told(bo).isEmpty)
        #expect(node.takeNews().last?.events.map(\.entry.kind) == [.roomDeleted])
    }
}

extension ChatNode {
    /// The types of somebody's notifications, the newest first.
    func told(_ person: PersonNumber) throws -> [NotificationType] {
        try read {
            try NotificationTable.notifications(
                NotificationFilter(recipient: person), ListWindow(limit: 50), on: $0
            ).map(\.type)
        }
    }

    func unreadNotices(_ person: PersonNumber) throws -> Int {
        try read {
            try NotificationTable.notifications(
                NotificationFilter(recipient: person), ListWindow(limit: 50), on: $0
            ).count { !$0.isRead }
        }
    }

    func look(_ person: PersonNumber) throws {
        try command { try Notices.look(for: person, at: self.now, in: $0, $1) }
    }

    func forgetNotifications(of person: PersonNumber) throws {
        try command { transaction, _ in try NotificationTable.deleteAll(of: person, in: transaction) }
    }
}
