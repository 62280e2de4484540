import Operations
import RoomModel
import Store
import Testing

@testable import Federation

/// What is known of how far a message has come.
struct DeliveryTests {
    private static func delivery(of message: WrittenOperation, on node: TestNode) throws -> MessageDelivery? {
        try node.reading { connection in
            try KnownNodes(connection, node: node.id).delivery(of: MessageNumber(message.serial))
        }
    }

    private static func sync(of room: RoomID, on node: TestNode) throws -> RoomSync? {
        let number = try node.writer.performLogged { _, log in try log.room(room)?.number }
        return try node.reading { connection in
            try KnownNodes(connection, node: node.id).sync(of: RoomNumber(number ?? 0))
        }
    }

    @Test func `a message is delivered where its reader's node has said so, or has built on it`() throws {
        let network = try Network(3, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        let hello = try north.written(LocalDraft.post("Hello"), in: room)
        #expect(try eventually { try Self.delivery(of: hello, on: north)?.deliveredTo == 2 })
        #expect(try Self.delivery(of: hello, on: north)?.nodes == 3)
        // The east is no peer of the north's: that it has the message shows in what it writes.
        #expect(try agree(network.nodes, on: room))
        try network.nodes[2].post("Hello from the east", in: room)
        #expect(try agree(network.nodes, on: room))
        #expect(try Self.delivery(of: hello, on: north)?.deliveredTo == 3)
        #expect(try Self.delivery(of: hello, on: north)?.erasedOn == nil)

        south.stop()
        let deletion = LocalDraft(by: TestNode.ada, .messageDelete, about: .operation(hello.id))
        try north.write(deletion, in: room)
        #expect(try Self.delivery(of: hello, on: north)?.erasedOn == 1)
        #expect(try eventually { try Self.delivery(of: hello, on: north)?.offline.map(\.node) == [south.id] })
        try south.start()
        #expect(try eventually { try Self.delivery(of: hello, on: north)?.erasedOn == 2 })
        #expect(try eventually { try Self.delivery(of: hello, on: north)?.offline.isEmpty == true })
    }

    @Test func `a room is known to be identical, or how far a peer is behind`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        try north.post("Hello", in: room)
        #expect(try eventually { try Self.sync(of: room, on: north)?.peers.first?.isIdentical == true })
        #expect(try Self.sync(of: room, on: north)?.peers.first?.behind == 0)
        #expect(try eventually { try north.summary(of: south)?.behind == 0 })
        south.stop()
        for number in 0..<7 { try north.post("\(number)", in: room) }
        let sync = try #require(try Self.sync(of: room, on: north)?.peers.first)
        #expect(sync.isIdentical == false && sync.behind == 7 && sync.checked != nil)
        #expect(try north.summary(of: south)?.behind == 1)
        #expect(try north.summary(of: south)?.rooms == 1)
        try south.start()
        #expect(try eventually { try north.summary(of: south)?.behind == 0 })
    }
}

extension LocalDraft {
    fileprivate static func post(_ text: String) -> LocalDraft {
        LocalDraft(by: TestNode.ada, .messagePost, payload: MessageContent(content: text).encoded)
    }
}
