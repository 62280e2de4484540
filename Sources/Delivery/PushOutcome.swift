import Bytes
import Chat
import EventLoop
import Outbound
import Wire

/// What became of one push.
struct PushOutcome {
    let result: Outbox.Result
    /// What the endpoint answered, if it did.
    var status: UInt16?
    /// Whether the host is in trouble, and better left alone for a while; not where the trouble is our own.
    var isHostFailing = false

    init(_ result: Result<OutboundAnswer, OutboundFailure>, at now: Timestamp) {
        switch result {
        case .success(let answer): self.init(answer, at: now)
        case .failure(let failure): self.init(failure)
        }
    }

    init(_ fault: OutboundURLFault) {
        result = .refused(error: "The endpoint is no URL that this node would call (\(fault))")
    }

    private init(_ answer: OutboundAnswer, at now: Timestamp) {
        status = answer.status
        let error = "The endpoint answered \(answer.status)"
        switch answer.status {
        case 200...299:
            result = .sent
        case 404, 410:
            result = .gone(error: error)
        case 408, 425, 429, 500...599:
            let wanted = answer.fields.first("Retry-After").flatMap { Self.milliseconds($0, at: now) }
            result = .again(error: error, retryAfterMilliseconds: wanted)
            isHostFailing = true
        case 300...399:
            result = .refused(error: "\(error), a redirect, which is not followed")
        default:
            result = .refused(error: error)
        }
    }

    private init(_ failure: OutboundFailure) {
        switch failure {
        case .refusedAddress, .unsendable:
            result = .refused(error: failure.words)
        case .busy, .noCourier, .cancelled:
            result = .again(error: failure.words)
        case .unresolved, .unreachable, .tls, .timedOut, .tooLarge, .broken:
            result = .again(error: failure.words)
            isHostFailing = true
        }
    }

    /// Seconds, or a date (RFC 9110, section 10.2.3).
    private static func milliseconds(_ value: String, at now: Timestamp) -> Int64? {
        if (1...9).contains(value.utf8.count), value.utf8.allSatisfy(\.isASCIIDigit), let seconds = Int64(value) {
            return seconds * 1_000
        }
        return Timestamp(httpDate: value, now: now).map { $0.milliseconds - now.milliseconds }
    }
}

extension Outbox.Result {
    var isSent: Bool { self == .sent }

    /// Why not, where it isn't sent.
    var error: String? {
        switch self {
        case .sent, .cancelled: nil
        case .again(let error, _), .refused(let error), .gone(let error): error
        }
    }
}

extension OutboundFailure {
    /// For the people of this node, in one line.
    var words: String {
        switch self {
        case .unresolved(.unknown): "The endpoint's name is unknown"
        case .unresolved(.unanswered): "Nobody could be asked for the endpoint's name"
        case .refusedAddress(_, let kind): "The endpoint's address may not be called (\(kind))"
        case .unreachable(let error): "The endpoint can't be reached (\(error))"
        case .tls(let text): "The endpoint can't be trusted (\(text.visible))"
        case .timedOut: "The endpoint did not answer in time"
        case .tooLarge: "The endpoint's answer is too large"
        case .broken(let text): "The endpoint's answer is broken (\(text.visible))"
        case .busy: "This node had too much to send"
        case .noCourier: "This node's companion for https does not run"
        case .unsendable: "This can't be sent to the endpoint"
        case .cancelled: "This node stopped"
        }
    }
}
