import Blobs
import Chat
import EventLoop
import Glibc
import Keys
import Operations
import SQLite
import Store
import Synchronization

/// A node whose data folder is this process's own: what serving and every command work with. Writer and files are
/// opened when they are first needed, so that a command that only reads can say what is wrong with a damaged node.
final class OpenNode: Sendable {
    let folder: DataFolder
    let identity: NodeIdentity
    private let lock: FolderLock
    private let opened = Mutex(Opened())
    /// Held by whoever removes blobs that nobody needs any more, and by whoever copies all of them.
    private let collecting = Mutex(())

    private struct Opened {
        var writer: Writer<ChatState>?
        var blobs: BlobStore?
    }

    /// What a first start made, for the operator's eyes.
    struct Birth: Sendable {
        let recoveryKey: SigningKey
    }

    /// A node that is there. Brings its database to the schema of this program.
    init(_ folder: DataFolder, _ lock: FolderLock, passphrase: SecretBytes?) throws {
        self.folder = folder
        self.lock = lock
        guard let bytes = try SmallFile.read(folder.key, bytesMax: NodeKey.bytesMax) else {
            throw NodeFault("there is no node in \(folder.path)")
        }
        identity = try NodeKey.decode(bytes, under: passphrase, named: folder.key)
        if passphrase != nil, !NodeKey.isSealed(bytes) {
            try SmallFile.replace(folder.key, with: try NodeKey.encode(identity, under: passphrase))
        }
        try folder.removeLeftovers()
        try DatabaseCheck.requireRoom(in: folder)
        _ = try StoreSchema.current.prepare(databaseAt: folder.database)
        try DatabaseCheck.requireWhole(folder)
    }

    /// The node in the folder, or a new one where none was begun.
    static func findOrMake(
        _ folder: DataFolder, _ lock: FolderLock, passphrase: SecretBytes?
    ) throws -> (node: OpenNode, birth: Birth?) {
        if folder.holdsNode { return (try OpenNode(folder, lock, passphrase: passphrase), nil) }
        // Operations of ours that a database may hold were signed with another key.
        guard access(folder.database, F_OK) != 0 else {
            throw NodeFault("\(folder.path) has a database and no key: put node.key back, or restore a backup")
        }
        let (identity, recoveryKey) = try NodeKey.make()
        try SmallFile.create(folder.key, try NodeKey.encode(identity, under: passphrase))
        return (try OpenNode(folder, lock, passphrase: passphrase), Birth(recoveryKey: recoveryKey))
    }

    /// Begins the writer, which tells what was committed. Once, before anybody asks for it.
    func beginWriting(
        _ settings: ChatSettings, telling tell: @escaping @Sendable (ChatNews) -> Void
    ) throws -> Writer<ChatState> {
        try opened.withLock { opened in
            precondition(opened.writer == nil, "a database has one writer")
            let (path, identity) = (folder.database, identity)
            let writer = try Writer(path) { connection in
                try ChatState(
                    connection, databaseAt: path, as: identity, settings, random: SecureRandom(), telling: tell)
            }
            opened.writer = writer
            return writer
        }
    }

    /// For a command: of a node that doesn't serve, nobody hears what was committed.
    func writer() throws -> Writer<ChatState> {
        if let writer = opened.withLock({ $0.writer }) { return writer }
        return try beginWriting(ChatSettings(name: try name()), telling: { _ in })
    }

    /// What it was called when it last served; empty before.
    func name() throws -> String {
        try reader().read { try NodeTable.name(of: identity.node, on: $0) }
    }

    func blobs() throws -> BlobStore {
        try opened.withLock { opened in
            if let blobs = opened.blobs { return blobs }
            let blobs = try BlobStore(in: folder.path)
            opened.blobs = blobs
            return blobs
        }
    }

    /// No blob is removed meanwhile.
    func withoutCollecting<Result>(_ body: () throws -> Result) throws -> Result {
        try collecting.withLock { _ in try body() }
    }

    /// Not at all while somebody copies them.
    func collectingUnlessCopied(_ body: () throws -> Void) throws {
        try collecting.withLockIfAvailable { _ in try body() }
    }

    func reader() -> Reader {
        Reader(folder.database)
    }

    /// Does what waits, moves the log into the database and ends the writer's thread.
    func close() {
        opened.withLock { $0.writer }?.stop()
    }
}
