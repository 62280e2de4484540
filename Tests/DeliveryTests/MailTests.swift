import Bytes
import Chat
import Delivery
import SQLite
import Store
import Testing

struct MailTests {
    private let house: Household

    init() throws {
        house = try Household()
        try house.setEmail("bo@example.org")
    }

    @Test func `all that is unread goes in one mail`() throws {
        let relay = Relay()
        let message = try house.post("See you at nine")
        let first = try house.tell(.mention, message, mailing: true)[0]
        let second = try house.tell(.roomInvite, mailing: true)[0]
        try house.deliver(by: .relay(relay.endpoint))
        for entry in [first, second] { #expect(try house.settled(entry).state == .sent) }
        let mail = try #require(relay.mails.first)
        #expect(relay.mails.count == 1)
        #expect(mail.sender.hasPrefix("MAIL FROM:<parley@north.example>"))
        #expect(mail.recipient == "RCPT TO:<bo@example.org>")
        #expect(relay.commands.first == "EHLO north.example")
        #expect(
            mail.field("From") == "North School <parley@north.example>" && mail.field("To") == "bo <bo@example.org>")
        #expect(mail.field("Subject") == "North School: 2 unread notifications")
        #expect(mail.field("Message-ID") == "<d.\(first).\(second)@north.example>")
        #expect(mail.field("Auto-Submitted") == "auto-generated")
        #expect(mail.field("List-Unsubscribe") == "<https://north.example/>")
        let body = mail.content.dropFirst(mail.head.count + 2)
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "Hello bo," && lines[2] == "this is unread at North School:")
        #expect(lines[4].hasPrefix("* ada mentioned you in Harbour (") && lines[4].hasSuffix(" UTC)"))
        #expect(lines[5] == "  > See you at nine")
        #expect(lines[6].hasPrefix("* ada added you to Harbour ("))
        #expect(
            lines[8...9] == ["Read them at https://north.example/", "Which mail you get is set under notifications."])
        // Nothing of it goes in another.
        let third = try house.tell(.reply, message, mailing: true)[0]
        #expect(try house.settled(third).state == .sent)
        #expect(
            relay.mails.count == 2 && relay.mails[1].content.contains("replied")
                && !relay.mails[1].content.contains("mentioned"))
        // One conversation has sufficed for both.
        #expect(relay.commands.filter { $0.hasPrefix("EHLO") }.count == 1)
    }

    @Test func `what was read meanwhile is not told, and without anything there is no mail`() throws {
        let relay = Relay()
        let read = try house.tell(.roleChanged, mailing: true)[0]
        let unread = try house.tell(.roomInvite, mailing: true)[0]
        let (bo, room, now) = (house.bo, house.room, house.now)
        // Behind the outbox's back, which would cancel it.
        let notification = try #require(try house.entry(read).notification)
        try house.write { transaction, _ in
            try PreferenceTable.set(.roleChanged, of: bo, to: .all, at: now, in: transaction)
            try NotificationTable.setRead(notification, at: now, in: transaction)
        }
        try house.deliver(by: .relay(relay.endpoint))
        #expect(try house.settled(unread).state == .sent && house.settled(read).state == .cancelled)
        #expect(relay.mails.map { $0.field("Subject") } == ["North School: 1 unread notification"])
        try house.write { try Members.leave(room, on: Occasion(now: now, by: bo), in: $0, $1) }
        let late = try house.tell(.mention, mailing: true)[0]
        #expect(try house.settled(late).state == .cancelled && relay.mails.count == 1)
    }

    @Test(arguments: [
        ["greeting": "554 go away"], ["greeting": ""], ["EHLO": "421 closing"], ["MAIL": "451 later"],
        ["RCPT": "450 mailbox busy"], ["DATA": "452 full"], ["content": "451 not now"], ["content": ""],
        ["MAIL": "nonsense"], ["RCPT": ""],
    ])
    func `what fails for now goes later, under the same name`(replies: [String: String]) throws {
        let relay = Relay(replies)
        let entry = try house.tell(mailing: true)[0]
        try house.deliver(by: .relay(relay.endpoint))
        let failed = try house.settled(entry)
        #expect(failed.state == .waiting && failed.lastError != nil, "\(failed)")
        relay.reply([:])
        house.pass(seconds: 30)
        #expect(try house.settled(entry, after: 1).state == .sent)
        #expect(relay.mails.map { $0.field("Message-ID") } == ["<d.\(entry).\(entry)@north.example>"])
    }

    @Test(arguments: [
        ["RCPT": "550 no such mailbox"], ["MAIL": "553 not from you"], ["DATA": "554 no"], ["content": "554 spam"],
    ])
    func `what is refused for good has failed, and the next goes`(replies: [String: String]) throws {
        let relay = Relay(replies)
        let entry = try house.tell(mailing: true)[0]
        try house.deliver(by: .relay(relay.endpoint))
        let failed = try house.settled(entry)
        #expect(failed.state == .failed && failed.lastError == "the relay said \(replies.first!.value)")
        relay.reply([:])
        let next = try house.tell(mailing: true)[0]
        #expect(try house.settled(next).state == .sent && relay.mails.count == 1)
    }

    @Test func `a mail that the relay can't have fails, without a word about it`() throws {
        let relay = Relay(["EHLO": "250-relay.example\r\n250 SIZE 100"])
        let entry = try house.tell(mailing: true)[0]
        try house.deliver(by: .relay(relay.endpoint))
        let failed = try house.settled(entry)
        #expect(failed.state == .failed && failed.lastError == "the relay takes messages of at most 100 bytes")
        #expect(!relay.commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test func `what can't be written fails with all that it was to hold, and later mails go`() throws {
        let relay = Relay()
        let entries = try (0..<3).map { _ in try house.tell(mailing: true)[0] }
        try house.deliver(by: .relay(relay.endpoint)) {
            $0.publicURL = "https://north.example/" + String(repeating: "x", count: 1_000)
        }
        for entry in entries {
            let failed = try house.settled(entry)
            #expect(failed.state == .failed && failed.lastError?.contains("could not be written") == true)
        }
        #expect(relay.mails.isEmpty)
    }

    @Test func `names and texts of others stay in their places`() throws {
        let relay = Relay()
        let evil = "x\r\nBcc: all@example.org\n\n.\r\nMAIL FROM:<evil@example.org>\u{2028}\u{202E}* You owe us money"
        let (room, ada, now) = (house.room, house.ada, house.now)
        try house.write { transaction, state in
            var change = GroupChange()
            change.name = "Har\u{202E}bour"
            _ = try Rooms.change(room, change, on: Occasion(now: now, by: ada), in: transaction, state)
        }
        let message = try house.post(evil)
        let entry = try house.tell(.mention, message, mailing: true)[0]
        try house.deliver(by: .relay(relay.endpoint)) {
            $0.organisation = "North\r\nBcc: all@example.org\r\n\r\nSchool"
        }
        #expect(try house.settled(entry).state == .sent)
        let mail = try #require(relay.mails.first)
        #expect(relay.mails.count == 1 && relay.commands.filter { $0.hasPrefix("MAIL") }.count == 1)
        #expect(
            mail.field("Bcc") == nil
                && mail.head.split(separator: "\n").allSatisfy { $0.first == " " || $0.contains(": ") })
        let body = mail.content.dropFirst(mail.head.count + 2).replacing("=\n", with: "")
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        // What is not ours begins with a mark, in one line.
        #expect(lines.filter { $0.hasPrefix("* ") }.count == 1 && lines.filter { $0.hasPrefix("  > ") }.count == 1)
        #expect(lines.contains { $0.hasPrefix("  > x  Bcc: all@example.org  .  MAIL FROM:<evil@example.org>") })
        #expect(!body.contains("=E2=80=AE"))
    }
}
