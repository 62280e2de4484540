import Gossip
import Keys
import Operations

// Hostile nodes. They have their own keys and whatever their peers told them, and break every rule that signatures don't
// keep them from breaking.
extension World {
    mutating func play(_ trick: Trick, by index: Int, pick: UInt64) {
        var random = SeededRandom(seed: pick)
        trace.note(now, "\(Self.name(of: index)) tries to \(trick.rawValue)")
        let node = machines[index].node
        let rooms = node.keeper.rooms.keys.sorted()
        switch trick {
        case .replay:
            guard let old = overheard.randomElement(using: &random) else { return }
            deliver(old.body, from: index, to: old.to)
        case .withhold: machines[index].habits.insert(.withhold)
        case .garble: machines[index].habits.insert(.garble)
        case .inflate:
            guard let room = rooms.randomElement(using: &random) else { return }
            inflate(room, by: index)
        case .flood: flood(by: index, &random)
        case .fork, .backdate, .impersonate, .purge, .writeOn, .stolenKey, .epochs:
            guard let room = rooms.randomElement(using: &random) else { return }
            forge(trick, in: room, by: index, &random)
        }
    }

    private mutating func forge(_ trick: Trick, in room: RoomID, by index: Int, _ random: inout SeededRandom) {
        let node = machines[index].node
        guard let kept = node.keeper.rooms[room] else { return }
        let author = node.identity.handles.randomElement(using: &random)!  // everybody has people
        let post = MessageContent(content: "forged \(random.next())").encoded
        switch trick {
        case .fork:
            truth.troubled.insert(index)
            let peers = plan.links.compactMap { $0.one == index ? $0.other : $0.other == index ? $0.one : nil }
            // Somewhere to fork.
            _ = machines[index].node.perform(.post, pick: random.next(), everyone: everyone, at: now)
            collect(index)
            let written = machines[index].node
            let place = written.lastWritten[room] == nil ? written.lastWritten.keys.sorted().first ?? room : room
            guard let last = written.lastWritten[place], let header = written.keeper.header(of: last, in: place) else {
                return
            }
            // To whom it knows alone it shows both.
            let targets = peers.count > 1 ? peers : peers + peers
            for (number, peer) in targets.enumerated() {
                var writer = FeedWriter(goingOnAfter: header, id: last)
                let content = MessageContent(content: "branch \(number % 2) \(header.seq)").encoded
                let draft = OperationDraft(
                    author: author, kind: .messagePost, payload: content, time: HybridTime(header.time.value + 1)!)
                send([draft], with: &writer, signing: node.identity.key, nil, in: place, by: index, to: [peer])
            }
        case .backdate, .writeOn:
            // All that it admits to know is how its people came in.
            let grants = kept.order.filter { id in
                guard case .grant(let user, _) = kept.header(of: id)?.target else { return false }
                return user.node == node.id
            }
            let latest = grants.compactMap { kept.header(of: $0)?.time.value }.max() ?? 0
            let time = trick == .backdate ? latest + 1 : UInt64(now) << 16
            let draft = OperationDraft(
                author: author, kind: .messagePost, payload: post,
                dependencies: Array(grants.prefix(Limits.dependenciesMax)), time: HybridTime(max(time, latest + 1))!)
            var writer = FeedWriter(beginningIn: room, under: node.identity.certificate)
            send([draft], with: &writer, signing: node.identity.key, node.identity.certificate, in: room, by: index)
        case .purge:
            let genesis = kept.order.prefix(1)
            let time = kept.order.first.flatMap { kept.header(of: $0)?.time.value } ?? 0
            let victims = kept.members.filter { $0.node != node.id }
            let drafts = victims.enumerated().map { number, victim in
                OperationDraft(
                    author: author, kind: .memberRemove, target: .user(victim),
                    dependencies: number == 0 ? Array(genesis) : [], time: HybridTime(time + UInt64(number) + 1)!)
            }
            var writer = FeedWriter(beginningIn: room, under: node.identity.certificate)
            send(drafts, with: &writer, signing: node.identity.key, node.identity.certificate, in: room, by: index)
        case .epochs: beginEpochs(in: room, by: index, &random)
        case .impersonate:
            // In the victim's name and with the victim's certificate, but signed by its own key.
            guard let victim = plan.honest.randomElement(using: &random) else { return }
            let certificate = machines[victim].node.identity.certificate
            let draft = OperationDraft(
                author: author, kind: .messagePost, payload: post, dependencies: Array(kept.order.suffix(1)),
                time: HybridTime((UInt64(now) << 16) + 7)!)
            var writer = FeedWriter(beginningIn: room, under: certificate)
            send(
                [draft], with: &writer, signing: node.identity.key, certificate, in: room, by: index,
                isForgery: true)
        default:
            // A key that somebody has handed over, and that is no secret any more.
            let owners = machines.indices.filter { !machines[$0].node.identity.former.isEmpty }
            guard let owner = owners.randomElement(using: &random),
                let old = machines[owner].node.identity.former.randomElement(using: &random)
            else { return }
            truth.troubled.insert(owner)
            let draft = OperationDraft(
                author: author, kind: .messagePost, payload: post, dependencies: Array(kept.order.suffix(1)),
                time: HybridTime((UInt64(now) << 16) + 9)!)
            var writer = FeedWriter(beginningIn: room, under: old.certificate)
            send([draft], with: &writer, signing: old.key, old.certificate, in: room, by: index)
        }
    }

    /// Makes a run of them and pushes it.
    private mutating func send(
        _ drafts: [OperationDraft], with writer: inout FeedWriter, signing key: SigningKey,
        _ certificate: Certificate?, in room: RoomID, by index: Int, to peers: [Int]? = nil,
        isForgery: Bool = false
    ) {
        var packer = RunPacker()
        var item = PushRequest.Item(room: room)
        for (number, draft) in drafts.enumerated() {
            guard let operation = try? writer.write(draft, signingWith: key) else { return }
            // A forgery is made by nobody who could.
            if !isForgery { truth.made(operation, by: index) }
            let start = number == 0 ? certificate?.encoded : nil
            if packer.append(operation, certificate: start) { continue }
            guard let run = packer.finish() else { return }
            item.runs.append(run)
            packer = RunPacker()
            guard packer.append(operation, certificate: start) else { return }
        }
        guard let run = packer.finish() else { return }
        item.runs.append(run)
        push(item, by: index, to: peers)
    }

    /// A few of those tricks, and more lines are there than an origin may have.
    private mutating func beginEpochs(in room: RoomID, by index: Int, _ random: inout SeededRandom) {
        let node = machines[index].node
        guard let kept = node.keeper.rooms[room], let first = kept.order.first else { return }
        let friends = kept.order.filter { id in
            guard let origin = kept.header(of: id).flatMap({ numbers[$0.origin] }) else { return false }
            return origin != index && plan.isHostile(origin)
        }
        var item = PushRequest.Item(room: room)
        var last = first
        for number in 0..<30 {
            let named =
                number % 3 == 0 ? last : number % 3 == 1 ? friends.randomElement(using: &random) ?? first : first
            guard let time = truth.operations[named]?.header.time else { continue }
            let draft = OperationDraft(
                author: node.identity.handles[0], kind: .messagePost,
                payload: MessageContent(content: "epoch \(random.next())").encoded, dependencies: [named],
                time: HybridTime(max(UInt64(now) << 16, time.value) + 1)!)
            var writer = FeedWriter(beginningIn: room, under: node.identity.certificate)
            guard let operation = try? writer.write(draft, signingWith: node.identity.key) else { continue }
            truth.made(operation, by: index)
            last = operation.id
            var packer = RunPacker()
            guard packer.append(operation, certificate: node.identity.certificate.encoded) else { continue }
            if let run = packer.finish() { item.runs.append(run) }
        }
        push(item, by: index, to: nil)
    }

    private mutating func inflate(_ room: RoomID, by index: Int) {
        var item = PushRequest.Item(room: room)
        for other in machines {
            let feeds = other.node.keeper.rooms[room]?.clock.feeds.keys.sorted() ?? []
            for feed in feeds { item.announced.reach(feed, 1 << 40) }
            item.announced.reach(Feed(origin: other.node.id, epoch: 77), 9)
        }
        item.digest = Hash(of: [1, 2, 3].span).short
        push(item, by: index, to: nil)
    }

    private mutating func flood(by index: Int, _ random: inout SeededRandom) {
        let node = machines[index].node
        for number in 0..<6 {
            let isRoom = number % 2 == 0
            let room =
                isRoom
                ? node.keeper.rooms.keys.sorted().randomElement(using: &random) ?? RoomID(node.id.bytes)
                : RoomID(Hash(of: Array("no room \(random.next())".utf8).span).bytes)
            var item = PushRequest.Item(room: room)
            for _ in 0..<20 {
                let nothing = OperationID(Hash(of: Array("nothing \(random.next())".utf8).span).bytes)
                let draft = OperationDraft(
                    author: node.identity.handles[0], kind: .messagePost,
                    payload: MessageContent(content: String(repeating: "flood ", count: 200)).encoded,
                    dependencies: [nothing], time: HybridTime((UInt64(now) << 16) + random.next() % 1_000)!)
                var writer = FeedWriter(beginningIn: room, under: node.identity.certificate)
                guard let operation = try? writer.write(draft, signingWith: node.identity.key) else { continue }
                truth.made(operation, by: index)
                var packer = RunPacker()
                guard packer.append(operation, certificate: node.identity.certificate.encoded) else { continue }
                if let run = packer.finish() { item.runs.append(run) }
            }
            push(item, by: index, to: nil)
        }
    }

    private mutating func push(_ item: PushRequest.Item, by index: Int, to peers: [Int]?) {
        let linked = plan.links.compactMap { $0.one == index ? $0.other : $0.other == index ? $0.one : nil }
        for peer in peers ?? linked {
            let through = machines[index].node.seal.cursor(at: 0, for: machines[peer].node.id)
            deliver(PushRequest(since: nil, through: through, items: [item]).encoded, from: index, to: peer)
        }
    }

    /// A request that no session remembers.
    private mutating func deliver(_ body: [UInt8], from index: Int, to peer: Int) {
        guard !cuts.contains(Way(from: index, to: peer)) else { return }
        overheard.append((peer, body))
        if overheard.count > 16 { overheard.removeFirst() }
        let request = PeerSession.Request.push(PushPlan(since: nil, through: 0, items: []))
        queue.add(
            .request(from: index, to: peer, RequestID(number: 0), request, body, callerLife: .max), at: now + 5)
    }

    // MARK: Habits

    mutating func spoil(_ body: inout [UInt8], of request: PeerSession.Request, from index: Int, to peer: Int) {
        if case .push = request, machines[index].habits.contains(.withhold),
            var push = try? PushRequest(decoding: body.span)
        {
            for item in push.items.indices { push.items[item].runs = push.items[item].runs.map { Self.stripped($0) } }
            body = push.encoded
        }
        if case .push = request {
            overheard.append((peer, body))
            if overheard.count > 16 { overheard.removeFirst() }
        }
        garble(&body, from: index)
    }

    mutating func spoil(_ body: inout [UInt8], ofAnswerTo request: PeerSession.Request, from index: Int) {
        if case .pull = request, machines[index].habits.contains(.withhold),
            let items = try? PullAnswerItem.decode(body.span)
        {
            body = PullAnswerItem.encode(
                items.enumerated().compactMap { number, item in
                    switch item {
                    case .run(let index, let run): number % 3 == 2 ? nil : .run(index, Self.stripped(run))
                    case .payload: nil
                    default: item
                    }
                })
        }
        garble(&body, from: index)
    }

    private mutating func garble(_ body: inout [UInt8], from index: Int) {
        guard machines[index].habits.contains(.garble), !body.isEmpty, random.next() % 2 == 0 else { return }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            body[Int.random(in: body.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        }
        if random.next() % 8 == 0 { body.removeLast(Int.random(in: 0..<body.count, using: &random)) }
    }

    private static func stripped(_ bytes: [UInt8]) -> [UInt8] {
        guard let run = try? Run(decoding: bytes.span) else { return bytes }
        var packer = RunPacker(withPayloads: false)
        for operation in run.operations {
            guard packer.append(operation, certificate: operation.header.seq == 0 ? run.certificate : nil) else {
                break
            }
        }
        return packer.finish() ?? bytes
    }
}
