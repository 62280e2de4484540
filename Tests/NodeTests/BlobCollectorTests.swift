import Blobs
import Bytes
import Chat
import EventLoop
import Foundation
import Keys
import Testing

@testable import Node

@Suite struct BlobCollectorTests {
    @Test func `what was begun to be fetched and came no further for a day is removed`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-blobs-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let store = try BlobStore(in: folder)
        let hash = Hash(of: ([1, 2, 3] as [UInt8]).span)
        try store.partial(hash, size: 3).append(([1] as [UInt8]).span)
        let collector = BlobCollector(store, databaseAt: folder + "/none.db")
        try collector.removePartials(at: .now())
        #expect(try store.usage().partialBytes == 1)
        try collector.removePartials(at: Timestamp.now().later(byMilliseconds: 86_400_001))
        #expect(try store.usage().partialBytes == 0)
    }
}
