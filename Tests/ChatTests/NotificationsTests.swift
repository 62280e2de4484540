import Bytes
import Chat
import LocalDatabase
import SQLite
import Store
import Testing

struct NotificationsTests {
    private let node: Node
    private let rooms = ListedRooms()
    private let admin: PersonNumber
    private let bob: PersonNumber
    private let subject = NotificationSubject(room: RoomNumber(1), message: MessageNumber(5), actor: PersonNumber(1))
    private let mention: NotificationVerdict

    init() throws {
        node = try Node()
        admin = try node.registerAdmin()
        bob = try node.add("bob")
        var message = MessageFacts(sender: admin)
        message.mentions = [bob]
        mention = NotificationVerdict(on: .message(message), for: NotificationRecipient(bob))
        try node.write { transaction in
            _ = try Accounts.changeProfile(of: bob, email: "bob@example.org", in: transaction)
            for name in ["a", "b"] {
                _ = try Devices.register("https://push.example/\(name)", of: bob, at: .second(0), in: transaction)
            }
        }
    }

    private func access(_ name: String) throws -> Access { try #require(try node.access(node.signIn(name))) }

    private func tell(_ verdict: NotificationVerdict, hasMail: Bool = true) throws -> Notifications.Told? {
        try node.write {
            try Notifications.tell(
                verdict, to: bob, about: subject, rooms, Sending(hasMail: hasMail), &node.random, at: .second(0), in: $0
            )
        }
    }

    private func waiting(_ way: OutboxEntry.Way) throws -> [OutboxEntry] {
        try OutboxTable.waiting(for: bob, by: way, on: node.connection)
    }

    private func make(
        _ title: String, for recipient: PersonNumber, by actor: PersonNumber, type: NotificationType = .system
    ) throws -> Notification {
        try node.write {
            try Notifications.make(
                NotificationText(title: title), type: type, for: recipient, about: NotificationSubject(),
                Sending(hasMail: true), &node.random, on: Node.by(actor), in: $0)
        }
    }

    @Test func `a mention is in the list, goes to each device at once, and into the next mail`() throws {
        let told = try #require(try tell(mention))
        #expect(told.notification?.type == .mention && told.isSending)
        #expect(try waiting(.push).map(\.due) == [.second(0), .second(0)])
        #expect(try waiting(.email).map(\.due) == [.second(900)])
        #expect(try Set(waiting(.push).map(\.device)).count == 2)
    }

    @Test func `without a relay or an address there is no mail`() throws {
        _ = try tell(mention, hasMail: false)
        _ = try node.write { try Accounts.changeProfile(of: bob, email: "", in: $0) }
        _ = try tell(mention)
        #expect(try waiting(.email).isEmpty)
    }

    @Test func `to who is shut out nothing is sent, and who has closed the account is told nothing`() throws {
        _ = try node.write { try Accounts.setActive(false, bob, on: Node.by(admin), in: $0) }
        let told = try #require(try tell(mention))
        #expect(told.notification != nil && !told.isSending)
        #expect(try waiting(.push).isEmpty && waiting(.email).isEmpty)
        _ = try node.write { try Accounts.close(bob, erasing: false, node.life, on: Node.by(bob), in: $0) }
        #expect(try tell(mention) == nil)
    }

    @Test func `with in_app off nothing is in the list, and pushes go all the same`() throws {
        try node.write { transaction in
            _ = try NotificationPreferences.update(
                [PreferenceChange(.mention, inApp: false)], of: bob, rooms, at: .second(0), in: transaction)
        }
        var recipient = NotificationRecipient(bob)
        recipient.switches = try NotificationPreferences.switches(of: bob, on: node.connection)
        var message = MessageFacts(sender: admin)
        message.mentions = [bob]
        let told = try #require(try tell(NotificationVerdict(on: .message(message), for: recipient)))
        #expect(told.notification == nil && told.isSending)
        #expect(try NotificationTable.count(NotificationFilter(recipient: bob), on: node.connection) == 0)
        #expect(try waiting(.push).count == 2)
        try node.write { transaction in
            try Notifications.reading(
                RoomNumber(1), upTo: MessageNumber(5), by: bob, rooms, at: .second(1), in: transaction
            ) {}
        }
        #expect(try waiting(.push).isEmpty && waiting(.email).isEmpty)
    }

    @Test func `what is read, deleted, forgotten, left or switched off is not sent any more`() throws {
        let access = try access("bob")
        let ends: [(String, (NotificationNumber, borrowing Transaction) throws -> Void)] = [
            ("read", { _ = try Notifications.change($0, isRead: true, rooms, by: access, at: .second(1), in: $1) }),
            ("deleted", { _ = try Notifications.delete($0, rooms, by: access, at: .second(1), in: $1) }),
            ("all read", { _ = try Notifications.markAllRead(rooms, &node.random, by: bob, at: .second(1), in: $1) }),
            ("message deleted", { _ = try Notifications.forget(message: MessageNumber(5), at: .second(1), in: $1) }),
            ("left", { try Notifications.leave(RoomNumber(1), of: bob, at: .second(1), in: $1) }),
            (
                "room read",
                {
                    try Notifications.reading(
                        RoomNumber(1), upTo: MessageNumber(5), by: bob, rooms, at: .second(1), in: $1
                    ) {}
                }
            ),
            (
                "switched off",
                {
                    _ = try NotificationPreferences.toggleAll(
                        .mention, false, of: bob, rooms, at: .second(1), in: $1)
                }
            ),
        ]
        for (name, end) in ends {
            let told = try #require(try tell(mention)?.notification, "\(name)")
            #expect(try waiting(.push).count == 2 && waiting(.email).count == 1, "\(name)")
            try node.write { try end(told.number, $0) }
            #expect(try waiting(.push).isEmpty && waiting(.email).isEmpty, "\(name)")
        }
    }

    @Test func `one makes notifications for oneself, administrators for everybody`() throws {
        #expect(try make("mine", for: bob, by: bob).subject.actor == bob)
        #expect(refusal { try make("yours", for: admin, by: bob) } == .notAllowed)
        #expect(try make("ours", for: bob, by: admin).recipient == bob)
        #expect(refusal { try make("", for: bob, by: bob) } != nil)
        #expect(refusal { try make("x", for: PersonNumber(99), by: admin) } == .notFound)
        try node.write { transaction in
            _ = try NotificationPreferences.toggleAll(.inApp, false, of: bob, rooms, at: .second(0), in: transaction)
        }
        #expect(try make("quiet", for: bob, by: bob).isRead)
    }

    @Test func `threat 72: another's notification is not there, and for an administrator not theirs to change`() throws
    {
        let number = try make("mine", for: bob, by: bob).number
        _ = try node.add("carol")
        let (bob, carol, admin) = (try access("bob"), try access("carol"), try access("admin"))
        func change(_ access: Access) -> ChatFault? {
            refusal {
                try node.write {
                    try Notifications.change(
                        number, text: NotificationText(title: "new"), rooms, by: access, at: .second(1), in: $0)
                }
            }
        }
        func delete(_ access: Access) -> ChatFault? {
            refusal { try node.write { try Notifications.delete(number, rooms, by: access, at: .second(1), in: $0) } }
        }
        #expect(change(carol) == .notFound && delete(carol) == .notFound)
        #expect(change(admin) == .notAllowed && change(bob) == nil)
        let found = try Notifications.notification(
            number, for: bob.person, isAdmin: false, on: node.connection)
        #expect(found.text?.title == "new")
        #expect(delete(admin) == nil && delete(bob) == .notFound)
    }

    // MARK: Preferences

    @Test func `preferences are at their defaults until they are set, and again when they are reset`() throws {
        func switches() throws -> NotificationSwitches {
            try NotificationPreferences.switches(of: bob, on: node.connection)
        }
        #expect(try switches() == NotificationSwitches())
        let named = try node.write {
            try NotificationPreferences.update(
                [
                    PreferenceChange(.reply, push: false), PreferenceChange(.system, email: true),
                    PreferenceChange(.reply, inApp: false, push: true),
                ], of: bob, rooms, at: .second(3), in: $0)
        }
        #expect(named == 2)
        #expect(try switches()[.reply] == [.push, .email] && switches()[.system] == [.inApp, .email])
        let set = try PreferenceTable.preferences(of: bob, ListWindow(limit: 9), on: node.connection)
        #expect(set.map(\.type) == [.reply, .system] && set.allSatisfy { $0.updated == .second(3) })
        #expect(try PreferenceTable.people(sending: .system, on: node.connection) == [bob])
        func refused(_ body: (borrowing Transaction) throws -> Void) -> ChatFault? {
            refusal { try node.write(body) }
        }
        let now = Timestamp.second(4)
        #expect(
            refused { try NotificationPreferences.create(PreferenceChange(.reply), of: bob, rooms, at: now, in: $0) }
                == .preferenceExists)
        #expect(
            refused {
                try NotificationPreferences.change(
                    set[0].number, by: PreferenceChange(.system), of: bob, rooms, at: now, in: $0)
            } == .otherType)
        #expect(
            refused { try NotificationPreferences.reset(set[0].number, of: admin, rooms, at: now, in: $0) }
                == .notFound)
        #expect(refused { try NotificationPreferences.reset(set[0].number, of: bob, rooms, at: now, in: $0) } == nil)
        #expect(try switches()[.reply] == .all)
    }

    @Test func `one way for all types, or all ways of one`() throws {
        let count = try node.write {
            try NotificationPreferences.toggleAll(.email, false, of: bob, rooms, at: .second(0), in: $0)
        }
        let after = try NotificationPreferences.switches(of: bob, on: node.connection)
        #expect(count == 9)
        for type in NotificationType.allCases {
            #expect(after[type] == type.defaultWays.subtracting(.email))
        }
    }

    // MARK: Devices

    @Test func `an endpoint is registered once, and at most 32 of them`() throws {
        func register(_ endpoint: String, _ name: String = "") throws -> (device: Device, isNew: Bool) {
            try node.write { try Devices.register(endpoint, name: name, of: bob, at: .second(0), in: $0) }
        }
        let again = try register("https://push.example/a", "phone")
        #expect(!again.isNew && again.device.name == "phone")
        for index in 3...32 { #expect(try register("https://push.example/\(index)").isNew) }
        #expect(refusal { try register("https://push.example/33") } == .tooMany)
        #expect(refusal { try register("") } != nil)
        #expect(refusal { try register(String(repeating: "x", count: 2_049)) } != nil)
        let others = refusal {
            try node.write { try Devices.remove(again.device.number, of: admin, at: .second(0), in: $0) }
        }
        #expect(others == .notFound)
    }

    @Test func `what was to go to a device that is removed is cancelled, the rest goes`() throws {
        _ = try tell(mention)
        let device = try #require(try waiting(.push).first?.device)
        try node.write { try Devices.remove(device, of: bob, at: .second(1), in: $0) }
        #expect(try waiting(.push).count == 1 && waiting(.email).count == 1)
    }

    // MARK: The outbox

    private func note(_ result: Outbox.Result, _ entry: OutboxEntry, at second: Int64) throws -> Bool {
        try node.write {
            try Outbox.note(result, of: entry, Sending(hasMail: false), &node.random, at: .second(second), in: $0)
                .isNews
        }
    }

    @Test func `what does not go is tried again, later and later, and fails after a day`() throws {
        _ = try tell(mention)
        var entry = try #require(try waiting(.push).first)
        var delays: [Int64] = []
        while entry.state == .waiting, delays.count < 100 {
            let now = (entry.due.milliseconds - Timestamp.second(0).milliseconds) / 1_000
            #expect(try note(.again(error: "no answer"), entry, at: now))
            let next = try #require(try OutboxTable.entry(entry.number, on: node.connection))
            if next.state == .waiting {
                delays.append(next.due.milliseconds / 1_000 - Timestamp.second(now).milliseconds / 1_000)
            }
            entry = next
        }
        for (delay, wanted) in zip(delays, [10, 30, 60, 300, 900, 3_600, 3_600] as [Int64]) {
            #expect((wanted * 4 / 5 - 1...wanted * 6 / 5 + 1).contains(delay), "\(delays)")
        }
        #expect(entry.state == .failed && entry.lastError == "no answer" && entry.attempts == delays.count + 1)
        #expect((20...35).contains(delays.count))
        let device = try DeviceTable.device(#require(entry.device), on: node.connection)
        #expect(device?.lastError == "no answer" && device?.lastSuccess == nil)
        #expect(try OutboxTable.failedCount(.push, on: node.connection) == 1)
    }

    @Test func `a wish for a later time is heard, for at most an hour`() throws {
        _ = try tell(mention)
        let entry = try #require(try waiting(.push).first)
        for (asked, expected) in [(20_000, 20), (7_200_000, 3_600)] as [(Int64, Int64)] {
            let due = try #require(entry.nextAttempt(at: .second(0), retryAfterMilliseconds: asked, &node.random))
            #expect(due == .second(expected))
        }
        let soon = try #require(entry.nextAttempt(at: .second(0), retryAfterMilliseconds: -5, &node.random))
        #expect(soon >= .second(8) && soon <= .second(12))
    }

    @Test func `an end is an end`() throws {
        _ = try tell(mention)
        let entries = try waiting(.push)
        #expect(try note(.sent, entries[0], at: 1) && !note(.refused(error: "late"), entries[0], at: 2))
        #expect(try OutboxTable.entry(entries[0].number, on: node.connection)?.state == .sent)
        // Nobody is there any more: the device goes, and all that waits for it.
        _ = try tell(mention)
        #expect(try waiting(.push).count == 3)
        #expect(try note(.gone(error: "410"), entries[1], at: 3))
        #expect(try waiting(.push).map(\.device) == [entries[0].device])
        #expect(try DeviceTable.devices(of: bob, on: node.connection).map(\.number) == [entries[0].device])
        let about = try OutboxTable.entries(about: MessageNumber(5), for: bob, on: node.connection)
        #expect(about.map(\.state) == [.sent, .failed, .waiting, .waiting, .cancelled, .waiting])
        #expect(try systemTitles() == ["A device was removed"])
    }

    private func systemTitles() throws -> [String] {
        let filter = NotificationFilter(recipient: bob, type: .system)
        return try NotificationTable.notifications(filter, ListWindow(limit: 10), on: node.connection)
            .compactMap(\.text?.title)
    }

    @Test func `who gets nothing for a day is told so, once`() throws {
        _ = try tell(mention)
        let entries = try waiting(.push)
        #expect(try note(.refused(error: "400"), entries[0], at: 60) && systemTitles().isEmpty)
        #expect(try note(.again(error: "503"), entries[1], at: 86_400) && systemTitles() == ["Pushes do not arrive"])
        _ = try tell(mention)
        for entry in try waiting(.push) { _ = try note(.refused(error: "400"), entry, at: 2 * 86_400) }
        #expect(try systemTitles().count == 1)
    }

    @Test func `one that gets through is enough`() throws {
        _ = try tell(mention)
        let entries = try waiting(.push)
        #expect(try note(.sent, entries[0], at: 86_300) && note(.refused(error: "400"), entries[1], at: 86_400))
        #expect(try systemTitles().isEmpty)
    }
}
