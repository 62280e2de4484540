import Blobs
import Configuration
import EventLoop
import Glibc
import JSON
import SQLite
import Store

/// `restore FILE`: a data folder from a backup, or nothing at all.
enum Restoring {
    static func run(_ folder: DataFolder, _ settings: Settings) throws {
        guard let path = settings.operand("FILE") else { preconditionFailure("the table asks for it") }
        let source = try LocalTerminal(input: path)
        let isNew = !folder.exists
        try folder.make()
        let lock = try FolderLock(folder, for: settings.command)
        guard try folder.contents().isEmpty else { throw NodeFault("the folder \(folder.path) is not empty") }
        let contents: BackupContents
        do {
            contents = try withExtendedLifetime(lock) { try restore(source, into: folder) }
        } catch {
            folder.clear()
            if isNew { rmdir(folder.path) }
            throw error
        }
        guard settings.isOn("json") else { return try source.say(BackupCommand.sentence(contents, path)) }
        var writer = JSONWriter()
        BackupCommand.describe(contents, path, &writer)
        try source.say(String(decoding: writer.finish(), as: UTF8.self) + "\n")
    }

    private static func restore(_ source: LocalTerminal, into folder: DataFolder) throws -> BackupContents {
        var reader = try BackupReader { try source.read(atMost: $0) }
        let blobs = try BlobStore(in: folder.path)
        var key: [UInt8]?
        var hasDatabase = false
        var count: UInt64 = 0
        while true {
            switch try reader.next() {
            case .key(let size):
                guard key == nil, size <= UInt64(NodeKey.bytesMax) else { throw DamagedBackup() }
                var bytes: [UInt8] = []
                try reader.take(size) { bytes += $0 }
                key = bytes
            case .database(let size):
                guard !hasDatabase else { throw DamagedBackup() }
                hasDatabase = true
                try writeDatabase(folder.database, size, &reader)
            case .blob(let hash, let size):
                count += 1
                let writer = try blobs.writer(bytesMax: size, expecting: hash, size: size)
                do {
                    try reader.take(size) { try writer.write($0.span) }
                    _ = try writer.finish()
                } catch BlobError.hashMismatch {
                    throw DamagedBackup()
                }
            case .end(let contents):
                guard let key, hasDatabase, contents.blobs == count else { throw DamagedBackup() }
                _ = try StoreSchema.current.prepare(databaseAt: folder.database)
                // Last, because the key is what makes a folder a node's.
                try SmallFile.create(folder.key, key)
                return contents
            }
        }
    }

    private static func writeDatabase(_ path: String, _ size: UInt64, _ reader: inout BackupReader) throws {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let file = try Descriptor(open(path, flags, 0o600), "create \(path)")
        try reader.take(size) { piece in
            guard Console.write(piece, to: file.number) else { throw SystemError("write \(path)") }
        }
        guard fsync(file.number) == 0 else { throw SystemError("sync \(path)") }
    }
}
