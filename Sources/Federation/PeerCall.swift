import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Outbound
import Peers
import Store
import Wire

/// A question to a peer as it leaves, and how its answer is read.
struct PeerCall {
    private let signed: SignedPeerRequest
    private let keys: PeerKeys
    private let core: FederationCore
    /// Of a sealed question.
    private let opening: [UInt8]?
    let request: OutboundRequest
    /// When it was signed.
    private let created: Timestamp

    /// Throws where there is no way to ask it.
    init(_ question: Gossiper.Question, to peer: Peer, _ core: FederationCore) throws {
        guard let place = peer.place, let destination = peer.destination, let keys = peer.keys else {
            throw CallFailure.unreachable("no place to call it")
        }
        self.keys = keys
        self.core = core
        var (method, target, body) = (question.method, question.target, question.body)
        var type: String?
        if question.isSealable, core.settings.wantsSealed || peer.consent.card?.statement.wantsSealed == true {
            let fields = question.range.map { [SealedHead.Field("range", $0)] } ?? []
            let head = SealedHead.request(method: method.name, target: target, fields: fields)
            guard let encoded = head.encoded else { throw CallFailure.unreachable("a question that can't be sealed") }
            body = SealedBodyWriter.seal(
                encoded + body, to: keys.certificate.currentKey, SealContext(requestFrom: core.node, to: peer.node))
            (method, target, type) = (.post, PeerQuestion.path + "sealed", SealedBody.contentType)
            opening = Array(body.prefix(SealedBody.openingBytes))
        } else {
            opening = nil
        }
        created = Timestamp.now()
        signed = try core.signer.request(
            method.name, target, to: destination, content: body, now: created)
        var fields = signed.fields.pairs
        if let type { fields.append(("Content-Type", type)) }
        if opening == nil, let range = question.range { fields.append(("Range", range)) }
        var request = OutboundRequest(
            method, try OutboundURL(place.description + target), fields: fields, body: body,
            policy: peer.reach(core.settings))
        request.isOnceOnly = true
        request.isWaiting = question.isWaiting
        request.deadlineMilliseconds = question.deadlineMilliseconds
        request.answerBytesMax = SealedBody.sealedBytes(contentBytes: Worker.sealedContentBytesMax)
        self.request = request
    }

    /// What a peer has answered, proved to be its own.
    func read(_ answer: OutboundAnswer, as peer: NodeID) -> Result<PeerAnswer, CallFailure> {
        let content: AnswerContent
        do throws(PeerRefusal) {
            let now = Timestamp.now()
            let checked = try signed.checkAnswerOfAnyTime(Int(answer.status), answer.fields, from: keys, now: now)
            core.clocks.note(peer, asked: created, answered: now, theirs: checked.created)
            content = checked.content
            let apart = (now.milliseconds - checked.created.milliseconds) / 1_000
            guard apart <= NonceMemory.toleranceSeconds else { throw .old }
            guard -apart <= NonceMemory.toleranceSeconds else { throw .future }
            if case .whole(let mark) = content, mark != ContentMark(of: answer.body, in: signed.nonce) {
                throw .content
            }
        } catch {
            // Whoever doesn't know us has nothing to sign with; everybody else who doesn't sign is nobody.
            return .failure(answer.status == 401 && error == .unsigned ? .stranger : .foreign(error))
        }
        var read = PeerAnswer(answer.status)
        read.body = answer.body
        read.retryAfterSeconds = answer.fields.first("Retry-After").flatMap { Int64($0) }
        switch content {
        case .whole: break
        case .blob(let extent): read.extent = extent
        case .sealed(let first):
            guard let opening, let inside = open(answer.body, from: peer, first, to: opening) else {
                return .failure(.foreign(.content))
            }
            read = inside
        }
        return 200...299 ~= read.status ? .success(read) : .failure(CallFailure(read))
    }

    private func open(_ sealed: [UInt8], from peer: NodeID, _ first: [UInt8], to opening: [UInt8]) -> PeerAnswer? {
        var reader = SealedBodyReader(
            with: core.settings.identity.key,
            SealContext(answerFrom: peer, to: core.node, requestOpening: opening),
            contentBytesMax: Worker.sealedContentBytesMax, opening: first)
        var content: [UInt8] = []
        guard (try? reader.append(sealed.span, into: &content)) != nil, (try? reader.finish()) != nil,
            let (head, bytes) = try? SealedHead.read(content.span), case .answer(let status, let fields) = head
        else { return nil }
        var answer = PeerAnswer(UInt16(clamping: status))
        answer.body = Array(content[bytes...])
        answer.retryAfterSeconds = fields.first { $0.name == "retry-after" }.flatMap { Int64($0.value) }
        answer.contentRange = fields.first { $0.name == "content-range" }?.value
        return answer
    }
}
