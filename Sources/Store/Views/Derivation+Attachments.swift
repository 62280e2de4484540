import Bytes
import Keys
import Operations
import Replica
import SQLite

extension Derivation {
    private struct Row {
        let id: Int64
        let blob: Hash
        let ordinal: Int64
    }

    /// What a message has keeps its number, wherever it stands now; what was uploaded for it, too.
    mutating func set(
        attachments files: [Attachment], of message: Message, _ spot: MessageSpot, _ sender: PersonNumber,
        in transaction: borrowing Transaction
    ) throws {
        var former = try rows(of: spot, in: transaction)
        for (ordinal, file) in files.enumerated() {
            let repetition = files[..<ordinal].count { $0.hash == file.hash }
            let uuid = AttachmentName.uuid(of: file.hash, repetition, in: message.id)
            if let index = former.firstIndex(where: { $0.blob == file.hash }) {
                let row = former.remove(at: index)
                if row.ordinal != Int64(ordinal) { try move(row.id, to: ordinal, uuid, in: transaction) }
            } else if let upload = try Uploads.claimed(file.hash, by: sender, in: number, on: transaction.connection) {
                try Uploads.carry(upload, in: spot, at: ordinal, uuid, in: transaction)
            } else {
                try insert(file, uuid, spot, sender, at: ordinal, in: transaction)
            }
        }
        for row in former {
            var delete = try transaction.statement("DELETE FROM attachment WHERE id = ?1")
            delete.bind(1, row.id)
            try delete.run()
            unreferred.append(row.blob)
        }
    }

    private func rows(of spot: MessageSpot, in transaction: borrowing Transaction) throws -> [Row] {
        var rows = try transaction.statement(
            "SELECT id, blob, ordinal FROM attachment WHERE message = ?1 ORDER BY ordinal")
        rows.bind(1, spot.serial)
        var found: [Row] = []
        while try rows.step() {
            found.append(Row(id: rows.int64(0), blob: Hash(bytes: try rows.bytes32(1)), ordinal: rows.int64(2)))
        }
        return found
    }

    private func move(
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

    private func insert(
        _ file: Attachment, _ uuid: UUID, _ spot: MessageSpot, _ sender: PersonNumber, at ordinal: Int,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            INSERT INTO attachment (room, message, ordinal, person, blob, size, uuid, created)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        row.bind(1, number)
        row.bind(2, spot.serial)
        row.bind(3, ordinal)
        row.bind(4, sender)
        row.bind(5, file.hash.bytes)
        row.bind(6, Int64(clamping: file.size))
        row.bind(7, uuid)
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
