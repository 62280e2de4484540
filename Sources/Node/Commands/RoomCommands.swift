import API
import Bytes
import Chat
import Configuration
import EventLoop
import JSON
import Keys
import Operations
import SQLite
import Store

/// `room list` and `room appoint`.
enum RoomCommands {
    private struct Row {
        let number: Int64
        let uuid: UUID
        let name: String
        let isGroup: Bool
        let school: String
        let isFounder: Bool
        let isArchived: Bool
        let members: Int
        let admins: [String]
        let nodes: Int
        let lastActivity: Timestamp
    }

    static func list(_ context: Commands.Context) throws {
        let rows: [Row] = try context.node.reader().read { connection in
            try connection.snapshot { try allRooms(connection) }
        }
        try context.print { writer in
            writer.beginArray()
            for row in rows { describe(row, &writer) }
            writer.endArray()
        } text: {
            var table = TablePrinter([
                .init("ID", isNumber: true), .init("NAME"), .init("TYPE"), .init("FOUNDED BY"),
                .init("MEMBERS", isNumber: true), .init("NODES", isNumber: true), .init("ADMINS"), .init("ACTIVE"),
            ])
            for row in rows {
                table.add([
                    "\(row.number)", row.name, row.isGroup ? "group" : "direct", row.school, "\(row.members)",
                    "\(row.nodes)", row.admins.joined(separator: ", "), row.lastActivity.rfc3339,
                ])
            }
            return table.text(width: context.terminal.width)
        }
    }

    /// The latest activity first.
    private static func allRooms(_ connection: Connection) throws -> [Row] {
        var found = try connection.statement(
            """
            SELECT r.number, r.uuid, coalesce(r.name, ''), r.nature = 0, n.name, n.number = 1, r.is_archived, v.members,
                (SELECT count(*) FROM participant p WHERE p.room = r.number), v.activity
            FROM room r JOIN room_view v ON v.room = r.number
                JOIN person c ON c.number = v.creator JOIN node n ON n.number = c.node
            WHERE r.is_deleted = 0 ORDER BY v.activity DESC, r.number DESC
            """)
        var rows: [Row] = []
        while try found.step() {
            guard let uuid = found.uuid(1), let time = HybridTime(UInt64(bitPattern: found.int64(9))) else { continue }
            rows.append(
                Row(
                    number: found.int64(0), uuid: uuid, name: found.string(2), isGroup: found.bool(3),
                    school: found.string(4), isFounder: found.bool(5), isArchived: found.bool(6),
                    members: found.int(7), admins: try admins(of: found.int64(0), on: connection),
                    nodes: found.int(8), lastActivity: Timestamp(milliseconds: time.milliseconds)))
        }
        return rows
    }

    private static func admins(of room: Int64, on connection: Connection) throws -> [String] {
        var found = try connection.statement(
            "SELECT person FROM membership WHERE room = ?1 AND role = 2 ORDER BY joined")
        found.bind(1, room)
        var admins: [String] = []
        while try found.step() {
            if let card = try PersonTable.card(of: PersonNumber(found.int64(0)), on: connection) {
                admins.append(card.address)
            }
        }
        return admins
    }

    private static func describe(_ row: Row, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.integer(row.number)
        writer.key("uuid")
        writer.uuid(row.uuid)
        writer.key("name")
        writer.string(row.name)
        writer.key("type")
        writer.string(row.isGroup ? "group" : "direct")
        writer.key("school")
        writer.string(row.school)
        writer.key("is_founder")
        writer.bool(row.isFounder)
        writer.key("is_archived")
        writer.bool(row.isArchived)
        writer.key("member_count")
        writer.integer(row.members)
        writer.key("admins")
        writer.beginArray()
        for admin in row.admins { writer.string(admin) }
        writer.endArray()
        writer.key("nodes")
        writer.integer(row.nodes)
        writer.key("last_activity")
        writer.time(row.lastActivity)
        writer.endObject()
    }

    static func appoint(_ context: Commands.Context) throws {
        guard let roomText = context.settings.operand("ROOM"), let userText = context.settings.operand("USER") else {
            preconditionFailure("the table asks for both")
        }
        let (room, person) = try context.node.reader().read { connection in
            let room = try RoomOperand.room(roomText, on: connection)
            let sides = userText.split(separator: "@", maxSplits: 1).map(String.init)
            guard let handle = sides.first,
                let person = try PersonTable.number(
                    ofHandle: handle, node: sides.count == 2 ? sides[1] : nil, on: connection)
            else { throw NodeFault("there is nobody called \(userText.visible)") }
            return (room, person)
        }
        try spoken {
            try context.node.writer().performLogged { transaction, state in
                try Members.appoint(
                    person, in: room.number, on: Occasion(now: .now(), by: nil), in: transaction, state)
            }
        }
        try context.print { writer in
            try context.node.reader().read { try describe(person, in: room.number, to: &writer, on: $0) }
        } text: {
            "\(userText.visible) is an admin of \(roomText.visible)\n"
        }
    }

    /// A Member, as the API shows it to somebody who isn't in the room.
    private static func describe(
        _ person: PersonNumber, in room: RoomNumber, to json: inout JSONWriter, on connection: Connection
    ) throws {
        guard let member = try MembershipTable.membership(of: person, in: room, on: connection) else {
            throw NodeFault("they have left the room meanwhile")
        }
        var shapes = ShapeWriter(JSONWriter(), for: nil, base: "")
        _ = try People.show(person, on: connection, to: &shapes)
        shapes.member(member)
        json.raw(shapes.finish().span)
    }
}
