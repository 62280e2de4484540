import Keys
import Operations
import Testing

@testable import Gossip

struct ReconciliationTests {
    private struct Costs {
        var rounds = 0
        var bytes = 0
        var found: Set<RoomDifference> = []
        var failure: Reconciliation.Failure?
        var isFinished = false
    }

    private static func log(_ digests: [RoomID: Hash], peer: NodeID) -> MemoryLog {
        var log = MemoryLog(node: node(1))
        for (room, digest) in digests {
            var opened = MemoryLog.Room()
            opened.participants = [log.node, peer]
            opened.digest = digest
            log.rooms[room] = opened
        }
        return log
    }

    /// Two nodes over the real bodies; `tamper` may change an answer.
    private func reconcile(
        _ here: MemoryLog, _ there: [RoomDigest], limits: Reconciliation.Limits = .init(),
        tamper: (RoomsAnswer) -> RoomsAnswer = { $0 }
    ) throws -> Costs {
        var machine = Reconciliation(with: node(2), limits: limits)
        var costs = Costs()
        var actions: [Reconciliation.Action] = []
        machine.handle(.begin, log: here, into: &actions)
        while let action = actions.first {
            actions.removeFirst()
            switch action {
            case .ask(let request):
                let body = request.encoded
                let answer = tamper(RoomsAnswer(to: try RoomsRequest(decoding: body.span), from: there))
                let answerBody = answer.encoded
                costs.rounds += 1
                costs.bytes += body.count + answerBody.count
                #expect(body.count <= GossipLimits.bodyBytesMax && answerBody.count <= GossipLimits.bodyBytesMax)
                machine.handle(.answer(try RoomsAnswer(decoding: answerBody.span)), log: here, into: &actions)
            case .found(let differences): costs.found.formUnion(differences)
            case .finished: costs.isFinished = true
            case .failed(let failure): costs.failure = failure
            }
        }
        #expect(machine.isOver)
        return costs
    }

    private static let tenThousand: [RoomID: Hash] = {
        Dictionary(uniqueKeysWithValues: (0..<10_000).map { (room($0), hash($0)) })
    }()

    @Test(arguments: [(0, 1, 100), (1, 3, 2_500), (100, 3, 80_000), (10_000, 5, 600_000)])
    func `ten thousand rooms cost what differs`(differences: Int, rounds: Int, bytes: Int) throws {
        let here = Self.log(Self.tenThousand, peer: node(2))
        var other = Self.tenThousand
        for number in 0..<UInt64(differences) { other[room(number * 7_919 % 10_000)] = hash(number + 50_000) }
        let costs = try reconcile(here, Self.log(other, peer: node(2)).sharedRooms(with: node(2)))
        #expect(costs.isFinished)
        #expect(costs.found.count == differences)
        #expect(costs.found.allSatisfy { $0.kind == .differs })
        #expect(costs.rounds <= rounds, "\(costs.rounds) rounds, \(costs.bytes) bytes")
        #expect(costs.bytes <= bytes, "\(costs.rounds) rounds, \(costs.bytes) bytes")
    }

    @Test(arguments: [(0, 0), (0, 5_000), (5_000, 0), (1, 10_000), (33, 32), (9_999, 10_000)])
    func `rooms that only one has are found on both sides`(count: Int, otherCount: Int) throws {
        func rooms(_ range: Range<UInt64>) -> [RoomID: Hash] {
            Dictionary(uniqueKeysWithValues: range.map { (room($0), hash($0)) })
        }
        let here = Self.log(rooms(0..<UInt64(count)), peer: node(2))
        let other = rooms(1..<UInt64(otherCount + 1))
        let there = Self.log(other, peer: node(2)).sharedRooms(with: node(2))
        let costs = try reconcile(here, there)
        let mine = Set(here.sharedRooms(with: node(2)).map(\.room))
        let theirs = Set(there.map(\.room))
        #expect(Set(costs.found.filter { $0.kind == .onlyHere }.map(\.room)) == mine.subtracting(theirs))
        #expect(Set(costs.found.filter { $0.kind == .onlyThere }.map(\.room)) == theirs.subtracting(mine))
        #expect(costs.isFinished)
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `every difference is found, and nothing else`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var mine: [RoomID: Hash] = [:]
        var theirs: [RoomID: Hash] = [:]
        for number in 0..<UInt64.random(in: 1...700, using: &random) {
            let clock = hash(number)
            switch Int.random(in: 0...30, using: &random) {
            case 0: mine[room(number)] = clock
            case 1: theirs[room(number)] = clock
            case 2: (mine[room(number)], theirs[room(number)]) = (clock, hash(number + 1_000))
            default: (mine[room(number)], theirs[room(number)]) = (clock, clock)
            }
        }
        let there = Self.log(theirs, peer: node(2)).sharedRooms(with: node(2))
        let costs = try reconcile(Self.log(mine, peer: node(2)), there)
        let expected = Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }
        #expect(Set(costs.found.map(\.room)) == expected)
    }

    @Test
    func `only rooms that both share are spoken of`() throws {
        var here = Self.log([room(1): hash(1), room(2): hash(1)], peer: node(2))
        here.rooms[room(2)]?.participants = [node(1), node(3)]
        let costs = try reconcile(here, [RoomDigest(room: room(1), digest: hash(1))])
        #expect(costs.rounds == 1)
        #expect(costs.found.isEmpty)
    }

    // MARK: The other side lies

    @Test
    func `an answer that goes on for ever is given up`() throws {
        var limits = Reconciliation.Limits()
        limits.messagesMax = 50
        let here = Self.log(Self.tenThousand, peer: node(2))
        let there = here.sharedRooms(with: node(2))
        let costs = try reconcile(here, there, limits: limits) { answer in
            // Everything differs, always, and is never named.
            var lie = RoomsAnswer(answered: 1, items: [])
            let bogus = RangeFingerprint(count: 1 << 40, bytes: [UInt8](repeating: 7, count: 16))
            if let range = answer.items.first?.range {
                lie.items = [.part(range, bogus)]
            } else {
                lie.items = [.part(.all, bogus)]
            }
            return lie
        }
        #expect(costs.failure != nil)
        #expect(costs.rounds <= 50)
    }

    @Test
    func `an answer about something else makes no sense`() throws {
        let here = Self.log([room(1): hash(1)], peer: node(2))
        let there = Array(here.sharedRooms(with: node(2)))
        let low = RoomID(padding: [1])
        let fingerprint = RangeFingerprint(of: there[...])
        let lies: [RoomsAnswer] = [
            RoomsAnswer(answered: 0, items: []), RoomsAnswer(answered: 2, items: []),
            // A part of what was asked, and nothing about the rest.
            RoomsAnswer(answered: 1, items: [.part(RoomRange(lower: RoomID(padding: []), upper: low), fingerprint)]),
            RoomsAnswer(answered: 1, items: [.part(RoomRange(lower: low, upper: nil), fingerprint)]),
        ]
        for lie in lies {
            let costs = try reconcile(here, there) { _ in lie }
            #expect(costs.failure == .senseless)
            #expect(costs.found.isEmpty)
        }
    }

    @Test
    func `false differences cost the liar an answer each, and are bounded`() throws {
        var limits = Reconciliation.Limits()
        limits.differencesMax = 1_000
        var count: UInt64 = 0
        let costs = try reconcile(Self.log([:], peer: node(2)), [], limits: limits) { _ in
            // A list that ends early, again and again.
            count += 1
            var bytes = [UInt8](repeating: 0, count: 8)
            for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * index)) }
            let lower = count == 1 ? RoomID(padding: []) : RoomID(padding: bytes)
            bytes[7] = UInt8(truncatingIfNeeded: count + 1)
            bytes[6] = UInt8(truncatingIfNeeded: (count + 1) >> 8)
            let upper = RoomID(padding: bytes)
            let listed = RoomsAnswer.Listed(room: lower, digest: hash(1).short)
            return RoomsAnswer(
                answered: 1,
                items: [
                    .list(RoomRange(lower: lower, upper: upper), [listed]),
                    .part(
                        RoomRange(lower: upper, upper: nil),
                        RangeFingerprint(count: 9, bytes: [UInt8](repeating: 1, count: 16))),
                ])
        }
        #expect(costs.failure == .exhausted)
        #expect(costs.found.count == 1_001)
    }
}
