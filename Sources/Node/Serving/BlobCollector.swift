import Blobs
import Bytes
import Chat
import Keys
import SQLite
import Store
import Synchronization

/// Removes files that nothing refers to any more: those that somebody has just let go of soon, and now and then
/// whatever else lies there, such as after a crash.
final class BlobCollector: Sendable {
    /// So long a fetch may be broken off and still go on from where it was.
    private static let partialMilliseconds: Int64 = 86_400_000

    private let blobs: BlobStore
    private let databasePath: String
    private let released = Mutex<Set<Hash>>([])

    init(_ blobs: BlobStore, databaseAt path: String) {
        self.blobs = blobs
        databasePath = path
    }

    /// Perhaps nothing refers to these any more. From any thread.
    func release(_ hashes: Set<Hash>) {
        guard !hashes.isEmpty else { return }
        released.withLock { $0.formUnion(hashes) }
    }

    /// What was let go of since the last time.
    func collectReleased() throws {
        let hashes = released.withLock { released in
            defer { released = [] }
            return released
        }
        guard !hashes.isEmpty else { return }
        let reader = Reader(databasePath)
        for hash in hashes.sorted() { try collect(hash, with: reader) }
    }

    /// Of all that is there, what has a name beginning with this byte: a small part of it.
    func collect(startingWith first: UInt8) throws {
        let reader = Reader(databasePath)
        for blob in try blobs.blobs(startingWith: first) { try collect(blob.hash, with: reader) }
    }

    /// What was begun to be fetched and has come no further for a day: what it belonged to may be deleted meanwhile, and who
    /// still wants it begins anew.
    func removePartials(at now: Timestamp) throws {
        _ = try blobs.removePartials(olderThan: now.later(byMilliseconds: -Self.partialMilliseconds))
    }

    private func collect(_ hash: Hash, with reader: Reader) throws {
        _ = try blobs.remove(
            hash,
            ifUnreferenced: {
                try reader.read { try !BlobReferences.isReferred(to: hash, on: $0) }
            })
    }
}
