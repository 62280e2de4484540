import Keys
import Operations

@testable import Gossip

/// Nodes, time and a network that loses, doubles, delays and parts, all from one seed.
struct World {
    private enum Arrival {
        case request(from: NodeID, to: NodeID, RequestID, PeerSession.Request, [UInt8])
        case answer(from: NodeID, to: NodeID, RequestID, PeerSession.Request, Result<[UInt8], TestFailure>)
        case tick(NodeID, NodeID)
        case pollEnds(Int)
    }

    private struct Held {
        let number: Int
        let from: NodeID
        let to: NodeID
        let id: RequestID
        let request: PeerSession.Request
        let body: [UInt8]
    }

    private(set) var now: Int64 = 1_000_000
    var random: SeededRandom
    var nodes: [NodeID: TestNode] = [:]
    /// Of a thousand.
    var lossRate = 0
    var doublingRate = 0
    var delay: ClosedRange<Int64> = 5...40
    /// A link from one to the other that does not work; answers come back over the same link.
    var cut: Set<[NodeID]> = []
    static let timeout: Int64 = 5_000

    private(set) var bytes = 0
    private(set) var requests = 0
    private(set) var requestCounts: [String: Int] = [:]
    /// A heap would do; a list that is kept in order is enough.
    private var arrivals: [(time: Int64, number: Int, arrival: Arrival)] = []
    private var number = 0
    private var held: [Held] = []
    private var ticks: [[NodeID]: Int64] = [:]

    init(seed: UInt64, nodes count: UInt64, fanOut: FanOut.Settings = FanOut.Settings()) {
        random = SeededRandom(seed: seed)
        for number in 0..<count {
            nodes[node(number)] = TestNode(node(number), seed: random.next(), fanOut: fanOut)
        }
    }

    var ids: [NodeID] { nodes.keys.sorted() }

    mutating func open(_ id: RoomID, on numbers: [UInt64]) {
        let participants = numbers.map { node($0) }
        for participant in participants { nodes[participant]?.log.open(id, for: participants) }
    }

    /// Peers of each other. `canCall`: whether the second can call the first.
    mutating func link(_ one: UInt64, _ other: UInt64, canCall: Bool = true) {
        var settings = PeerSession.Settings()
        settings.canBeCalled = canCall
        nodes[node(one)]?.befriend(node(other), settings: settings, seed: random.next(), now: now)
        if canCall {
            nodes[node(other)]?.befriend(node(one), settings: PeerSession.Settings(), seed: random.next(), now: now)
        }
        collect(node(one))
        collect(node(other))
    }

    mutating func linkAll() {
        let count = UInt64(nodes.count)
        for one in 0..<count { for other in 0..<one { link(one, other) } }
    }

    @discardableResult
    mutating func write(_ number: UInt64, in id: RoomID, size: Int = 100) -> OperationID? {
        let made = nodes[node(number)]?.write(in: id, size: size, at: now)
        collect(node(number))
        return made
    }

    mutating func read(_ number: UInt64, in id: RoomID, counter: UInt64) {
        nodes[node(number)]?.read(in: id, counter: counter, at: now)
        collect(node(number))
    }

    mutating func tell(_ number: UInt64, _ peer: UInt64, _ event: PeerSession.Event) {
        nodes[node(number)]?.tell(node(peer), event, at: now)
        collect(node(number))
    }

    mutating func cut(_ one: UInt64, _ other: UInt64) {
        cut.insert([node(one), node(other)])
        cut.insert([node(other), node(one)])
    }

    mutating func heal() { cut = [] }

    // MARK: Time

    mutating func run(milliseconds: Int64) {
        let end = now + milliseconds
        while let first = arrivals.first, first.time <= end {
            arrivals.removeFirst()
            now = max(now, first.time)
            deliver(first.arrival)
        }
        now = end
    }

    /// Until all agree on a room, in steps; how long it took, nil if it took too long.
    mutating func runUntilEqual(_ rooms: [RoomID], within limit: Int64) -> Int64? {
        let start = now
        while now - start <= limit {
            if rooms.allSatisfy({ agrees(on: $0) }) { return now - start }
            run(milliseconds: 20)
        }
        return nil
    }

    func agrees(on id: RoomID) -> Bool {
        let digests = nodes.values.compactMap { node in
            node.log.rooms[id]?.participants.contains(node.id) == true ? node.log.digest(of: id) : nil
        }
        return Set(digests).count == 1
    }

    private mutating func schedule(_ arrival: Arrival, in wait: Int64) {
        number += 1
        let time = now + max(0, wait)
        let index = arrivals.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        arrivals.insert((time, number, arrival), at: index)
    }

    private func isCut(_ from: NodeID, _ to: NodeID) -> Bool { cut.contains([from, to]) }

    private mutating func chance(_ rate: Int) -> Bool { Int.random(in: 0..<1_000, using: &random) < rate }

    private mutating func travel() -> Int64 { Int64.random(in: delay, using: &random) }

    private mutating func collect(_ id: NodeID) {
        while let wishes = nodes[id]?.wishes, !wishes.isEmpty {
            nodes[id]?.wishes = []
            for wish in wishes { grant(wish, of: id) }
        }
        release(id)
    }

    private mutating func grant(_ wish: TestNode.Wish, of id: NodeID) {
        switch wish {
        case .wake(let peer, let time):
            if let planned = ticks[[id, peer]], planned <= time, planned > now { return }
            ticks[[id, peer]] = time
            schedule(.tick(id, peer), in: time - now)
        case .send(let peer, let request, let kind, let body):
            requests += 1
            requestCounts[kind.name, default: 0] += 1
            bytes += body.count
            if isCut(id, peer) || chance(lossRate) {
                let failure = Result<[UInt8], TestFailure>.failure(TestFailure(failure: .unreachable))
                schedule(.answer(from: peer, to: id, request, kind, failure), in: Self.timeout)
                return
            }
            let wait = travel()
            schedule(.request(from: id, to: peer, request, kind, body), in: wait)
            if chance(doublingRate) {
                let again = travel()
                schedule(.request(from: id, to: peer, request, kind, body), in: wait + again)
            }
        }
    }

    private mutating func deliver(_ arrival: Arrival) {
        switch arrival {
        case .tick(let id, let peer):
            if ticks[[id, peer]] ?? 0 <= now { ticks[[id, peer]] = nil }
            nodes[id]?.tell(peer, .tick, at: now)
            nodes[id]?.askForMissing(at: now)
            collect(id)
        case .request(let from, let to, let id, let request, let body):
            if case .changes(_?, let wait) = request, wait > 0, nodes[to]?.hasNews(for: from, since: body) == false {
                number += 1
                held.append(Held(number: number, from: from, to: to, id: id, request: request, body: body))
                schedule(.pollEnds(number), in: Int64(wait) * 1_000)
                return
            }
            answer(from, to, id, request, body)
        case .pollEnds(let number):
            guard let index = held.firstIndex(where: { $0.number == number }) else { return }
            let poll = held.remove(at: index)
            answer(poll.from, poll.to, poll.id, poll.request, poll.body)
        case .answer(let from, let to, let id, let request, .success(let body)):
            do {
                try nodes[to]?.receive(body, to: id, request, from: from, at: now)
            } catch {
                nodes[to]?.tell(from, .failed(id, .unreadable), at: now)
            }
            collect(to)
        case .answer(let from, let to, let id, _, .failure(let failure)):
            nodes[to]?.tell(from, .failed(id, failure.failure), at: now)
            collect(to)
        }
    }

    private mutating func answer(
        _ from: NodeID, _ to: NodeID, _ id: RequestID, _ request: PeerSession.Request, _ body: [UInt8]
    ) {
        guard nodes[to] != nil else { return }
        let result =
            (try? nodes[to]?.answer(request, body, from: from, at: now)) ?? .failure(TestFailure(failure: .unreadable))
        if case .success(let body) = result { bytes += body.count }
        let isLost = isCut(from, to) || chance(lossRate)
        let lost = Result<[UInt8], TestFailure>.failure(TestFailure(failure: .unreachable))
        let wait = isLost ? Self.timeout : travel()
        schedule(.answer(from: to, to: from, id, request, isLost ? lost : result), in: wait)
        collect(to)
    }

    /// Polls that have something to hear now.
    private mutating func release(_ id: NodeID) {
        let ready = held.filter { $0.to == id && nodes[id]?.hasNews(for: $0.from, since: $0.body) == true }
        guard !ready.isEmpty else { return }
        held.removeAll { poll in ready.contains { $0.number == poll.number } }
        for poll in ready { answer(poll.from, poll.to, poll.id, poll.request, poll.body) }
    }
}

extension PeerSession.Request {
    var name: String {
        switch self {
        case .push: "push"
        case .pull: "pull"
        case .changes: "changes"
        case .rooms: "rooms"
        }
    }
}
