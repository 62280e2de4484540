import API
import Chat
import JSON
import Testing

/// The tables of Spec/api/README.md, section 12, held against a running node: each cell is a request.
struct PermissionMatrixTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let method: String
        let path: String
        /// For each column the statuses that the cell names.
        let cells: [Set<Int>]
        let columns: [String]

        var testDescription: String { "\(method) \(path)" }
        var name: String { "\(method) \(path.hasSuffix("/") ? String(path.dropLast()) : path)" }
    }

    /// The rows of one of the tables.
    static func rows(under heading: String) -> [Row] {
        let text = SpecPage.text("api/README.md")
        guard let table = text.split(separator: "### \(heading)\n", maxSplits: 1).dropFirst().first else { return [] }
        var columns: [String] = []
        var rows: [Row] = []
        for line in table.split(separator: "\n") {
            if line.hasPrefix("#") { break }
            guard line.hasPrefix("|") else { continue }
            let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            if cells[0] == "route" { columns = Array(cells.dropFirst()) }
            guard cells[0].hasPrefix("`") else { continue }
            let route = cells[0].dropFirst().dropLast().split(separator: " ").map(String.init)
            let statuses = cells.dropFirst().map { cell in
                Set(cell.split { !$0.isNumber }.compactMap { Int($0) }.filter { $0 >= 100 })
            }
            rows.append(Row(method: route[0], path: route[1], cells: statuses, columns: columns))
        }
        return rows.filter { served.contains(pattern($0.name)) }
    }

    private static let served = Set(
        RouteTable.lines.map { pattern("\($0.name.method) \($0.name.pattern)") })

    /// Whatever its parameters are called.
    private static func pattern(_ route: String) -> String {
        route.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/")
    }

    /// Who asks, of whom the thing is, and what is sent.
    private final class Stage {
        let node: TestNode
        let admin: TestUser
        private var count = 0

        init() throws {
            node = try TestNode { $0.registration = .open }
            admin = try node.user("admin", isAdmin: true)
        }

        func somebody() throws -> TestUser {
            count += 1
            return try node.user("user-\(count)")
        }

        func admins() throws -> TestUser {
            count += 1
            return try node.user("admin-\(count)", isAdmin: true)
        }

        /// A GIF of one pixel, as far as one looks into it.
        private static let picture = "GIF89a\u{1}\0\u{1}\0\0\0\0;"
        private static let asPicture = ["Content-Type": "image/gif"]
        private static let handshake = [
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]

        /// A path with something of `owner`'s in it.
        func path(_ row: Row, of owner: TestUser) throws -> String {
            let id: String
            if row.path.hasPrefix("/api/notifications/notifications/{") {
                id = try made(owner.post("/api/notifications/notifications/", #"{"title": "Hello"}"#))
            } else if row.path.hasPrefix("/api/notifications/preferences/{") {
                id = try made(owner.post("/api/notifications/preferences/", #"{"type": "mention", "push": false}"#))
            } else if row.path.hasPrefix("/api/notifications/devices/{") {
                id = try made(owner.post("/api/notifications/devices/", #"{"endpoint": "https://push.example/1"}"#))
            } else if row.path.hasPrefix("/api/auth/tokens/{") {
                id = try made(owner.post("/api/auth/tokens/", #"{"name": "bot"}"#))
            } else if row.path.hasPrefix("/api/auth/sessions/{") {
                id = try made(owner.get("/api/auth/sessions/"), in: "results")
            } else if row.path.hasPrefix("/api/admin/peers/{") {
                count += 1
                let key = String(repeating: "0", count: 60) + String(1_000 + count)
                _ = try admin.post("/api/admin/peers/", #"{"key": "\#(key)", "name": "south"}"#)
                id = key
            } else if row.path.hasPrefix("/api/admin/rooms/{") {
                id = try orphanedRoom(of: owner)
            } else {
                id = "\(owner.number)"
            }
            return row.path.replacing("{id}", with: id).replacing("{key}", with: id)
        }

        /// A room whose only admin has closed their account.
        private func orphanedRoom(of member: TestUser) throws -> String {
            let founder = try somebody()
            let room = try made(
                founder.post("/api/messaging/channels/", #"{"name": "Herbs", "participants": ["\#(member.name)"]}"#))
            #expect(try founder.delete("/api/users/me/").status == 204)
            return room
        }

        private func made(_ answer: TestAnswer, in list: String? = nil) throws -> String {
            let thing = list.map { answer.json[$0][0] } ?? answer.json
            return "\(try #require(thing["id"].integer))"
        }

        func body(_ row: Row, asker: TestUser?) -> String? {
            count += 1
            return switch row.name {
            case "POST /api/notifications/notifications", "PUT /api/notifications/notifications/{id}":
                #"{"title": "Water the tomatoes"}"#
            case "PATCH /api/notifications/notifications/{id}": #"{"is_read": true}"#
            case "POST /api/notifications/preferences": #"{"type": "reaction", "push": true}"#
            case "PUT /api/notifications/preferences/{id}": #"{"type": "mention", "email": false}"#
            case "PATCH /api/notifications/preferences/{id}": #"{"email": false}"#
            case "POST /api/notifications/preferences/update_preferences":
                #"{"preferences": [{"type": "mention", "push": true}]}"#
            case "POST /api/notifications/preferences/toggle_all": #"{"channel": "email", "enabled": false}"#
            case "POST /api/notifications/devices": #"{"endpoint": "https://push.example/2"}"#
            case "POST /api/auth/register": #"{"username": "new-\#(count)", "password": "correct horse"}"#
            case "POST /api/auth/login": #"{"username": "admin", "password": "password"}"#
            case "POST /api/auth/password": #"{"old_password": "password", "new_password": "correct horse"}"#
            case "POST /api/auth/tokens": #"{"name": "another bot"}"#
            case "PUT /api/users/me/avatar": Self.picture
            case "PATCH /api/users/me": #"{"display_name": "Somebody"}"#
            case "PATCH /api/admin/users/{id}": #"{"is_active": true}"#
            case "POST /api/admin/rooms/{id}/appoint": #"{"user": "admin"}"#
            case "POST /api/admin/peers":
                #"{"key": "\#(String(repeating: "1", count: 60))\#(1_000 + count)", "name": "west"}"#
            default: nil
            }
        }

        func status(_ row: Row, asker: TestUser?, owner: TestUser) throws -> Int {
            let path = try path(row, of: owner)
            let body = body(row, asker: asker)
            if row.path.hasSuffix("/avatar/"), row.method == "GET" {
                for person in [asker, owner].compactMap(\.self) {
                    _ = try person.ask("PUT", "/api/users/me/avatar/", Self.picture, fields: Self.asPicture)
                }
            }
            let client = try asker?.client ?? node.nobody()
            var fields = row.path.hasPrefix("/ws/") ? Self.handshake : body == Self.picture ? Self.asPicture : [:]
            if let asker { fields["Authorization"] = "Bearer \(asker.token)" }
            // A stream has no end that could be waited for.
            guard row.path == "/api/events/" else {
                return try client.ask(row.method, path, body, fields: fields).status
            }
            let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
            try client.send(Array("GET \(path) HTTP/1.1\r\nHost: node.test\r\n\(lines)\r\n".utf8))
            return try client.head().status
        }
    }

    @Test(arguments: rows(under: "What is one person's own"))
    func `what is one's own is one's own`(row: Row) throws {
        let stage = try Stage()
        for (column, expected) in zip(row.columns, row.cells) {
            let owner = try stage.somebody()
            let asker: TestUser? =
                switch column {
                case "nobody": nil
                case "another": try stage.somebody()
                case "its owner": owner
                default: try stage.admins()
                }
            let status = try stage.status(row, asker: asker, owner: owner)
            #expect(expected.contains(status), "\(row.testDescription) by \(column)")
        }
    }

    @Test(arguments: rows(under: "The rest"))
    func `the rest is for those for whom it is`(row: Row) throws {
        let stage = try Stage()
        for (column, expected) in zip(row.columns, row.cells) {
            let asker: TestUser? =
                switch column {
                case "nobody": nil
                case "signed in": try stage.somebody()
                default: try stage.admins()
                }
            let status = try stage.status(row, asker: asker, owner: try stage.somebody())
            // A fake peer never knocks.
            guard !row.path.hasSuffix("/accept/") || status != 409 else { continue }
            #expect(expected.contains(status), "\(row.testDescription) by \(column)")
        }
    }

    @Test func `the tables are there, with all their rows that are served`() {
        #expect(Self.rows(under: "What is one person's own").count >= 36)
        #expect(Self.rows(under: "The rest").count >= 21)
    }
}
