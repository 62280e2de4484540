import Bytes
import EventLoop
import Gossip
import Operations
import Peers
import Server
import Synchronization
import Wire

/// Where peers come in, on one loop of the server: whose a request is is found out from its head, before any of its content
/// is read; what takes time is then done by the workers.
struct PeerGate {
    let core: FederationCore
    let loop: Int

    var routes: [Route] {
        [Route(.get, "/.well-known/parley") { [core] in core.showCard($0) }] + conversations
    }

    var conversations: [Route] {
        [
            Route(.post, "/federation/v1/knock", body: .buffered(bytesMax: UInt64(Knock.bytesMax))) { [core] in
                core.takeKnock($0)
            },
            Route(.post, "/federation/v1/push", body: .streamed(bytesMax: Self.bodyBytesMax)) {
                open($0) { .push($0) }
            },
            Route(.post, "/federation/v1/pull", body: .streamed(bytesMax: Self.bodyBytesMax)) {
                open($0) { .pull($0) }
            },
            Route(.post, "/federation/v1/rooms", body: .streamed(bytesMax: Self.bodyBytesMax)) {
                open($0) { .rooms($0) }
            },
            Route(.post, "/federation/v1/sealed", body: .streamed(bytesMax: Self.sealedBytesMax)) {
                open($0, isSealed: true) { .sealed($0) }
            },
            Route(.post, "/federation/v1/signals", body: .streamed(bytesMax: 262_144)) { open($0) { .signals($0) } },
            Route(.get, "/federation/v1/changes") { openChanges($0) },
            Route(.get, "/federation/v1/blobs/{hash}") { openBlob($0) },
        ]
    }

    private static let sealedBytesMax = UInt64(SealedBody.sealedBytes(contentBytes: Worker.sealedContentBytesMax))
    private static let bodyBytesMax = UInt64(GossipLimits.bodyBytesEnd)

    private func open(_ exchange: Exchange, isSealed: Bool = false, _ question: @escaping ([UInt8]) -> PeerQuestion) {
        guard let (reply, proof) = admit(exchange, isSealed: isSealed) else { return }
        exchange.receiveBody(
            into: PeerBody(exchange, proof) { [core] body in
                core.accounts.spend(body.count, by: reply.peer)
                guard isFirst(proof, exchange) else { return }
                core.take(question(body), reply)
            })
    }

    private func openChanges(_ exchange: Exchange) {
        guard let reply = admitEmpty(exchange) else { return }
        let query = exchange.request.target.query
        core.take(.changes(since: query.first("since"), wait: query.first("wait")), reply)
    }

    private func openBlob(_ exchange: Exchange) {
        guard let reply = admitEmpty(exchange) else { return }
        let request = exchange.request
        guard case .text(let name) = exchange.parameter("hash"),
            let question = BlobQuestion(
                name: name, room: request.target.query.first("room"), range: request.fields.first("Range"))
        else { return exchange.answer(reply.response(.absent)) }
        core.take(.blob(question), reply)
    }

    /// Of what has no content by its method. The signature has to say so, and the framing as well: what the server would read
    /// and pass over is still nothing that anybody signed.
    private func admitEmpty(_ exchange: Exchange) -> PeerReply? {
        guard let (reply, proof) = admit(exchange) else { return nil }
        let framing = exchange.request.body
        guard proof.content == nil, framing == .none || framing == .length(0) else {
            exchange.answer(core.unsigned(PeerAnswer(401, code: "signature")))
            return nil
        }
        return isFirst(proof, exchange) ? reply : nil
    }

    /// Whether it is here for the first time, which is noted when all else of it holds; else it is answered.
    private func isFirst(_ proof: PeerRequestProof, _ exchange: Exchange) -> Bool {
        do throws(PeerRefusal) {
            try core.note(proof)
            return true
        } catch {
            exchange.answer(core.refusal(error, exchange.request))
            return false
        }
    }

    /// Nil where the request is answered already.
    private func admit(_ exchange: Exchange, isSealed: Bool = false) -> (reply: PeerReply, proof: PeerRequestProof)? {
        let request = exchange.request
        let proof: PeerRequestProof
        do throws(PeerRefusal) {
            proof = try core.prove(request)
        } catch {
            exchange.answer(core.refusal(error, request))
            return nil
        }
        func refuse(_ answer: PeerAnswer) -> (PeerReply, PeerRequestProof)? {
            exchange.answer(core.signed(answer, to: proof))
            return nil
        }
        guard let peer = core.book[proof.peer], peer.consent.isAnswered else {
            return refuse(PeerAnswer(403, code: "not-a-peer"))
        }
        if core.settings.wantsSealed, !isSealed { return refuse(PeerAnswer(403, code: "unsealed")) }
        if let wait = core.accounts.enter(proof.peer) { return refuse(.busy(wait)) }
        core.tell(.called(proof.peer))
        return (PeerReply(proof, to: exchange.ticket, onLoop: loop, core), proof)
    }
}

extension FederationCore {
    fileprivate func showCard(_ exchange: Exchange) {
        exchange.answer(Response(200, contentType: "application/cbor", card.encoded))
    }

    /// What a stranger may ask. The answer shows nothing of what becomes of it.
    fileprivate func takeKnock(_ exchange: Exchange) {
        let (request, now) = (exchange.request, Timestamp.now())
        let network = settings.network(exchange.remoteAddress, request)
        // A card may hold scores of signatures, and anybody may send it.
        guard let destination = settings.url, knocks.withLock({ $0.take(from: network) }),
            let knock = try? Knock(decoding: exchange.body.span, now: now),
            let proof = try? PeerRequestCheck.proof(
                request.method.name, request.targetText, request.fields, to: destination, now: now,
                keys: { $0 == knock.card.node ? PeerKeys(knock.card.certificate) : nil }),
            proof.holds(exchange.body)
        else { return exchange.answer(unsigned(PeerAnswer(202))) }
        exchange.answer(signed(PeerAnswer(202), to: proof))
        let change = ConsentChange(event: .knock(knock.card), address: network) { _ in }
        tell(.consent(knock.card.node, change))
    }

    fileprivate func prove(_ request: RequestHead) throws(PeerRefusal) -> PeerRequestProof {
        guard let destination = settings.url else { throw .unsigned }
        let now = Timestamp.now()
        let proof = try PeerRequestCheck.proof(
            request.method.name, request.targetText, request.fields, to: destination, now: now, keys: keys(of:))
        // What is known to be a replay costs its peer nothing.
        guard check.withLock({ $0?.isReplay(proof) }) == false else { throw .replayed }
        return proof
    }

    fileprivate func note(_ proof: PeerRequestProof) throws(PeerRefusal) {
        let now = Timestamp.now()
        let refusal = check.withLock { check -> PeerRefusal? in
            do throws(PeerRefusal) {
                try check?.note(proof, now: now)
                return nil
            } catch {
                return error
            }
        }
        if let refusal { throw refusal }
    }

    private func keys(of node: NodeID) -> PeerKeys? {
        guard let peer = book[node], case .pinned = peer.consent.standing else { return nil }
        return peer.keys
    }

    fileprivate func refusal(_ refusal: PeerRefusal, _ request: RequestHead) -> Response {
        let answer = PeerAnswer(401, code: "signature")
        switch refusal {
        case .busy(let seconds):
            return unsigned(PeerAnswer(503, code: "busy", retryAfterMilliseconds: seconds * 1_000))
        case .old, .future:
            // Signed, so that a peer whose clock is wrong learns of it from somebody whom it can believe.
            guard let destination = settings.url,
                let proof = try? PeerRequestCheck.proofOfAnyTime(
                    request.method.name, request.targetText, request.fields, to: destination, now: Timestamp.now(),
                    keys: keys(of:))
            else { return unsigned(answer) }
            return signed(answer, to: proof)
        default: return unsigned(answer)
        }
    }
}

extension RequestHead {
    fileprivate var targetText: String { String(decoding: target.raw, as: UTF8.self) }
}

/// The content of a peer's request, as it comes, held against the mark that was signed.
private final class PeerBody: BodySink {
    private let exchange: Exchange
    private let mark: ContentMark?
    private var hashing: ContentHashing
    private var bytes: [UInt8] = []
    private let whole: ([UInt8]) -> Void

    init(_ exchange: Exchange, _ proof: PeerRequestProof, _ whole: @escaping ([UInt8]) -> Void) {
        self.exchange = exchange
        mark = proof.content
        hashing = ContentHashing(in: proof.nonce)
        self.whole = whole
    }

    func bodyReceived(_ bytes: Span<UInt8>) {
        hashing.update(bytes)
        self.bytes.append(copying: bytes)
    }

    func bodyEnded() {
        guard hashing.finish() == mark else {
            return exchange.answer(Response(401, contentType: "text/plain; charset=utf-8", Array("signature".utf8)))
        }
        whole(bytes)
    }

    func bodyAborted() {}
}
