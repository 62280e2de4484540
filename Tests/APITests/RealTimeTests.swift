import API
import Bytes
import Chat
import EventLoop
import JSON
import SQLite
import Store
import Synchronization
import Testing

/// Spec/api/events.md, over real sockets.
struct RealTimeTests {
    private let node: TestNode
    private let ada: TestUser
    private let bob: TestUser
    private let room: Int64

    init() throws {
        node = try TestNode()
        ada = try node.user("ada")
        bob = try node.user("bob")
        let made = try ada.post("/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob"]}"#)
        room = try #require(made.json["id"].integer)
    }

    /// The time of day, which a test may let pass.
    private final class Clock: Sendable {
        private let ahead = Mutex<Int64>(0)
        func pass(seconds: Int64) { ahead.withLock { $0 += seconds * 1_000 } }
        var now: Timestamp { Timestamp.now().later(byMilliseconds: ahead.withLock { $0 }) }
    }

    private func post(_ text: String, as user: TestUser) throws -> JSONValue {
        let answer = try user.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "\#(text)"}"#)
        #expect(answer.status == 201)
        return answer.json
    }

    @Test func `a message reaches everybody in the room, its sender too, and nobody else`() throws {
        let eve = try node.user("eve")
        let sockets = try [ada, bob].map { try TestSocket(node, "/ws/", as: $0) }
        let stranger = try TestSocket(node, "/ws/", as: eve)
        for socket in sockets + [stranger] { #expect(try socket.next("hello")["resumed"] == false) }
        let message = try post("Hello", as: ada)
        for socket in sockets {
            let frame = try socket.next("chat_message")
            #expect(frame["room"].integer == room)
            #expect(frame["message"]["content"] == "Hello")
            #expect(frame["message"]["id"] == message["id"])
            #expect(frame["message"]["is_read"] == false)
        }
        #expect(try stranger.framesUntilPong().isEmpty)
    }

    @Test func `what is sent through a socket is acknowledged once it is kept`() throws {
        let socket = try TestSocket(node, "/ws/messaging/chat/\(room)/", as: ada)
        _ = try socket.next("hello")
        let frame = #"{"type": "chat_message", "message": "Once", "client_id": "a1"}"#
        try socket.send(frame)
        let acknowledged = try socket.next("ack")
        #expect(acknowledged["client_id"] == "a1")
        #expect(acknowledged["message"]["content"] == "Once")
        try socket.send(frame)
        #expect(try socket.next("ack")["message"]["id"] == acknowledged["message"]["id"])
        try socket.send(#"{"type": "chat_message", "message": "Twice", "client_id": "a1"}"#)
        #expect(try socket.next("error")["code"] == "conflict")
        #expect(try bob.get("/api/messaging/messages/?channel=\(room)").json["count"] == 1)
    }

    @Test func `old clients send a message without a type`() throws {
        let socket = try TestSocket(node, "/ws/chat/Garden/", as: bob)
        _ = try socket.next("hello")
        try socket.send(#"{"message": "As ever"}"#)
        #expect(try socket.next("ack")["message"]["content"] == "As ever")
    }

    @Test func `edits, deletions, reactions, receipts and pins are told`() throws {
        let message = try #require(post("Hello", as: ada)["id"].integer)
        let socket = try TestSocket(node, "/ws/", as: bob)
        let adas = try TestSocket(node, "/ws/", as: ada)
        _ = try socket.next("hello")
        _ = try adas.next("hello")
        #expect(try ada.patch("/api/messaging/messages/\(message)/", #"{"content": "Hello all"}"#).status == 200)
        #expect(try socket.next("message_edited")["message"]["content"] == "Hello all")
        try socket.send(#"{"type": "reaction", "message_id": \#(message), "reaction": "like"}"#)
        let reaction = try adas.next("reaction")
        #expect(reaction["reaction"] == "like")
        #expect(reaction["reactions"]["like"] == 1)
        #expect(reaction["user"].integer == bob.number)
        try socket.send(#"{"type": "mark_read", "message_id": \#(message)}"#)
        let receipt = try adas.next("read_receipt")
        #expect(receipt["message"].integer == message)
        #expect(receipt["user"].integer == bob.number)
        try socket.send(#"{"type": "reaction", "message_id": \#(message), "reaction": null}"#)
        #expect(try adas.next("reaction")["reaction"] == nil)
        #expect(try ada.delete("/api/messaging/messages/\(message)/").status == 204)
        let deleted = try socket.next("message_deleted")
        #expect(deleted["message"]["is_deleted"] == true)
        #expect(deleted["message"]["content"] == "")
    }

    @Test func `N25 a connection whose part can't be read ends alone`() throws {
        let live = try TestSocket(node, "/ws/", as: ada)
        let seq = try #require(try live.next("hello")["seq"].integer)
        // Of a room that nobody listens to yet, so that what is told of it has to be read.
        let eve = try node.user("eve")
        let made = try bob.post("/api/messaging/channels/", #"{"name": "Attic", "participants": ["eve"]}"#)
        let attic = try #require(made.json["id"].integer)
        let posted = try eve.post("/api/messaging/messages/", #"{"channel": \#(attic), "content": "To be damaged"}"#)
        let message = try #require(posted.json["id"].integer)
        try node.context.writer.performLogged { transaction, _ in
            var row = try transaction.statement("UPDATE text SET bytes = x'FF' WHERE number = ?1")
            row.bind(1, message)
            try row.run()
        }
        #expect(try TestSocket(node, "/ws/?since=\(seq)", as: bob).closing() == 1_011)
        let other = try TestSocket(node, "/ws/", as: bob)
        _ = try other.next("hello")
        _ = try post("Still there", as: bob)
        for socket in [live, other] { #expect(try socket.next("chat_message")["message"]["content"] == "Still there") }
    }

    @Test func `one's own unread counts are told when they change`() throws {
        let socket = try TestSocket(node, "/ws/", as: bob)
        _ = try socket.next("hello")
        _ = try post("One", as: ada)
        _ = try post("Two", as: ada)
        var unread = try socket.next("unread")
        while unread["unread_count"] == 1 { unread = try socket.next("unread") }
        #expect(unread["room"].integer == room)
        #expect(unread["unread_count"] == 2)
        #expect(unread["total"] == 2)
        try socket.send(#"{"type": "mark_read", "room": \#(room)}"#)
        #expect(try socket.next("unread")["unread_count"] == 0)
    }

    @Test func `typing is told to the others and not to oneself`() throws {
        let adas = try TestSocket(node, "/ws/", as: ada)
        let bobs = try TestSocket(node, "/ws/", as: bob)
        _ = try adas.next("hello")
        _ = try bobs.next("hello")
        try adas.send(#"{"type": "typing", "is_typing": true, "room": \#(room)}"#)
        let frame = try bobs.next("typing")
        #expect(frame["is_typing"] == true)
        #expect(frame["user"].integer == ada.number)
        #expect(try !adas.framesUntilPong().contains { $0["type"] == "typing" })
    }

    @Test func `who comes is told to those who share a room`() throws {
        let socket = try TestSocket(node, "/ws/", as: ada)
        _ = try socket.next("hello")
        let bobs = try TestSocket(node, "/ws/", as: bob)
        _ = try bobs.next("hello")
        let frame = try socket.next("presence")
        #expect(frame["user"].integer == bob.number)
        #expect(frame["presence"] == "online")
        #expect(try ada.get("/api/users/\(bob.number)/").json["presence"] == "online")
    }

    @Test func `who resumes gets what was missed, once and in order`() throws {
        let first = try TestSocket(node, "/ws/", as: bob)
        let seq = try #require(try first.next("hello")["seq"].integer)
        for number in 0..<600 { _ = try post("Number \(number)", as: ada) }
        let second = try TestSocket(node, "/ws/?since=\(seq)", as: bob)
        #expect(try second.next("hello")["resumed"] == true)
        var seqs: [Int64] = []
        for number in 0..<600 {
            let frame = try second.next("chat_message")
            #expect(frame["message"]["content"].string == "Number \(number)")
            seqs.append(frame["seq"].integer ?? 0)
        }
        #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 < $1 })
        _ = try post("Live", as: ada)
        #expect(try second.next("chat_message")["message"]["content"] == "Live")
    }

    @Test func `who asks for what this node never had loads anew`() throws {
        let socket = try TestSocket(node, "/ws/?since=1000000", as: bob)
        #expect(try socket.next("hello")["resumed"] == false)
        #expect(try socket.next("resync")["type"] == "resync")
        #expect(try TestSocket(node, "/ws/?since=now", as: bob).opening.status == 400)
    }

    @Test func `who is added hears of the room, and who is removed hears nothing after that`() throws {
        let eve = try node.user("eve")
        let socket = try TestSocket(node, "/ws/", as: eve)
        _ = try socket.next("hello")
        #expect(
            try ada.post("/api/messaging/channels/\(room)/add_member/", #"{"user": "eve"}"#).status == 201)
        #expect(try socket.next("room")["change"] == "created")
        #expect(try socket.next("member")["change"] == "joined")
        #expect(try !socket.framesUntilPong().contains { $0["type"] == "room" })
        let single = try TestSocket(node, "/ws/messaging/chat/\(room)/", as: eve)
        _ = try single.next("hello")
        #expect(
            try ada.post("/api/messaging/channels/\(room)/remove_member/", #"{"user": "eve"}"#).status == 204)
        #expect(try single.closing() == 1_008)
        #expect(try socket.next("member")["change"] == "removed")
        _ = try post("Not for eve", as: ada)
        #expect(try !socket.framesUntilPong().contains { $0["type"] == "chat_message" })
    }

    @Test func `who was added meanwhile hears of it on coming back, and of nothing before it`() throws {
        let eve = try node.user("eve")
        let seq = try #require(try TestSocket(node, "/ws/", as: eve).next("hello")["seq"].integer)
        _ = try post("Before eve", as: ada)
        #expect(
            try ada.post("/api/messaging/channels/\(room)/add_member/", #"{"user": "eve"}"#).status == 201)
        _ = try post("For eve", as: ada)
        let socket = try TestSocket(node, "/ws/?since=\(seq)", as: eve)
        _ = try socket.next("hello")
        var types: [String] = []
        while types.last != "chat_message", case .text(let frame) = try socket.next() {
            if frame["seq"] != nil { types.append(frame["type"].string ?? "") }
            if frame["type"] == "chat_message" { #expect(frame["message"]["content"] == "For eve") }
        }
        #expect(types == ["room", "member", "notification", "chat_message"])
    }

    @Test func `a session that ends closes its sockets`() throws {
        let socket = try TestSocket(node, "/ws/", as: bob)
        _ = try socket.next("hello")
        #expect(try bob.post("/api/auth/logout/").status == 204)
        #expect(try socket.closing() == 1_008)
    }

    @Test func `a connection doesn't outlive the time of its token`() throws {
        let clock = Clock()
        let node = try TestNode { $0.now = { clock.now } }
        let (ada, bob) = (try node.user("ada"), try node.user("bob"))
        let room = try #require(
            try ada.post("/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob"]}"#).json["id"]
                .integer)
        let made = try bob.post("/api/auth/tokens/", #"{"name": "short", "expires_in": 3600}"#)
        let token = try #require(made.json["token"].string)
        let socket = try TestSocket(node, "/ws/", ["Authorization": "Bearer \(token)"])
        let stream = try node.nobody()
        try stream.send(
            Array("GET /api/events/ HTTP/1.1\r\nHost: node.test\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8))
        var text = ""
        #expect(try stream.head().status == 200)
        while !text.contains("event: hello") { text += try stream.chunk() }
        let lasting = try TestSocket(node, "/ws/", as: bob)
        _ = try lasting.next("hello")
        try socket.send(#"{"type": "chat_message", "message": "In time", "room": \#(room)}"#)
        #expect(try socket.next("ack")["message"]["content"] == "In time")

        clock.pass(seconds: 3_601)
        try socket.send(#"{"type": "chat_message", "message": "Too late", "room": \#(room)}"#)
        #expect(try socket.next("error")["code"] == "forbidden")
        #expect(try ada.get("/api/messaging/messages/?channel=\(room)").json["count"] == 1)
        #expect(
            try ada.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "Is he there?"}"#).status == 201
        )
        #expect(try socket.closing() == 1_008)
        while !text.isEmpty { text = try stream.chunk() }
        // A sign-in goes on with its use.
        #expect(try lasting.next("chat_message")["message"]["content"] == "In time")
        #expect(try lasting.next("chat_message")["message"]["content"] == "Is he there?")
    }

    @Test func `a frame that isn't understood is answered, and the connection stays`() throws {
        let socket = try TestSocket(node, "/ws/", as: bob)
        _ = try socket.next("hello")
        for (frame, code) in [
            ("[1]", "malformed"), ("{", "malformed"), (#"{"type": "type", "a": 1, "a": 2}"#, "malformed"),
            (#"{"type": "dance"}"#, "unknown_type"), (#"{"type": "chat_message", "message": "x"}"#, "invalid"),
            (#"{"type": "typing", "room": \#(room)}"#, "invalid"),
            (#"{"type": "chat_message", "message": "x", "room": 999}"#, "not_found"),
            (#"{"type": "chat_message", "message": "", "room": \#(room)}"#, "invalid"),
            (#"{"type": "reaction", "message_id": 999, "reaction": "like"}"#, "not_found"),
        ] {
            try socket.send(frame)
            #expect(try socket.next("error")["code"].string == code, "\(frame)")
        }
        #expect(try socket.framesUntilPong().isEmpty)
    }

    @Test func `frames that nobody understands count as those that are done`() throws {
        let node = try TestNode { $0.rates.rates = [.send: Rate(burst: 3, each: 60_000)] }
        let ada = try node.user("ada")
        let socket = try TestSocket(node, "/ws/", as: ada)
        _ = try socket.next("hello")
        #expect(try socket.framesUntilPong().isEmpty)
        for frame in ["{", #"{"type": "dance"}"#] {
            try socket.send(frame)
            #expect(try socket.next("error")["code"] != "rate_limited")
        }
        for frame in ["{", #"{"type": "dance"}"#, #"{"type": "ping"}"#] {
            try socket.send(frame)
            #expect(try socket.next("error")["code"] == "rate_limited", "\(frame)")
        }
    }

    @Test func `nobody connects without being known, or from a page of somewhere else`() throws {
        #expect(try TestSocket(node, "/ws/").opening.status == 401)
        #expect(try TestSocket(node, "/ws/?token=\(bob.token)").opening.status == 101)
        #expect(
            try TestSocket(node, "/ws/", ["Sec-WebSocket-Protocol": "bearer, \(bob.token)"]).opening[
                "Sec-WebSocket-Protocol"] == "bearer")
        let ticket = try #require(try bob.post("/api/auth/ticket/").json["ticket"].string)
        #expect(try TestSocket(node, "/ws/?ticket=\(ticket)").opening.status == 101)
        #expect(try TestSocket(node, "/ws/?ticket=\(ticket)").opening.status == 401)
        let token = ["Authorization": "Bearer \(bob.token)"]
        #expect(
            try TestSocket(node, "/ws/", token.merging(["Origin": "http://evil.example"]) { $1 }).opening.status == 403)
        #expect(
            try TestSocket(node, "/ws/", token.merging(["Origin": "http://node.test"]) { $1 }).opening.status == 101)
        let eve = try node.user("eve")
        #expect(try TestSocket(node, "/ws/messaging/chat/\(room)/", as: eve).opening.status == 404)
        #expect(try TestSocket(node, "/ws/chat/Garden/", as: eve).opening.status == 404)
        #expect(try bob.get("/ws/").status == 400)
    }

    @Test func `an event stream says the same, with numbers to come back by`() throws {
        let stream = try node.nobody()
        try stream.send(
            Array(
                "GET /api/events/?since=0 HTTP/1.1\r\nHost: node.test\r\nAuthorization: Bearer \(bob.token)\r\n\r\n"
                    .utf8))
        let head = try stream.head()
        #expect(head.status == 200)
        #expect(head["Content-Type"] == "text/event-stream")
        var text = ""
        while !text.contains("event: hello") { text += try stream.chunk() }
        _ = try post("Streamed", as: ada)
        while !text.contains("Streamed") { text += try stream.chunk() }
        #expect(text.contains("event: chat_message\nid: "))
    }
}
