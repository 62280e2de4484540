import Bytes
import EventLoop
import Gossip
import Keys
import Log
import Operations
import Outbound
import Peers
import SQLite
import Store
import Synchronization

/// The thread that talks to peers: it owns the sessions, hears of each commit, and decides who is told. It reads the log
/// on a connection of its own and writes nothing; what is to be written goes to the writer like everything else.
final class Gossiper {
    let core: FederationCore
    let loop: EventLoop
    let outbound: Outbound
    private let reading: LogReading
    var links: [NodeID: Link] = [:]
    private var fanOut: FanOut
    var payloadWants = PayloadWants()
    /// Up to here the sessions have been told what came.
    private(set) var position: UInt64 = 0
    /// What is still to be told to sessions in this turn.
    private var events: [(peer: NodeID, event: PeerSession.Event)] = []
    var polls: [NodeID: [HeldPoll]] = [:]
    /// What is to be written down of peers.
    var heard = HeardOfPeers()
    /// Blobs that were to be fetched ahead.
    var ahead: Set<RoomBlob> = []
    /// Of whom so much is kept that something is refused.
    var crowding: Set<NodeID> = []
    var hasLookedForCrowding = false
    /// Of what is being fetched of whom, how many bytes together.
    var fetching: [NodeID: Int64] = [:]
    private var lookTimer: LoopTimer?
    /// The nodes that a room was on when it was looked at last.
    private var nodes: [RoomID: [NodeID]] = [:]
    /// When those are called next that have not shown a card yet.
    var cardsDue = MonotonicTime(milliseconds: 0)
    /// Peers whose place is being asked for a card.
    var cardsAwaited: Set<NodeID> = []
    var writeTimer: LoopTimer?
    var isWriteDue = false
    private var tickTimer: LoopTimer?
    private var tickAt = MonotonicTime.never
    private var quietTicks = 0
    private var failedTellings = 0
    private var failedHearings = 0

    init(_ core: FederationCore, on loop: EventLoop) throws {
        self.core = core
        self.loop = loop
        let settings = core.settings
        reading = try LogReading(
            Connection(settings.databasePath, .readOnly, settings.reading), node: core.node, roomsMax: 512)
        outbound = Outbound(on: loop, resolver: try Resolver(on: loop), courier: settings.courier)
        fanOut = FanOut(seed: SecureRandom().next())
        tickTimer = try LoopTimer(on: loop) { [unowned self] in tick() }
        writeTimer = try LoopTimer(on: loop) { [unowned self] in writeDown() }
        lookTimer = try LoopTimer(on: loop) { [unowned self] in lookAround() }
    }

    /// Begins to talk.
    func start(cursors: [NodeID: Cursor]) throws {
        try core.inbox.deliver(on: loop) { [unowned self] in receive($0) }
        try read { log in
            position = log.position
            for room in log.roomsLackingPayloads { payloadWants.update(room, missing: log.missingPayloads(of: room)) }
        }
        for peer in core.book.all { open(peer, cursor: cursors[peer.node]) }
        flush()
        wakeTick(in: 0)
        lookAround()
    }

    func end() {
        for link in links.values { link.end() }
        links = [:]
        polls = [:]
        writeDown()
        tickTimer?.end()
        writeTimer?.end()
        lookTimer?.end()
        (tickTimer, writeTimer, lookTimer) = (nil, nil, nil)
        outbound.close()
    }

    var now: Int64 { Int64(clamping: loop.now.milliseconds) }

    private func read<Result>(_ body: (LogKeeper) throws -> Result) throws -> Result {
        try reading.read(peers: core.book.peers, staged: core.staged.withLock { $0 }, body)
    }

    /// The same; false where it can't be read, which may be otherwise a second later.
    @discardableResult
    func attempt(_ body: (LogKeeper) -> Void) -> Bool {
        do {
            try read(body)
            return true
        } catch {
            core.failed("the log can't be read for peers", error)
            wakeTick(in: Self.retryMilliseconds)
            return false
        }
    }

    private static let retryMilliseconds: Int64 = 1_000
    private static let lookMilliseconds: UInt64 = 2_000
    /// After that many failures in a row it is what is told, and not the moment; then it is let go, and pulls find it.
    private static let retriesMax = 8

    // MARK: What happens

    private func receive(_ messages: [GossipMessage]) {
        for message in messages {
            switch message {
            case .committed: hearCommits()
            case .called(let peer): tell(peer, .contact)
            case .events(let peer, let events):
                if links[peer] == nil { hear(events, of: peer) }
                for event in events { tell(peer, event) }
            case .taken(let peer, let taken): settle(taken, from: peer)
            case .asked(let peer, let asks): note(asks, of: peer)
            case .hold(let poll): hold(poll)
            case .ticked(let tick): take(tick)
            case .consent(let peer, let change): take(change, about: peer)
            case .fetchCard(let place, let completion): fetchCard(at: place, .privateToo, completion)
            case .signal(let signal): send(signal)
            case .fetchBlob(let blob, let size, let room, let sender, let completion):
                fetch(blob, size, for: room, sentBy: sender, completion)
            case .fetched(let share): give(back: share)
            case .asksAgain(let rooms): askAgain(in: rooms)
            case .stop: loop.stop()
            }
        }
        flush()
    }

    func tell(_ peer: NodeID, _ event: PeerSession.Event) {
        guard let link = links[peer], link.isReady else { return }
        events.append((peer, event))
    }

    /// Sessions hear what there is to tell, all of one state of the log.
    func flush() {
        guard !events.isEmpty else { return }
        let told = events
        events = []
        let isTold = attempt { log in
            var log = log
            log.positionMax = position
            var heard: Set<NodeID> = []
            for (peer, event) in told {
                guard let link = links[peer] else { continue }
                var actions: [PeerSession.Action] = []
                link.session.handle(event, at: now, log: log, into: &actions)
                for action in actions { perform(action, for: link, log) }
                heard.insert(peer)
            }
            core.health.withLock { health in
                for peer in heard { health[peer] = links[peer]?.session.health }
            }
        }
        // Told again, since what isn't answered keeps its lane for ever; what comes twice does no harm.
        failedTellings = isTold ? 0 : failedTellings + 1
        if (1...Self.retriesMax).contains(failedTellings) { events = told + events }
    }

    private func perform(_ action: PeerSession.Action, for link: Link, _ log: LogKeeper) {
        switch action {
        case .send(let id, let request): send(id, request, to: link, log)
        case .wake(let time): link.timer?.set(MonotonicTime(milliseconds: UInt64(clamping: time)))
        case .keep(let cursor): keep(cursor, of: link.peer)
        case .acknowledged(let room, let clock): acknowledge(clock, in: room, by: link.peer)
        case .identical(let room, let digest): agree(on: room, digest, with: link.peer, log)
        case .refusedByPeer(let room, let id, let code):
            core.log.warning(
                "a peer does not take an operation",
                [
                    .text("peer", ShortText(link.peer.description)), .text("room", ShortText(room.description)),
                    .text("operation", ShortText(id.description)), .text("code", ShortText(code)),
                ])
        case .ownFeedClaimed(let room, _):
            core.log.warning(
                "a peer says that there is more of ours than we have",
                [.text("peer", ShortText(link.peer.description)), .text("room", ShortText(room.description))])
        case .restored(let room, _):
            core.log.warning(
                "operations of ours came back from a peer: we go on in a new feed",
                [.text("peer", ShortText(link.peer.description)), .text("room", ShortText(room.description))])
        case .reconciled, .down: return
        }
    }

    // MARK: Commits

    private func hearCommits() {
        var (rooms, position) = core.commits.withLock { $0.take() }
        // What we write ourselves lacks nothing, and nobody has to be told of it where there are no peers.
        if core.book.peers.nodes.isEmpty { rooms.removeAll { $0.source == nil } }
        failedHearings = rooms.isEmpty || look(at: rooms) ? 0 : failedHearings + 1
        if (1...Self.retriesMax).contains(failedHearings) {
            return core.commits.withLock { $0.putBack(rooms, position) }
        }
        self.position = max(self.position, position)
        if !payloadWants.isEmpty { askForPayloads() }
    }

    private func look(at rooms: [CommittedRoom]) -> Bool {
        attempt { log in
            for room in rooms {
                payloadWants.update(room.room, missing: log.missingPayloads(of: room.room))
                announce(room, log)
                introduce(in: room.room, log)
                if room.source != nil { fetchAhead(room.room, log) }
            }
        }
    }

    private func announce(_ room: CommittedRoom, _ log: LogKeeper) {
        let concerned = links.keys.sorted().filter { log.standing(of: $0, in: room.room) != .none }
        let reachable = concerned.filter { links[$0]?.session.health.link == .up }
        let choice = fanOut.choose(
            in: room.room, on: log.participantsCount(of: room.room), among: reachable, source: room.source,
            told: room.told, at: now)
        for peer in concerned where peer != room.source {
            let manner: PeerSession.Delivery.Manner =
                choice.whole.contains(peer) ? .whole : choice.announced.contains(peer) ? .announced : .left
            tell(
                peer,
                .committed(
                    PeerSession.Delivery(
                        room: room.room, position: room.position, manner: manner,
                        told: choice.told.subtracting([peer]))))
        }
        for peer in polls.keys where peer != room.source && log.standing(of: peer, in: room.room) != .none {
            wakePolls(of: peer)
        }
    }

    private static let nodesIntroducedMax = 64

    /// Who is new in a room may see who the others are: their directories are announced. That may be the first that a node
    /// hears of them, since nothing new need be in them.
    private func introduce(in room: RoomID, _ log: LogKeeper) {
        let now = log.participants(of: room)
        guard now.count > 1, now.count <= Self.nodesIntroducedMax, nodes[room] != now else { return }
        if nodes.count >= 4_096 { nodes = [:] }
        nodes[room] = now
        for peer in now where links[peer] != nil {
            for node in now where node != peer {
                let directory = RoomID(directoryOf: node)
                guard log.standing(of: peer, in: directory) == .participant else { continue }
                tell(peer, .committed(PeerSession.Delivery(room: directory, position: 1, manner: .announced)))
            }
        }
    }

    // MARK: Polls

    private static let pollsMax = 2

    private func hold(_ poll: HeldPoll) {
        // Something may have come since it was looked for.
        guard position <= poll.seen else { return answer(poll) }
        var held = polls[poll.reply.peer] ?? []
        while held.count >= Self.pollsMax { answer(held.removeFirst(), until: MonotonicTime(milliseconds: 0)) }
        held.append(poll)
        polls[poll.reply.peer] = held
        wakeTick(in: Int64(clamping: poll.until.milliseconds) - now)
    }

    private func wakePolls(of peer: NodeID) {
        for poll in polls.removeValue(forKey: peer) ?? [] { answer(poll) }
    }

    /// `end`: when there has to be an answer; else as long as it was asked to wait.
    private func answer(_ poll: HeldPoll, until end: MonotonicTime? = nil) {
        let isTaken = core.workers.submit(for: poll.reply.peer) { worker in
            worker.answerChanges(after: poll.since, poll.reply, until: end ?? poll.until)
        }
        if !isTaken { poll.reply.send(.unavailable) }
    }

    private func endPolls() {
        for (peer, held) in polls {
            let due = held.filter { $0.until <= loop.now }
            guard !due.isEmpty else { continue }
            for poll in due { answer(poll, until: MonotonicTime(milliseconds: 0)) }
            let left = held.filter { $0.until > loop.now }
            polls[peer] = left.isEmpty ? nil : left
        }
        for end in polls.values.joined().map(\.until) { wakeTick(in: Int64(clamping: end.milliseconds) - now) }
    }

    // MARK: What is lacking

    func settle(_ taken: Taken, from source: NodeID) {
        let outcome = taken.outcome
        for place in outcome.forked {
            core.log.error(
                "a node has written two histories",
                [
                    .text("node", ShortText(place.feed.origin.description)),
                    .text("room", ShortText(taken.room.description)),
                    .integer("seq", Int(clamping: place.seq)), .text("brought_by", ShortText(source.description)),
                ])
        }
        if outcome.new + outcome.parked > 0 { quietTicks = 0 }
        askForAll(of: outcome.roomsKeptApart)
        ask(for: taken.wants)
        if outcome.parked > 0 || taken.isWaiting { wakeTick(in: 1_000) }
    }

    /// Pasts that are not here are asked for: first of whoever brought what needs them, then of others.
    private func ask(for wants: [Taken.Want]) {
        let peers = links.keys.sorted()
        for want in wants {
            let ids = want.times > 1 ? [want.id] : []
            tell(want.peer, .lacking(want.room, operations: ids, payloads: []))
            guard want.times > 2, !peers.isEmpty else { continue }
            tell(peers[want.times % peers.count], .lacking(want.room, operations: ids, payloads: []))
        }
    }

    /// Payloads that were refused find room now.
    private func askAgain(in rooms: [RoomID]) {
        noteMissingPayloads(of: rooms)
        askForPayloads()
    }

    func noteMissingPayloads(of rooms: [RoomID]) {
        attempt { log in
            for room in rooms { payloadWants.update(room, missing: log.missingPayloads(of: room)) }
        }
    }

    private func lookAround() {
        lookForCrowding()
        askForProfiles()
        lookTimer?.set(loop.now + Self.lookMilliseconds)
    }

    private func askForPayloads() {
        attempt { log in
            for due in payloadWants.due(at: now) {
                let others = links.keys.sorted().filter { log.standing(of: $0, in: due.room) == .participant }
                guard !others.isEmpty else { continue }
                tell(others[due.times % others.count], .lacking(due.room, operations: [], payloads: due.ids))
            }
        }
        if let next = payloadWants.nextAsk { wakeTick(in: next - now) }
    }

    /// Time has gone on.
    private func tick() {
        tickAt = .never
        // Those that could not be heard of before.
        hearCommits()
        endPolls()
        lookForCards()
        if !payloadWants.isEmpty { askForPayloads() }
        flush()
        let (peers, wall) = (core.book.peers, Timestamp.now().milliseconds)
        let core = core
        // A tick that fails was none, and the next one may do better.
        let again = Tick(rooms: [], wants: [], isWaiting: true)
        do throws(WriterRefusal) {
            try core.writer.submit(.peers, bytes: 0) { _, log in
                let outcome = try log.tick(peers: peers, at: wall)
                return Tick(
                    rooms: outcome.rooms, wants: Taken.Want.of(log, at: wall), isWaiting: Taken.isWaiting(log))
            } completion: { result in
                core.tell(.ticked((try? result.get()) ?? again))
            }
        } catch {
            take(again)
        }
    }

    /// Whoever brought it long ago may have lost it since, and nothing is pushed to where it came from.
    private func askForAll(of rooms: [RoomID]) {
        guard !rooms.isEmpty else { return }
        attempt { log in
            for room in rooms {
                for peer in links.keys.sorted() where log.standing(of: peer, in: room) == .participant {
                    tell(peer, .lacking(room, operations: [], payloads: []))
                }
            }
        }
    }

    func take(_ tick: Tick) {
        askForAll(of: tick.rooms)
        ask(for: tick.wants)
        guard tick.isWaiting else { return }
        // The longer nothing comes, the more rarely it is looked after.
        quietTicks += 1
        wakeTick(in: min(1_000 << Int64(min(quietTicks, 16) / 2), 60_000))
    }

    func wakeTick(in milliseconds: Int64) {
        let time = loop.now + UInt64(max(milliseconds, 1))
        guard time < tickAt else { return }
        tickAt = time
        tickTimer?.set(time)
    }
}

/// What the passing of time has brought.
struct Tick: Sendable {
    let rooms: [RoomID]
    let wants: [Taken.Want]
    let isWaiting: Bool
}
