import Bytes
import Keys
import Operations
import SQLite

/// The rows of files that messages carry.
enum AttachmentRows {
    private struct Row {
        let id: Int64
        let blob: Hash
        let ordinal: Int64
    }

    /// What a message has keeps its number, wherever it stands now; what was uploaded for it, too. The blobs to which it refers no
    /// more.
    static func set(
        _ files: [RoomRecount.File], of spot: MessageSpot, in room: Int64, in transaction: borrowing Transaction
    ) throws -> [Hash] {
        var former = try rows(of: spot, in: transaction)
        for (ordinal, file) in files.enumerated() {
            let sender = PersonNumber(file.person)
            if let index = former.firstIndex(where: { $0.blob == file.blob }) {
                let row = former.remove(at: index)
                if row.ordinal != Int64(ordinal) { try move(row.id, to: ordinal, file.uuid, in: transaction) }
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
        return former.map(\.blob)
    }

    private static func rows(of spot: MessageSpot, in transaction: borrowing Transaction) throws -> [Row] {
        var rows = try transaction.statement(
            "SELECT id, blob, ordinal FROM attachment WHERE message = ?1 ORDER BY ordinal")
        rows.bind(1, spot.serial)
        var found: [Row] = []
        while try rows.step() {
            found.append(Row(id: rows.int64(0), blob: Hash(bytes: try rows.bytes32(1)), ordinal: rows.int64(2)))
        }
        return found
    }

    private static func move(
        _ id: Int64, to ordinal: Int, _ uuid: UUID, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        // Two of the same blob may change places, and each takes the uuid of its own.
        var clear = try transaction.statement("UPDATE attachment SET uuid = NULL WHERE uuid = ?1 AND id <> ?2")
        clear.bind(1, uuid)
        clear.bind(2, id)
        try clear.run()
        var row = try transaction.statement("UPDATE attachment SET ordinal = ?2, uuid = ?3 WHERE id = ?1")
        row.bind(1, id)
        row.bind(2, ordinal)
        row.bind(3, uuid)
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
        row.bind(8, spot.time >> 16)
        try row.run()
    }
}

enum AttachmentName {
    /// The same on every node (Spec/operations.md, section 4); a file that a message has twice is told apart by `repetition`.
    static func uuid(of blob: Hash, _ repetition: Int, in message: OperationID) -> UUID {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(65)
        message.bytes.withSpan { bytes.append(copying: $0) }
        blob.bytes.withSpan { bytes.append(copying: $0) }
        bytes.append(UInt8(clamping: repetition))
        return OperationID(Hash(.attachment, of: bytes.span).bytes).uuid
    }
}
