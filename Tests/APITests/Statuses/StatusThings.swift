import API
import JSON
import Keys
import Operations
import Testing

/// What the words of one line of the table stand for: each is made when it is first met.
struct StatusThings {
    private let stage: StatusStage
    private var known: [String: String] = [:]

    init(_ stage: StatusStage) {
        self.stage = stage
    }

    mutating func replaced(_ text: String) throws -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            result += rest[..<open]
            result += try thing(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private mutating func thing(_ word: String) throws -> String {
        if let made = known[word] { return made }
        let made = try make(word)
        known[word] = made
        return made
    }

    private mutating func make(_ word: String) throws -> String {
        switch word {
        // People, by their names.
        case "bob", "carol": return word
        case "new": return stage.new()
        case "stranger": return try stage.node.user(stage.new("stranger")).name
        case "administrator": return "\(stage.admin.number)"
        case "closed":
            let user = try stage.node.user(stage.new("closed"))
            try done(user.delete("/api/users/me/"))
            return user.name
        case "invite": return try made(stage.admin.post("/api/auth/invites/"), "invite")
        case "session":
            try done(stage.alice.client.post("/api/auth/login/", #"{"username": "alice", "password": "password"}"#))
            let sessions = try stage.alice.get("/api/auth/sessions/").json["results"].elements
            return "\(try #require(sessions.first { $0["is_current"] == false }?["id"].integer))"
        case "token", "named":
            let name = stage.new("token")
            let id = try made(stage.alice.post("/api/auth/tokens/", #"{"name": "\#(name)"}"#))
            return word == "named" ? name : id
        case "bare":
            try done(stage.alice.delete("/api/users/me/avatar/"))
            return ""
        case "picture", "portrait":
            let picture = ["Content-Type": "image/gif"]
            try done(stage.alice.ask("PUT", "/api/users/me/avatar/", StatusRequest.picture, fields: picture))
            return word == "picture" ? "" : "\(stage.alice.number)"
        default: return try makeRoomOrInIt(word)
        }
    }

    private mutating func makeRoomOrInIt(_ word: String) throws -> String {
        let alice = stage.alice
        switch word {
        case "room": return try room(#", "participants": ["bob"]"#)
        case "alone": return try room("")
        case "unread":
            let room = try thing("room")
            _ = try message(by: stage.bob, in: room)
            return room
        case "archived":
            let room = try thing("room")
            try done(alice.post("/api/messaging/conversations/\(room)/archive/"))
            return room
        case "pictured":
            let room = try thing("room")
            var request = StatusRequest(method: "PATCH", target: "/chatrooms/\(room)/avatar/", body: "form avatar=@")
            request.token = alice.token
            try done(stage.ask(request))
            return room
        case "orphan":
            let founder = try stage.node.user(stage.new("founder"))
            let body = #"{"name": "Herbs", "participants": ["alice"]}"#
            let room = try made(founder.post("/api/messaging/channels/", body))
            try done(founder.delete("/api/users/me/"))
            return room
        case "twice":
            let name = stage.new("twice")
            for _ in 0..<2 { try done(alice.post("/api/messaging/channels/", #"{"name": "\#(name)"}"#)) }
            return name
        case "direct": return try made(alice.get("/api/messaging/channels/direct/?user_id=bob"))
        case "member", "membership":
            let (room, user) = (try thing("room"), word == "member" ? stage.bob : alice)
            return try made(alice.get("/api/messaging/members/?channel=\(room)&user=\(user.number)"), in: "results")
        default: return try makeMessageOrOwn(word)
        }
    }

    private mutating func makeMessageOrOwn(_ word: String) throws -> String {
        let alice = stage.alice
        switch word {
        case "message": return try message(by: alice, in: thing("room"))
        case "heard": return try message(by: stage.bob, in: thing("room"))
        case "whispered": return try message(by: alice, in: thing("direct"))
        case "deleted":
            let message = try thing("message")
            try done(alice.delete("/api/messaging/messages/\(message)/"))
            return message
        case "pinned":
            let message = try thing("message")
            try done(alice.post("/api/messaging/messages/\(message)/pin/"))
            return message
        case "liked":
            let message = try thing("message")
            try done(alice.post("/messages/\(message)/reaction/", #"{"reaction": "like"}"#))
            return message
        case "receipt":
            let message = try thing("message")
            return try made(stage.bob.post("/api/messaging/messages/\(message)/mark_read/"))
        case "attachment":
            let room = try thing("room")
            var upload = StatusRequest(method: "POST", target: "/api/messaging/attachments/")
            upload.body = "form channel=\(room) file=@"
            upload.token = alice.token
            let file = try made(stage.ask(upload))
            let body = #"{"channel": \#(room), "attachments": [\#(file)]}"#
            try done(alice.post("/api/messaging/messages/", body))
            return file
        case "notification":
            return try made(alice.post("/api/notifications/notifications/", #"{"title": "Hello"}"#))
        case "seen":
            let notification = try thing("notification")
            try done(alice.post("/api/notifications/notifications/\(notification)/mark_as_read/"))
            return notification
        case "unset":
            for known in try alice.get("/api/notifications/preferences/?type=reaction").json["results"].elements {
                try done(alice.delete("/api/notifications/preferences/\(try #require(known["id"].integer))/"))
            }
            return "reaction"
        case "preference":
            let known = try alice.get("/api/notifications/preferences/?type=mention")
            if known.json["count"] == 1 { return try made(known, in: "results") }
            return try made(alice.post("/api/notifications/preferences/", #"{"type": "mention", "push": false}"#))
        case "device":
            let endpoint = "https://push.example/\(stage.new("device"))"
            return try made(alice.post("/api/notifications/devices/", #"{"endpoint": "\#(endpoint)"}"#))
        default: return try makePeer(word)
        }
    }

    private func makePeer(_ word: String) throws -> String {
        let digits = stage.new("").dropFirst()
        let key = try #require(Bytes32(hex: String(repeating: "0", count: 64 - digits.count) + digits))
        switch word {
        case "key": break
        case "peer":
            try done(stage.admin.post("/api/admin/peers/", #"{"key": "\#(NodeID(key))", "name": "south"}"#))
        case "knocking": stage.node.parts.peers.knock(NodeID(key))
        default: Issue.record("the table says <\(word)>, which nobody knows")
        }
        return "\(NodeID(key))"
    }

    // MARK: Making

    private func room(_ more: String) throws -> String {
        try made(stage.alice.post("/api/messaging/channels/", #"{"name": "\#(stage.new("herbs"))"\#(more)}"#))
    }

    private func message(by user: TestUser, in room: String) throws -> String {
        try made(user.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "Hello"}"#))
    }

    private func made(_ answer: TestAnswer, _ member: String = "id", in list: String? = nil) throws -> String {
        try done(answer)
        let value = (list.map { answer.json[$0][0] } ?? answer.json)[member]
        return try #require(value.string ?? value.integer.map { "\($0)" }, "\(answer.text)")
    }

    private func done(_ answer: TestAnswer) throws {
        try #require((200..<300).contains(answer.status), "\(answer.text)")
    }
}
