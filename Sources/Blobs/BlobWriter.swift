import Keys

/// A blob on its way to disk, hashed as it comes. Until `finish` there is nothing to be found under its hash, and
/// unless that succeeds nothing stays behind: not of one that is abandoned (`abandon`, or letting go of the
/// writer), that is too large, that is not what was expected, or that the disk has no room for.
///
/// It belongs to the thread that made it.
package final class BlobWriter {
    private let store: BlobStore
    private let name: String
    private let file: OwnedFile
    private let bytesMax: UInt64
    private let expectedHash: Hash?
    private let expectedSize: UInt64?
    private var hasher = BLAKE2b()
    private var state = WritingState.open
    /// How many bytes have come.
    package private(set) var size: UInt64 = 0

    init(
        _ store: BlobStore, _ name: String, _ file: consuming OwnedFile, bytesMax: UInt64, hash: Hash?, size: UInt64?
    ) {
        self.store = store
        self.name = name
        self.file = file
        self.bytesMax = bytesMax
        expectedHash = hash
        expectedSize = size
    }

    deinit {
        abandon()
    }

    /// Appends. Who goes on after a failure fails in the same way.
    package func write(_ bytes: Span<UInt8>) throws(BlobError) {
        try orFail { () throws(BlobError) in
            let count = UInt64(bytes.count)
            guard count <= bytesMax - size else { throw .tooLarge(bytesMax: bytesMax) }
            if let expectedSize, count > expectedSize - size {
                throw .sizeMismatch(expected: expectedSize, found: size + count)
            }
            try file.write(bytes)
            hasher.update(bytes)
            size += count
        }
    }

    /// Publishes what has come. When this returns, the blob is on disk under its hash.
    package func finish() throws(BlobError) -> PublishedBlob {
        let published = try orFail { () throws(BlobError) in
            if let expectedSize, size != expectedSize {
                throw .sizeMismatch(expected: expectedSize, found: size)
            }
            let hash = hasher.finish()
            if let expectedHash, hash != expectedHash {
                throw .hashMismatch(expected: expectedHash, found: hash)
            }
            try file.sync()
            return try store.publish(name, of: store.incoming, as: hash, size: size)
        }
        state = .over
        return published
    }

    /// Drops what has come. A writer that is finished or has failed has nothing to drop.
    package func abandon() {
        guard case .open = state else { return }
        state = .over
        drop()
    }

    private func orFail<Result>(_ body: () throws(BlobError) -> Result) throws(BlobError) -> Result {
        try state.check()
        do throws(BlobError) {
            return try body()
        } catch {
            state = .failed(error)
            drop()
            throw error
        }
    }

    private func drop() {
        // What can't be removed now is removed when the store is opened again.
        _ = try? store.incoming.remove(name)
    }
}

/// Whether a blob can still be written.
enum WritingState {
    case open
    case failed(BlobError)
    case over

    /// Throws again what it failed with.
    func check() throws(BlobError) {
        switch self {
        case .open: break
        case .failed(let error): throw error
        case .over: preconditionFailure("A blob is written before it is finished, abandoned or discarded")
        }
    }
}
