import Keys
import OperationVectors
import Testing

@testable import Operations

/// Whatever is merged, the order, the grouping and the repetition of it must not matter.
struct MergeLawTests {
    private func check<Value: Equatable>(_ values: [Value], _ merge: (Value, Value) -> Value) {
        for one in values {
            #expect(merge(one, one) == one)
            for other in values {
                #expect(merge(one, other) == merge(other, one))
                #expect(merge(merge(one, other), other) == merge(one, other))
                for third in values {
                    #expect(merge(merge(one, other), third) == merge(one, merge(other, third)))
                }
            }
        }
    }

    @Test
    func `certificates of a node`() throws {
        var certificates = try VectorFile.certificates().map(\.1).filter { $0.node == SampleNode.north.id }
        // And what grows out of each, signed by either key.
        let keys = (0..<4).map { SampleNode.key("grown \($0)") }
        for (index, certificate) in certificates.enumerated() where index < 2 {
            let key = index == 0 ? SampleNode.north.first : SampleNode.key("north second")
            certificates.append(try certificate.handingOver(to: keys[2 * index].publicKey, signedBy: key))
            certificates.append(
                try certificate.handingOver(to: keys[2 * index + 1].publicKey, signedBy: SampleNode.north.recovery))
        }
        check(certificates) { $0.merged(with: $1) }
    }

    @Test
    func `whoever has only the working key never gets past the recovery key`() throws {
        let north = SampleNode.north
        var stolen = north.certificate
        var key = north.first
        for index in 0..<Limits.handOversMax {
            let next = SampleNode.key("thief \(index)")
            stolen = try stolen.handingOver(to: next.publicKey, signedBy: key)
            key = next
        }
        #expect(throws: OperationFault.tooManyHandOvers) {
            try stolen.handingOver(to: SampleNode.key("thief").publicKey, signedBy: key)
        }
        let owner = SampleNode.key("owner")
        let recovered = try north.certificate.handingOver(to: owner.publicKey, signedBy: north.recovery)
        #expect(recovered.merged(with: stolen) == recovered)
        #expect(stolen.merged(with: recovered).currentKey == owner.publicKey)
    }

    @Test
    func `a certificate of another node replaces none`() throws {
        let (north, south) = (SampleNode.north.certificate, SampleNode.south.certificate)
        #expect(north.merged(with: south) == north)
        #expect(south.merged(with: north) == south)
    }

    @Test
    func `a third key can't hand over`() throws {
        let stranger = SampleNode.key("stranger")
        #expect(throws: OperationFault.wrongSignature) {
            try SampleNode.north.certificate.handingOver(to: stranger.publicKey, signedBy: stranger)
        }
    }

    @Test
    func `registers of a room and node`() throws {
        check(try VectorFile.sampleRegisters().map { ByHash(register: $0.1) }) {
            ByHash(register: $0.register.merged(with: $1.register))
        }
    }

    private struct ByHash: Equatable {
        let register: SignedRegister
        static func == (left: ByHash, right: ByHash) -> Bool { left.register.hash == right.register.hash }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `clocks`(seed: UInt64) throws {
        var random = Seeded(seed)
        let clocks = (0..<6).map { _ in random.clock() } + [Clock()]
        check(clocks) { $0.joined(with: $1) }
        for one in clocks {
            #expect(try Clock(decoding: one.encoded) == one)
            for other in clocks {
                let joined = one.joined(with: other)
                #expect(joined.dominates(one) && joined.dominates(other))
                #expect(one.dominates(other) == (joined == one))
                #expect(one.dominates(other) == other.difference(from: one).isEmpty)
                #expect((one.digest == other.digest) == (one == other))
                // The difference is what is missing, and all that is missing.
                var filled = other
                for range in one.difference(from: other) {
                    #expect(!other.contains(FeedPosition(feed: range.feed, seq: range.seqs.lowerBound)))
                    filled.include(FeedPosition(feed: range.feed, seq: range.seqs.upperBound))
                }
                #expect(filled == joined)
            }
        }
    }

    @Test
    func `an operation's clock knows what its past knows, and that itself`() {
        let (north, south) = (SampleNode.north.id, SampleNode.south.id)
        let (one, other) = (Feed(origin: north, epoch: 1), Feed(origin: south, epoch: 2))
        let before = FeedPosition(feed: one, seq: 4)
        let dependency = FeedPosition(feed: other, seq: 7)
        let clock = Clock.of(past: [
            (before, Clock([FeedPosition(feed: one, seq: 3)])),
            (dependency, Clock([FeedPosition(feed: other, seq: 6), FeedPosition(feed: one, seq: 1)])),
        ])
        #expect(clock == Clock([before, dependency]))
        #expect(clock.contains(before) && !clock.contains(FeedPosition(feed: one, seq: 5)))
        #expect(clock[Feed(origin: north, epoch: 2)] == nil)
    }
}

extension Seeded {
    mutating func clock() -> Clock {
        let nodes = [SampleNode.north.id, SampleNode.south.id]
        return Clock(
            (0..<next() % 8).map { _ in
                FeedPosition(
                    feed: Feed(origin: nodes.randomElement(using: &self)!, epoch: next() % 4),
                    seq: next() % 5)
            })
    }
}
