import API
import JSON
import Testing

/// Lists that are asked for beyond their end.
struct DeepPageTests {
    private static let far = String(Int.max)

    /// Every route that answers a GET, with ids that exist where it needs some.
    private func paths(_ room: Int64) -> [String] {
        RouteTable.lines.filter { $0.name.method == "GET" }.map { line in
            line.name.pattern.split(separator: "/").map { part in
                guard part.hasPrefix("{") else { return String(part) }
                return part.hasPrefix("{room_id") || part.hasPrefix("{id") ? "\(room)" : "1"
            }.reduce("") { "\($0)/\($1)" } + "/"
        }.filter { !$0.hasPrefix("/ws") && !$0.contains("/events") }
    }

    @Test func `no offset is too much for any list`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        // In no room, in one, and in two.
        let people = try [admin] + ["ada", "bob"].map { try node.user($0) }
        var room: Int64 = 0
        for (name, members) in [("Garden", #"["ada", "bob"]"#), ("Shed", #"["bob"]"#)] {
            let made = try people[2].post(
                "/api/messaging/channels/", #"{"name": "\#(name)", "participants": \#(members)}"#)
            room = try #require(made.json["id"].integer)
            #expect(
                try people[2].post("/api/messaging/messages/", #"{"channel": \#(room), "content": "a"}"#).status == 201)
        }
        var pages = 0
        for path in paths(room) {
            for query in ["", "&search=a"] {
                for person in people {
                    let answer = try person.get("\(path)?offset=\(Self.far)&limit=200\(query)")
                    #expect(answer.status < 500, "\(path)\(query): \(answer.text)")
                    guard answer.status == 200, answer.json.keys.contains("results") else { continue }
                    pages += 1
                    #expect(answer.json["results"].elements.isEmpty, "\(path)\(query)")
                    #expect(answer.json["next"] == nil)
                }
            }
        }
        #expect(pages > 60)
        let messages = "/api/messaging/messages/"
        #expect(try people[2].get("\(messages)?offset=99999999999999999999").json["count"] == 2)
        #expect(try people[2].get("\(messages)?offset=1").json["results"].elements.count == 1)
        #expect(try people[2].get("\(messages)?offset=1&search=a").json["results"].elements.count == 1)
        #expect(try people[2].get("\(messages)?offset=-1").status == 400)
    }
}
