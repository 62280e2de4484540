import Bytes
import Chat
import Delivery
import EventLoop
import SQLite
import Store
import Synchronization
import Testing

struct PushTests {
    private let house: Household

    init() throws {
        house = try Household()
    }

    @Test func `a push holds ids and counts, and no more than that`() throws {
        let endpoint = PushEndpoint()
        let message = try house.post("See you at nine")
        let device = try house.register(endpoint.url(), name: "Pixel")
        let entry = try house.tell(.mention, message, pushingTo: [device])[0]
        try house.deliver()
        #expect(try house.settled(entry).state == .sent)
        let request = try #require(endpoint.requests.first)
        let notification = try #require(try house.entry(entry).notification)
        #expect(request.line == "POST /up?token=abc HTTP/1.1")
        #expect(
            request.body
                == #"{"type":"mention","notification":\#(notification),"room":\#(house.room),"message":\#(message),"#
                + #""unread_count":1,"is_test":false}"#)
        #expect(request.fields["content-type"] == "application/json" && request.fields["urgency"] == "high")
        #expect(request.fields["ttl"].flatMap { Int($0) }.map { (86_390...86_400).contains($0) } == true)
        #expect(request.body.utf8.count < 4_096)
        #expect(try house.device(device)?.lastSuccess != nil && house.device(device)?.lastError == nil)
        #expect(endpoint.requests.count == 1)
    }

    @Test func `what has waited lives less long at the endpoint, and what is not urgent says so`() throws {
        let endpoint = PushEndpoint()
        let device = try house.register(endpoint.url())
        let entry = try house.tell(.roomInvite, pushingTo: [device])[0]
        house.pass(seconds: 3_600)
        try house.deliver()
        #expect(try house.settled(entry).state == .sent)
        let request = try #require(endpoint.requests.first)
        #expect(request.fields["urgency"] == "normal" && request.body.contains(#""message":null"#))
        #expect(request.fields["ttl"].flatMap { Int($0) }.map { (82_700...82_800).contains($0) } == true)
    }

    @Test(arguments: [400, 401, 403, 413, 422])
    func `a refusal for good is one`(status: Int) throws {
        let endpoint = PushEndpoint { _ in PushEndpoint.answer(status) }
        let device = try house.register(endpoint.url())
        let entry = try house.tell(pushingTo: [device])[0]
        try house.deliver()
        let end = try house.settled(entry)
        #expect(end.state == .failed && end.lastError == "The endpoint answered \(status)")
        #expect(try house.device(device)?.lastError == end.lastError)
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a redirect is not followed`(status: Int) throws {
        let elsewhere = PushEndpoint()
        let away = elsewhere.url()
        let endpoint = PushEndpoint { _ in PushEndpoint.answer(status, "Location: \(away)\r\n") }
        let entry = try house.tell(pushingTo: [house.register(endpoint.url())])[0]
        try house.deliver()
        #expect(try house.settled(entry).state == .failed)
        #expect(elsewhere.requests.isEmpty)
    }

    @Test(arguments: [404, 410])
    func `an endpoint that is gone takes its device along, and its person is told`(status: Int) throws {
        let endpoint = PushEndpoint { _ in PushEndpoint.answer(status) }
        let device = try house.register(endpoint.url(), name: "Pixel")
        let other = try house.register(endpoint.url("/other"))
        let entries = try house.tell(pushingTo: [device])
        let told = try house.journalledNotifications()
        try house.deliver()
        #expect(try house.settled(entries[0]).state == .failed)
        #expect(try house.device(device) == nil && house.device(other) != nil)
        #expect(try house.journalledNotifications() == told + 1)
        let words = try house.announcements()
        #expect(words.map(\.title) == ["A device was removed"])
        #expect(words.first?.body?.contains("Pixel") == true && words.first?.body?.contains("\(status)") == true)
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503])
    func `what may go later goes later`(status: Int) throws {
        let endpoint = PushEndpoint { _ in PushEndpoint.answer(status) }
        let device = try house.register(endpoint.url())
        let entry = try house.tell(pushingTo: [device])[0]
        try house.deliver()
        let failed = try house.settled(entry)
        #expect(failed.state == .waiting && failed.lastError == "The endpoint answered \(status)")
        let delay = failed.due.milliseconds - failed.created.milliseconds
        #expect((8_000...30_000).contains(delay))
        endpoint.answer { _ in PushEndpoint.answer(200) }
        house.pass(seconds: 20)
        #expect(try house.settled(entry, after: 1).state == .sent)
        #expect(endpoint.requests.count == 2)
    }

    @Test func `an endpoint may say when, but not later than in an hour`() throws {
        let endpoint = PushEndpoint { request in
            PushEndpoint.answer(503, "Retry-After: \(request.line.contains("far") ? 100_000 : 300)\r\n")
        }
        let far = try house.register(endpoint.url("/far", host: "far.example"))
        let near = try house.register(endpoint.url("/near", host: "near.example"))
        let entries = try house.tell(pushingTo: [far, near])
        try house.deliver()
        for (entry, seconds) in zip(entries, [3_600, 300] as [Int64]) {
            let failed = try house.settled(entry)
            let delay = failed.due.milliseconds - failed.created.milliseconds
            #expect((seconds * 1_000...seconds * 1_000 + 20_000).contains(delay))
        }
    }

    @Test func `who hangs up, does not answer or is not there is tried again`() throws {
        let (rude, slow, absent) = (PushEndpoint { _ in nil }, PushEndpoint { _ in "" }, PushEndpoint())
        absent.stop()
        let devices = try [rude.url(host: "rude.example"), slow.url(host: "slow.example"), absent.url()]
            .map { try house.register($0) }
        let entries = try house.tell(pushingTo: devices)
        try house.deliver { $0.deadlineMilliseconds = 200 }
        for (entry, word) in zip(entries, ["broken", "in time", "can't be reached"]) {
            let failed = try house.settled(entry)
            #expect(failed.state == .waiting && failed.lastError?.contains(word) == true, "\(failed)")
        }
    }

    @Test(arguments: ["http://127.0.0.1:8080/", "http://inside.example/", "http://[::1]/", "http://169.254.169.254/"])
    func `a place that is not public is not called`(url: String) throws {
        let entry = try house.tell(pushingTo: [house.register(url)])[0]
        try house.deliver { $0.allowsPrivateAddresses = false }
        let failed = try house.settled(entry)
        #expect(failed.state == .failed && failed.lastError?.contains("may not be called") == true, "\(failed)")
    }

    @Test(arguments: ["ftp://push.example/", "http://user@push.example/", "http://127.1/"])
    func `an endpoint that is no plain URL fails`(url: String) throws {
        let entry = try house.tell(pushingTo: [house.register(url)])[0]
        try house.deliver()
        #expect(try house.settled(entry).state == .failed)
    }

    enum Change: CaseIterable {
        case read, deleted, switchedOff, messageDeleted, left, shutOut
    }

    /// Each behind the outbox's back, which cancels by itself what it hears of.
    @Test(arguments: Change.allCases)
    func `what there is no reason for any more does not go`(change: Change) throws {
        let endpoint = PushEndpoint()
        let message = try house.post("secret")
        let number = try house.tell(.mention, message, pushingTo: [house.register(endpoint.url())])[0]
        let notification = try #require(try house.entry(number).notification)
        let (bo, ada, room, now) = (house.bo, house.ada, house.room, house.now)
        try house.write { transaction, state in
            switch change {
            case .read: try NotificationTable.setRead(notification, at: now, in: transaction)
            case .deleted: try NotificationTable.delete(notification, in: transaction)
            case .switchedOff: try PreferenceTable.set(.mention, of: bo, to: .inApp, at: now, in: transaction)
            case .messageDeleted:
                try Messages.delete(message, on: Occasion(now: now, by: ada), in: transaction, state)
            case .left: try Members.leave(room, on: Occasion(now: now, by: bo), in: transaction, state)
            case .shutOut:
                var account = try #require(try AccountTable.account(of: bo, on: transaction.connection))
                account.isActive = false
                try AccountTable.update(account, in: transaction)
            }
        }
        try house.deliver()
        #expect(try house.settled(number).state == .cancelled)
        #expect(endpoint.requests.isEmpty)
    }

    @Test func `a host that fails is left alone, with all that waits for it`() throws {
        let endpoint = PushEndpoint { _ in PushEndpoint.answer(503) }
        let devices = try (0..<30).map { try house.register(endpoint.url("/\($0)")) }
        var entries: [OutboxNumber] = []
        for _ in 0..<8 { entries += try house.tell(pushingTo: devices) }
        try house.deliver()
        try house.wait(
            until: { try entries.allSatisfy { try house.entry($0).due > house.now } }, "all to be put off")
        #expect(endpoint.requests.count <= 4)
        endpoint.answer { _ in PushEndpoint.answer(201) }
        house.pass(seconds: 60)
        try house.wait(until: { try entries.allSatisfy { try house.entry($0).state == .sent } }, "all to be sent")
        // Each once, and those that had failed.
        #expect(endpoint.requests.count <= 244)
    }

    @Test func `what waits for a host that is dead fails when its time is over`() throws {
        let endpoint = PushEndpoint { _ in PushEndpoint.answer(503) }
        let devices = try (0..<20).map { try house.register(endpoint.url("/\($0)")) }
        var entries: [OutboxNumber] = []
        for _ in 0..<5 { entries += try house.tell(pushingTo: devices) }
        try house.deliver()
        try house.wait(
            until: { try entries.allSatisfy { try house.entry($0).due > house.now } }, "all to be put off")
        let asked = endpoint.requests.count
        endpoint.answer { _ in PushEndpoint.answer(201) }
        house.pass(seconds: 25 * 3_600)
        try house.wait(until: { try entries.allSatisfy { try house.entry($0).state == .failed } }, "all to fail")
        #expect(endpoint.requests.count == asked)
    }

    @Test func `more than is held at once goes all the same`() throws {
        let endpoint = PushEndpoint()
        let devices = try (0..<30).map { try house.register(endpoint.url("/\($0)")) }
        var entries: [OutboxNumber] = []
        for _ in 0..<15 { entries += try house.tell(pushingTo: devices) }
        try house.deliver()
        try house.wait(
            until: {
                house.pass(seconds: 1)
                return try entries.allSatisfy { try house.entry($0).state == .sent }
            }, "all to be sent")
        #expect(endpoint.requests.count == 450)
    }

    @Test func `a slow host holds up no other`() throws {
        let (slow, quick) = (PushEndpoint { _ in "" }, PushEndpoint())
        let slowDevice = try house.register(slow.url(host: "slow.example"))
        let quickDevice = try house.register(quick.url(host: "quick.example"))
        for _ in 0..<100 { try house.tell(pushingTo: [slowDevice]) }
        let last = try house.tell(pushingTo: [quickDevice])[0]
        try house.deliver()
        #expect(try house.settled(last).state == .sent)
        #expect(slow.requests.count <= 4)
    }

    @Test func `what was under way at the end goes after the next start`() throws {
        let endpoint = PushEndpoint { _ in "" }
        let entry = try house.tell(pushingTo: [house.register(endpoint.url())])[0]
        try house.deliver()
        try house.wait(until: { endpoint.requests.count == 1 }, "a request")
        house.stopDelivering()
        #expect(try house.entry(entry).state == .waiting && house.entry(entry).attempts == 0)
        endpoint.answer { _ in PushEndpoint.answer(201) }
        try house.deliver()
        #expect(try house.settled(entry).state == .sent)
    }

    @Test func `a trial says what came of it`() throws {
        let endpoint = PushEndpoint { request in
            PushEndpoint.answer(request.line.contains("good") ? 201 : request.line.contains("gone") ? 410 : 500)
        }
        let delivery = try house.deliver()
        func trial(_ device: DeviceNumber, of person: PersonNumber) throws -> Result<Delivery.Trial, any Error> {
            let seen = Seen<Result<Delivery.Trial, any Error>>()
            delivery.test(device, of: person) { seen.append($0) }
            try house.wait(until: { !seen.all.isEmpty }, "a trial")
            return seen.all[0]
        }
        let good = try house.register(endpoint.url("/good"))
        let trialed = try trial(good, of: house.bo).get()
        #expect(trialed.isDelivered && trialed.status == 201 && trialed.error == nil)
        let body = try #require(endpoint.requests.first?.body)
        #expect(
            body
                == #"{"type":"system","notification":null,"room":null,"message":null,"unread_count":0,"is_test":true}"#)
        #expect(try house.device(good)?.lastSuccess != nil)
        let bad = try trial(try house.register(endpoint.url("/bad")), of: house.bo).get()
        #expect(!bad.isDelivered && bad.status == 500 && bad.error == "The endpoint answered 500")
        let gone = try house.register(endpoint.url("/gone"))
        #expect(try trial(gone, of: house.bo).get().status == 410)
        #expect(try house.device(gone) == nil)
        #expect(throws: ChatFault.notFound) { try trial(good, of: house.ada).get() }
    }
}
