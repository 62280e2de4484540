import Glibc
import Keys
import Testing

@testable import Blobs

struct BlobWriterTests {
    let folder = TemporaryFolder()

    /// As `b2sum -l 256` prints it.
    private let nameOfABC = "bd/dd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"

    @Test(arguments: [1, 7, 65_536, 200_000])
    func `content comes to lie under its hash, however it arrives`(pieceBytes: Int) throws {
        let store = try BlobStore(in: folder.path)
        for content in [[], Array("abc".utf8), pattern(pieceBytes == 1 ? 3_000 : 200_000)] {
            let writer = try store.writer(bytesMax: 200_000)
            for start in stride(from: 0, to: content.count, by: pieceBytes) {
                try writer.write(content.span.extracting(start..<min(start + pieceBytes, content.count)))
            }
            #expect(writer.size == UInt64(content.count))
            let published = try writer.finish()
            #expect(published.hash == Hash(content))
            #expect(published.size == UInt64(content.count))
            #expect(folder.read("blobs/\(published.hash.path)") == content)
        }
        #expect(folder.files(in: "blobs").count == 3)
        #expect(folder.read("blobs/\(nameOfABC)") == Array("abc".utf8))
    }

    @Test func `nobody else may look into it`() throws {
        let store = try BlobStore(in: folder.path)
        try store.store(Array("abc".utf8))
        #expect(folder.permissions("blobs/\(nameOfABC)") == 0o600)
        for name in ["blobs", "blobs/bd", "blobs/incoming", "blobs/partial"] {
            #expect(folder.permissions(name) == 0o700)
        }
    }

    @Test func `one byte above the limit is refused, and leaves nothing`() throws {
        let store = try BlobStore(in: folder.path)
        let exact = try store.writer(bytesMax: 5)
        try exact.write(pattern(5))
        #expect(try exact.finish().size == 5)

        let writer = try store.writer(bytesMax: 5)
        try writer.write(pattern(3))
        #expect(throws: BlobError.tooLarge(bytesMax: 5)) { try writer.write(pattern(3)) }
        #expect(folder.files(in: "blobs/incoming") == [])
        // And who does not listen hears it again.
        #expect(throws: BlobError.tooLarge(bytesMax: 5)) { try writer.write([1]) }
        #expect(throws: BlobError.tooLarge(bytesMax: 5)) { try writer.finish() }
        #expect(folder.files(in: "blobs") == [Hash(pattern(5)).path])

        #expect(throws: BlobError.tooLarge(bytesMax: 5)) { try store.writer(bytesMax: 5, size: 6) }
        #expect(folder.files(in: "blobs/incoming") == [])
    }

    @Test func `what is not what was expected is refused, and leaves nothing`() throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(100)
        let hash = Hash(content)

        let short = try store.writer(bytesMax: 200, expecting: hash, size: 100)
        try short.write(content.span.extracting(0..<99))
        #expect(throws: BlobError.sizeMismatch(expected: 100, found: 99)) { try short.finish() }
        // Too much is noticed as soon as it comes.
        let long = try store.writer(bytesMax: 200, expecting: hash, size: 100)
        try long.write(content)
        #expect(throws: BlobError.sizeMismatch(expected: 100, found: 101)) { try long.write([0]) }
        let other = try store.writer(bytesMax: 200, expecting: hash)
        try other.write(pattern(99))
        #expect(throws: BlobError.hashMismatch(expected: hash, found: Hash(pattern(99)))) { try other.finish() }
        #expect(folder.files(in: "blobs") == [])

        let right = try store.writer(bytesMax: 200, expecting: hash, size: 100)
        try right.write(content)
        #expect(try right.finish().hash == hash)
    }

    @Test func `an abandoned blob leaves nothing`() throws {
        let store = try BlobStore(in: folder.path)
        let writer = try store.writer(bytesMax: 10)
        try writer.write(pattern(10))
        #expect(folder.files(in: "blobs").count == 1)
        writer.abandon()
        #expect(folder.files(in: "blobs") == [])
        do {
            let forgotten = try store.writer(bytesMax: 10)
            try forgotten.write(pattern(10))
        }
        #expect(folder.files(in: "blobs") == [])
    }

    @Test func `content that is there already is kept as it is`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store(pattern(1_000))
        let before = folder.status("blobs/\(hash.path)")
        #expect(try store.store(pattern(1_000)) == hash)
        let after = folder.status("blobs/\(hash.path)")
        #expect(before.st_ino == after.st_ino)
        #expect(folder.files(in: "blobs") == [hash.path])
    }

    @Test func `many write the same content at once`() async throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(50_000)
        let hashes = try await withThrowingTaskGroup(of: Hash.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let own = try store.writer(bytesMax: 100_000)
                    for start in stride(from: 0, to: content.count, by: 10_000) {
                        try own.write(content.span.extracting(start..<start + 10_000))
                    }
                    try store.store(pattern(writer))
                    return try own.finish().hash
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(hashes == Array(repeating: Hash(content), count: 8))
        #expect(try store.content(of: Hash(content)) == content)
        #expect(folder.files(in: "blobs").count == 9)
    }

    @Test func `a link that was planted in a blob's place gives way and is not followed`() throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(20)
        let hash = Hash(content)
        folder.write("elsewhere", Array("untouched".utf8))
        #expect(symlink(folder / "elsewhere", folder / "blobs/\(hash.path)") == 0)
        #expect(throws: BlobError.system(action: "open \(BlobName(hash).file)", code: ELOOP)) {
            _ = try store.open(hash)
        }
        #expect(try store.size(of: hash) == nil)
        #expect(try store.published(hash) == nil)
        #expect(try store.blobs(startingWith: hash.bytes.array[0]) == [])

        #expect(try store.store(content) == hash)
        #expect(folder.kind("blobs/\(hash.path)") == S_IFREG)
        #expect(try store.content(of: hash) == content)
        #expect(folder.read("elsewhere") == Array("untouched".utf8))
    }

    @Test func `a folder that was replaced by a link is not written through`() throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(20)
        let name = BlobName(Hash(content))
        #expect(rmdir(folder / "blobs/\(name.folder)") == 0)
        #expect(mkdir(folder / "elsewhere", 0o700) == 0)
        #expect(symlink(folder / "elsewhere", folder / "blobs/\(name.folder)") == 0)
        #expect(throws: BlobError.system(action: "open the folder \(name.folder)", code: ENOTDIR)) {
            try store.store(content)
        }
        #expect(folder.files(in: "elsewhere") == [])
        #expect(folder.files(in: "blobs/incoming") == [])
    }

    @Test func `a file that was cut short gives way to the whole`() throws {
        let store = try BlobStore(in: folder.path)
        let content = pattern(20)
        folder.write("blobs/\(Hash(content).path)", pattern(19))
        let hash = try store.store(content)
        #expect(try store.content(of: hash) == content)
        #expect(folder.files(in: "blobs") == [hash.path])
    }

    /// A limit on the size of files stands for a full disk: the kernel writes what fits and then refuses, and
    /// the code it refuses with counts as the same.
    @Test func `when there is no room it says so and leaves nothing`() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let store = try BlobStore(in: folder.path)
            limitFileSize(to: 10_000)

            let writer = try store.writer(bytesMax: 1 << 20)
            try writer.write(pattern(9_000))
            let hash = Hash(pattern(12_000))
            let partial = try store.partial(hash, size: 12_000)
            try partial.append(pattern(9_000))
            precondition(folder.files(in: "blobs").count == 2, "two files are being written")

            for _ in 0..<2 {
                let result = Result { () throws(BlobError) in try writer.write(pattern(9_000)) }
                guard case .failure(.noRoom) = result else { preconditionFailure("\(result)") }
            }
            for _ in 0..<2 {
                let result = Result { () throws(BlobError) in try partial.append(pattern(2_000)) }
                guard case .failure(.noRoom) = result else { preconditionFailure("\(result)") }
            }
            precondition(folder.files(in: "blobs") == [], "something is left")
            // What is small enough still finds room.
            try store.store(pattern(10_000))
            exit(0)
        }
    }

    @Test(arguments: [ENOSPC, EDQUOT, EFBIG])
    func `every way of having no room is the same error`(code: Int32) {
        #expect(BlobError("write", code: code) == .noRoom)
        #expect(BlobError("write", code: EIO) == .system(action: "write", code: EIO))
    }
}

func limitFileSize(to bytes: rlim_t) {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
    precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, "no such limit")
}
