import Blobs
import Bytes
import Configuration
import JSON
import Keys
import Operations
import SQLite
import Store

/// `export ROOM`: a room as lines of JSON, with its files (Spec/storage.md, section 10).
enum RoomExport {
    static let version: Int64 = 1
    /// Of a file, in one line.
    static let pieceBytes = 196_608

    static func run(_ context: Commands.Context) throws {
        guard let operand = context.settings.operand("ROOM") else { preconditionFailure("the table asks for it") }
        var (operations, fileCount) = (0, 0)
        var lines = Lines(context.terminal)
        let hashes = try context.node.reader().read { connection in
            try connection.snapshot {
                let room = try RoomOperand.room(operand, on: connection)
                try lines.add { writer in
                    writer.key("parley")
                    writer.string("room")
                    writer.key("version")
                    writer.integer(version)
                    writer.key("id")
                    writer.string(room.id.description)
                    writer.key("uuid")
                    writer.uuid(room.id.uuid)
                }
                let rooms = try LoggedRooms(connection)
                try rooms.forEachRun(of: room.id) { run, count in
                    operations += count
                    try lines.add("run", run)
                }
                let beside = try rooms.besideOperations(of: room.id)
                for register in beside.registers { try lines.add("register", register) }
                for proof in beside.proofs { try lines.add("proof", proof) }
                return try files(of: room.number, on: connection)
            }
        }
        for hash in hashes where try export(hash, from: context.node.blobs(), into: &lines) { fileCount += 1 }
        try lines.add { writer in
            writer.key("end")
            writer.bool(true)
            writer.key("operations")
            writer.integer(operations)
            writer.key("files")
            writer.integer(fileCount)
        }
        try lines.finish()
    }

    private static func files(of room: RoomNumber, on connection: Connection) throws -> [Hash] {
        var rows = try connection.statement(
            """
            SELECT blob FROM attachment WHERE room = ?1 AND message IS NOT NULL
            UNION SELECT blob FROM avatar WHERE is_person = 0 AND subject = ?1 ORDER BY 1
            """)
        rows.bind(1, room)
        var hashes: [Hash] = []
        while try rows.step() {
            if let bytes = Bytes32(rows.bytes(0)) { hashes.append(Hash(bytes: bytes)) }
        }
        return hashes
    }

    /// False for one that isn't here: it may not have come yet.
    private static func export(_ hash: Hash, from blobs: BlobStore, into lines: inout Lines) throws -> Bool {
        guard let file = try blobs.open(hash) else { return false }
        var offset: UInt64 = 0
        repeat {
            let piece = try file.read(at: offset, count: pieceBytes)
            guard !piece.isEmpty || file.size == 0 else { throw NodeFault("the file \(hash) is shorter than it was") }
            try lines.add { writer in
                writer.key("file")
                writer.string(hash.description)
                writer.key("size")
                writer.integer(Int64(clamping: file.size))
                writer.key("data")
                writer.string(Base64.url.encode(piece))
            }
            offset += UInt64(piece.count)
        } while offset < file.size
        return true
    }

    /// Lines on their way, some at once.
    private struct Lines {
        private let terminal: any Terminal
        private var waiting: [UInt8] = []

        init(_ terminal: any Terminal) {
            self.terminal = terminal
        }

        mutating func add(_ members: (inout JSONWriter) -> Void) throws {
            var writer = JSONWriter(appendingTo: waiting)
            writer.beginObject()
            members(&writer)
            writer.endObject()
            waiting = writer.finish() + [UInt8(ascii: "\n")]
            if waiting.count >= 65_536 { try finish() }
        }

        mutating func add(_ key: StaticString, _ bytes: [UInt8]) throws {
            try add { writer in
                writer.key(key)
                writer.string(Base64.url.encode(bytes))
            }
        }

        mutating func finish() throws {
            if !waiting.isEmpty { try terminal.write(waiting) }
            waiting = []
        }
    }
}
