import JSON
import Testing

/// `GET /api/users/me/export/` (Spec/api/accounts.md, section 2).
struct ExportTests {
    @Test func `all of one's own is there, a thing a line, and nothing of others`() throws {
        let node = try TestNode()
        let ada = try node.user("ada")
        let bob = try node.user("bob")
        let room = try #require(
            ada.post("/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob"]}"#).json["id"].integer)
        for number in 0..<40 {
            _ = try ada.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "Line \#(number)"}"#)
        }
        let theirs = try #require(
            bob.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "Bob's"}"#).json["id"].integer)
        _ = try ada.post("/messages/\(theirs)/reaction/", #"{"reaction": "like"}"#)
        _ = try ada.post("/api/messaging/messages/\(theirs)/mark_read/")
        _ = try ada.post("/api/auth/tokens/", #"{"name": "bot"}"#)

        let answer = try ada.get("/api/users/me/export/")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "application/jsonl")
        let lines = answer.text.split(separator: "\n").map { line in
            var reader = JSONReader(Array(line.utf8).span, depthMax: 64)
            return (try? reader.value(itemsMax: 100_000)) ?? .null
        }
        let kinds = Dictionary(grouping: lines) { $0["kind"].string ?? "none" }.mapValues(\.count)
        #expect(
            kinds
                == [
                    "profile": 1, "session": 1, "token": 1, "room": 1, "membership": 1, "message": 40, "reaction": 1,
                    "receipt": 1, "end": 1,
                ].merging(kinds.filter { $0.key == "notification" }) { $1 })
        #expect(lines.last?["count"].integer == Int64(lines.count - 1))
        #expect(lines[0]["username"] == "ada")
        #expect(!lines.contains { $0["kind"] == "message" && $0["content"] == "Bob's" })
    }
}
