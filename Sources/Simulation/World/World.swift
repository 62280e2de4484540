import Gossip
import Keys
import Operations

/// Machines, time, and a network that loses, doubles, delays and parts, all from one plan. Nothing in it looks at a
/// real clock or draws a number that the seed doesn't give.
struct World {
    enum Event: Sendable {
        case step(Plan.Step)
        case request(from: Int, to: Int, RequestID, PeerSession.Request, [UInt8], callerLife: UInt64)
        case answer(from: Int, to: Int, RequestID, PeerSession.Request, Result<[UInt8], Refusal>, callerLife: UInt64)
        case tick(node: Int, peer: NodeID, life: UInt64)
        case nodeTick(node: Int, life: UInt64)
        case synced(node: Int, life: UInt64)
        case start(node: Int, life: UInt64)
        case pollEnds(Int)
    }

    struct Poll: Sendable {
        let number: Int
        let from: Int
        let to: Int
        let id: RequestID
        let request: PeerSession.Request
        let body: [UInt8]
        let callerLife: UInt64
    }

    struct Way: Hashable, Sendable {
        let from: Int
        let to: Int
    }

    static let beginning: Int64 = 1_800_000_000_000
    static let timeout: Int64 = 5_000

    let plan: Plan
    let sabotage: Sabotage?
    var now = Self.beginning
    var machines: [Machine] = []
    var numbers: [NodeID: Int] = [:]
    var random: SeededRandom
    var queue = EventQueue<Event>()
    var weather = Weather()
    var cuts: Set<Way> = []
    var polls: [Poll] = []
    private var pollNumber = 0
    private var ticks: [Int: [NodeID: Int64]] = [:]
    private var nodeTicks: [Int: Int64] = [:]
    var truth = Truth()
    var traffic = Traffic()
    var tally = Tally()
    var trace: Trace
    var violation: Violation?
    /// Bodies that hostile nodes have sent, to send again.
    var overheard: [(to: Int, body: [UInt8])] = []

    init(_ plan: Plan, sabotage: Sabotage? = nil, telling detail: Simulation.Detail = .nothing) {
        self.plan = plan
        self.sabotage = sabotage
        random = SeededRandom(seed: plan.seed &* 0x9E37_79B9 &+ 1)
        trace = Trace(isOn: detail != .nothing, isDetailed: detail == .messages)
        let identities = (0..<plan.nodeCount).map { Identity(name: Self.name(of: $0), seed: plan.seed) }
        for (index, identity) in identities.enumerated() {
            numbers[identity.id] = index
            let peers = plan.links.compactMap { link in
                link.one == index ? identities[link.other].id : link.other == index ? identities[link.one].id : nil
            }
            let incarnation = plan.seed &* 1_000 &+ UInt64(index) &* 100
            let node = SimulatedNode(
                identity, peers: Set(peers), incarnation: incarnation, sabotage: sabotage)
            machines.append(Machine(node, incarnation: incarnation))
        }
        for index in machines.indices { meetPeers(index) }
        for step in plan.steps { queue.add(.step(step), at: Self.beginning + step.at) }
    }

    static func name(of node: Int) -> String {
        let names = ["north", "south", "east", "west", "upper", "lower", "inner", "outer"]
        return node < names.count ? names[node] : "node \(node)"
    }

    var everyone: [UserID] { machines.flatMap(\.node.identity.users) }

    mutating func meetPeers(_ index: Int) {
        for link in plan.links where link.one == index || link.other == index {
            let peer = link.one == index ? link.other : link.one
            // Whom nobody can call calls, and listens all the time.
            let (calls, isCalled) = link.one == index ? (true, link.isMutual) : (link.isMutual, true)
            guard calls else {
                machines[index].node.accept(machines[peer].node.id)
                continue
            }
            machines[index].node.meet(
                machines[peer].node.id, canBeCalled: isCalled, seed: random.next(), at: now)
        }
        collect(index)
    }

    // MARK: Time

    /// Everything up to then.
    mutating func run(until end: Int64) {
        while violation == nil, let time = queue.nextTime, time <= end, let next = queue.next() {
            now = max(now, time)
            happen(next.event)
        }
        if violation == nil { now = max(now, end) }
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .step(let step): perform(step)
        case .request(let from, let to, let id, let request, let body, let life):
            arrive(from, to, id, request, body, life)
        case .answer(let from, let to, let id, let request, let result, let life):
            guard machines[to].isUp, machines[to].life == life else { return }
            let peer = machines[from].node.id
            switch result {
            case .success(let body): machines[to].node.receive(body, to: id, request, from: peer, at: now)
            case .failure(let refusal): machines[to].node.tell(peer, .failed(id, refusal.failure), at: now)
            }
            collect(to)
        case .tick(let index, let peer, let life):
            if ticks[index]?[peer] ?? 0 <= now { ticks[index]?[peer] = nil }
            guard machines[index].isUp, machines[index].life == life else { return }
            machines[index].node.tell(peer, .tick, at: now)
            collect(index)
        case .nodeTick(let index, let life):
            if nodeTicks[index] ?? 0 <= now { nodeTicks[index] = nil }
            guard machines[index].isUp, machines[index].life == life else { return }
            machines[index].node.tick(at: now)
            collect(index)
        case .synced(let index, let life):
            guard machines[index].isUp, machines[index].life == life else { return }
            machines[index].sync()
            release(index)
        case .start(let index, let life):
            guard !machines[index].isUp, machines[index].life == life else { return }
            machines[index].start()
            trace.note(now, "\(Self.name(of: index)) starts again")
            meetPeers(index)
            checkDurability(of: index)
        case .pollEnds(let number):
            guard let at = polls.firstIndex(where: { $0.number == number }) else { return }
            let poll = polls.remove(at: at)
            answer(poll.from, poll.to, poll.id, poll.request, poll.body, poll.callerLife)
        }
    }

    // MARK: Messages

    private mutating func arrive(
        _ from: Int, _ to: Int, _ id: RequestID, _ request: PeerSession.Request, _ body: [UInt8], _ life: UInt64
    ) {
        guard machines[to].isUp else {
            return plan(.failure(Refusal(failure: .unreachable)), from: to, to: from, id, request, life, in: 100)
        }
        let peer = machines[from].node.id
        if case .changes(_?, let wait) = request, wait > 0, !machines[to].node.hasNews(for: peer, since: body) {
            pollNumber += 1
            polls.append(
                Poll(
                    number: pollNumber, from: from, to: to, id: id, request: request, body: body, callerLife: life))
            queue.add(.pollEnds(pollNumber), at: now + Int64(wait) * 1_000)
            return
        }
        answer(from, to, id, request, body, life)
    }

    private mutating func answer(
        _ from: Int, _ to: Int, _ id: RequestID, _ request: PeerSession.Request, _ body: [UInt8], _ life: UInt64
    ) {
        guard machines[to].isUp else {
            return plan(.failure(Refusal(failure: .unreachable)), from: to, to: from, id, request, life, in: 50)
        }
        let peer = machines[from].node.id
        let result: Result<[UInt8], Refusal>
        do throws(Refusal) {
            result = .success(try machines[to].node.answer(request, body, from: peer, at: now))
        } catch {
            result = .failure(error)
        }
        if case .success(let body) = result { tap(answer: body, to: request, from: to, to: from) }
        machines[to].held.append(.answer(to: peer, id, request, result, callerLife: life))
        collect(to)
    }

    private mutating func plan(
        _ result: Result<[UInt8], Refusal>, from: Int, to: Int, _ id: RequestID, _ request: PeerSession.Request,
        _ life: UInt64, in wait: Int64
    ) {
        queue.add(.answer(from: from, to: to, id, request, result, callerLife: life), at: now + max(1, wait))
    }

    private mutating func chance(_ rate: Int) -> Bool { Int.random(in: 0..<1_000, using: &random) < rate }
    private mutating func travel() -> Int64 { Int64.random(in: weather.delay, using: &random) }

    // MARK: What a node wants done

    /// What it wants to say waits until all that it rests on is on the disk.
    mutating func collect(_ index: Int) {
        for operation in machines[index].node.written { truth.made(operation, by: index) }
        machines[index].node.written = []
        if !plan.isHostile(index) { tally.add(machines[index].node.tally) }
        machines[index].node.tally = Tally()
        let effects = machines[index].node.effects
        machines[index].node.effects = []
        for effect in effects {
            switch effect {
            case .wake(let peer, let time): wake(index, peer, time)
            case .wakeNode(let time): wakeNode(index, time)
            case .send(let peer, _, let request, let body):
                if let to = numbers[peer] { tap(request, body, from: index, to: to) }
                machines[index].held.append(.effect(effect))
            case .acknowledged: machines[index].held.append(.effect(effect))
            }
        }
        machines[index].node.justLeft = []
        if machines[index].isSynced || sabotage == .acknowledgesEarly {
            release(index)
        }
        guard !machines[index].isSynced, !machines[index].isSyncing else { return }
        machines[index].isSyncing = true
        let wait = Int64.random(in: 1...8, using: &random)
        queue.add(.synced(node: index, life: machines[index].life), at: now + wait)
    }

    private mutating func release(_ index: Int) {
        let held = machines[index].held
        machines[index].held = []
        for item in held {
            switch item {
            case .effect(.send(let peer, let id, let request, let body)): send(index, peer, id, request, body)
            case .effect(.acknowledged(let id, let room)): truth.acknowledge(id, in: room, by: index)
            case .effect: continue
            case .answer(let peer, let id, let request, let result, let life):
                guard let to = numbers[peer] else { continue }
                giveBack(result, from: index, to: to, id, request, life)
            }
        }
        releasePolls(index)
    }

    private mutating func send(
        _ index: Int, _ peer: NodeID, _ id: RequestID, _ request: PeerSession.Request, _ body: [UInt8]
    ) {
        guard let to = numbers[peer] else { return }
        var body = body
        if plan.isHostile(index) { spoil(&body, of: request, from: index, to: to) }
        traffic.count(body.count, isHonest: !plan.isHostile(index))
        trace.send(now, request, body.count, from: index, to: to, isAnswer: false)
        let life = machines[index].life
        if cuts.contains(Way(from: index, to: to)) || chance(weather.losses) {
            return plan(
                .failure(Refusal(failure: .unreachable)), from: to, to: index, id, request, life, in: Self.timeout)
        }
        let event = Event.request(from: index, to: to, id, request, body, callerLife: life)
        let wait = travel()
        queue.add(event, at: now + wait)
        if chance(weather.doublings) { queue.add(event, at: now + wait + travel()) }
    }

    private mutating func giveBack(
        _ result: Result<[UInt8], Refusal>, from: Int, to: Int, _ id: RequestID, _ request: PeerSession.Request,
        _ life: UInt64
    ) {
        var result = result
        if case .success(var body) = result {
            if plan.isHostile(from) {
                spoil(&body, ofAnswerTo: request, from: from)
                result = .success(body)
            }
            traffic.count(body.count, isHonest: !plan.isHostile(from))
            trace.send(now, request, body.count, from: from, to: to, isAnswer: true)
        }
        // An answer comes back by the way that the question came.
        let isLost = cuts.contains(Way(from: to, to: from)) || chance(weather.losses)
        let wait = isLost ? Self.timeout : travel()
        plan(
            isLost ? .failure(Refusal(failure: .unreachable)) : result, from: from, to: to, id, request, life, in: wait)
    }

    private mutating func releasePolls(_ index: Int) {
        guard polls.contains(where: { $0.to == index }), machines[index].isUp else { return }
        let ready = polls.filter {
            $0.to == index && machines[index].node.hasNews(for: machines[$0.from].node.id, since: $0.body)
        }
        guard !ready.isEmpty else { return }
        let numbers = Set(ready.map(\.number))
        polls.removeAll { numbers.contains($0.number) }
        for poll in ready { answer(poll.from, poll.to, poll.id, poll.request, poll.body, poll.callerLife) }
    }

    private mutating func wake(_ index: Int, _ peer: NodeID, _ time: Int64) {
        if let planned = ticks[index]?[peer], planned <= time, planned > now { return }
        ticks[index, default: [:]][peer] = time
        queue.add(.tick(node: index, peer: peer, life: machines[index].life), at: max(time, now + 1))
    }

    private mutating func wakeNode(_ index: Int, _ time: Int64) {
        if let planned = nodeTicks[index], planned <= time, planned > now { return }
        nodeTicks[index] = time
        queue.add(.nodeTick(node: index, life: machines[index].life), at: max(time, now + 1))
    }

    /// The process is gone. What was planned for it is nobody's, and who waits for it sees the connection close.
    mutating func hangUp(_ index: Int) {
        ticks[index] = nil
        nodeTicks[index] = nil
        let broken = Result<[UInt8], Refusal>.failure(Refusal(failure: .unreachable))
        for poll in polls where poll.to == index {
            plan(broken, from: index, to: poll.from, poll.id, poll.request, poll.callerLife, in: 50)
        }
        polls.removeAll { $0.to == index || $0.from == index }
        for case .answer(let peer, let id, let request, _, let life) in machines[index].held {
            guard let to = numbers[peer] else { continue }
            plan(broken, from: index, to: to, id, request, life, in: 50)
        }
    }
}
