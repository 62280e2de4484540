import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Store
import Synchronization

/// What a peer asks, as it came.
enum PeerQuestion: Sendable {
    case push([UInt8])
    case pull([UInt8])
    case rooms([UInt8])
    case changes(since: String?, wait: String?)
    case signals([UInt8])
    case blob(BlobQuestion)
    /// One of these, to be opened first.
    case sealed([UInt8])
}

/// A question for what is new, kept until there is something.
struct HeldPoll: Sendable {
    let reply: PeerReply
    let since: UInt64
    /// What it was answered from had nothing newer than this.
    let seen: UInt64
    let until: MonotonicTime
}

extension FederationCore {
    func take(_ question: PeerQuestion, _ reply: PeerReply) {
        if !workers.submit(for: reply.peer, { $0.answer(question, reply) }) { reply.send(.unavailable) }
    }
}

extension Worker {
    func answer(_ question: PeerQuestion, _ reply: PeerReply) {
        do {
            switch question {
            case .push(let body): try takePush(body, reply)
            case .pull(let body): reply.send(PeerAnswer(sequence: try answerPull(body, from: reply.peer)))
            case .rooms(let body): reply.send(PeerAnswer(sequence: try answerRooms(body, from: reply.peer)))
            case .changes(let since, let wait): try answerChanges(since, wait, reply)
            case .signals(let body): try takeSignals(body, reply)
            case .blob(let question): try answer(question, reply)
            case .sealed(let body): open(body, reply)
            }
        } catch let fault as GossipFault {
            reply.send(PeerAnswer(fault))
        } catch {
            core.failed("a peer's question was not answered", error)
            reply.send(.unavailable)
        }
    }

    private func answerPull(_ body: [UInt8], from peer: NodeID) throws -> [UInt8] {
        let request = try PullRequest(decoding: body.span)
        core.tell(.asked(peer, request.asks))
        return try read { log in
            let rooms = request.asks.compactMap { if case .room(let room, _) = $0 { room } else { nil } }
            core.tell(peer, rooms.map { .pulled($0, through: log.position) })
            return PullAnswerItem.encode(log.answer(to: PullPlan(for: request, from: peer, log: log), for: peer))
        }
    }

    private func answerRooms(_ body: [UInt8], from peer: NodeID) throws -> [UInt8] {
        let request = try RoomsRequest(decoding: body.span)
        return try read { log in RoomsAnswer(to: request, from: log.sharedRooms(with: peer)).encoded }
    }

    // MARK: Changes

    private func answerChanges(_ since: String?, _ wait: String?, _ reply: PeerReply) throws {
        let seconds = UInt64(wait ?? "0")
        guard let seconds, seconds <= GossipLimits.waitSecondsMax else { throw GossipFault.badValue }
        guard let since else {
            let here = try read { core.seal.cursor(at: $0.position, for: reply.peer) }
            return reply.send(PeerAnswer(sequence: ChangesAnswer(cursor: here, more: false, items: []).encoded))
        }
        guard let bytes = Base64.url.decode(since), let cursor = Cursor(bytes: bytes) else {
            throw GossipFault.badValue
        }
        guard let position = core.seal.position(of: cursor, for: reply.peer) else {
            return reply.send(PeerAnswer(410, code: "gone"))
        }
        answerChanges(after: position, reply, until: MonotonicTime.now() + seconds * 1_000)
    }

    /// At once where there is something, or no time left.
    func answerChanges(after position: UInt64, _ reply: PeerReply, until end: MonotonicTime) {
        do {
            let (answer, here) = try read { log in
                (ChangesAnswer(after: position, for: reply.peer, seal: core.seal, log: log), log.position)
            }
            guard position <= here else { return reply.send(PeerAnswer(410, code: "gone")) }
            if answer.items.isEmpty, MonotonicTime.now() < end {
                return core.tell(.hold(HeldPoll(reply: reply, since: position, seen: here, until: end)))
            }
            reply.send(PeerAnswer(sequence: answer.encoded))
            if !answer.more { core.tell(reply.peer, [.polled(here)]) }
        } catch {
            core.failed("a peer's question for changes was not answered", error)
            reply.send(.unavailable)
        }
    }

    // MARK: Push

    private func takePush(_ body: [UInt8], _ reply: PeerReply) throws {
        let push = try PushRequest(decoding: body.span)
        let peer = reply.peer
        let batches = try read { log in push.items.map { batch(of: $0, from: peer, log) } }
        let answering = PushAnswering(push, reply, core)
        let gathering = Gathering(count: push.items.count) { answering.finish($0) }
        var arrivals: [Arrival] = []
        for (index, item) in push.items.enumerated() {
            arrivals.append(
                Arrival(
                    batch: batches[index], bytes: item.bytes, told: Set(item.told), announced: item.announced,
                    completion: { gathering.note($0, at: index) }))
        }
        if arrivals.isEmpty {
            answering.finish([])
        } else if !core.desk.hand(in: arrivals, from: peer) {
            reply.send(.busy(1_000))
        }
    }

    private func batch(of item: PushRequest.Item, from peer: NodeID, _ log: LogKeeper) -> ProvenBatch {
        var batch = ProvenBatch(room: item.room, source: peer)
        for run in item.runs {
            batch.add(pushed: run, by: peer) {
                log.certificate(of: $0, in: item.room, from: peer)
            } after: {
                log.id(at: $0, in: item.room)
            }
        }
        for register in item.registers { batch.add(register: register) }
        for proof in item.proofs { batch.add(proof: proof) }
        return batch
    }
}

extension LogKeeper {
    /// Under which a feed is written, in the log or in what the peer has brought before.
    func certificate(of feed: Feed, in room: RoomID, from peer: NodeID) -> Certificate? {
        certificate(of: feed, in: room) ?? staged.certificate(of: feed, in: room, from: peer)
    }
}

extension PushRequest.Item {
    fileprivate var bytes: Int {
        (runs + registers + proofs).reduce(256) { $0 + $1.count }
    }
}

/// Results that come one by one, from the writer's thread.
final class Gathering: Sendable {
    private struct State {
        var results: [Result<Taken, any Error>?]
        var left: Int
    }

    private let state: Mutex<State>
    private let whole: @Sendable ([Result<Taken, any Error>]) -> Void

    init(count: Int, _ whole: @escaping @Sendable ([Result<Taken, any Error>]) -> Void) {
        state = Mutex(State(results: Array(repeating: nil, count: count), left: count))
        self.whole = whole
    }

    func note(_ result: Result<Taken, any Error>, at index: Int) {
        let all = state.withLock { state -> [Result<Taken, any Error>]? in
            state.results[index] = result
            state.left -= 1
            return state.left == 0 ? state.results.compactMap { $0 } : nil
        }
        if let all { whole(all) }
    }
}

/// A push on its way through the writer.
private struct PushAnswering: Sendable {
    private let rooms: [(room: RoomID, digest: ShortDigest?)]
    private let since: Cursor?
    private let through: Cursor
    private let reply: PeerReply
    private let core: FederationCore

    init(_ push: PushRequest, _ reply: PeerReply, _ core: FederationCore) {
        rooms = push.items.map { ($0.room, $0.digest) }
        (since, through) = (push.since, push.through)
        (self.reply, self.core) = (reply, core)
    }

    func finish(_ results: [Result<Taken, any Error>]) {
        var items: [PushAnswer.Item] = []
        var events: [PeerSession.Event] = []
        var isWhole = true
        for ((room, digest), result) in zip(rooms, results) {
            guard case .success(let taken) = result else {
                // Nothing of it was kept, or who knows what: the peer tries again.
                return send(.unavailable)
            }
            guard !taken.outcome.isTurnedAway else {
                isWhole = false
                items.append(.turnedAway)
                continue
            }
            if taken.outcome.lacksBeginnings { events.append(.lacking(room, operations: [], payloads: [])) }
            events.append(.heard(room, taken.about, digest: digest, activity: 0))
            items.append(PushAnswer.Item(taken.echo, to: digest))
            core.tell(.taken(reply.peer, taken))
        }
        if isWhole { events.append(.covered(since: since, through: through)) }
        core.tell(reply.peer, events)
        send(PeerAnswer(sequence: PushAnswer(items: items).encoded))
    }

    /// Signing is nothing for the writer's thread.
    private func send(_ answer: PeerAnswer) {
        if !core.workers.submit(for: reply.peer, { [reply] _ in reply.send(answer) }) { reply.send(answer) }
    }
}
