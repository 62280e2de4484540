import Foundation

// What people of one organisation see of a room, in the fields on which all nodes agree.
extension Organisation {
    /// A line for the room, for each member and for each message.
    func picture(of room: String) throws -> [String] {
        let seen = try get("/api/messaging/channels/\(room)/")
        var lines = [
            Self.line(
                "room", seen, ["name", "details", "type", "is_archived", "is_deleted", "created_at", "extra_data"])
        ]
        let members = try list("/api/messaging/members/?channel=\(room)")
        lines += members.map { Self.line("member", $0, ["role"], by: "user_detail") }.sorted()
        let messages = try list("/api/messaging/channels/\(room)/messages/")
        var names: [Int: String] = [:]
        for message in messages { names[message["id"] as? Int ?? 0] = message["uuid"] as? String }
        let fields = [
            "uuid", "content", "message_type", "reactions", "is_edited", "is_deleted", "is_pinned", "created_at",
            "edited_at", "last_update", "extra_data",
        ]
        for message in messages {
            var line = Self.line("message", message, fields, by: "sender_detail")
            if let answered = message["reply_to"] as? Int { line += " to \(names[answered] ?? "?")" }
            for file in message["attachments"] as? [Object] ?? [] {
                line += Self.line(" file", file, ["filename", "size", "checksum"])
            }
            for person in message["mentions"] as? [Object] ?? [] { line += " @\(person["uuid"] ?? "?")" }
            lines.append(line)
        }
        return lines
    }

    private static func line(_ word: String, _ thing: Object, _ fields: [String], by person: String? = nil) -> String {
        var line = word
        if let person, let detail = thing[person] as? Object {
            line += " \(detail["uuid"] ?? "?") (\(detail["display_name"] ?? "?"))"
        }
        for field in fields { line += " \(field)=\(text(thing[field]))" }
        return line
    }

    private static func text(_ value: Any?) -> String {
        guard let value, JSONSerialization.isValidJSONObject([value]),
            let bytes = try? JSONSerialization.data(withJSONObject: [value], options: [.sortedKeys])
        else { return "nothing" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The hash that is the same where all of a room's operations, verdicts and contents are.
    func digest(of room: String) throws -> String {
        let outcome = try run("digest", room, "--json")
        return outcome.json(as: [String: String].self)?[room] ?? outcome.complaint
    }

    /// Of the room's clock, as a member is told.
    func clock(of room: String) throws -> String? {
        try get("/api/messaging/channels/\(room)/sync/")["digest"] as? String
    }
}
