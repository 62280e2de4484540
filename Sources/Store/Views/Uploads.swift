package import Bytes
package import Keys
import Operations
package import SQLite

/// A file on its way into a message.
package struct Upload: Hashable, Sendable {
    package var room: RoomNumber
    package var person: PersonNumber
    package var blob: Hash
    package var size: Int64
    /// As the uploader called it, made safe.
    package var name: String
    package var judgement: FileJudgement
    package var created: Timestamp

    package init(
        in room: RoomNumber, by person: PersonNumber, blob: Hash, size: Int64, name: String, judgement: FileJudgement,
        at created: Timestamp
    ) {
        self.room = room
        self.person = person
        self.blob = blob
        self.size = size
        self.name = name
        self.judgement = judgement
        self.created = created
    }
}

/// What bytes were found to be.
package struct FileJudgement: Hashable, Sendable {
    package enum Kind: Int64, Sendable, CaseIterable {
        case image = 1
        case document, audio, video, other
    }

    package var kind: Kind
    package var contentType: String
    package var width: Int64?
    package var height: Int64?

    package init(kind: Kind, contentType: String, width: Int64? = nil, height: Int64? = nil) {
        self.kind = kind
        self.contentType = contentType
        self.width = width
        self.height = height
    }
}

/// Files that were uploaded and that no message carries yet. Their numbers are those of attachments.
package enum Uploads {
    package static func add(
        _ upload: Upload, _ state: LogState, in transaction: borrowing Transaction
    ) throws -> AttachmentNumber {
        // Not in the row itself, which may be moved to another page and leave it behind.
        let name = try Texts.keep(Array(upload.name.utf8), state.log, in: transaction)
        var row = try transaction.statement(
            """
            INSERT INTO attachment (room, ordinal, person, blob, size, created, name, kind, content_type, width, height)
            VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """)
        row.bind(1, upload.room)
        row.bind(2, upload.person)
        row.bind(3, upload.blob.bytes)
        row.bind(4, upload.size)
        row.bind(5, upload.created)
        row.bind(6, name)
        row.bind(7, upload.judgement.kind.rawValue)
        row.bind(8, upload.judgement.contentType)
        row.bind(9, upload.judgement.width)
        row.bind(10, upload.judgement.height)
        try row.run()
        return AttachmentNumber(transaction.connection.lastInsertedRowID)
    }

    /// Nil where there is none, or a message carries it.
    package static func upload(
        _ number: AttachmentNumber, on connection: Connection
    ) throws(SQLiteError) -> Upload? {
        var row = try connection.statement(
            """
            SELECT a.room, a.person, a.blob, a.size, t.bytes, a.created, a.kind, a.content_type, a.width, a.height
            FROM attachment a JOIN text t ON t.number = a.name WHERE a.id = ?1 AND a.message IS NULL
            """)
        row.bind(1, number)
        guard try row.step(), let blob = Bytes32(row.bytes(2)) else { return nil }
        let judgement = FileJudgement(
            kind: FileJudgement.Kind(rawValue: row.int64(6)) ?? .other, contentType: row.string(7),
            width: row.optionalInt64(8), height: row.optionalInt64(9))
        return Upload(
            in: RoomNumber(row.int64(0)), by: PersonNumber(row.int64(1)), blob: Hash(bytes: blob), size: row.int64(3),
            name: row.string(4), judgement: judgement, at: row.moment(5))
    }

    /// The message that is about to be written carries these: it gets their numbers.
    package static func claim(
        _ numbers: [AttachmentNumber], in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        for number in numbers {
            var row = try transaction.statement("UPDATE attachment SET ordinal = 1 WHERE id = ?1 AND message IS NULL")
            row.bind(1, number)
            try row.run()
        }
    }

    /// Gone with its name. Whether nothing refers to its blob any more; nil where there was no such upload.
    package static func remove(
        _ number: AttachmentNumber, in transaction: borrowing Transaction
    ) throws -> Bool? {
        guard let upload = try upload(number, on: transaction.connection) else { return nil }
        try Texts.erase(nameOf: number, in: transaction)
        var delete = try transaction.statement("DELETE FROM attachment WHERE id = ?1")
        delete.bind(1, number)
        try delete.run()
        return try !BlobReferences.isReferred(to: upload.blob, on: transaction.connection)
    }

    /// Those of before a moment, oldest first.
    package static func expired(
        before moment: Timestamp, limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [AttachmentNumber] {
        var rows = try connection.statement(
            "SELECT id FROM attachment WHERE message IS NULL AND created < ?1 ORDER BY created LIMIT ?2")
        rows.bind(1, moment)
        rows.bind(2, limit)
        var numbers: [AttachmentNumber] = []
        while try rows.step() { numbers.append(AttachmentNumber(rows.int64(0))) }
        return numbers
    }

    // MARK: In derivation

    static func claimed(
        _ blob: Hash, by person: PersonNumber, in room: Int64, on connection: Connection
    ) throws(SQLiteError) -> AttachmentNumber? {
        var row = try connection.statement(
            """
            SELECT id FROM attachment
            WHERE blob = ?1 AND message IS NULL AND ordinal = 1 AND person = ?2 AND room = ?3 ORDER BY id LIMIT 1
            """)
        row.bind(1, blob.bytes)
        row.bind(2, person)
        row.bind(3, room)
        return try row.step() ? AttachmentNumber(row.int64(0)) : nil
    }

    static func carry(
        _ number: AttachmentNumber, in spot: MessageSpot, at ordinal: Int, _ uuid: UUID,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        try Texts.erase(nameOf: number, in: transaction)
        var row = try transaction.statement(
            "UPDATE attachment SET message = ?2, ordinal = ?3, uuid = ?4, created = ?5, name = NULL WHERE id = ?1")
        row.bind(1, number)
        row.bind(2, spot.serial)
        row.bind(3, ordinal)
        row.bind(4, uuid)
        row.bind(5, spot.time >> 16)
        try row.run()
    }
}

/// Rows of `text` that are no payloads.
enum Texts {
    static func keep(_ bytes: [UInt8], _ log: LogAccess, in transaction: borrowing Transaction) throws -> Int64 {
        let number = try log.serials.next()
        var row = try transaction.statement("INSERT INTO text (number, bytes) VALUES (?1, ?2)")
        row.bind(1, number)
        row.bind(2, copying: bytes.span)
        try row.run()
        return number
    }

    static func erase(nameOf upload: AttachmentNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            UPDATE text SET bytes = zeroblob(length(bytes)) WHERE number = (SELECT name FROM attachment WHERE id = ?1)
            """)
        row.bind(1, upload)
        try row.run()
    }
}
