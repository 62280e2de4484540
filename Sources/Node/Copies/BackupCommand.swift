import Blobs
import Configuration
import EventLoop
import Glibc
import JSON
import SQLite
import Synchronization

/// `backup FILE`: all of a node as of one moment, while it goes on.
enum BackupCommand {
    private static let copies = Atomic<Int>(0)

    static func run(_ context: Commands.Context) throws {
        // Blobs that are referred to now stay until all of them are copied.
        let contents = try context.node.withoutCollecting { try write(context) }
        guard context.settings.operand("FILE") != "-" else { return }
        try report(contents, in: context)
    }

    static func report(_ contents: BackupContents, in context: Commands.Context) throws {
        let file = context.settings.operand("FILE") ?? "-"
        try context.print { writer in
            describe(contents, file, &writer)
        } text: {
            sentence(contents, file)
        }
    }

    static func describe(_ contents: BackupContents, _ file: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("file")
        writer.string(file)
        writer.key("bytes")
        writer.integer(Int64(clamping: contents.bytes))
        writer.key("rooms")
        writer.integer(Int64(clamping: contents.rooms))
        writer.key("operations")
        writer.integer(Int64(clamping: contents.operations))
        writer.key("files")
        writer.integer(Int64(clamping: contents.blobs))
        writer.endObject()
    }

    static func sentence(_ contents: BackupContents, _ file: String) -> String {
        "\(file): \(contents.rooms) rooms, \(contents.operations) operations, \(contents.blobs) files, "
            + "\(contents.bytes) bytes\n"
    }

    private static func write(_ context: Commands.Context) throws -> BackupContents {
        let node = context.node
        guard let key = try SmallFile.read(node.folder.key, bytesMax: NodeKey.bytesMax) else {
            throw NodeFault("there is no key in \(node.folder.path)")
        }
        let (database, counts) = try copyDatabase(context)
        let blobs = try node.blobs()
        let usage = try blobs.usage()
        let total = database.size + usage.bytes
        var done: UInt64 = 0
        var writer = try BackupWriter { try context.terminal.write($0) }
        try writer.begin(.key, size: UInt64(key.count))
        try writer.put(key)
        try writer.begin(.database, size: database.size)
        try database.forEachPiece { piece in
            try writer.put(piece)
            done += UInt64(piece.count)
            context.terminal.show(Progress(done: done, total: total))
        }
        for first in UInt8.min...UInt8.max {
            for blob in try blobs.blobs(startingWith: first) {
                guard let file = try blobs.open(blob.hash) else { continue }
                try writer.begin(blob: blob.hash, size: file.size)
                var offset: UInt64 = 0
                while offset < file.size {
                    let piece = try file.read(at: offset, count: BackupFormat.pieceBytes)
                    guard !piece.isEmpty else { throw NodeFault("the file \(blob.hash) is shorter than it was") }
                    try writer.put(piece)
                    offset += UInt64(piece.count)
                    done += UInt64(piece.count)
                    context.terminal.show(Progress(done: done, total: total))
                }
            }
        }
        try writer.finish(rooms: counts.rooms, operations: counts.operations)
        return writer.contents
    }

    /// A copy beside the database, which has no name any more when this returns.
    private static func copyDatabase(
        _ context: Commands.Context
    ) throws -> (file: DatabaseCopy, counts: (rooms: UInt64, operations: UInt64)) {
        let number = copies.wrappingAdd(1, ordering: .relaxed).newValue
        let path = "\(context.node.folder.path)/\(DataFolder.copyPrefix)\(number)"
        defer { unlink(path) }
        let counts = try context.node.reader().read { connection in
            try connection.snapshot {
                let counts = (
                    rooms: try count("SELECT count(*) FROM room WHERE nature <> 2", on: connection),
                    operations: try count("SELECT count(*) FROM operation", on: connection)
                )
                let bytes =
                    try count("PRAGMA page_count", on: connection) * count("PRAGMA page_size", on: connection)
                try checkRoom(for: bytes, in: context.node.folder.path)
                try connection.backUp(to: path)
                return counts
            }
        }
        return (try DatabaseCopy(path), counts)
    }

    /// What would fill the disk is not begun: a node that can't write takes nothing more.
    static func checkRoom(
        for bytes: UInt64, in folder: String, free: (String) throws -> Int = { try DatabaseFile.freeBytes(at: $0) }
    ) throws {
        let left = try free(folder)
        let needed = bytes + spareBytes
        guard UInt64(clamping: left) >= needed else {
            throw NodeFault("a backup needs \(needed) free bytes in the data folder for a while, and there are \(left)")
        }
    }

    /// Left for what is written meanwhile.
    private static let spareBytes: UInt64 = 67_108_864

    private static func count(_ sql: StaticString, on connection: Connection) throws -> UInt64 {
        var row = try connection.statement(sql)
        return try row.step() ? UInt64(clamping: row.int64(0)) : 0
    }
}

/// A finished copy of the database, open for reading.
private struct DatabaseCopy {
    let size: UInt64
    private let file: OpenFile

    init(_ path: String) throws(SystemError) {
        file = try OpenFile(path: path)
        size = file.size
    }

    func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        var offset: UInt64 = 0
        var room = [UInt8](repeating: 0, count: BackupFormat.pieceBytes)
        while offset < size {
            let count = pread(file.descriptor.number, &room, room.count, off_t(offset))
            guard count > 0 else { throw SystemError("read the copy of the database") }
            try body(Array(room[..<count]))
            offset += UInt64(count)
        }
    }
}
