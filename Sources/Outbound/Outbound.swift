import Bytes
import Client
package import EventLoop
import Wire

/// Asks servers that people or peers have named, on one loop. The name is looked up once, every address behind it
/// is checked, and the connection goes to one that was; redirects are answers like others; size and time of each
/// request have an end.
///
/// `http` is our own client's work; `https` that of the courier, a process of its own.
package final class Outbound {
    private let loop: EventLoop
    private let resolver: Resolver
    private let client: HTTPClient
    /// What waits for something to happen has a courier of its own, since it keeps its places for a minute.
    private var couriers: [Bool: Courier] = [:]
    /// Those that have had enough to do, and end when what they have is done.
    private var retired: [Courier] = []
    private let makeCourier: () -> Courier
    private var calls: [ObjectIdentifier: OutboundCall] = [:]
    private var isClosed = false

    package static let callsMax = 1_024

    /// `courier` is the path of the program.
    package init(on loop: EventLoop, resolver: Resolver, courier: String, courierLimits: CourierLimits = .init()) {
        self.loop = loop
        self.resolver = resolver
        client = HTTPClient(on: loop)
        makeCourier = { Courier(courier, on: loop, limits: courierLimits) }
    }

    /// The courier's process id, while it runs.
    package var courierPID: Int32? { couriers[false]?.pid }

    /// Asks. The completion never comes before this returns, and comes once.
    @discardableResult
    package func send(
        _ request: OutboundRequest, _ completion: @escaping (Result<OutboundAnswer, OutboundFailure>) -> Void
    ) -> OutboundCall {
        let call = OutboundCall(request, on: loop, completion)
        calls[ObjectIdentifier(call)] = call
        call.whenOver = { [weak self, unowned call] in self?.calls[ObjectIdentifier(call)] = nil }
        if isClosed {
            call.failSoon(.cancelled)
        } else if calls.count > Self.callsMax {
            call.failSoon(.busy)
        } else if !request.isSendable {
            call.failSoon(.unsendable)
        } else {
            locate(call)
        }
        return call
    }

    /// Ends everything, and the courier; what is under way fails as cancelled.
    package func close() {
        isClosed = true
        for call in calls.values.sorted(by: { $0.deadline < $1.deadline }) { call.cancel() }
        client.close()
        for courier in Array(couriers.values) + retired { courier.close() }
    }

    // MARK: The way of a request

    private func locate(_ call: OutboundCall) {
        switch call.request.url.host {
        case .address(let address):
            proceed(call, with: [address])
        case .name(let name):
            let question = resolver.resolve(name) { [self] answer in
                call.abandon = nil
                switch answer {
                case .success(let addresses): proceed(call, with: addresses)
                case .failure(let fault): call.finish(.failure(.unresolved(fault)))
                }
            }
            if let question {
                call.abandon = { [resolver] in resolver.forget(question) }
            } else {
                call.failSoon(.busy)
            }
        }
    }

    private func proceed(_ call: OutboundCall, with addresses: [SocketAddress]) {
        let url = call.request.url
        do throws(OutboundFailure) {
            let address = try call.request.policy.choose(from: addresses).with(port: url.port)
            if url.isSecure {
                try askCourier(call, at: address)
            } else {
                askClient(call, at: address)
            }
        } catch {
            call.failSoon(error)
        }
    }

    private func askCourier(_ call: OutboundCall, at address: SocketAddress) throws(OutboundFailure) {
        let exchange = CourierExchange(call.request, at: address) { call.finish($0) }
        try courier(forWaiting: call.request.isWaiting).ask(exchange)
        call.abandon = { exchange.courier?.drop(exchange) }
    }

    private func courier(forWaiting isWaiting: Bool) -> Courier {
        if let known = couriers[isWaiting] { return known }
        let courier = makeCourier()
        courier.succeeded = { [weak self, unowned courier] left in
            guard let self else { return }
            retired.removeAll { $0.isOver }
            retired.append(courier)
            couriers[isWaiting] = nil
            self.courier(forWaiting: isWaiting).take(left)
        }
        couriers[isWaiting] = courier
        return courier
    }

    private func askClient(_ call: OutboundCall, at address: SocketAddress) {
        let request = call.request
        var limits = ClientLimits()
        // The call has a deadline of its own, which is earlier, and knows no silence but that.
        limits.deadlineMilliseconds = request.deadlineMilliseconds
        limits.silenceMilliseconds = request.deadlineMilliseconds
        limits.responseBytesMax = request.cutsAnswer ? .max : UInt64(request.answerBytesMax)
        var question = ClientRequest(
            request.method, request.url.target, fields: request.fields,
            body: request.body.isEmpty ? .none : .bytes(request.body))
        question.isRepeatable = question.isRepeatable && !request.isOnceOnly
        let asked = client.send(
            question, to: Endpoint(address, authority: request.url.authority), limits: limits,
            receiver: AnswerReceiver(call))
        call.abandon = { asked.cancel() }
    }
}

/// Gathers an answer of our own client.
private final class AnswerReceiver: ResponseReceiver {
    private let call: OutboundCall
    private var head: ResponseHead?
    private var body: [UInt8] = []

    init(_ call: OutboundCall) {
        self.call = call
    }

    func responseBegan(_ head: ResponseHead) {
        self.head = head
    }

    func responseReceived(_ bytes: Span<UInt8>) {
        // Where that is no reason to cut, the client's own limit is as large.
        let room = call.request.answerBytesMax - body.count
        body.append(copying: bytes.extracting(first: min(room, bytes.count)))
        if bytes.count > room { responseEnded() }
    }

    func responseEnded() {
        guard let head else { preconditionFailure("an answer ends after it has begun") }
        call.finish(.success(OutboundAnswer(status: head.status, fields: head.fields, body: body)))
    }

    func responseFailed(_ fault: ClientFault) {
        call.finish(.failure(OutboundFailure(fault)))
    }
}

/// A request under way.
package final class OutboundCall {
    let request: OutboundRequest
    let deadline: MonotonicTime
    /// Takes the request back from whoever is at it.
    var abandon: (() -> Void)?
    var whenOver: (() -> Void)?
    private var completion: ((Result<OutboundAnswer, OutboundFailure>) -> Void)?
    private var timer: LoopTimer?
    /// What the timer brings.
    private var coming = OutboundFailure.timedOut
    private let loop: EventLoop

    init(
        _ request: OutboundRequest, on loop: EventLoop,
        _ completion: @escaping (Result<OutboundAnswer, OutboundFailure>) -> Void
    ) {
        self.request = request
        self.loop = loop
        self.completion = completion
        deadline = loop.now + request.deadlineMilliseconds
        timer = loop.timer { [self] in finish(.failure(coming)) }
        timer?.set(deadline)
    }

    /// Gives it up; its completion hears `cancelled`, unless it has heard something before.
    package func cancel() {
        finish(.failure(.cancelled))
    }

    /// Not before the caller has gone on: asking again at once must not recurse.
    func failSoon(_ failure: OutboundFailure) {
        coming = failure
        timer?.set(loop.now + 1)
    }

    func finish(_ result: Result<OutboundAnswer, OutboundFailure>) {
        guard let last = completion else { return }
        completion = nil
        timer?.end()
        timer = nil
        let taking = abandon
        abandon = nil
        taking?()
        whenOver?()
        whenOver = nil
        last(result)
    }
}

extension OutboundRequest {
    /// Whether both ways can send it: what one took and the other did not would depend on the scheme.
    fileprivate var isSendable: Bool {
        let own = HTTPFields(fields)
        let bytes = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard body.count <= Self.bodyBytesMax, fields.count <= 64, bytes <= 32 << 10,
            !own.contains("Host"), !own.contains("Connection"), !own.contains("Content-Length"),
            !own.contains("Transfer-Encoding"), !own.contains("Accept-Encoding"), !own.contains("Expect"),
            !own.contains("Proxy-Authorization"), !own.contains("Upgrade"), !own.contains("TE")
        else { return false }
        var head: [UInt8] = []
        do throws(HTTPHeadWriteFault) {
            try head.appendRequestLine(method, target: url.target)
            try head.appendFields(own)
            return true
        } catch {
            return false
        }
    }
}

extension OutboundFailure {
    init(_ fault: ClientFault) {
        self =
            switch fault {
            case .connection(let error): .unreachable(error)
            case .closedEarly: .broken("the connection was closed before the answer was whole")
            case .malformed(let fault): .broken(fault.detail)
            case .switchedProtocols, .notAWebSocket: .broken("another protocol than HTTP")
            case .deadlinePassed, .silence: .timedOut
            case .tooLarge: .tooLarge
            case .tooManyWaiting: .busy
            case .unsendable: .unsendable
            case .cancelled: .cancelled
            }
    }
}
