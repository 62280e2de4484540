import Bytes
import Glibc
import Keys
import Testing

@testable import Blobs

struct PartialBlobTests {
    let folder = TemporaryFolder()
    let content = pattern(100_000)
    var hash: Hash { Hash(content) }

    @Test func `a fetch goes on where it broke off, after a restart too`() throws {
        for end in [1, 40_000, 99_999] {
            let store = try BlobStore(in: folder.path)
            let partial = try store.partial(hash, size: 100_000)
            try partial.append(content.span.extracting(Int(partial.received)..<end))
            #expect(partial.received == UInt64(end))
            #expect(!partial.isComplete)
            #expect(try store.open(hash) == nil)
        }
        let store = try BlobStore(in: folder.path)
        let partial = try store.partial(hash, size: 100_000)
        #expect(partial.received == 99_999)
        #expect(folder.permissions("blobs/partial/\(hash)") == 0o600)
        try partial.append(content.span.extracting(99_999..<100_000))
        #expect(partial.isComplete)
        #expect(try partial.finish().hash == hash)
        #expect(try store.content(of: hash) == content)
        #expect(folder.files(in: "blobs") == [hash.path])
    }

    @Test func `it is the same byte by byte, and for nothing at all`() throws {
        let store = try BlobStore(in: folder.path)
        let short = pattern(500)
        let partial = try store.partial(Hash(short), size: 500)
        for index in 0..<500 { try partial.append(short.span.extracting(index..<index + 1)) }
        #expect(try partial.finish().size == 500)
        #expect(try store.partial(Hash([]), size: 0).finish().size == 0)
        #expect(try store.content(of: Hash([])) == [])
    }

    @Test func `what is not complete is not published, and stays`() throws {
        let store = try BlobStore(in: folder.path)
        let partial = try store.partial(hash, size: 100_000)
        try partial.append(content.span.extracting(0..<10))
        #expect(throws: BlobError.sizeMismatch(expected: 100_000, found: 10)) { try partial.finish() }
        try partial.append(content.span.extracting(10..<20))
        #expect(partial.received == 20)
    }

    @Test func `more than the whole is refused, and what was there stays`() throws {
        let store = try BlobStore(in: folder.path)
        let partial = try store.partial(hash, size: 100_000)
        try partial.append(content.span.extracting(0..<99_000))
        #expect(throws: BlobError.sizeMismatch(expected: 100_000, found: 100_001)) {
            try partial.append(pattern(1_001))
        }
        try partial.append(content.span.extracting(99_000..<100_000))
        #expect(try partial.finish().hash == hash)
    }

    @Test func `a lie is found at the end, and the next fetch begins anew`() throws {
        let store = try BlobStore(in: folder.path)
        let lie = [UInt8](repeating: 0, count: 100_000)
        do {
            let partial = try store.partial(hash, size: 100_000)
            try partial.append(lie)
            let mismatch = BlobError.hashMismatch(expected: hash, found: Hash(lie))
            #expect(throws: mismatch) { try partial.finish() }
            #expect(throws: mismatch) { try partial.finish() }
            #expect(throws: mismatch) { try partial.append([]) }
        }
        #expect(folder.files(in: "blobs") == [])
        #expect(try store.partial(hash, size: 100_000).received == 0)
    }

    @Test func `bytes that changed on disk meanwhile are found`() throws {
        let store = try BlobStore(in: folder.path)
        folder.write("blobs/partial/\(hash)", [UInt8](repeating: 0, count: 10))
        let partial = try store.partial(hash, size: 100_000)
        #expect(partial.received == 10)
        try partial.append(content.span.extracting(10..<100_000))
        #expect(throws: BlobError.self) { try partial.finish() }
        #expect(folder.files(in: "blobs") == [])
    }

    @Test func `a leftover that is longer than the whole is dropped`() throws {
        let store = try BlobStore(in: folder.path)
        folder.write("blobs/partial/\(hash)", pattern(100_001))
        let partial = try store.partial(hash, size: 100_000)
        #expect(partial.received == 0)
        try partial.append(content)
        #expect(try partial.finish().hash == hash)
    }

    @Test func `one fetches at a time`() throws {
        let store = try BlobStore(in: folder.path)
        do {
            let partial = try store.partial(hash, size: 100_000)
            #expect(throws: BlobError.beingFetched) { try store.partial(hash, size: 100_000) }
            #expect(try store.partial(Hash([1]), size: 1).received == 0)
            try partial.append([content[0]])
        }
        #expect(try store.partial(hash, size: 100_000).received == 1)
    }

    @Test func `what is given up is gone`() throws {
        let store = try BlobStore(in: folder.path)
        let partial = try store.partial(hash, size: 100_000)
        try partial.append(pattern(10))
        partial.discard()
        #expect(folder.files(in: "blobs") == [])
    }

    @Test func `one whose content has come otherwise is dropped for what is there`() throws {
        let store = try BlobStore(in: folder.path)
        let partial = try store.partial(hash, size: 100_000)
        try partial.append(content)
        try store.store(content)
        let before = folder.status("blobs/\(hash.path)").st_ino
        #expect(try partial.finish().hash == hash)
        #expect(folder.status("blobs/\(hash.path)").st_ino == before)
        #expect(folder.files(in: "blobs") == [hash.path])
    }

    @Test func `a link in its place is not followed`() throws {
        let store = try BlobStore(in: folder.path)
        folder.write("elsewhere", [])
        #expect(symlink(folder / "elsewhere", folder / "blobs/partial/\(hash)") == 0)
        for _ in 0..<2 {
            #expect(throws: BlobError.system(action: "open \(hash)", code: ELOOP)) {
                try store.partial(hash, size: 100_000)
            }
        }
        #expect(folder.read("elsewhere") == [])
    }

    @Test func `the old ones are removed, but not those in use`() throws {
        let store = try BlobStore(in: folder.path)
        let (old, fresh, used) = (Hash([1]), Hash([2]), Hash([3]))
        for hash in [old, fresh, used] { try store.partial(hash, size: 10).append([0]) }
        folder.age("blobs/partial/\(old)", milliseconds: 1_000_499)
        folder.age("blobs/partial/\(fresh)", milliseconds: 1_000_500)
        let partial = try store.partial(used, size: 10)
        folder.age("blobs/partial/\(used)", milliseconds: 0)
        folder.write("blobs/partial/note", [])
        folder.age("blobs/partial/note", milliseconds: 0)

        let moment = Timestamp(milliseconds: 1_000_500)
        #expect(try store.removePartials(olderThan: moment) == 1)
        #expect(folder.files(in: "blobs/partial") == [fresh.description, used.description, "note"].sorted())
        #expect(try store.removePartials(olderThan: moment) == 0)
        withExtendedLifetime(partial) {}
    }
}
