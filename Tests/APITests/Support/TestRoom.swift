import JSON
import Testing

/// A node with a room and everybody who can stand to it in some way.
///
/// `alice` founded the room and is its admin, `bob` is a member, `carol` is in none, `dave` is an administrator of the
/// node and in none either.
struct TestRoom {
    let node: TestNode
    let alice: TestUser
    let bob: TestUser
    let carol: TestUser
    let dave: TestUser

    init(_ node: TestNode) throws {
        self.node = node
        dave = try node.user("dave", isAdmin: true)
        alice = try node.user("alice")
        bob = try node.user("bob")
        carol = try node.user("carol")
    }

    /// A room of Alice's with Bob in it.
    func room(_ name: String = "Gardening") throws -> JSONValue {
        let answer = try alice.post(
            "/api/messaging/channels/", #"{"name": "\#(name)", "participants": ["bob"]}"#)
        try #require(answer.status == 201, "\(answer.text)")
        return answer.json
    }

    func roomID(_ name: String = "Gardening") throws -> Int64 {
        try #require(try room(name)["id"].integer)
    }

    func message(_ content: String, in room: Int64, by user: TestUser) throws -> Int64 {
        let answer = try user.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "\#(content)"}"#)
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.json["id"].integer)
    }

    /// The id of somebody's membership.
    func member(_ user: TestUser, in room: Int64) throws -> Int64 {
        let answer = try alice.get("/api/messaging/members/?channel=\(room)&user=\(user.number)")
        return try #require(answer.json["results"][0]["id"].integer, "\(answer.text)")
    }
}
