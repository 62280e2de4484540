import Bytes
package import Keys
import Operations
package import SQLite

/// Which files a list holds.
package struct AttachmentFilter: Hashable, Sendable {
    /// The viewer: files of messages in their rooms, and uploads of their own.
    package var viewer: PersonNumber
    package var room: RoomNumber?
    package var message: MessageNumber?
    package var kind: FileJudgement.Kind?

    package init(
        for viewer: PersonNumber, in room: RoomNumber? = nil, message: MessageNumber? = nil,
        kind: FileJudgement.Kind? = nil
    ) {
        self.viewer = viewer
        self.room = room
        self.message = message
        self.kind = kind
    }
}

package enum AttachmentList {
    // MARK: One

    /// Whoever may see it. Nil where there is none.
    package static func attachment(
        _ number: AttachmentNumber, on connection: Connection
    ) throws -> AttachmentRow? {
        var row = try connection.statement(
            """
            SELECT a.id, a.room, a.message, a.uuid, a.person, a.blob, a.size, a.created, a.kind, a.content_type, a.width,
                a.height, a.ordinal, coalesce(n.bytes, t.bytes)
            FROM attachment a LEFT JOIN message m ON m.serial = a.message
            LEFT JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial) LEFT JOIN text n ON n.number = a.name
            WHERE a.id = ?1
            """)
        row.bind(1, number)
        return try row.step() ? try AttachmentRow(row) : nil
    }

    /// Of one message, in order.
    package static func attachments(
        of message: MessageNumber, on connection: Connection
    ) throws -> [AttachmentRow] {
        var rows = try connection.statement("SELECT id FROM attachment WHERE message = ?1 ORDER BY ordinal")
        rows.bind(1, message)
        var found: [AttachmentRow] = []
        while try rows.step() {
            if let row = try attachment(AttachmentNumber(rows.int64(0)), on: connection) { found.append(row) }
        }
        return found
    }

    static func show(
        of message: MessageNumber, _ files: [Attachment], on connection: Connection,
        to visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        var rows = try connection.statement(
            """
            SELECT id, room, message, uuid, person, blob, size, created, kind, content_type, width, height, ordinal
            FROM attachment WHERE message = ?1 ORDER BY ordinal
            """)
        rows.bind(1, message)
        while try rows.step() {
            guard files.indices.contains(rows.int(12)) else { continue }
            visitor.attachment(try AttachmentRow(rows, files[rows.int(12)]))
        }
    }

    // MARK: Lists

    /// Newest first.
    package static func page(
        _ filter: AttachmentFilter, _ window: ListWindow, on connection: Connection
    ) throws -> [AttachmentRow] {
        try connection.snapshot {
            try NewestFiles(filter, on: connection).numbers(window).compactMap {
                try attachment(AttachmentNumber($0), on: connection)
            }
        }
    }

    /// Exact. Of messages it is a sum over rooms, not over files.
    package static func count(_ filter: AttachmentFilter, on connection: Connection) throws -> Int {
        try connection.snapshot { try NewestFiles(filter, on: connection).count() }
    }

    // MARK: Bytes that have come

    /// Those of a blob in a room that nobody has looked into yet.
    package static func unjudged(
        _ blob: Hash, in room: RoomNumber, on connection: Connection
    ) throws -> [AttachmentRow] {
        var rows = try connection.statement(
            "SELECT id FROM attachment WHERE blob = ?1 AND room = ?2 AND kind IS NULL ORDER BY id")
        rows.bind(1, blob.bytes)
        rows.bind(2, room)
        var found: [AttachmentRow] = []
        while try rows.step() {
            if let row = try attachment(AttachmentNumber(rows.int64(0)), on: connection) { found.append(row) }
        }
        return found
    }

    /// Its bytes are here, and are this.
    package static func judge(
        _ number: AttachmentNumber, _ judgement: FileJudgement, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "UPDATE attachment SET kind = ?2, content_type = ?3, width = ?4, height = ?5 WHERE id = ?1")
        row.bind(1, number)
        row.bind(2, judgement.kind.rawValue)
        row.bind(3, judgement.contentType)
        row.bind(4, judgement.width)
        row.bind(5, judgement.height)
        try row.run()
    }
}

extension AttachmentRow {
    /// With a last column that holds an upload's name or the message that carries it.
    fileprivate init(_ row: borrowing Statement) throws {
        if row.isNull(2) {
            try self.init(row, name: row.string(13), type: row.optionalString(9) ?? "")
        } else {
            let files = MessageSpans(row.bytes(13))?.attachments ?? []
            guard files.indices.contains(row.int(12)) else { throw StoreFault.damaged("attachment \(row.int64(0))") }
            try self.init(row, files[row.int(12)])
        }
    }

    fileprivate init(_ row: borrowing Statement, _ file: Attachment) throws {
        try self.init(row, name: file.name, type: file.type)
    }

    private init(_ row: borrowing Statement, name: String, type: String) throws {
        number = AttachmentNumber(row.int64(0))
        room = RoomNumber(row.int64(1))
        message = row.optionalNumber(2)
        uuid = row.uuid(3)
        person = PersonNumber(row.int64(4))
        blob = Hash(bytes: try row.bytes32(5))
        size = row.int64(6)
        created = row.moment(7)
        judgement = row.optionalInt64(8).map { kind in
            FileJudgement(
                kind: FileJudgement.Kind(rawValue: kind) ?? .other, contentType: row.string(9),
                width: row.optionalInt64(10), height: row.optionalInt64(11))
        }
        self.name = name
        self.type = type
    }
}
