import Keys
import Synchronization
import Testing

@testable import Blobs

struct BlobRemovalTests {
    let folder = TemporaryFolder()

    @Test func `what nobody refers to is removed`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store([1])
        let other = try store.store([2])
        #expect(try store.remove(hash, ifUnreferenced: { false }) == .kept)
        #expect(try store.size(of: hash) == 1)
        #expect(try store.remove(hash, ifUnreferenced: { true }) == .removed)
        #expect(try store.size(of: hash) == nil)
        #expect(try store.remove(hash, ifUnreferenced: { true }) == .absent)
        #expect(folder.files(in: "blobs") == [other.path])
    }

    @Test func `a blob stays while its publication is held, without a question`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store([1])
        do {
            let published = try #require(try store.published(hash))
            let again = try #require(try store.published(hash))
            #expect(published.size == 1)
            func unasked() throws -> Bool {
                Issue.record("no reference can be known yet")
                return true
            }
            #expect(try store.remove(hash, ifUnreferenced: unasked) == .kept)
            withExtendedLifetime((published, again)) {}
        }
        #expect(try store.remove(hash, ifUnreferenced: { true }) == .removed)
        #expect(try store.published(hash) == nil)
    }

    @Test func `a blob that is published during the question is kept`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store([1])
        // The publication is over when the answer comes: its reference may be committed after it was looked for.
        for publish in [{ _ = try store.store([1]) }, { _ = try store.published(hash) }] {
            let removal = try store.remove(hash) {
                try publish()
                return true
            }
            #expect(removal == .kept)
            #expect(try store.size(of: hash) == 1)
        }
        #expect(try store.remove(hash, ifUnreferenced: { true }) == .removed)
    }

    @Test func `two removals do not get in each other's way`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store([1])
        let removal = try store.remove(hash) {
            let second = try store.remove(hash, ifUnreferenced: { true })
            #expect(second == .kept)
            return true
        }
        #expect(removal == .removed)
    }

    @Test func `after a question that fails it can be asked again`() throws {
        let store = try BlobStore(in: folder.path)
        let hash = try store.store([1])
        #expect(throws: BlobError.noRoom) { try store.remove(hash) { throw BlobError.noRoom } }
        #expect(try store.remove(hash, ifUnreferenced: { true }) == .removed)
    }

    /// What a database would count.
    private final class References: Sendable {
        let count = Atomic(0)
    }

    /// Uploads that refer and cease to refer, against removals: a committed reference always finds its file.
    @Test func `no reference loses its blob to a removal`() async throws {
        let store = try BlobStore(in: folder.path)
        let hash = Hash([7])
        let references = References()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<60 {
                        let writer = try store.writer(bytesMax: 1)
                        try writer.write([7])
                        let published = try writer.finish()
                        references.count.add(1, ordering: .sequentiallyConsistent)
                        withExtendedLifetime(published) {}
                        #expect(try store.size(of: hash) == 1)
                        await Task.yield()
                        #expect(try store.size(of: hash) == 1)
                        references.count.subtract(1, ordering: .sequentiallyConsistent)
                    }
                }
            }
            group.addTask {
                for _ in 0..<600 {
                    _ = try store.remove(hash) { references.count.load(ordering: .sequentiallyConsistent) == 0 }
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.files(in: "blobs/incoming") == [])
        #expect(try store.remove(hash, ifUnreferenced: { true }) != .kept)
    }
}
