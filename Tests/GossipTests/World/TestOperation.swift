import CBOR
import Keys
import Operations

@testable import Gossip

/// An operation as far as replication looks at it: a place in a feed, a past and a size.
struct TestOperation: Hashable {
    var room: RoomID
    var place: FeedPosition
    var previous: OperationID?
    var dependencies: [OperationID]
    var size: Int

    var id: OperationID {
        var writer = CBORWriter()
        writer.beginArray()
        write(to: &writer)
        writer.endArray()
        return OperationID(Hash(of: writer.finish().span).bytes)
    }

    var past: [OperationID] { (previous.map { [$0] } ?? []) + dependencies }

    func write(to writer: inout CBORWriter) {
        writer.bytes(room.bytes)
        writer.bytes(place.feed.origin.bytes)
        writer.unsigned(place.feed.epoch)
        writer.unsigned(place.seq)
        if let previous { writer.bytes(previous.bytes) } else { writer.null() }
        writer.beginArray()
        for id in dependencies { writer.bytes(id.bytes) }
        writer.endArray()
        writer.bytes([UInt8](repeating: 0, count: size))
    }

    static func encode(_ run: [TestOperation]) -> [UInt8] {
        var writer = CBORWriter()
        for operation in run {
            writer.beginArray()
            operation.write(to: &writer)
            writer.endArray()
        }
        return writer.finish()
    }

    static func decode(_ bytes: [UInt8]) throws -> [TestOperation] {
        var reader = BodyReader(bytes.span)
        var run: [TestOperation] = []
        while !reader.isAtEnd {
            try reader.array(of: 7)
            let room = RoomID(try reader.bytes32())
            let feed = Feed(origin: NodeID(try reader.bytes32()), epoch: try reader.unsigned())
            let place = FeedPosition(feed: feed, seq: try reader.seq())
            let previous = try reader.takeNull() ? nil : OperationID(reader.bytes32())
            var dependencies: [OperationID] = []
            for _ in 0..<(try reader.array(max: 128)) { dependencies.append(OperationID(try reader.bytes32())) }
            let size = try reader.bytes(max: 1 << 20).count
            run.append(
                TestOperation(room: room, place: place, previous: previous, dependencies: dependencies, size: size))
        }
        return run
    }
}
