import Blobs
import Federation
import Foundation
import Glibc
import Keys
import Operations
import RoomModel
import SQLite
import Server
import Store
import Testing

/// A node that keeps blobs.
final class BlobKeeper {
    let node: TestNode
    let blobs: BlobStore
    private let folder: String

    init(
        _ planned: PlannedNode, configure: @escaping (inout FederationSettings) -> Void = { _ in },
        routes: @escaping @Sendable ([Route], Federation) -> [Route] = { routes, _ in routes }
    ) throws {
        var template = Array("/tmp/parley-blobs-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let blobs = try BlobStore(in: folder)
        self.blobs = blobs
        node = try TestNode(
            planned,
            configure: {
                $0.blobs = blobs
                configure(&$0)
            }, routes: routes)
    }

    deinit {
        node.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func store(_ bytes: [UInt8]) throws -> PublishedBlob {
        let writer = try blobs.writer(bytesMax: UInt64(bytes.count))
        try writer.write(bytes.span)
        return try writer.finish()
    }

    /// As the fold makes it of a message with a file.
    func attach(_ blob: Hash, size: Int, to message: OperationID) throws {
        try node.writer.performLogged { transaction, _ in
            var row = try transaction.statement(
                """
                INSERT INTO attachment (room, message, ordinal, person, blob, size, created)
                SELECT room, serial, 0, author, ?1, ?2, 0 FROM operation WHERE id = ?3
                """)
            let blob = blob.bytes.array
            row.bind(1, copying: blob.span)
            row.bind(2, size)
            row.bind(3, copying: message.bytes.array.span)
            try row.run()
        }
    }

    func fetch(_ blob: Hash, _ size: Int, for room: RoomID) throws -> Result<PublishedBlob, any Error> {
        let result = Box<Result<PublishedBlob, any Error>>()
        node.federation.fetch(blob, size: UInt64(size), for: room) { result.value = $0 }
        #expect(eventually { result.value != nil })
        return result.value!
    }
}
