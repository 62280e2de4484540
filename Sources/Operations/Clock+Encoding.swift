import Bytes
package import CBOR
package import Keys

// `{origin: {epoch: seq, …}, …}`: the order of keys that CBOR demands is the order of feeds.

extension Clock {
    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        var reader = FieldReader<OperationFault>(bytes)
        let origins = try reader.mapHeader()
        var entries: [Entry] = []
        for _ in 0..<origins {
            let origin = NodeID(try reader.bytes32())
            let epochs = try reader.mapHeader()
            // An origin without epochs would be a second way to write the same clock.
            guard epochs > 0, entries.count + epochs <= Limits.feedsMax else { throw .badClock }
            for _ in 0..<epochs {
                let feed = Feed(origin: origin, epoch: try reader.unsigned())
                let seq = try reader.unsigned()
                guard seq < Limits.seqEnd else { throw .badClock }
                entries.append(Entry(feed: feed, seq: seq))
            }
        }
        try reader.finish()
        self.init(ascending: entries)
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        encode(with: &writer)
        return writer.finish()
    }

    /// Where it is a part of something else.
    package func encode(with writer: inout CBORWriter) {
        writer.beginMap()
        var index = 0
        while index < entries.count {
            let origin = entries[index].feed.origin
            writer.bytes32(origin.bytes)
            writer.beginMap()
            while index < entries.count, entries[index].feed.origin == origin {
                writer.unsigned(entries[index].feed.epoch)
                writer.unsigned(entries[index].seq)
                index += 1
            }
            writer.endMap()
        }
        writer.endMap()
    }

    /// Equal for equal clocks, and for no others.
    package var digest: Hash { Hash(.clock, of: encoded.span) }
}
