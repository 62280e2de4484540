import API
import JSON
import Testing

struct NotificationTests {
    private static let path = "/api/notifications/notifications/"

    @Test func `somebody notifies themselves, reads it and forgets it`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let made = try alice.post(
            Self.path,
            #"{"title": "Water the tomatoes", "body": "Before nine", "data": {"litres": 2.50, "b": [1, null]}}"#)
        #expect(made.status == 201)
        #expect(
            made.json.keys == [
                "id", "uuid", "recipient", "type", "title", "body", "data", "room", "message", "actor", "is_read",
                "read_at", "created_at", "channels",
            ])
        #expect(made.json["type"] == "system")
        #expect(made.json["recipient"] == .integer(alice.number))
        #expect(made.json["actor"] == .integer(alice.number))
        #expect(made.text.contains(#""data":{"b":[1,null],"litres":2.5}"#))
        #expect(made.json["channels"] == ["in_app"])
        let id = try #require(made.json["id"].integer)
        #expect(made["Location"] == "\(Self.path)\(id)/")
        #expect(try alice.get("\(Self.path)unread_count/").json == .object([.init("unread_count", 1)]))

        let uuid = try #require(made.json["uuid"].string)
        #expect(try alice.get("\(Self.path)\(uuid)/").json == made.json)
        let read = try alice.post("\(Self.path)\(id)/mark_as_read/")
        #expect(read.json["is_read"] == true)
        let moment = read.json["read_at"]
        #expect(moment != nil)
        #expect(try alice.post("\(Self.path)\(id)/mark_as_read/").json["read_at"] == moment)
        #expect(try alice.post("\(Self.path)\(id)/mark_as_unread/").json["read_at"] == nil)
        #expect(try alice.post("\(Self.path)mark_all_as_read/").json["marked"] == 1)
        #expect(try alice.post("\(Self.path)mark_all_as_read/").json["marked"] == 0)
        #expect(try alice.delete("\(Self.path)delete_all_read/").json["deleted"] == 1)
        #expect(try alice.get("\(Self.path)\(id)/").status == 404)
    }

    @Test func `PUT needs a title, and both leave alone what they don't name`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let made = try alice.post(Self.path, #"{"title": "One", "body": "Two", "data": {"a": 1}}"#)
        let path = "\(Self.path)\(made.json["id"].integer ?? 0)/"
        #expect(try alice.put(path, "{}").faults == ["title"])
        let put = try alice.put(path, #"{"title": "Three"}"#)
        #expect(put.json["title"] == "Three")
        #expect(put.json["body"] == "Two")
        #expect(put.json["data"] == .object([.init("a", 1)]))
        #expect(try alice.patch(path, "{}").json == put.json)
        let patched = try alice.patch(path, #"{"data": null, "is_read": true}"#)
        #expect(patched.json["data"] == .object([]))
        #expect(patched.json["is_read"] == true)
        let wrong = try alice.patch(path, #"{"title": "", "is_read": "no"}"#)
        #expect(wrong.faults == ["is_read"])
        #expect(try alice.patch(path, #"{"title": ""}"#).faults == ["title"])
        #expect(try alice.patch(path, #"{"data": {"n": 123456789012345678901}}"#).faults == ["data"])
    }

    @Test func `words that somebody gives leave the others as they are made, and no message's text stays behind`()
        throws
    {
        let node = try TestNode()
        let (alice, bob) = (try node.user("alice"), try node.user("bob"))
        let room = try #require(
            try alice.post("/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob"]}"#).json["id"]
                .integer)
        let message = try #require(
            try alice.post(
                "/api/messaging/messages/", #"{"channel": \#(room), "content": "@bob the secret shed"}"#
            ).json["id"].integer)
        let list = try bob.get("\(Self.path)?type=mention").json["results"].elements
        let path = "\(Self.path)\(try #require(list.first?["id"].integer))/"
        let titled = try bob.patch(path, #"{"title": "Look at this"}"#).json
        #expect(titled["title"] == "Look at this")
        #expect(titled["body"] == "@bob the secret shed")
        let changed = try bob.patch(path, #"{"data": {"a": 1}}"#).json
        #expect(changed["title"] == "Look at this" && changed["body"] == "@bob the secret shed")
        #expect(try alice.delete("/api/messaging/messages/\(message)/").status == 204)
        let left = try bob.get(path).json
        #expect(left["title"] == "Look at this" && left["body"] == "")
        #expect(left["message"] == nil)
        #expect(try bob.patch(path, #"{"body": "Mine"}"#).json["body"] == "Mine")
    }

    @Test func `nobody is notified of what they can't see`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let (alice, bob) = (try node.user("alice"), try node.user("bob"))
        let room = try #require(
            try admin.post("/api/messaging/channels/", #"{"name": "Board", "participants": ["alice"]}"#).json["id"]
                .integer)
        let message = try #require(
            try admin.post("/api/messaging/messages/", #"{"channel": \#(room), "content": "secret"}"#).json["id"]
                .integer)
        for about in [#""room": \#(room)"#, #""message": \#(message)"#] {
            func status(_ recipient: String) throws -> Int {
                try admin.post(Self.path, #"{"recipient": "\#(recipient)", "title": "Look", \#(about)}"#).status
            }
            #expect(try status("bob") == 404)
            #expect(try status("alice") == 201)
        }
        #expect(try bob.get(Self.path).json["count"] == 0)
        #expect(try alice.get("\(Self.path)?type=system").json["count"] == 2)
    }

    @Test func `lists are filtered, and everybody's are for administrators`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let alice = try node.user("alice")
        for title in ["One", "Two", "Three"] {
            #expect(try admin.post(Self.path, #"{"recipient": "alice", "title": "\#(title)"}"#).status == 201)
        }
        let list = try alice.get("\(Self.path)?limit=2").json
        #expect(list.keys == ["count", "next", "previous", "results"])
        #expect(list["count"] == 3)
        #expect(list["results"].elements.map { $0["title"] } == ["Three", "Two"])
        #expect(list["next"].string == "http://node.test\(Self.path)?limit=2&offset=2")
        #expect(try alice.get("\(Self.path)?type=mention").json["count"] == 0)
        #expect(try alice.get("\(Self.path)?is_read=FALSE&type=system").json["count"] == 3)
        #expect(try alice.get("\(Self.path)?room=77").json["count"] == 0)
        #expect(try alice.get("\(Self.path)?type=nonsense&is_read=2&room=x").faults == ["type", "is_read", "room"])
        #expect(try alice.get("\(Self.path)?all=true").status == 403)
        #expect(try admin.get("\(Self.path)?all=true").json["count"] == 3)
        #expect(try admin.get("\(Self.path)my_notifications/").json["count"] == 0)
        #expect(try alice.post(Self.path, #"{"recipient": "admin", "title": "No"}"#).status == 403)
        let nobody = try admin.post(Self.path, #"{"recipient": "carol", "title": "No"}"#)
        #expect(nobody.status == 404)
        #expect(nobody.faults == ["recipient"])
        let nowhere = try admin.post(Self.path, #"{"title": "No", "room": 77}"#)
        #expect(nowhere.status == 404)
        #expect(nowhere.faults == ["room"])
    }

    @Test func `a notification is about what its maker sees`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let bob = try node.user("bob")
        let room = try alice.post("/api/messaging/channels/", #"{"name": "Garden"}"#).json
        let id = try #require(room["id"].integer)
        let message = try alice.post("/api/messaging/messages/", #"{"channel": \#(id), "content": "Tea"}"#).json
        let (roomUUID, messageUUID) = (room["uuid"].string ?? "", message["uuid"].string ?? "")
        let body = #"{"title": "Look", "room": "\#(roomUUID)", "message": "\#(messageUUID)"}"#
        let made = try alice.post(Self.path, body)
        #expect(made.status == 201)
        #expect(made.json["room"] == room["id"])
        #expect(made.json["message"] == message["id"])
        #expect(try alice.get("\(Self.path)?room=\(roomUUID)").json["count"] == 1)
        #expect(try bob.post(Self.path, body).faults == ["room"])
        let hidden = try bob.post(Self.path, #"{"title": "Look", "message": "\#(messageUUID)"}"#)
        #expect(hidden.status == 404)
        #expect(hidden.faults == ["message"])
    }

    @Test func `with a switch off it is read at once`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        _ = try alice.post("/api/notifications/preferences/", #"{"type": "system", "in_app": false}"#)
        let made = try alice.post(Self.path, #"{"title": "Hush"}"#)
        #expect(made.json["is_read"] == true)
        #expect(made.json["channels"] == [])
    }
}

struct PreferenceTests {
    private static let path = "/api/notifications/preferences/"

    @Test func `a type has its defaults until something is set`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let mine = try alice.get("\(Self.path)my_preferences/").json
        #expect(mine["count"] == 9)
        #expect(
            mine["results"].elements.compactMap { $0["type"].string } == [
                "message", "direct_message", "mention", "reply", "reaction", "room_invite", "member_joined",
                "role_changed", "system",
            ])
        #expect(mine["results"][0].keys == ["id", "user", "type", "email", "push", "in_app", "last_update"])
        #expect(mine["results"][0]["id"] == nil)
        #expect(mine["results"][1]["push"] == true)
        let made = try alice.post(Self.path, #"{"type": "mention", "push": false}"#)
        #expect(made.status == 201)
        #expect(made.json["email"] == true)
        #expect(made.json["push"] == false)
        #expect(try alice.post(Self.path, #"{"type": "mention"}"#).status == 409)
        #expect(try alice.get(Self.path).json["results"].elements == [made.json])
        #expect(try alice.get("\(Self.path)my_preferences/?type=mention").json["results"].elements == [made.json])
    }

    @Test func `a preference keeps its type`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let made = try alice.post(Self.path, #"{"type": "mention"}"#)
        let path = "\(Self.path)\(made.json["id"].integer ?? 0)/"
        #expect(try alice.put(path, #"{"push": false}"#).faults == ["type"])
        #expect(try alice.put(path, #"{"type": "reply"}"#).status == 409)
        #expect(try alice.patch(path, #"{"type": "reply", "push": true}"#).status == 409)
        #expect(try alice.put(path, #"{"type": "mention", "push": false}"#).json["push"] == false)
        #expect(try alice.patch(path, "{}").json["push"] == false)
        #expect(try alice.delete(path).status == 204)
        #expect(try alice.get(path).status == 404)
        #expect(try alice.get(Self.path).json["count"] == 0)
    }

    @Test func `several change together or not at all`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let updated = try alice.post(
            "\(Self.path)update_preferences/",
            #"{"preferences": [{"type": "mention", "push": false}, {"type": "reply", "email": false}, {"type": "mention", "email": false}]}"#
        )
        #expect(updated.json["updated"] == 2)
        #expect(updated.json["preferences"].elements.map { $0["type"] } == ["mention", "reply"])
        #expect(updated.json["preferences"][0]["push"] == false)
        #expect(updated.json["preferences"][0]["email"] == false)
        for body in [
            #"{"preferences": [{"type": "system", "push": true}, {"type": "nonsense"}]}"#, #"{"preferences": []}"#,
            #"{"preferences": [{"push": true}]}"#, #"{"preferences": [{"type": "system", "push": 1}]}"#,
            #"{"preferences": "system"}"#, "{}",
        ] {
            let answer = try alice.post("\(Self.path)update_preferences/", body)
            #expect(answer.status == 400, "\(body)")
            #expect(answer.faults == ["preferences"], "\(body)")
        }
        #expect(try alice.get(Self.path).json["count"] == 2)
        let form = try alice.client.ask(
            "POST", "\(Self.path)update_preferences/", "preferences=%5B%7B%22type%22%3A%22system%22%7D%5D",
            fields: [
                "Authorization": "Bearer \(alice.token)", "Content-Type": "application/x-www-form-urlencoded",
            ])
        #expect(form.json["updated"] == 1)
    }

    @Test func `all switches of a type, or one of all types`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let path = "\(Self.path)toggle_all/"
        let all = try alice.post(path, #"{"channel": "email", "enabled": false}"#)
        #expect(all.json["updated"] == 9)
        #expect(all.json["preferences"].elements.allSatisfy { $0["email"] == false })
        let one = try alice.post(path, #"{"type": "reaction", "enabled": true}"#)
        #expect(one.json["updated"] == 1)
        #expect(one.json["preferences"][0]["push"] == true)
        #expect(try alice.post(path, #"{"enabled": true}"#).faults == ["channel"])
        #expect(try alice.post(path, #"{"channel": "push", "type": "reply", "enabled": true}"#).status == 400)
        #expect(try alice.post(path, #"{"channel": "pigeon"}"#).faults == ["channel", "enabled"])
    }
}

struct DeviceTests {
    private static let path = "/api/notifications/devices/"

    @Test func `a device is registered once and tested`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let body = #"{"endpoint": "https://push.example/UP?token=abc", "name": "Phone"}"#
        let made = try alice.post(Self.path, body)
        #expect(made.status == 201)
        #expect(
            made.json.keys == [
                "id", "name", "endpoint", "created_at", "last_success_at", "last_failure_at", "last_error",
            ])
        let again = try alice.post(Self.path, #"{"endpoint": "https://push.example/UP?token=abc", "name": "Tablet"}"#)
        #expect(again.status == 200)
        #expect(again.json["name"] == "Tablet")
        #expect(try alice.get(Self.path).json["count"] == 1)
        let path = "\(Self.path)\(made.json["id"].integer ?? 0)/"
        let test = try alice.post("\(path)test/")
        #expect(test.json == .object([.init("delivered", true), .init("status", 201), .init("error", nil)]))
        #expect(try alice.delete(path).status == 204)
        #expect(try alice.post("\(path)test/").status == 404)
    }

    @Test func `an endpoint is a URL of the outside world`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        for endpoint in ["ftp://a.example/", "https://u:p@a.example/", "https://a.example/#x", "push", "https://", ""] {
            let answer = try alice.post(Self.path, #"{"endpoint": "\#(endpoint)"}"#)
            #expect(answer.status == 400, "\(endpoint)")
            #expect(answer.faults == ["endpoint"], "\(endpoint)")
        }
        for endpoint in ["http://127.0.0.1:8080/", "http://10.0.0.1/", "http://[::1]/"] {
            let answer = try alice.post(Self.path, #"{"endpoint": "\#(endpoint)"}"#)
            #expect(answer.status == 403, "\(endpoint)")
        }
        #expect(try alice.post(Self.path, "{}").faults == ["endpoint"])
        let open = try TestNode { $0.allowsPrivateAddresses = true }
        #expect(try open.user("bob").post(Self.path, #"{"endpoint": "http://10.0.0.1/"}"#).status == 201)
    }

    @Test func `there is an end to devices`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        for number in 1...32 {
            #expect(try alice.post(Self.path, #"{"endpoint": "https://push.example/\#(number)"}"#).status == 201)
        }
        #expect(try alice.post(Self.path, #"{"endpoint": "https://push.example/33"}"#).status == 409)
    }
}
