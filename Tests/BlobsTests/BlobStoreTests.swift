import Glibc
import Keys
import Testing

@testable import Blobs

struct BlobStoreTests {
    let folder = TemporaryFolder()

    @Test func `it opens only in a directory that is there`() {
        #expect(throws: BlobError.system(action: "open \(folder / "none")", code: ENOENT)) {
            try BlobStore(in: folder / "none")
        }
        folder.write("file", [])
        #expect(throws: BlobError.system(action: "open \(folder / "file")", code: ENOTDIR)) {
            try BlobStore(in: folder / "file")
        }
        #expect(symlink("/tmp", folder / "blobs") == 0)
        #expect(throws: BlobError.system(action: "open the folder blobs", code: ENOTDIR)) {
            try BlobStore(in: folder.path)
        }
    }

    @Test func `only one has it open at a time`() throws {
        do {
            let store = try BlobStore(in: folder.path)
            #expect(throws: BlobError.inUse) { try BlobStore(in: folder.path) }
            try store.store([1])
        }
        #expect(try BlobStore(in: folder.path).size(of: Hash([1])) == 1)
    }

    @Test func `what a crash left half written is gone at the next start, and nothing else`() async throws {
        let path: String = folder.path
        await #expect(processExitsWith: .exitCode(9)) { [path = path as String] in
            let store = try BlobStore(in: path)
            try store.store(pattern(10))
            let writer = try store.writer(bytesMax: 10)
            try writer.write(pattern(9))
            let partial = try store.partial(Hash(pattern(20)), size: 20)
            try partial.append(pattern(8))
            _exit(9)
        }
        #expect(folder.files(in: "blobs/incoming").count == 1)
        let store = try BlobStore(in: path)
        #expect(folder.files(in: "blobs/incoming") == [])
        #expect(try store.content(of: Hash(pattern(10))) == pattern(10))
        #expect(try store.partial(Hash(pattern(20)), size: 20).received == 8)
        #expect(folder.files(in: "blobs").count == 2)
    }

    @Test func `links among the leftovers are removed, not what they lead to`() throws {
        _ = try BlobStore(in: folder.path)
        folder.write("elsewhere", [1])
        #expect(symlink(folder / "elsewhere", folder / "blobs/incoming/1") == 0)
        _ = try BlobStore(in: folder.path)
        #expect(folder.files(in: "") == ["elsewhere"])
    }

    @Test func `any range of a blob is read`() throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(10_000)
        let hash = try store.store(content)
        guard let file = try store.open(hash) else { throw BlobError("open", code: ENOENT) }
        #expect(file.size == 10_000)
        for (offset, count) in [(0, 10_000), (0, 1), (9_999, 1), (5_000, 100), (9_990, 100), (0, Int.max)] {
            let end = count > 10_000 - offset ? 10_000 : offset + count
            #expect(try file.read(at: UInt64(offset), count: count) == Array(content[offset..<end]))
        }
        for offset in [10_000, 10_001, UInt64.max] { #expect(try file.read(at: offset, count: 5) == []) }
        #expect(try file.read(at: 5, count: 0) == [])
        #expect(try file.read(at: 5, count: -1) == [])
        #expect(try store.size(of: hash) == 10_000)
        #expect(try store.open(Hash([])) == nil)
        #expect(try store.size(of: Hash([])) == nil)
    }

    @Test func `its descriptor can be taken over`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store(pattern(10))
        guard let file = try store.open(hash) else { throw BlobError("open", code: ENOENT) }
        let descriptor = file.release()
        defer { close(descriptor) }
        #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(descriptor, F_GETFL) & O_ACCMODE == O_RDONLY)
    }

    @Test func `nothing but a regular file is a blob`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = Hash([])
        #expect(mkfifo(folder / "blobs/\(hash.path)", 0o600) == 0)
        #expect(throws: BlobError.system(action: "open the blob \(hash)", code: EISDIR)) { _ = try store.open(hash) }
        #expect(throws: BlobError.self) { try store.verify(hash) }
        #expect(try store.size(of: hash) == nil)
    }

    @Test func `a damaged blob is found and can be stored again`() throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(100_000)
        let hash = try store.store(content)
        #expect(try store.verify(hash) == .intact)
        #expect(try store.verify(Hash([])) == .absent)
        var damaged = content
        damaged[99_999] ^= 1
        folder.write("blobs/\(hash.path)", damaged)
        #expect(try store.verify(hash) == .damaged)
        #expect(try store.remove(hash, ifUnreferenced: { true }) == .removed)
        try store.store(content)
        #expect(try store.verify(hash) == .intact)
    }

    @Test func `all blobs are listed in order, and nothing else`() throws {
        let store = try BlobStore(in: folder.path)
        let hashes = try (0..<40).map { try store.store(pattern($0)) }.sorted()
        let some = hashes[0].path
        for foreign in ["README", "\(some.prefix(2))/note", "\(some).bak", "\(some.dropLast())"] {
            folder.write("blobs/\(foreign)", [1, 2, 3])
        }
        // The same hash in capitals is not how a blob is called.
        let name = BlobName(hashes[1])
        folder.write("blobs/\(name.folder)/\(name.file.uppercased())", [1])
        let listed = try (UInt8.min...UInt8.max).flatMap { try store.blobs(startingWith: $0) }
        #expect(listed.map(\.hash) == hashes)
        let allAsLarge = try listed.allSatisfy { try store.size(of: $0.hash) == $0.size }
        #expect(allAsLarge)
        try store.partial(Hash([0]), size: 100).append(pattern(30))
        let usage = try store.usage()
        #expect(usage.blobs == 40)
        #expect(usage.bytes == 780)
        #expect(usage.partialBytes == 30)
    }

    @Test func `the room of the file system is known`() throws {
        let space = try BlobStore(in: folder.path).space()
        var status = statvfs()
        #expect(statvfs(folder.path, &status) == 0)
        #expect(space.bytes == UInt64(status.f_blocks) * UInt64(status.f_frsize))
        #expect(space.availableBytes <= space.bytes)
    }
}
