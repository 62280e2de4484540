/// Where one node writes in one room, from one beginning on. A node begins anew after a restore, a hand-over
/// or a fork.
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

/// One place in a feed.
package struct FeedPosition: Hashable, Sendable {
    package let feed: Feed
    package let seq: UInt64

    package init(feed: Feed, seq: UInt64) {
        self.feed = feed
        self.seq = seq
    }
}
