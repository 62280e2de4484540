import CBOR
import Keys
import Operations
import Testing

@testable import Gossip

struct RoomClockTests {
    private func random(_ random: inout SeededRandom) -> RoomClock {
        var clock = RoomClock()
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let origin = UInt64.random(in: 0...2, using: &random)
            let feed = feed(origin, UInt64.random(in: 0...1, using: &random))
            switch Int.random(in: 0...3, using: &random) {
            case 0: clock.fork(feed, at: UInt64.random(in: 0...5, using: &random))
            case 1:
                let counter = UInt64.random(in: 0...2, using: &random)
                let version = RegisterVersion(
                    generation: UInt64.random(in: 0...1, using: &random), counter: counter,
                    hash: hash(UInt64.random(in: 0...1, using: &random)))
                clock.take(version, of: node(origin))
            default: clock.reach(feed, UInt64.random(in: 0...6, using: &random))
            }
        }
        return clock
    }

    @Test
    func `joining is a lattice's`() {
        var generator = SeededRandom(seed: 3)
        for _ in 0..<500 {
            let (one, other, third) = (random(&generator), random(&generator), random(&generator))
            #expect(joined(one, other) == joined(other, one))
            #expect(joined(joined(one, other), third) == joined(one, joined(other, third)))
            #expect(joined(one, one) == one)
            #expect(joined(joined(one, other), one) == joined(one, other))
        }
    }

    @Test
    func `one is ahead of another exactly when joining changes the other`() {
        var generator = SeededRandom(seed: 4)
        for _ in 0..<500 {
            let (one, other) = (random(&generator), random(&generator))
            #expect(one.beyond(other).isEmpty == (joined(other, one) == other))
            #expect(joined(other, one.beyond(other)) == joined(other, one))
        }
    }

    @Test
    func `what both have, each has`() {
        var generator = SeededRandom(seed: 5)
        for _ in 0..<500 {
            let (one, other) = (random(&generator), random(&generator))
            let both = one.met(with: other)
            #expect(both == other.met(with: one))
            for (feed, seq) in both.feeds {
                #expect(one.next(in: feed) > seq)
                #expect(other.next(in: feed) > seq)
            }
        }
    }

    private func joined(_ one: RoomClock, _ other: RoomClock) -> RoomClock {
        var clock = one
        clock.join(other)
        return clock
    }

    @Test
    func `it is written in one way and read back`() throws {
        var generator = SeededRandom(seed: 6)
        for _ in 0..<150 {
            let clock = random(&generator)
            let bytes = clock.encoded
            let read = try RoomClock(decoding: bytes.span)
            #expect(read == clock)
            #expect(read.encoded == bytes)
            #expect((read.digest == RoomClock().digest) == clock.isEmpty)
            for end in 0..<bytes.count {
                #expect(throws: GossipFault.self) { try RoomClock(decoding: bytes.span.extracting(0..<end)) }
            }
        }
    }

    private func encoded(_ write: (inout CBORWriter) -> Void) -> [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        write(&writer)
        writer.endArray()
        return writer.finish()
    }

    private func entry(
        _ writer: inout CBORWriter, _ origin: NodeID, held: [UInt64] = [], forks: [UInt64] = []
    ) {
        writer.beginArray()
        writer.bytes(origin.bytes)
        writer.beginArray()
        for number in held { writer.unsigned(number) }
        writer.endArray()
        writer.null()
        writer.beginArray()
        for number in forks { writer.unsigned(number) }
        writer.endArray()
        writer.endArray()
    }

    private func fault(_ write: (inout CBORWriter) -> Void) -> GossipFault? {
        let bytes = encoded(write)
        do {
            _ = try RoomClock(decoding: bytes.span)
            return nil
        } catch { return error }
    }

    @Test
    func `what can be written in another way is refused`() {
        let origins = [node(1), node(2)].sorted()
        #expect(fault { entry(&$0, origins[0], held: [1, 2]) } == nil)
        #expect(fault { entry(&$0, origins[0]) } == .badValue)
        #expect(fault { entry(&$0, origins[0], held: [1]) } == .badValue)
        #expect(fault { entry(&$0, origins[0], held: [2, 0, 1, 0]) } == .unsorted)
        #expect(fault { entry(&$0, origins[0], held: [1, 0, 1, 0]) } == .unsorted)
        #expect(fault { entry(&$0, origins[0], held: [1, Limits.seqEnd - 1]) } == nil)
        #expect(fault { entry(&$0, origins[0], held: [1, Limits.seqEnd]) } == .badValue)
        #expect(fault { entry(&$0, origins[0], held: [1, 4], forks: [1, 5]) } == nil)
        #expect(fault { entry(&$0, origins[0], held: [1, 5], forks: [1, 5]) } == .forkNotCapped)
        #expect(
            fault { writer in
                entry(&writer, origins[1], held: [1, 2])
                entry(&writer, origins[0], held: [1, 2])
            } == .unsorted)
    }

    @Test
    func `no more feeds than a room may have`() {
        let most = (0..<UInt64(GossipLimits.feedsMax)).flatMap { [$0, UInt64(0)] }
        #expect(fault { entry(&$0, node(1), held: most) } == nil)
        #expect(fault { entry(&$0, node(1), held: most + [UInt64(GossipLimits.feedsMax), 0]) } == .tooLarge)
        #expect(fault { entry(&$0, node(1), held: most, forks: [9, 9]) } == .tooLarge)
    }
}
