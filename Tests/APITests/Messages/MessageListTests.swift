import JSON
import Testing

/// Pages, cursors, counts and filters of messages (Spec/api/README.md, section 5).
struct MessageListTests {
    /// Ten messages of Alice's and Bob's in turn, the first "m0".
    private struct World {
        let room: TestRoom
        let id: Int64
        let messages: [Int64]

        init() throws {
            room = try TestRoom(TestNode())
            id = try room.roomID()
            var messages: [Int64] = []
            for index in 0..<10 {
                messages.append(try room.message("m\(index)", in: id, by: index % 2 == 0 ? room.alice : room.bob))
            }
            self.messages = messages
        }

        /// The indices of what a list shows, and the list.
        func list(_ path: String) throws -> (indices: [Int], json: JSONValue) {
            let json = try room.alice.get(path).json
            let results = json["results"].elements.isEmpty ? json.elements : json["results"].elements
            return (results.compactMap { $0["id"].integer.flatMap { messages.firstIndex(of: $0) } }, json)
        }
    }

    @Test func `people are called in every answer what they are called by then`() throws {
        let world = try World()
        let paths = ["messages/", "messages/?before=\(world.messages[5])"].map {
            "/api/messaging/channels/\(world.id)/\($0)"
        }
        func names(_ path: String) throws -> Set<String> {
            Set(try world.list(path).json["results"].elements.compactMap { $0["sender_detail"]["display_name"].string })
        }
        for name in ["Anna", "Anne"] {
            #expect(try world.room.alice.patch("/api/users/me/", "{\"display_name\": \"\(name)\"}").status == 200)
            for path in paths { #expect(try names(path) == [name, "bob"]) }
            let rooms = try world.room.bob.get("/api/messaging/channels/").json["results"].elements
            #expect(rooms.first?["participants"].elements.contains { $0["display_name"].string == name } == true)
        }
    }

    @Test func `pages go on by cursors, in both directions, and count what lies there`() throws {
        let world = try World()
        var page = try world.list("/api/messaging/channels/\(world.id)/messages/?limit=4")
        #expect(page.indices == [9, 8, 7, 6])
        #expect(page.json["count"] == 10)
        #expect(page.json["previous"] == nil)
        let next = try #require(page.json["next"].string)
        #expect(next.contains("before=\(world.messages[6])"))
        page = try world.list(String(next.dropFirst("http://node.test".count)))
        #expect(page.indices == [5, 4, 3, 2])
        #expect(page.json["count"] == 6)
        let previous = try #require(page.json["previous"].string)
        #expect(previous.contains("after=\(world.messages[5])"))
        #expect(try world.list(String(previous.dropFirst("http://node.test".count))).indices == [9, 8, 7, 6])
        page = try world.list("/api/messaging/messages/?limit=4&before=\(world.messages[2])")
        #expect(page.indices == [1, 0])
        #expect(page.json["next"] == nil)
    }

    @Test func `after gives the nearest, and between two cursors the page lies at the older one`() throws {
        let world = try World()
        let list = "/api/messaging/channels/\(world.id)/messages/"
        var page = try world.list("\(list)?after=\(world.messages[2])&limit=3")
        #expect(page.indices == [5, 4, 3])
        #expect(page.json["count"] == 7)
        page = try world.list("\(list)?after=\(world.messages[2])&before=\(world.messages[8])&limit=3")
        #expect(page.indices == [5, 4, 3])
        #expect(page.json["count"] == 5)
        #expect(page.json["next"] == nil)
        let previous = try #require(page.json["previous"].string)
        page = try world.list(String(previous.dropFirst("http://node.test".count)))
        #expect(page.indices == [7, 6])
        #expect(page.json["previous"] == nil)
    }

    @Test func `face chatrooms shows the oldest first, and Link leads on`() throws {
        let world = try World()
        let answer = try world.room.alice.get("/messages/\(world.id)/?limit=4")
        #expect(answer.json.elements.map { $0["content"] } == ["m0", "m1", "m2", "m3"])
        let links = try #require(answer["Link"]).split(separator: ",").map(String.init)
        func link(_ relation: String) -> String? {
            links.first { $0.hasSuffix("rel=\"\(relation)\"") }.flatMap { link in
                link.split(separator: "<").last?.split(separator: ">").first.map { String($0.dropFirst(16)) }
            }
        }
        #expect(link("prev") == nil)
        #expect(try world.list(try #require(link("next"))).indices == [4, 5, 6, 7])
        #expect(try world.list(try #require(link("last"))).indices == [8, 9])
        #expect(try world.list(try #require(link("first"))).indices == [0, 1, 2, 3])
        #expect(try world.list("/messages/\(world.id)/?before=\(world.messages[5])&limit=2").indices == [3, 4])
    }

    @Test func `filters are combined by and`() throws {
        let world = try World()
        let (alice, bob) = (world.room.alice, world.room.bob)
        let answer = try bob.post(
            "/messages/\(world.id)/",
            #"{"content": "Été au jardin", "message_type": "code", "reply_to": \#(world.messages[3])}"#)
        #expect(answer.status == 201)
        let code = try #require(answer.json["id"].integer)
        let list = "/api/messaging/messages/"
        func ids(_ query: String) throws -> [Int64?] {
            let json = try alice.get("\(list)?\(query)").json
            #expect(json["count"] == .integer(Int64(json["results"].elements.count)), "\(query)")
            return json["results"].elements.map { $0["id"].integer }
        }
        #expect(try ids("sender=bob&limit=200").count == 6)
        #expect(try ids("sender=\(bob.number)&message_type=code") == [code])
        #expect(try ids("reply_to=\(world.messages[3])") == [code])
        #expect(try ids("search=JARD") == [code])
        #expect(try ids("search=ete+jardin&sender=alice") == [])
        #expect(try ids("channel=\(world.id)&search=m7") == [world.messages[7]])
        #expect(try ids("room=999999") == [])
        #expect(try ids("sender=zoe") == [])
        let time = try alice.get("\(list)\(world.messages[4])/").json["created_at"].string ?? ""
        #expect(try ids("since=\(time)&limit=200").contains(world.messages[4]))
        #expect(try !ids("until=\(time)&limit=200").contains(world.messages[4]))
    }

    @Test(arguments: [
        ("limit=0", "limit"), ("limit=ten", "limit"), ("limit=-1", "limit"), ("offset=-1", "offset"),
        ("limit=5&limit=6", "limit"), ("since=yesterday", "since"), ("message_type=shout", "message_type"),
        ("sender=%21", "sender"), ("reply_to=x", "reply_to"), ("before=x", "before"), ("room=", "room"),
    ])
    func `a query that can't be read is refused`(_ query: String, _ field: String) throws {
        let world = try TestRoom(TestNode())
        let answer = try world.alice.get("/api/messaging/messages/?\(query)")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.faults == [field])
    }

    @Test func `a cursor that names nothing the caller sees is 404, one of another room stands for its moment`() throws
    {
        let world = try World()
        let other = try world.room.message("elsewhere", in: try world.room.roomID("Other"), by: world.room.alice)
        let list = "/api/messaging/channels/\(world.id)/messages/"
        let missing = try world.room.alice.get("\(list)?before=999999")
        #expect(missing.status == 404)
        #expect(missing.faults == ["before"])
        #expect(try world.list("\(list)?before=\(other)&limit=2").indices == [9, 8])
    }
}
