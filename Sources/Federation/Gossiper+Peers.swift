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
import Wire

// Who is a peer, and who is talked to.
extension Gossiper {
    // MARK: Links

    /// Begins to talk to a peer, or ends it, as its consent says now.
    func open(_ peer: Peer, cursor: Cursor? = nil) {
        guard peer.consent.isAsked, peer.place != nil else {
            if case .pinned(let pin) = peer.consent.standing, pin.card == nil, peer.url != nil {
                cardsDue = loop.now
                wakeTick(in: 1)
            }
            return close(peer.node)
        }
        guard links[peer.node] == nil else { return }
        var settings = core.settings.session
        settings.canBeCalled = core.settings.url != nil
        let link = Link(
            peer.node,
            PeerSession(with: peer.node, cursor: cursor, settings: settings, seed: SecureRandom().next(), now: now))
        link.timer = try? LoopTimer(on: loop) { [unowned self] in
            tell(peer.node, .tick)
            flush()
        }
        links[peer.node] = link
        if case .pinned(let pin) = peer.consent.standing, !pin.theyAgree || core.isAnother {
            // What is asked before it knows us is answered as to strangers.
            link.isReady = false
            knock(at: link)
        }
        tell(peer.node, .tick)
    }

    private func close(_ peer: NodeID) {
        core.clocks.forget(peer)
        core.health.withLock { $0[peer] = nil }
        links.removeValue(forKey: peer)?.end()
    }

    // MARK: Consent

    func take(_ change: ConsentChange, about node: NodeID) {
        if case .knock = change.event, !makeRoom(forKnockFrom: node, at: change.address) {
            return change.completion(.success(.unchanged))
        }
        var peer = core.book[node] ?? Peer(node, created: Timestamp.now())
        let before = peer
        let outcome = peer.consent.handle(change.event)
        if outcome == .doesNotFit || outcome == .staleCard { return change.completion(.success(outcome)) }
        if let name = change.name { peer.name = name }
        if let url = change.url { peer.url = url }
        if let address = change.address { peer.address = address }
        switch change.event {
        case .add(.some): peer.seenURL = peer.consent.card?.url
        // Nobody has looked where that leads; but who knocks from within our own network may lie there.
        case .accept: if peer.isWithin { peer.seenURL = peer.consent.card?.url }
        case .knock where before.consent.isPinned && before.consent.card == nil:
            if peer.isWithin { peer.seenURL = peer.consent.card?.url }
        case .add(nil), .pause, .resume, .remove, .knock, .shown, .agreed, .denied: break
        }
        if let card = peer.consent.card {
            if peer.keys == nil { peer.keys = PeerKeys(card.certificate) }
            if peer.keys?.take(card.certificate, now: Timestamp.now()) == .anotherNode {
                preconditionFailure("a card of another node is nowhere kept")
            }
        }
        tell(of: outcome, peer)
        keep(peer, instead: before, change, outcome)
        if peer.place != before.place { close(node) }
        open(peer)
    }

    private static let knocksMax = 64
    private static let knockMilliseconds: Int64 = 7 * 86_400_000

    /// Strangers are few, one for each network, and forgotten: after a week, or when others have come since. Whoever means
    /// it knocks again.
    private func makeRoom(forKnockFrom node: NodeID, at network: String?) -> Bool {
        guard core.book[node] == nil else { return true }
        var knocking = core.book.all.filter { $0.consent.state == .knocking }
            .sorted { ($0.created, $0.node) < ($1.created, $1.node) }
        let end = Timestamp.now().milliseconds - Self.knockMilliseconds
        while let oldest = knocking.first, oldest.created.milliseconds < end {
            forget(knocking.removeFirst())
        }
        guard !knocking.contains(where: { $0.address == network }) else { return false }
        if knocking.count >= Self.knocksMax { forget(knocking.removeFirst()) }
        return true
    }

    private func forget(_ stranger: Peer) {
        take(ConsentChange(event: .remove) { _ in }, about: stranger.node)
    }

    private func tell(of outcome: PeerConsent.Outcome, _ peer: Peer) {
        let fields: [LogField] = [.text("peer", ShortText(peer.node.description))]
        switch outcome {
        case .handedOver: core.log.warning("a peer speaks with another key from now on", fields)
        case .anotherNode: core.log.error("another node is where a peer was: nothing is sent there", fields)
        case .changed: core.log.info("a peer's state is another", fields)
        case .unchanged, .staleCard, .doesNotFit: return
        }
    }

    private func keep(_ peer: Peer, instead before: Peer, _ change: ConsentChange, _ outcome: PeerConsent.Outcome) {
        let node = peer.node
        guard let state = peer.state else {
            core.book.remove(node)
            return write({ transaction, _ in try PeerTable.remove(node, in: transaction) }, change, outcome)
        }
        core.book.put(peer)
        // A stranger may call itself what it likes.
        if case .pinned(let pin) = peer.consent.standing, let card = pin.card { call(node, card.name.text) }
        guard
            peer.consent != before.consent || peer.name != before.name || peer.url != before.url
                || peer.seenURL != before.seenURL
        else { return change.completion(.success(outcome)) }
        let (name, url, seenURL) = (peer.name, peer.url?.description, peer.seenURL?.description)
        let (address, created) = (peer.address, peer.created)
        write(
            { transaction, log in
                try PeerTable.put(
                    state, of: node, numbered: log.number(for: node), name: name, url: url, seenURL: seenURL,
                    address: address, at: created, in: transaction)
            }, change, outcome)
    }

    /// What people see behind the names of its users.
    private func call(_ node: NodeID, _ name: String) {
        try? core.writer.submit(.people, bytes: 256) { transaction, _ in
            try NodeTable.setName(name, of: node, in: transaction)
        } completion: { _ in
        }
    }

    private func write(
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Void, _ change: ConsentChange,
        _ outcome: PeerConsent.Outcome
    ) {
        do throws(WriterRefusal) {
            try core.writer.submit(.people, bytes: 512) { transaction, log in
                try body(transaction, log)
            } completion: {
                change.completion($0.map { outcome })
            }
        } catch {
            change.completion(.failure(error))
        }
    }

    func hearAgreement(of node: NodeID) {
        guard case .pinned(let pin) = core.book[node]?.consent.standing, !pin.theyAgree || pin.objection == .ended
        else {
            return
        }
        take(ConsentChange(event: .agreed) { _ in }, about: node)
    }

    func hearDenial(of node: NodeID) {
        guard case .pinned(let pin) = core.book[node]?.consent.standing, pin.theyAgree else { return }
        take(ConsentChange(event: .denied) { _ in }, about: node)
    }

    // MARK: Knocks and cards

    private static let knockEachMilliseconds: UInt64 = 60_000

    func knock(at link: Link) {
        if let knocked = link.knockedAt, loop.now < knocked + Self.knockEachMilliseconds { return }
        link.knockedAt = loop.now
        let question = Question(
            method: .post, target: "/federation/v1/knock", body: Knock(card: core.card).encoded,
            deadlineMilliseconds: 30_000, isSealable: false)
        call(question, link) { [weak self, weak link] result in
            guard let self, let link else { return }
            if case .failure(let failure) = result {
                core.log.debug("a knock was not heard", [.text("error", ShortText(failure.text))])
            }
            guard !link.isReady else { return }
            link.isReady = true
            tell(link.peer, .tick)
            flush()
        }
    }

    private static let lookEachMilliseconds: UInt64 = 60_000

    /// What a peer's place shows now. Another node there is told loudly, and nothing more is sent.
    func lookAtCard(of node: NodeID) {
        guard let peer = core.book[node], let place = peer.place, cardsAwaited.insert(node).inserted else { return }
        fetchCard(at: place, peer.reach(core.settings)) { [weak self] result in
            guard let self else { return }
            cardsAwaited.remove(node)
            guard case .success(let card) = result, core.book[node] != nil else { return }
            take(ConsentChange(event: .shown(card)) { _ in }, about: node)
            flush()
        }
    }

    /// Peers that were named by key and place, and have not shown a card yet, are called until they do.
    func lookForCards() {
        guard loop.now >= cardsDue else { return }
        cardsDue = .never
        for peer in core.book.all where peer.consent.card == nil && peer.url != nil && !peer.consent.isPaused {
            lookAtCard(of: peer.node)
            cardsDue = loop.now + Self.lookEachMilliseconds
            wakeTick(in: Int64(Self.lookEachMilliseconds))
        }
    }

    /// What a place shows.
    func fetchCard(
        at place: NodeURL, _ policy: AddressPolicy, _ completion: @escaping (Result<Card, CardFetchFault>) -> Void
    ) {
        let url: OutboundURL
        do throws(OutboundURLFault) {
            url = try OutboundURL(place.description + "/.well-known/parley")
        } catch {
            return completion(.failure(.unreachable("\(error)")))
        }
        var request = OutboundRequest(.get, url, policy: policy)
        request.answerBytesMax = Card.bytesMax
        outbound.send(request) { result in
            completion(result.mapError { .unreachable("\($0)") }.flatMap(Self.card))
        }
    }

    private static func card(in answer: OutboundAnswer) -> Result<Card, CardFetchFault> {
        guard answer.status == 200 else { return .failure(.noCard("it answers \(answer.status)")) }
        do throws(CardFault) {
            return .success(try Card(decoding: answer.body.span, now: Timestamp.now()))
        } catch {
            return .failure(.noCard(error.code))
        }
    }
}

/// Why a place showed no card.
package enum CardFetchFault: Error, Equatable, Sendable {
    case unreachable(String)
    /// Somebody answered, with something else.
    case noCard(String)
}
