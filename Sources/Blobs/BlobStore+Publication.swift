package import Keys
import Synchronization

extension BlobStore {
    /// For a reference to a blob that is there already; nil where it is not.
    package func published(_ hash: Hash) throws(BlobError) -> PublishedBlob? {
        let name = BlobName(hash)
        let folder = try folder(name.folder)
        let size = try claims.withLock { claims throws(BlobError) -> UInt64? in
            guard let status = try folder.status(of: name.file), status.isRegular else { return nil }
            claims.beginPublication(hash)
            return status.size
        }
        return size.map { PublishedBlob(self, hash, size: $0) }
    }

    /// Gives a complete file that is on disk its name. Where the blob is there already, that one is kept and the
    /// new file dropped. When this throws, the file may still have its old name.
    func publish(
        _ temporary: String, of origin: borrowing Folder, as hash: Hash, size: UInt64
    ) throws(BlobError) -> PublishedBlob {
        let name = BlobName(hash)
        let folder = try folder(name.folder)
        // Names are looked at and changed under the lock, which takes microseconds; what waits for the disk
        // comes after it.
        let isThere = try claims.withLock { claims throws(BlobError) in
            let status = try folder.status(of: name.file)
            // A link, or a file that a failing disk cut short, is no blob and gives way.
            let isThere = status.map { $0.isRegular && $0.size == size } ?? false
            if !isThere { try origin.move(temporary, to: folder, as: name.file) }
            claims.beginPublication(hash)
            return isThere
        }
        let published = PublishedBlob(self, hash, size: size)
        if isThere { try origin.remove(temporary) }
        // Also for a file that was there: who renamed it may not have come to this yet.
        try folder.sync()
        try origin.sync()
        return published
    }

    /// Removes a blob, unless it is needed. The question whether it is unreferenced is asked once, without any
    /// lock, and sees every reference that was committed before it is asked.
    package func remove(_ hash: Hash, ifUnreferenced isUnreferenced: () throws -> Bool) throws -> BlobRemoval {
        guard claims.withLock({ $0.beginRemoval(hash) }) else { return .kept }
        defer { claims.withLock { $0.endRemoval(hash) } }
        guard try isUnreferenced() else { return .kept }
        let name = BlobName(hash)
        let folder = try folder(name.folder)
        let removal = try claims.withLock { claims throws(BlobError) -> BlobRemoval in
            guard !claims.isOvertaken(hash) else { return .kept }
            return try folder.remove(name.file) ? .removed : .absent
        }
        if removal == .removed { try folder.sync() }
        return removal
    }
}

/// A blob that is there, and stays at least as long as this object: to be held until a reference to it has been
/// committed.
package final class PublishedBlob: Sendable {
    package let hash: Hash
    package let size: UInt64
    private let store: BlobStore

    /// Ends a publication that its maker has begun.
    fileprivate init(_ store: BlobStore, _ hash: Hash, size: UInt64) {
        self.store = store
        self.hash = hash
        self.size = size
    }

    deinit {
        store.claims.withLock { $0.endPublication(hash) }
    }
}

package enum BlobRemoval: Equatable, Sendable {
    case removed
    /// It is referenced, or is just being published or removed by somebody else.
    case kept
    case absent
}
