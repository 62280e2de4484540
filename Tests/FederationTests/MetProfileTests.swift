import Blobs
import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import RoomModel
import SQLite
import Store
import Testing

@testable import Federation

/// What people of a closed directory show of themselves, to whom they have met.
struct MetProfileTests {
    private func put(_ change: ProfileChange, of handle: Int, at node: TestNode) throws {
        let (user, payload, id) = (node.user(handle), change.encoded, node.id)
        _ = try node.writer.performLogged { _, log in
            try log.write(
                LocalDraft(by: user.handle, .userPut, about: .user(user), payload: payload),
                in: RoomID(directoryOf: id), nature: .directory(id), at: Timestamp.now().milliseconds)
        }
    }

    /// By what is shown, of users of a node.
    private func names(of other: TestNode, at node: TestNode) throws -> [String] {
        try node.reading { connection in
            var rows = try connection.statement(
                """
                SELECT p.handle || ': ' || f.name FROM profile f JOIN person p ON p.number = f.person
                JOIN node n ON n.number = p.node WHERE n.id = ?1 ORDER BY 1
                """)
            let id = other.id.bytes.array
            rows.bind(1, copying: id.span)
            var names: [String] = []
            while try rows.step() { names.append(rows.string(0)) }
            return names
        }
    }

    /// By whom it takes for closed itself.
    private func keeper<Result: Sendable>(
        of node: TestNode, _ body: @escaping @Sendable (LogKeeper) -> Result
    ) throws -> Result {
        let peers = node.federation.core.book.peers
        return try node.writer.performLogged { _, log in body(try log.keeper(peers: peers)) }
    }

    @Test func `D46 who has met somebody of a closed directory is shown their name and picture, and nobody else's`()
        throws
    {
        let north = try BlobKeeper(PlannedNode.all[0], configure: { $0.givesDirectory = false })
        let (south, east) = (try BlobKeeper(PlannedNode.all[1]), try BlobKeeper(PlannedNode.all[2]))
        for other in [south, east] {
            try north.node.add(other.node)
            try other.node.add(north.node)
        }
        let picture = try north.store(Array("a picture".utf8))
        for handle in 1...2 {
            // The name and the picture are said one after the other.
            var change = ProfileChange()
            change.name = .to("Somebody \(handle)")
            try put(change, of: handle, at: north.node)
            change = ProfileChange()
            change.avatar = .to(Attachment(hash: picture.hash, name: "a.png", type: "image/png", size: 9))
            if handle == 1 { try put(change, of: handle, at: north.node) }
        }
        let room = try north.node.found()
        try north.node.admit(south.node.user(), to: room)
        #expect(try agree([north.node, south.node], on: room))
        let known = "\(north.node.user(1).handle.text): Somebody 1"
        #expect(try eventually { try names(of: north.node, at: south.node) == [known] })
        let directory = RoomID(directoryOf: north.node.id)
        #expect(try south.fetch(picture.hash, 9, for: directory).get().hash == picture.hash)
        // East is a peer like south, and shares no room.
        #expect(try names(of: north.node, at: east.node) == [])
        let (id, hash) = (east.node.id, picture.hash)
        #expect(try !keeper(of: north.node) { $0.mayGive(hash, of: directory, to: id) })

        // Whoever comes into the room is met.
        try north.node.admit(north.node.user(2), to: room)
        #expect(try eventually { try names(of: north.node, at: south.node).count == 2 })
        // It is no room that both share, and what is known of it is sound.
        let (theirs, ours) = (north.node.id, south.node.id)
        #expect(try !keeper(of: south.node) { $0.sharedRooms(with: theirs).contains { $0.room == directory } })
        #expect(try !keeper(of: north.node) { $0.standing(of: ours, in: directory) == .participant })
        let findings = try south.node.reading { connection in
            var verification = try LogVerification(connection)
            try verification.run()
            return verification.findings
        }
        #expect(findings == [])
        try south.node.writer.performLogged { transaction, state in
            try ViewRebuild.run(state, at: .now(), in: transaction)
        }
        #expect(try names(of: north.node, at: south.node).count == 2)
    }
}
