import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Peers
import Server
import Store
import Wire

// Questions and answers of which only sizes show on the way.

extension PeerQuestion {
    static let path = "/federation/v1/"

    /// What a sealed request asks; nil for what can't be asked so.
    fileprivate init?(_ method: String, _ target: String, _ fields: [SealedHead.Field], _ body: [UInt8]) {
        guard target.hasPrefix(Self.path) else { return nil }
        let parts = target.dropFirst(Self.path.count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query: [Substring: String] = [:]
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[halves[0]] = halves.count == 2 ? String(halves[1]) : ""
        }
        switch (method, parts[0]) {
        case ("POST", "push"): self = .push(body)
        case ("POST", "pull"): self = .pull(body)
        case ("POST", "rooms"): self = .rooms(body)
        case ("POST", "signals"): self = .signals(body)
        case ("GET", "changes"): self = .changes(since: query["since"], wait: query["wait"])
        case ("GET", let name) where name.hasPrefix("blobs/"):
            let range = fields.first { $0.name == "range" }?.value
            guard let question = BlobQuestion(name: String(name.dropFirst(6)), room: query["room"], range: range) else {
                return nil
            }
            self = .blob(question)
        default: return nil
        }
    }
}

extension Worker {
    static let sealedContentBytesMax = GossipLimits.bodyBytesEnd + SealedHead.bytesMax + 2

    /// Whatever is wrong with it, it is told in one word.
    func open(_ sealed: [UInt8], _ reply: PeerReply) {
        let context = SealContext(requestFrom: reply.peer, to: core.node)
        guard
            let content = try? SealedBodyReader.open(
                sealed, with: core.settings.identity.key, context, contentBytesMax: Self.sealedContentBytesMax),
            let (head, bytes) = try? SealedHead.read(content.span),
            case .request(let method, let target, let fields) = head
        else { return reply.send(PeerAnswer(400, code: SealedBodyFault.code)) }
        reply.sealAnswer(toOpening: Array(sealed.prefix(SealedBody.openingBytes)))
        guard let question = PeerQuestion(method, target, fields, Array(content[bytes...])) else {
            return reply.send(.absent)
        }
        answer(question, reply)
    }
}

extension FederationCore {
    /// An answer inside of which everything is that there is to say.
    func sealed(_ answer: PeerAnswer, to proof: PeerRequestProof, opening: [UInt8]) -> Response {
        var fields: [SealedHead.Field] = []
        if let range = answer.contentRange { fields.append(SealedHead.Field("content-range", range)) }
        if let type = answer.contentType { fields.append(SealedHead.Field("content-type", type)) }
        if let seconds = answer.retryAfterSeconds { fields.append(SealedHead.Field("retry-after", "\(seconds)")) }
        guard let head = SealedHead.answer(status: Int(answer.status), fields: fields).encoded else {
            preconditionFailure("a head of our own is sound")
        }
        let context = SealContext(answerFrom: node, to: proof.peer, requestOpening: opening)
        let body = SealedBodyWriter.seal(head + answer.body, to: proof.key, context)
        let response = Response(200, contentType: SealedBody.contentType, body)
        return signed(response, .sealed(opening: Array(body.prefix(SealedBody.openingBytes))), to: proof)
    }
}
