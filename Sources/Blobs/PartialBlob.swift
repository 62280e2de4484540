package import Bytes
import Glibc
package import Keys
import Synchronization

/// A blob whose hash and size are known and which is fetched piece by piece, from its beginning. What has come
/// stays on disk under that hash when the fetch breaks off, and `received` says where the next one goes on, also
/// after a restart. A power failure may leave wrong bytes; like a peer's lie they are found at the end.
///
/// It belongs to the thread that made it; while it exists nobody else can fetch the same blob.
package final class PartialBlob {
    package let hash: Hash
    package let size: UInt64
    /// How many bytes are there: the offset to ask for.
    package private(set) var received: UInt64 = 0
    private let store: BlobStore
    private let name: String
    private let file: OwnedFile
    private var hasher = BLAKE2b()
    private var state = WritingState.open

    package var isComplete: Bool { received == size }

    fileprivate init(_ store: BlobStore, _ hash: Hash, size: UInt64) throws(BlobError) {
        let name = hash.description
        let file = try store.partial.openToAppend(name)
        let status = try file.status()
        guard status.isRegular else { throw BlobError("open a partial blob", code: EISDIR) }
        if status.size > size { try file.truncate(to: 0) }
        var hasher = BLAKE2b()
        received = try file.readAll { hasher.update($0) }
        self.store = store
        self.hash = hash
        self.size = size
        self.name = name
        self.hasher = hasher
        self.file = file
    }

    deinit {
        store.claims.withLock { $0.endFetch(hash) }
    }

    /// Forgets what has come.
    package func beginAnew() throws(BlobError) {
        try state.check()
        try file.truncate(to: 0)
        received = 0
        hasher = BLAKE2b()
    }

    /// Appends what has come from `received` on. When that fails, what was there before is still there, unless
    /// it fails for want of room: then the room is given back.
    package func append(_ bytes: Span<UInt8>) throws(BlobError) {
        try state.check()
        let count = UInt64(bytes.count)
        guard count <= size - received else { throw .sizeMismatch(expected: size, found: received + count) }
        do throws(BlobError) {
            try file.write(bytes)
        } catch {
            state = .failed(error)
            // A part of it may have been written, which the hasher has not seen.
            if error == .noRoom { drop() } else { try file.truncate(to: received) }
            throw error
        }
        hasher.update(bytes)
        received += count
    }

    /// Publishes a complete blob. One that lacks something stays as it is (`sizeMismatch`). One that is wrong
    /// (`hashMismatch`), or that the disk fails to keep, is gone and has to be fetched from its beginning.
    package func finish() throws(BlobError) -> PublishedBlob {
        try state.check()
        guard isComplete else { throw .sizeMismatch(expected: size, found: received) }
        do throws(BlobError) {
            let found = hasher.finish()
            guard found == hash else { throw .hashMismatch(expected: hash, found: found) }
            try file.sync()
            let published = try store.publish(name, of: store.partial, as: hash, size: size)
            state = .over
            return published
        } catch {
            // Not to be tried again even after a failed sync: the next one would promise what the kernel has
            // given up already.
            state = .failed(error)
            drop()
            throw error
        }
    }

    /// Gives it up for good.
    package func discard() {
        guard case .open = state else { return }
        state = .over
        drop()
    }

    private func drop() {
        // What can't be removed now is removed for its age.
        _ = try? store.partial.remove(name)
    }
}

extension BlobStore {
    /// Begins to fetch a blob, or goes on where an earlier fetch broke off, which reads what is there. Throws
    /// `beingFetched` while somebody else is at it.
    package func partial(_ hash: Hash, size: UInt64) throws(BlobError) -> PartialBlob {
        guard claims.withLock({ $0.beginFetch(hash) }) else { throw .beingFetched }
        do throws(BlobError) {
            return try PartialBlob(self, hash, size: size)
        } catch {
            claims.withLock { $0.endFetch(hash) }
            throw error
        }
    }

    /// Removes what was last added to before `moment` and is not being fetched right now. How many that were.
    package func removePartials(olderThan moment: Timestamp) throws(BlobError) -> Int {
        var removed = 0
        try partial.forEachName { name throws(BlobError) in
            guard let hash = Hash(hex: name) else { return }
            let isRemoved = try claims.withLock { claims throws(BlobError) in
                guard !claims.isBeingFetched(hash), let status = try partial.status(of: name),
                    status.modifiedMilliseconds < moment.milliseconds
                else { return false }
                return try partial.remove(name)
            }
            if isRemoved { removed += 1 }
        }
        return removed
    }
}
