import Gossip
import Operations

/// A request that fails as a whole, as the one who asks sees it.
struct Refusal: Error {
    let failure: PeerSession.Failure
}

// What the node answers to its peers, and what it makes of their answers.
extension SimulatedNode {
    mutating func answer(
        _ request: PeerSession.Request, _ body: [UInt8], from peer: NodeID, at now: Int64
    ) throws(Refusal) -> [UInt8] {
        guard sessions[peer] != nil || callers.contains(peer) else { throw Refusal(failure: .refused) }
        tell(peer, .contact, at: now)
        do throws(GossipFault) {
            switch request {
            case .push: return try answerPush(PushRequest(decoding: body.span), from: peer, at: now).encoded
            case .pull:
                let pull = try PullRequest(decoding: body.span)
                let plan = PullPlan(for: pull, from: peer, log: keeper)
                let position = keeper.position
                for case .room(let room, _) in pull.asks { tell(peer, .pulled(room, through: position), at: now) }
                return PullAnswerItem.encode(keeper.answer(to: plan, for: peer))
            case .rooms:
                let asked = try RoomsRequest(decoding: body.span)
                return RoomsAnswer(to: asked, from: keeper.sharedRooms(with: peer)).encoded
            case .changes: break
            }
        } catch {
            throw Refusal(failure: .unreadable)
        }
        guard !body.isEmpty else {
            let here = seal.cursor(at: keeper.position, for: peer)
            return ChangesAnswer(cursor: here, more: false, items: []).encoded
        }
        guard let position = position(of: body, for: peer) else { throw Refusal(failure: .gone) }
        let answer = ChangesAnswer(after: position, for: peer, seal: seal, log: keeper)
        if !answer.more { tell(peer, .polled(keeper.position), at: now) }
        return answer.encoded
    }

    /// Whether an answer to `changes` would have something in it.
    func hasNews(for peer: NodeID, since body: [UInt8]) -> Bool {
        guard let position = position(of: body, for: peer) else { return true }
        return !keeper.changedRooms(for: peer, after: position, limit: 1).isEmpty
    }

    private func position(of body: [UInt8], for peer: NodeID) -> UInt64? {
        guard let cursor = Cursor(bytes: body), let position = seal.position(of: cursor, for: peer),
            position <= keeper.position
        else { return nil }
        return position
    }

    private mutating func answerPush(_ push: PushRequest, from peer: NodeID, at now: Int64) -> PushAnswer {
        var items: [PushAnswer.Item] = []
        var isWhole = true
        for item in push.items {
            var batch = ProvenBatch(room: item.room, source: peer)
            for run in item.runs { add(pushed: run, to: &batch, from: peer) }
            for register in item.registers { batch.add(register: register) }
            for proof in item.proofs { batch.add(proof: proof) }
            let outcome = take(batch, told: Set(item.told), at: now)
            guard !outcome.isTurnedAway else {
                isWhole = false
                items.append(.turnedAway)
                continue
            }
            if outcome.lacksBeginnings { tell(peer, .lacking(item.room, operations: [], payloads: []), at: now) }
            var about = outcome.about
            about.join(item.announced)
            tell(peer, .heard(item.room, about, digest: item.digest, activity: 0), at: now)
            items.append(PushAnswer.Item(echo(about, of: item.room, to: peer, outcome), to: item.digest))
        }
        if isWhole { tell(peer, .covered(since: push.since, through: push.through), at: now) }
        return PushAnswer(items: items)
    }

    /// What we have of what was pushed, as far as the peer may know.
    private func echo(
        _ about: RoomClock, of room: RoomID, to peer: NodeID, _ outcome: IntakeOutcome
    ) -> PushAnswer.Taken {
        let own = keeper.clock(of: room) ?? RoomClock()
        return switch keeper.standing(of: peer, in: room) {
        case .participant:
            PushAnswer.Taken(
                entries: own.met(with: about), digest: keeper.digest(of: room)?.short, refusals: outcome.refusals)
        case .left(let view):
            PushAnswer.Taken(
                entries: own.capped(by: view).met(with: about), digest: nil, refusals: outcome.refusals)
        case .none:
            PushAnswer.Taken(
                entries: keeper.stagedClock(of: room, from: peer).met(with: about), digest: nil,
                refusals: outcome.refusals)
        }
    }

    private mutating func add(pushed run: [UInt8], to batch: inout ProvenBatch, from peer: NodeID) {
        let room = batch.room
        guard Run.isContinuation(run) else { return add(run, to: &batch, from: peer) }
        batch.add(pushed: run, by: peer) { feed in
            keeper.certificate(of: feed, in: room)
        } after: { place in
            keeper.id(at: place, in: room)
        }
    }

    private mutating func add(_ run: [UInt8], to batch: inout ProvenBatch, from peer: NodeID) {
        let room = batch.room
        if sabotage == .acceptsForgeries { believe(run, in: room, from: peer) }
        batch.add(run: run) { feed in
            keeper.certificate(of: feed, in: room) ?? intake.staging.certificate(of: feed, in: room, from: peer)
        }
    }

    /// The planted bug: what fits into the log is taken, whatever its signature.
    private mutating func believe(_ bytes: [UInt8], in room: RoomID, from peer: NodeID) {
        guard let run = try? Run(decoding: bytes.span), run.room == room, keeper.nature(of: room) == .group,
            let certificate = keeper.certificate(of: run.feed, in: room)
                ?? run.certificate.flatMap({ try? Certificate(decoding: $0.span) })
        else { return }
        for operation in run.operations where keeper.header(of: operation.id, in: room) == nil {
            let previous = operation.header.seq > 0 ? [OperationID(operation.header.previous)] : []
            let past = operation.header.dependencies + previous
            guard past.allSatisfy({ keeper.header(of: $0, in: room) != nil }) else { return }
            keeper.apply(operation, under: certificate, from: peer)
        }
    }

    // MARK: Being answered

    mutating func receive(
        _ body: [UInt8], to id: RequestID, _ request: PeerSession.Request, from peer: NodeID, at now: Int64
    ) {
        do throws(GossipFault) {
            let answer: PeerSession.Answer =
                switch request {
                case .push: .push(try PushAnswer(decoding: body.span))
                case .changes: .changes(try ChangesAnswer(decoding: body.span))
                case .rooms: .rooms(try RoomsAnswer(decoding: body.span))
                case .pull(let pull): .pull(take(try PullAnswerItem.decode(body.span), pull, from: peer, at: now))
                }
            tell(peer, .answered(id, answer), at: now)
            askForMissing(at: now)
        } catch {
            tell(peer, .failed(id, .unreadable), at: now)
        }
    }

    private mutating func take(
        _ items: [PullAnswerItem], _ pull: PullRequest, from peer: NodeID, at now: Int64
    ) -> [PeerSession.PullOutcome] {
        var outcomes: [PeerSession.PullOutcome] = []
        var batch: ProvenBatch?
        for item in items {
            let index = outcomes.count
            guard index < pull.asks.count else { break }
            var open = batch ?? ProvenBatch(room: pull.asks[index].home, source: peer)
            switch item {
            case .run(index, let bytes): add(bytes, to: &open, from: peer)
            case .operation(index, let bytes):
                let room = open.room
                open.add(envelope: bytes) { keeper.certificate(of: $0, in: room) }
            case .register(index, let bytes): open.add(register: bytes)
            case .proof(index, let bytes): open.add(proof: bytes)
            case .payload(index, let id, .payload(let bytes)): open.add(payload: bytes, of: id)
            case .payload(index, _, .deleted): break
            case .end(index, let end):
                outcomes.append(finish(open, end, at: now))
                batch = nil
                continue
            case .absent(index):
                outcomes.append(PeerSession.PullOutcome(end: nil))
                batch = nil
                continue
            case .close: return outcomes
            // An answer to another ask than the one whose turn it is.
            default: return outcomes
            }
            batch = open
        }
        return outcomes
    }

    private mutating func finish(_ batch: ProvenBatch, _ end: PullEnd, at now: Int64) -> PeerSession.PullOutcome {
        let taken = take(batch, at: now)
        var outcome = PeerSession.PullOutcome(end: end)
        outcome.taken = taken.new + taken.parked
        outcome.duplicates = taken.duplicates
        outcome.faults = taken.faults
        outcome.isTurnedAway = taken.isTurnedAway
        outcome.own = taken.own.map(\.place)
        return outcome
    }
}

extension PullRequest.Ask {
    /// The room in which what is asked for lies.
    fileprivate var home: RoomID {
        switch self {
        case .room(let room, _), .feeds(let room, _), .operations(let room, _), .payloads(let room, _): room
        case .profiles(let node, _): RoomID(directoryOf: node)
        }
    }
}
