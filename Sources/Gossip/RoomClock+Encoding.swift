import CBOR
import Keys
import Operations

// A clock is an array with one entry for each origin, ascending:
//
//     [origin, [epoch, seq, epoch, seq, …], [generation, counter, hash] | null, [epoch, seq, …]]
//
// its feeds with what is held of each, its register, and its forks; epochs ascending. Grouped, since an
// origin's name is longer than all that is said of it.
extension RoomClock {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        write(to: &writer)
        return writer.finish()
    }

    func write(to writer: inout CBORWriter) {
        let origins = Dictionary(grouping: Set(feeds.keys).union(forks.keys), by: \.origin)
        let names = Set(origins.keys).union(registers.keys).sorted()
        writer.beginArray()
        for origin in names {
            let known = (origins[origin] ?? []).sorted()
            writer.beginArray()
            writer.bytes(origin.bytes)
            Self.write(known, feeds, to: &writer)
            if let version = registers[origin] {
                writer.beginArray()
                writer.unsigned(version.generation)
                writer.unsigned(version.counter)
                writer.bytes(version.hash.bytes)
                writer.endArray()
            } else {
                writer.null()
            }
            Self.write(known, forks, to: &writer)
            writer.endArray()
        }
        writer.endArray()
    }

    private static func write(_ known: [Feed], _ seqs: [Feed: UInt64], to writer: inout CBORWriter) {
        writer.beginArray()
        for feed in known {
            guard let seq = seqs[feed] else { continue }
            writer.unsigned(feed.epoch)
            writer.unsigned(seq)
        }
        writer.endArray()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        guard bytes.count <= GossipLimits.clockBytesMax else { throw .tooLarge }
        var reader = BodyReader(bytes)
        try self.init(reading: &reader)
        try reader.finish()
    }

    init(reading reader: inout BodyReader) throws(GossipFault) {
        self.init()
        let start = reader.position
        var last: NodeID?
        var feedsLeft = GossipLimits.feedsMax
        for _ in 0..<(try reader.array(max: GossipLimits.feedsMax)) {
            try reader.array(of: 4)
            let origin = NodeID(try reader.bytes32())
            if let last, last >= origin { throw .unsorted }
            last = origin
            let held = try Self.readSeqs(from: &reader, of: origin, feedsLeft: &feedsLeft)
            let version = try reader.takeNull() ? nil : reader.registerVersion()
            let forked = try Self.readSeqs(from: &reader, of: origin, feedsLeft: &feedsLeft)
            guard !held.isEmpty || version != nil || !forked.isEmpty else { throw .badValue }
            for place in forked { fork(place.feed, at: place.seq) }
            for place in held {
                if let fork = forks[place.feed], fork <= place.seq { throw .forkNotCapped }
                reach(place.feed, place.seq)
            }
            if let version { take(version, of: origin) }
            guard reader.position - start <= GossipLimits.clockBytesMax else { throw .tooLarge }
        }
    }

    private static func readSeqs(
        from reader: inout BodyReader, of origin: NodeID, feedsLeft: inout Int
    ) throws(GossipFault) -> [FeedPosition] {
        let count = try reader.array(max: 2 * feedsLeft)
        guard count % 2 == 0 else { throw .badValue }
        feedsLeft -= count / 2
        var places: [FeedPosition] = []
        for _ in 0..<count / 2 {
            let feed = Feed(origin: origin, epoch: try reader.unsigned())
            if let last = places.last, last.feed >= feed { throw .unsorted }
            places.append(FeedPosition(feed: feed, seq: try reader.seq()))
        }
        return places
    }
}

extension BodyReader {
    fileprivate mutating func registerVersion() throws(GossipFault) -> RegisterVersion {
        try array(of: 3)
        let generation = try unsigned()
        guard generation <= Limits.generationMax else { throw .badValue }
        return RegisterVersion(generation: generation, counter: try seq(), hash: try hash())
    }
}
