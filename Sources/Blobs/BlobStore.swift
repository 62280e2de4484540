import Glibc
package import Keys
import Synchronization

/// The bytes of attachments and avatars, each a file named by the plain BLAKE2b-256 of its content (what
/// `b2sum -l 256` prints):
///
///     DIRECTORY/blobs/ab/cdef…    what is published: complete, hashed, on disk; never changed
///     DIRECTORY/blobs/incoming/   what is being written; emptied when the store is opened
///     DIRECTORY/blobs/partial/    what is being fetched, under its hash; survives a restart
///
/// **References.** Which blobs are needed the caller's database knows, and it learns of a blob only after the
/// file is there. In between, a collection of garbage sees a file without a reference, and the upload of a file
/// that is there already (it is kept, not written anew) would rely on the one that is being removed. So:
///
/// - whoever stores a blob holds the `PublishedBlob` until the transaction that refers to it has been committed;
///   to refer to a blob that is there already, ask `published(_:)` for one first;
/// - whoever removes one says `remove(_:ifUnreferenced:)`, whose question is put to the database after the
///   removal has been announced. A blob that is being published is kept, and so is one that is published while the
///   question is answered.
///
/// Either the reference is committed before the question, and the answer is no; or the publication is noticed.
///
/// All of it may be used from any thread. Every call waits for the disk: none belongs on an event loop.
package final class BlobStore: Sendable {
    let incoming: Folder
    let partial: Folder
    private let root: Folder
    let claims = Mutex(BlobClaims())
    private let writers = Atomic<UInt64>(0)

    /// Opens the store in a directory that exists, and makes what is missing of it. What an earlier process left
    /// half written is removed. Since publications and removals know of each other only within one process, a
    /// second one is refused (`inUse`) until this object is gone.
    package init(in directory: String) throws(BlobError) {
        let home = try Folder(path: directory)
        try home.makeFolder("blobs")
        let root = try home.folder("blobs")
        guard flock(root.number, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK ? .inUse : BlobError("lock the folder of blobs")
        }
        // All 256 now, so that a publication has no folder to make durable on its way.
        for first in UInt8.min...UInt8.max { try root.makeFolder(BlobName.folder(first)) }
        try root.makeFolder("incoming")
        try root.makeFolder("partial")
        let incoming = try root.folder("incoming")
        let partial = try root.folder("partial")
        try incoming.forEachName { name throws(BlobError) in
            try incoming.remove(name)
        }
        try root.sync()
        try home.sync()
        self.root = root
        self.incoming = incoming
        self.partial = partial
    }

    /// Begins a new blob of at most `bytesMax` bytes. Where its size or its hash is known beforehand, anything
    /// else is refused.
    package func writer(
        bytesMax: UInt64, expecting hash: Hash? = nil, size: UInt64? = nil
    ) throws(BlobError) -> BlobWriter {
        guard size ?? 0 <= bytesMax else { throw .tooLarge(bytesMax: bytesMax) }
        let name = String(writers.wrappingAdd(1, ordering: .relaxed).newValue)
        let file = try incoming.create(name)
        return BlobWriter(self, name, file, bytesMax: bytesMax, hash: hash, size: size)
    }

    /// Opens a blob for reading; nil where there is none.
    package func open(_ hash: Hash) throws(BlobError) -> BlobFile? {
        let name = BlobName(hash)
        guard let file = try root.folder(name.folder).openToRead(name.file) else { return nil }
        return try BlobFile(file, hash)
    }

    /// The size in bytes; nil where there is no such blob.
    package func size(of hash: Hash) throws(BlobError) -> UInt64? {
        let name = BlobName(hash)
        guard let status = try root.folder(name.folder).status(of: name.file), status.isRegular else { return nil }
        return status.size
    }

    /// Reads all of a blob and compares it with its name. A damaged one serves nobody: remove it (with a
    /// question that answers true), then it can be stored again.
    package func verify(_ hash: Hash) throws(BlobError) -> BlobCondition {
        let name = BlobName(hash)
        guard let file = try root.folder(name.folder).openToRead(name.file) else { return .absent }
        var hasher = BLAKE2b()
        try file.readAll { hasher.update($0) }
        return hasher.finish() == hash ? .intact : .damaged
    }

    func folder(_ name: String) throws(BlobError) -> Folder {
        try root.folder(name)
    }

    var descriptor: Int32 { root.number }
}

package enum BlobCondition: Equatable, Sendable {
    case absent
    case intact
    case damaged
}
