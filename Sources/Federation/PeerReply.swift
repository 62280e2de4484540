import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Peers
import Server
import Synchronization
import Wire

/// A peer's request whose head is proved, and the duty to answer it. As long as this is held it counts as under way.
final class PeerReply: Sendable {
    let peer: NodeID
    private let proof: PeerRequestProof
    private let ticket: ExchangeTicket?
    private let loop: Int
    private let core: FederationCore
    /// Of the sealed question that is answered; nil where it came open.
    private let opening = Mutex<[UInt8]?>(nil)

    init(_ proof: PeerRequestProof, to ticket: ExchangeTicket?, onLoop loop: Int, _ core: FederationCore) {
        peer = proof.peer
        self.proof = proof
        self.ticket = ticket
        self.loop = loop
        self.core = core
    }

    deinit {
        core.accounts.leave(peer)
    }

    /// From any thread but the server's own.
    func send(_ answer: PeerAnswer) {
        spend(answer.body.count)
        guard let ticket else { return }
        _ = core.answers[loop].post(RemoteAnswer(to: ticket, response(answer)))
    }

    /// The question was sealed, and so is what is sent from here on.
    func sealAnswer(toOpening opening: [UInt8]) {
        self.opening.withLock { $0 = opening }
    }

    var isSealed: Bool { opening.withLock { $0 != nil } }

    /// With a body that is signed for by what it is a part of.
    func send(_ response: Response, _ content: AnswerContent, bytes: Int) {
        spend(bytes)
        guard let ticket else { return }
        let signed = core.signed(response, content, to: proof)
        _ = core.answers[loop].post(RemoteAnswer(to: ticket, signed))
    }

    private func spend(_ bytes: Int) {
        core.accounts.spend(bytes, by: peer)
        core.traffic.answered.add(bytes, ordering: .relaxed)
    }

    func response(_ answer: PeerAnswer) -> Response {
        guard let opening = opening.withLock({ $0 }) else { return core.signed(answer, to: proof) }
        return core.sealed(answer, to: proof, opening: opening)
    }
}

/// What a peer is told.
struct PeerAnswer: Sendable {
    var status: UInt16
    var contentType: String?
    var body: [UInt8] = []
    var retryAfterSeconds: Int64?
    /// Of a part of a blob: within a sealed answer, and as it was signed for in an open one.
    var contentRange: String?
    var extent: BlobExtent?

    init(_ status: UInt16) {
        self.status = status
    }

    /// What it is follows from the question, and no field says it.
    init(sequence body: [UInt8]) {
        status = body.isEmpty ? 204 : 200
        self.body = body
    }

    /// The code stands in the body, as text.
    init(_ status: UInt16, code: String, retryAfterMilliseconds: Int64? = nil) {
        self.status = status
        contentType = "text/plain; charset=utf-8"
        body = Array(code.utf8)
        retryAfterSeconds = retryAfterMilliseconds.map { max(1, ($0 + 999) / 1_000) }
    }

    init(_ fault: GossipFault) {
        self.init(fault == .tooLarge ? 413 : 400, code: fault.code)
    }

    static func busy(_ milliseconds: Int64) -> PeerAnswer {
        PeerAnswer(429, code: "busy", retryAfterMilliseconds: milliseconds)
    }

    /// The node itself is in trouble, or too much is to be done.
    static let unavailable = PeerAnswer(503, code: "busy", retryAfterMilliseconds: 2_000)
    static let absent = PeerAnswer(404, code: "absent")
}

extension FederationCore {
    func signed(_ answer: PeerAnswer, to proof: PeerRequestProof) -> Response {
        signed(unsigned(answer), .whole(ContentMark(of: answer.body, in: proof.nonce)), to: proof)
    }

    func signed(_ response: Response, _ content: AnswerContent, to proof: PeerRequestProof) -> Response {
        var response = response
        // The time at which it was signed stands beside the signature.
        response.isDated = false
        do throws(SignatureFault) {
            let fields = try signer.answer(Int(response.status), content, to: proof.request, now: Timestamp.now())
            for name: StaticString in ["Parley-Blob", "Parley-Seal", "Signature-Input", "Signature"] {
                if let value = fields.first(name) { response.fields.append((name, value)) }
            }
        } catch {
            failed("an answer can't be signed", error)
        }
        return response
    }

    func unsigned(_ answer: PeerAnswer) -> Response {
        var response = Response(answer.status, body: answer.body.isEmpty ? .none : .bytes(answer.body))
        if let type = answer.contentType { response.fields.append(("Content-Type", type)) }
        if let seconds = answer.retryAfterSeconds { response.fields.append(("Retry-After", "\(seconds)")) }
        return response
    }
}
