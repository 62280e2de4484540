import Testing

/// Who may do what in rooms: the table of Spec/api/README.md, section 12, request by request.
struct RoomPermissionTests {
    /// What a request that is otherwise right is answered, by who asks.
    struct Row: CustomTestStringConvertible, Sendable {
        let request: String
        let body: String?
        let nobody: Int
        let outsider: Int
        let member: Int
        let admin: Int
        let administrator: Int

        init(
            _ request: String, _ body: String? = nil, nobody: Int = 401, outsider: Int = 404, member: Int, admin: Int,
            administrator: Int = 404
        ) {
            self.request = request
            self.body = body
            self.nobody = nobody
            self.outsider = outsider
            self.member = member
            self.admin = admin
            self.administrator = administrator
        }

        var testDescription: String { request }
    }

    /// `{room}` is Alice's, `{his}` a message of Bob's in it, `{hers}` one of Alice's, `{member}` Bob's membership,
    /// `{receipt}` that of Bob for `{hers}`.
    static let rows = [
        Row("GET /api/messaging/channels/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row(
            "POST /api/messaging/channels/", #"{"name": "Herbs"}"#, outsider: 201, member: 201, admin: 201,
            administrator: 201),
        Row(
            "GET /api/messaging/channels/direct/?user_id=erin", outsider: 201, member: 201, admin: 201,
            administrator: 201),
        Row("GET /api/messaging/channels/{room}/", member: 200, admin: 200),
        Row("PUT /api/messaging/channels/{room}/", #"{"name": "Herbs"}"#, member: 403, admin: 200),
        Row("PATCH /api/messaging/channels/{room}/", #"{"name": "Herbs"}"#, member: 403, admin: 200),
        Row("DELETE /api/messaging/channels/{room}/", member: 403, admin: 204),
        Row("GET /api/messaging/channels/{room}/messages/", member: 200, admin: 200),
        Row("POST /api/messaging/channels/{room}/mark_as_read/", member: 200, admin: 200),
        Row("POST /api/messaging/channels/{room}/add_member/", #"{"user": "erin"}"#, member: 403, admin: 201),
        Row("POST /api/messaging/channels/{room}/add_member/", #"{"user": "bob"}"#, member: 403, admin: 200),
        Row("POST /api/messaging/channels/{room}/remove_member/", #"{"user": "frank"}"#, member: 403, admin: 204),
        Row("POST /api/messaging/channels/{room}/leave/", member: 204, admin: 409),
        Row("GET /api/messaging/channels/{room}/pins/", member: 200, admin: 200),
        Row("GET /api/messaging/channels/{room}/sync/", member: 200, admin: 200),
        Row("GET /api/messaging/members/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row("GET /api/messaging/members/{member}/", member: 200, admin: 200),
        Row("POST /api/messaging/members/{member}/change_role/", #"{"role": "admin"}"#, member: 403, admin: 200),
        Row("POST /api/messaging/members/{member}/toggle_mute/", member: 200, admin: 403),
        Row("GET /api/messaging/messages/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row("POST /api/messaging/messages/", #"{"channel": {room}, "content": "Hi"}"#, member: 201, admin: 201),
        Row(
            "POST /api/messaging/messages/", #"{"channel": {room}, "content": "Hi", "message_type": "system"}"#,
            member: 403, admin: 201),
        Row("POST /api/messaging/messages/mark_channel_read/", #"{"channel": {room}}"#, member: 200, admin: 200),
        Row("GET /api/messaging/messages/{his}/", member: 200, admin: 200),
        Row("PUT /api/messaging/messages/{his}/", #"{"content": "Ho"}"#, member: 200, admin: 403),
        Row("PATCH /api/messaging/messages/{his}/", #"{"content": "Ho"}"#, member: 200, admin: 403),
        Row("PATCH /api/messaging/messages/{hers}/", #"{"content": "Ho"}"#, member: 403, admin: 200),
        Row("DELETE /api/messaging/messages/{his}/", member: 204, admin: 403),
        Row("DELETE /api/messaging/messages/{hers}/", member: 403, admin: 204),
        Row("POST /api/messaging/messages/{his}/mark_read/", member: 200, admin: 200),
        Row("POST /api/messaging/messages/{his}/pin/", member: 403, admin: 200),
        Row("DELETE /api/messaging/messages/{his}/pin/", member: 403, admin: 204),
        Row("GET /api/messaging/messages/{his}/delivery/", member: 200, admin: 200),
        Row("GET /api/messaging/messages/{his}/why/", member: 200, admin: 200),
        Row("GET /api/messaging/read-receipts/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row("GET /api/messaging/read-receipts/{receipt}/", member: 200, admin: 200),
        Row("GET /chats/rooms/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row("POST /chats/rooms/", "{}", outsider: 201, member: 201, admin: 201, administrator: 201),
        Row("POST /chats/rooms/create/", "{}", outsider: 201, member: 201, admin: 201, administrator: 201),
        Row("GET /chats/rooms/{room}/", member: 200, admin: 200),
        Row("PUT /chats/rooms/{room}/", #"{"name": "Herbs"}"#, member: 403, admin: 200),
        Row("PATCH /chats/rooms/{room}/", #"{"name": "Herbs"}"#, member: 403, admin: 200),
        Row("PATCH /chats/rooms/{room}/", #"{"is_deleted": true}"#, member: 403, admin: 200),
        Row("DELETE /chats/rooms/{room}/", member: 403, admin: 204),
        Row("GET /chats/messages/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row("POST /chats/messages/", #"{"chat": {room}, "content": "Hi"}"#, member: 201, admin: 201),
        Row("POST /chats/messages/create/", #"{"chat_room_id": "{room}", "content": "Hi"}"#, member: 201, admin: 201),
        Row("GET /chats/messages/{his}/", member: 200, admin: 200),
        Row("PUT /chats/messages/{his}/", #"{"content": "Ho", "chat": {room}}"#, member: 200, admin: 403),
        Row("PATCH /chats/messages/{his}/", #"{"content": "Ho"}"#, member: 200, admin: 403),
        Row("PATCH /chats/messages/{hers}/", #"{"is_deleted": true}"#, member: 403, admin: 200),
        Row("DELETE /chats/messages/{his}/", member: 204, admin: 403),
        Row("GET /api/messaging/conversations/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row(
            "POST /api/messaging/conversations/create_with_participants/", "{}", outsider: 201, member: 201, admin: 201,
            administrator: 201),
        Row("GET /api/messaging/conversations/{room}/", member: 200, admin: 200),
        Row("GET /api/messaging/conversations/{room}/messages/", member: 200, admin: 200),
        Row("POST /api/messaging/conversations/{room}/send/", #"{"content": "Hi"}"#, member: 201, admin: 201),
        Row("POST /api/messaging/conversations/{room}/mark_read/", member: 200, admin: 200),
        Row("POST /api/messaging/conversations/{room}/archive/", member: 403, admin: 200),
        Row("POST /api/messaging/conversations/{room}/unarchive/", member: 403, admin: 200),
        Row("GET /chatrooms/", outsider: 200, member: 200, admin: 200, administrator: 200),
        Row("POST /chatrooms/", #"{"name": "Herbs"}"#, outsider: 201, member: 201, admin: 201, administrator: 201),
        Row("POST /chatrooms/{room}/add_user/", #"{"user_display_names": ["erin"]}"#, member: 403, admin: 200),
        Row("GET /messages/{room}/", member: 200, admin: 200),
        Row("POST /messages/{room}/", #"{"content": "Hi"}"#, member: 201, admin: 201),
        Row("GET /messages/{his}/reaction/", member: 200, admin: 200),
        Row("POST /messages/{his}/reaction/", #"{"reaction": "like"}"#, member: 201, admin: 201),
        Row("DELETE /messages/{hers}/reaction/", member: 204, admin: 204),
    ]

    @Test func `who may do what in a room`() throws {
        let world = try TestRoom(TestNode())
        _ = try world.node.user("erin")
        _ = try world.node.user("frank")
        let nobody = try world.node.nobody()
        for row in Self.rows {
            let cells: [(String, TestUser?, Int)] = [
                ("nobody", nil, row.nobody), ("an outsider", world.carol, row.outsider),
                ("a member", world.bob, row.member), ("the room's admin", world.alice, row.admin),
                ("an administrator", world.dave, row.administrator),
            ]
            for (who, user, expected) in cells {
                let request = try Request(row, in: world)
                let answer =
                    try user?.ask(request.method, request.path, request.body)
                    ?? nobody.ask(request.method, request.path, request.body)
                #expect(answer.status == expected, "\(row.request) \(row.body ?? "") by \(who): \(answer.text)")
            }
        }
    }

    @Test func `each row of the document is here, and says the same`() {
        // Files and sockets have their rows in FilesTests and RealTimeTests.
        let elsewhere = ["/attachments/", "/avatar", "/ws/"]
        for documented in PermissionMatrixTests.rows(under: "Rooms and what is in them")
        where !elsewhere.contains(where: { documented.path.contains($0) }) {
            // What is said below the table is no row of it.
            let rows = Self.rows.filter {
                Self.pattern($0.request) == Self.pattern(documented.name) && $0.body?.contains("system") != true
            }
            #expect(!rows.isEmpty, "\(documented.name) is missing")
            for row in rows {
                let cells = [row.nobody, row.outsider, row.member, row.admin, row.administrator]
                for (cell, allowed) in zip(cells, documented.cells) {
                    // That the last admin can't leave is about how things are.
                    #expect(allowed.contains(cell) || cell == 409, "\(row.request)")
                }
            }
        }
    }

    /// Whatever its parameters are called.
    private static func pattern(_ route: String) -> String {
        let path = route.split(separator: "?")[0]
        return path.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/")
    }

    @Test(arguments: [
        "/api/messaging/channels/", "/api/messaging/members/", "/api/messaging/messages/",
        "/api/messaging/read-receipts/", "/chats/rooms/", "/chats/messages/", "/api/messaging/conversations/",
    ])
    func `lists have none of what one may not see`(path: String) throws {
        let world = try TestRoom(TestNode())
        let room = try world.roomID()
        let hers = try world.message("hers", in: room, by: world.alice)
        #expect(try world.bob.post("/api/messaging/messages/\(hers)/mark_read/").status == 200)
        #expect(try world.bob.get(path).json["count"] != 0)
        for outsider in [world.carol, world.dave] {
            for filter in ["", "?channel=\(room)"] {
                let page = try outsider.get(path + filter)
                #expect(page.text == #"{"count":0,"next":null,"previous":null,"results":[]}"#)
            }
        }
        #expect(try world.carol.get("/chatrooms/").text == "[]")
    }

    @Test func `what isn't there looks like what one may not see`() throws {
        let world = try TestRoom(TestNode())
        for row in Self.rows where row.outsider == 404 && row.body == nil {
            let hidden = try Request(row, in: world)
            let parts = row.request.split(separator: " ")
            let missing = parts[1].replacing("{room}", with: "999999").replacing("{his}", with: "999999")
                .replacing("{hers}", with: "999999").replacing("{member}", with: "999999")
                .replacing("{receipt}", with: "999999")
            let one = try world.carol.ask(hidden.method, hidden.path)
            let other = try world.carol.ask(hidden.method, String(missing))
            #expect(one.body == other.body, "\(row.request)")
            #expect(one.fields.map(\.name) == other.fields.map(\.name))
        }
    }

    /// Everything in it is new each time, so that what one may do leaves nothing to the next.
    private struct Request {
        let method: String
        let path: String
        let body: String?

        init(_ row: Row, in world: TestRoom) throws {
            let room = try world.roomID()
            _ = try world.alice.post("/api/messaging/channels/\(room)/add_member/", #"{"user": "frank"}"#)
            let his = try world.message("his", in: room, by: world.bob)
            let hers = try world.message("hers", in: room, by: world.alice)
            let member = try world.member(world.bob, in: room)
            for user in [world.alice, world.bob] {
                _ = try user.post("/messages/\(hers)/reaction/", #"{"reaction": "love"}"#)
            }
            let receipt = try world.bob.post("/api/messaging/messages/\(hers)/mark_read/").json["id"].integer
            let names = [
                "{room}": room, "{his}": his, "{hers}": hers, "{member}": member, "{receipt}": receipt ?? 0,
            ]
            func filled(_ text: String) -> String {
                names.reduce(text) { $0.replacing($1.key, with: "\($1.value)") }
            }
            let parts = row.request.split(separator: " ")
            method = String(parts[0])
            path = filled(String(parts[1]))
            body = row.body.map(filled)
        }
    }
}
