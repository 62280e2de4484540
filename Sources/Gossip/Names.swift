package import Keys

// The names of nodes, rooms, operations and feeds, spelt as in Operations.

package struct NodeID: Hashable, Sendable, Comparable {
    package let bytes: Bytes32
    package init(_ bytes: Bytes32) { self.bytes = bytes }
    package static func < (left: NodeID, right: NodeID) -> Bool { left.bytes < right.bytes }
}

package struct RoomID: Hashable, Sendable, Comparable {
    package let bytes: Bytes32
    package init(_ bytes: Bytes32) { self.bytes = bytes }
    package static func < (left: RoomID, right: RoomID) -> Bool { left.bytes < right.bytes }
}

package struct OperationID: Hashable, Sendable, Comparable {
    package let bytes: Bytes32
    package init(_ bytes: Bytes32) { self.bytes = bytes }
    package static func < (left: OperationID, right: OperationID) -> Bool { left.bytes < right.bytes }
}

package struct Feed: Hashable, Comparable, Sendable {
    package let origin: NodeID
    package let epoch: UInt64
    package init(origin: NodeID, epoch: UInt64) {
        self.origin = origin
        self.epoch = epoch
    }
    package static func < (left: Feed, right: Feed) -> Bool {
        left.origin == right.origin ? left.epoch < right.epoch : left.origin < right.origin
    }
}

package struct FeedPosition: Hashable, Sendable {
    package let feed: Feed
    package let seq: UInt64
    package init(feed: Feed, seq: UInt64) {
        self.feed = feed
        self.seq = seq
    }
}
