import Glibc
package import Keys

extension BlobStore {
    /// The blobs whose hash begins with this byte, in order. All of them are 256 such questions, each a small part
    /// of the whole however many there are, and with room for other work in between: a collection of garbage or a
    /// verification goes through the bytes 0 to 255.
    package func blobs(startingWith first: UInt8) throws(BlobError) -> [StoredBlob] {
        let name = BlobName.folder(first)
        let folder = try folder(name)
        var blobs: [StoredBlob] = []
        try folder.forEachName { file throws(BlobError) in
            // Gone since it was listed, or none of ours.
            guard let hash = BlobName.hash(folder: name, file: file), let status = try folder.status(of: file),
                status.isRegular
            else { return }
            blobs.append(StoredBlob(hash: hash, size: status.size))
        }
        return blobs.sorted { $0.hash < $1.hash }
    }

    /// What all of it takes, counted file by file.
    package func usage() throws(BlobError) -> BlobUsage {
        var usage = BlobUsage()
        for first in UInt8.min...UInt8.max {
            for blob in try blobs(startingWith: first) {
                usage.blobs += 1
                usage.bytes += blob.size
            }
        }
        try partial.forEachName { name throws(BlobError) in
            guard let status = try partial.status(of: name), status.isRegular else { return }
            usage.partialBytes += status.size
        }
        return usage
    }

    /// The room in the file system that the blobs lie in.
    package func space() throws(BlobError) -> FileSystemSpace {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { throw BlobError("examine the file system of the blobs") }
        let unit = UInt64(status.f_frsize)
        return FileSystemSpace(
            bytes: UInt64(status.f_blocks) &* unit,
            availableBytes: UInt64(status.f_bavail) &* unit)
    }
}

package struct StoredBlob: Hashable, Sendable {
    package let hash: Hash
    package let size: UInt64
}

package struct BlobUsage: Hashable, Sendable {
    package fileprivate(set) var blobs = 0
    package fileprivate(set) var bytes: UInt64 = 0
    /// Of fetches that are under way or broke off.
    package fileprivate(set) var partialBytes: UInt64 = 0
}

package struct FileSystemSpace: Hashable, Sendable {
    package let bytes: UInt64
    /// For a process that is not root.
    package let availableBytes: UInt64
}
