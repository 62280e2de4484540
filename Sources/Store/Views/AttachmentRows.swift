import Bytes
import Keys
import Operations
import SQLite

/// The rows of files that messages carry.
enum AttachmentRows {
    private struct Row {
        let id: Int64
        let ordinal: Int
        let file: RoomRecount.File
        let room: Int64
    }

    /// What a message has keeps its number, wherever it stands now; what was uploaded for it, too. The blobs to which it refers no
    /// more.
    static func set(
        _ files: [RoomRecount.File], of spot: MessageSpot, in room: Int64, in transaction: borrowing Transaction
    ) throws -> [Hash] {
        var former = try rows(of: spot, in: transaction)
        for (ordinal, file) in files.enumerated() {
            let sender = PersonNumber(file.person)
            let known =
                former.firstIndex { $0.file.uuid == file.uuid } ?? former.firstIndex { $0.file.blob == file.blob }
            if let known {
                let row = former.remove(at: known)
                if row.ordinal != ordinal || row.file != file || row.room != room {
                    try change(row.id, to: file, in: room, at: ordinal, in: transaction)
                }
            } else if let upload = try Uploads.claimed(file.blob, by: sender, in: room, on: transaction.connection) {
                try Uploads.carry(upload, in: spot, at: ordinal, file.uuid, in: transaction)
            } else {
                try insert(file, spot, in: room, at: ordinal, in: transaction)
            }
        }
        for row in former {
            var delete = try transaction.statement("DELETE FROM attachment WHERE id = ?1")
            delete.bind(1, row.id)
            try delete.run()
        }
        return former.map(\.file.blob)
    }

    private static func rows(of spot: MessageSpot, in transaction: borrowing Transaction) throws -> [Row] {
        var rows = try transaction.statement(
            """
            SELECT id, ordinal, room, blob, size, uuid, person, created FROM attachment WHERE message = ?1
            ORDER BY ordinal
            """)
        rows.bind(1, spot.serial)
        var found: [Row] = []
        while try rows.step() {
            let file = RoomRecount.File(
                blob: Hash(bytes: Bytes32(rows.bytes(3)) ?? Bytes32()), size: rows.int64(4),
                uuid: rows.uuid(5) ?? UUID(high: 0, low: 0), person: rows.int64(6), created: rows.int64(7))
            found.append(Row(id: rows.int64(0), ordinal: rows.int(1), file: file, room: rows.int64(2)))
        }
        return found
    }

    private static func change(
        _ id: Int64, to file: RoomRecount.File, in room: Int64, at ordinal: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        // Two of the same blob may change places, and each takes the uuid of its own.
        var clear = try transaction.statement("UPDATE attachment SET uuid = NULL WHERE uuid = ?1 AND id <> ?2")
        clear.bind(1, file.uuid)
        clear.bind(2, id)
        try clear.run()
        var row = try transaction.statement(
            """
            UPDATE attachment SET room = ?2, ordinal = ?3, person = ?4, blob = ?5, size = ?6, uuid = ?7, created = ?8
            WHERE id = ?1
            """)
        row.bind(1, id)
        row.bind(2, room)
        row.bind(3, ordinal)
        row.bind(4, file.person)
        row.bind(5, file.blob.bytes)
        row.bind(6, file.size)
        row.bind(7, file.uuid)
        row.bind(8, file.created)
        try row.run()
    }

    private static func insert(
        _ file: RoomRecount.File, _ spot: MessageSpot, in room: Int64, at ordinal: Int,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            INSERT INTO attachment (room, message, ordinal, person, blob, size, uuid, created)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        row.bind(1, room)
        row.bind(2, spot.serial)
        row.bind(3, ordinal)
        row.bind(4, file.person)
        row.bind(5, file.blob.bytes)
        row.bind(6, file.size)
        row.bind(7, file.uuid)
        row.bind(8, file.created)
        try row.run()
    }
}
