import Bytes
import EventLoop
import Gossip
import Operations
import Outbound
import Peers
import Store
import Synchronization
import Wire

// What is asked of peers, and what they answer.
extension Gossiper {
    func send(_ id: RequestID, _ request: PeerSession.Request, to link: Link, _ log: LogKeeper) {
        let question = question(request, for: link.peer, log)
        call(question, link) { [weak self, weak link] result in
            guard let self, let link else { return }
            link.calls[id] = nil
            switch result {
            case .success(let body): take(body, to: id, request, from: link)
            case .failure(let failure): fail(id, failure, link)
            }
            flush()
        } begun: { call in
            link.calls[id] = call
        }
    }

    struct Question {
        let method: HTTPMethod
        let target: String
        var body: [UInt8] = []
        var deadlineMilliseconds: UInt64 = 60_000
        /// Whether it is answered when there is something to tell.
        var isWaiting = false
        /// Of a blob.
        var range: String?
        /// Who doesn't know us can't open anything.
        var isSealable = true
    }

    private func question(_ request: PeerSession.Request, for peer: NodeID, _ log: LogKeeper) -> Question {
        let base = "/federation/v1/"
        switch request {
        case .push(let plan):
            let body = log.body(of: plan, for: peer, seal: core.seal).encoded
            return Question(method: .post, target: base + "push", body: body)
        case .pull(let pull): return Question(method: .post, target: base + "pull", body: pull.encoded)
        case .rooms(let rooms): return Question(method: .post, target: base + "rooms", body: rooms.encoded)
        case .changes(let since, let wait):
            let query = since.map { "?since=\(Base64.url.encode($0.bytes))&wait=\(wait)" } ?? ""
            return Question(
                method: .get, target: base + "changes" + query, deadlineMilliseconds: wait * 1_000 + 20_000,
                isWaiting: wait > 0)
        }
    }

    // MARK: Answers

    private func take(_ body: [UInt8], to id: RequestID, _ request: PeerSession.Request, from link: Link) {
        hearAgreement(of: link.peer)
        heardOf(link, error: nil)
        do throws(GossipFault) {
            switch request {
            case .push: tell(link.peer, .answered(id, .push(try PushAnswer(decoding: body.span))))
            case .changes: tell(link.peer, .answered(id, .changes(try ChangesAnswer(decoding: body.span))))
            case .rooms: tell(link.peer, .answered(id, .rooms(try RoomsAnswer(decoding: body.span))))
            case .pull(let pull):
                let (core, peer) = (core, link.peer)
                let isTaken = core.workers.submit(for: peer) { $0.takePulled(body, to: id, pull.asks, from: peer) }
                if !isTaken { tell(peer, .failed(id, .busy(1_000))) }
            }
        } catch {
            tell(link.peer, .failed(id, .unreadable))
        }
    }

    private func fail(_ id: RequestID, _ failure: CallFailure, _ link: Link) {
        heardOf(link, error: failure.text)
        if failure.isStranger { knock(at: link) }
        if failure.isDenial { hearDenial(of: link.peer) }
        if failure.asksForCard { lookAtCard(of: link.peer) }
        tell(link.peer, .failed(id, failure.session))
    }

    /// Written down when it changes, and once a minute.
    private func heardOf(_ link: Link, error: String?) {
        let isNews = link.lastError != error || loop.now >= link.noted + 60_000
        guard isNews else { return }
        link.lastError = error
        link.noted = loop.now
        note(contact: error == nil ? Timestamp.now() : nil, error: error, of: link.peer)
    }

    // MARK: Calls

    /// The content of a peer's answer to a signed question, or why there is none. The completion never comes before this
    /// returns.
    func call(
        _ question: Question, _ link: Link,
        _ completion: @escaping (Result<[UInt8], CallFailure>) -> Void, begun: (OutboundCall) -> Void = { _ in }
    ) {
        guard let peer = core.book[link.peer] else {
            return failSoon(.unreachable("no place to call it"), completion)
        }
        let call: PeerCall
        do {
            call = try PeerCall(question, to: peer, core)
        } catch {
            return failSoon(error as? CallFailure ?? .unreachable("\(error)"), completion)
        }
        core.traffic.asked.add(call.request.body.count, ordering: .relaxed)
        let asked = outbound.send(call.request) { [core] result in
            let read = result.mapError { CallFailure($0) }.flatMap { call.read($0, as: peer.node) }
            core.watchClock()
            completion(read.map(\.body))
        }
        begun(asked)
    }

    private func failSoon(
        _ failure: CallFailure, _ completion: @escaping (Result<[UInt8], CallFailure>) -> Void
    ) {
        var timer: LoopTimer?
        timer = try? LoopTimer(on: loop) {
            timer?.end()
            timer = nil
            completion(.failure(failure))
        }
        timer?.set(loop.now + 1)
    }
}

extension HTTPFields {
    /// As a request to others takes them.
    var pairs: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        forEach { name, value in pairs.append((name.text, value.text)) }
        return pairs
    }
}

extension Span<UInt8> {
    fileprivate var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}

/// Why a peer's answer is none that one could go on with.
enum CallFailure: Error {
    case unreachable(String)
    /// More than anybody who keeps to the limits answers. Other questions it may answer well.
    case tooLarge
    /// 401, and nobody signed it.
    case stranger
    /// It is not the peer's.
    case foreign(PeerRefusal)
    case status(UInt16, code: String, waitMilliseconds: Int64)

    init(_ failure: OutboundFailure) {
        self = failure == .tooLarge ? .tooLarge : .unreachable("\(failure)")
    }

    init(_ answer: PeerAnswer) {
        let seconds = answer.retryAfterSeconds ?? 1
        let code = String(decoding: answer.body.prefix(64), as: UTF8.self)
        self = .status(answer.status, code: code, waitMilliseconds: min(max(seconds, 0), 3_600) * 1_000)
    }

    var session: PeerSession.Failure {
        switch self {
        case .unreachable, .foreign: .unreachable
        case .tooLarge: .unreadable
        case .stranger: .refused
        case .status(let status, _, let wait):
            switch status {
            case 401, 403: .refused
            case 410: .gone
            case 429, 503: .busy(wait)
            case 400, 413: .unreadable
            default: .unreachable
            }
        }
    }

    var isStranger: Bool {
        switch self {
        case .stranger: true
        case .status(let status, _, _): status == 401
        case .unreachable, .tooLarge, .foreign: false
        }
    }

    /// Whether it may speak with another key now, or be another node.
    var asksForCard: Bool {
        switch self {
        case .stranger, .foreign(.unknownKey), .foreign(.supersededKey), .foreign(.unknownPeer): true
        // It may have begun to take sealed questions only, which its card says.
        case .status(403, "unsealed", _): true
        default: false
        }
    }

    var isDenial: Bool {
        if case .status(403, "not-a-peer", _) = self { true } else { false }
    }

    var text: String {
        switch self {
        case .unreachable(let text): text
        case .tooLarge: "it answers more than the limits"
        case .stranger: "it doesn't know us as a peer"
        case .foreign(let refusal): "its answer is not its own: \(refusal.code)"
        case .status(let status, let code, _): "it answers \(status) \(code)"
        }
    }
}
