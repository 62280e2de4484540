import JSON
import SQLite
import Store
import Testing

@testable import API

/// Messages are kept in memory as they were shown: nobody must notice.
struct KeptMessageTests {
    private let world: TestRoom
    private let room: Int64

    init() throws {
        world = try TestRoom(TestNode())
        room = try world.roomID()
    }

    private func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try Reader(world.node.context.databasePath).read(body)
    }

    /// What a list would say that has never been asked for before.
    private func fresh(_ user: TestUser) throws -> String {
        try read { connection in
            var shapes = ShapeWriter(JSONWriter(), for: PersonNumber(user.number), base: "http://node.test")
            shapes.json.beginArray()
            _ = try MessageList.page(
                MessageFilter(in: .room(RoomNumber(room))), MessageCursors(), ListWindow(limit: 50),
                to: PersonNumber(user.number), on: connection, &shapes)
            shapes.json.endArray()
            return String(decoding: shapes.finish(), as: UTF8.self)
        }
    }

    private func check(_ what: String) throws {
        for user in [world.alice, world.bob, world.alice] {
            let list = try user.get("/api/messaging/channels/\(room)/messages/").text
            #expect(list.hasSuffix(#""results":\#(try fresh(user))}"#), "\(what), to \(user.name)")
        }
    }

    /// How often what messages show has changed, so that those that were kept are read anew.
    private func version() throws -> Int {
        try read { connection in
            var row = try connection.statement("SELECT coalesce(max(messages), 0) FROM room_version")
            return try row.step() ? row.int(0) : 0
        }
    }

    @Test func `a page shows messages as they are, whatever happens`() throws {
        let (alice, bob) = (world.alice, world.bob)
        func path(_ message: Int64) -> String { "/api/messaging/messages/\(message)/" }
        func ask(_ user: TestUser, _ method: String, _ path: String, _ json: String? = nil) throws {
            let answer =
                switch method {
                case "POST": try user.post(path, json)
                case "PATCH": try user.patch(path, json ?? "")
                default: try user.delete(path)
                }
            #expect(answer.status < 300, "\(method) \(path): \(answer.text)")
            try check("\(method) \(path) \(json ?? "")")
        }
        try check("nothing")
        let first = try world.message("first", in: room, by: alice)
        try check("a message")
        let second = try world.message("second", in: room, by: bob)
        try check("another")
        try ask(bob, "POST", "\(path(first))mark_read/")
        try ask(alice, "POST", "/api/messaging/channels/\(room)/mark_as_read/")
        try ask(alice, "PATCH", path(first), #"{"content": "changed by @bob"}"#)
        try ask(alice, "POST", "/messages/\(second)/reaction/", #"{"reaction": "like"}"#)
        try ask(bob, "POST", "/messages/\(second)/reaction/", #"{"reaction": "love"}"#)
        try ask(alice, "DELETE", "/messages/\(second)/reaction/")
        try ask(alice, "POST", "\(path(second))pin/")
        try ask(alice, "DELETE", "\(path(second))pin/")
        try ask(
            bob, "POST", "/api/messaging/messages/",
            #"{"channel": \#(room), "content": "third", "reply_to": \#(first), "extra_data": {"a": [1]}}"#)
        try ask(bob, "PATCH", "/api/users/me/", #"{"display_name": "Robert"}"#)
        try ask(alice, "DELETE", path(first))
        try ask(alice, "POST", "/api/messaging/channels/\(room)/add_member/", #"{"user": "carol"}"#)
    }

    @Test func `who writes or reads leaves the other messages as they are`() throws {
        let first = try world.message("first", in: room, by: world.alice)
        let before = try version()
        _ = try world.message("second", in: room, by: world.bob)
        _ = try world.bob.post("/api/messaging/messages/\(first)/mark_read/", nil)
        _ = try world.alice.post("/api/messaging/channels/\(room)/mark_as_read/", nil)
        #expect(try version() == before)
        _ = try world.bob.post("/messages/\(first)/reaction/", #"{"reaction": "like"}"#)
        #expect(try version() > before)
    }

    @Test func `a loop keeps no more than it has room for, and what was shown last`() {
        let book = MessageBook(bytesMax: 20_000)
        for number in Int64(1)...1_000 {
            book.open(naming: 0, base: "http://node.test")
            let bytes = [UInt8](repeating: 0x20, count: 300)
            let entry = MessageBook.Entry(version: 1, sender: PersonNumber(1), bytes: bytes, headBytes: 100)
            book.keep(entry, of: MessageNumber(number))
            #expect(book.weight <= 20_000)
            #expect(book.sender(of: MessageNumber(1), 1) != nil, "it is shown in each answer")
            #expect(book.sender(of: MessageNumber(number), 1) != nil)
        }
        #expect(book.count >= 20)
        #expect(book.sender(of: MessageNumber(1), 2) == nil)
        book.open(naming: 1, base: "http://node.test")
        #expect(book.count == 0 && book.weight == 0)
    }
}
