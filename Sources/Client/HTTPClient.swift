import Bytes
package import EventLoop
package import WebSockets
import Wire

/// What the connections to one endpoint may cost.
package struct PoolLimits: Sendable {
    package var connectionsMax = 8
    /// Calls that wait for one of them.
    package var waitingMax = 1_024
    /// How long an unused connection is kept. Shorter than servers usually do, so that we are the ones to close it.
    package var idleMilliseconds: UInt64 = 30_000

    package init() {}
}

/// Asks HTTP servers, on one loop: connections are kept and used again, each call has an end and a bound.
package final class HTTPClient {
    private let loop: EventLoop
    private let limits: PoolLimits
    private var pools: [Endpoint: ConnectionPool] = [:]

    package init(on loop: EventLoop, limits: PoolLimits = .init()) {
        self.loop = loop
        self.limits = limits
    }

    deinit {
        close()
    }

    /// Asks, and hands the answer on as it arrives.
    @discardableResult
    package func send(
        _ request: ClientRequest, to endpoint: Endpoint, limits: ClientLimits = .init(),
        receiver: any ResponseReceiver
    ) -> ClientCall {
        let call = ClientCall(request, limits: limits, receiver: receiver, now: loop.now)
        pool(to: endpoint).send(call)
        return call
    }

    /// Asks, and hands the whole answer on.
    @discardableResult
    package func fetch(
        _ request: ClientRequest, from endpoint: Endpoint, limits: ClientLimits = .init(),
        _ completion: @escaping (Result<ClientResponse, ClientFault>) -> Void
    ) -> ClientCall {
        send(request, to: endpoint, limits: limits, receiver: Collector(completion))
    }

    /// Opens a WebSocket; `opened` makes its owner. What comes back can give the opening up. With `source` the
    /// connection comes from that address of this machine.
    @discardableResult
    package func openWebSocket(
        _ target: String, at endpoint: Endpoint, from source: SocketAddress? = nil,
        fields: [(name: String, value: String)] = [], subprotocols: [String] = [], limits: WebSocket.Limits = .init(),
        deadlineMilliseconds: UInt64 = 10_000, opened: @escaping (WebSocket) -> any WebSocketOwner,
        failed: @escaping (ClientFault) -> Void
    ) -> WebSocketOpening {
        let opening = WebSocketOpening(subprotocols: subprotocols, limits: limits, opened: opened, failed: failed)
        opening.begin(
            target, at: endpoint, from: source, fields: fields, on: loop, until: loop.now + deadlineMilliseconds)
        return opening
    }

    /// Closes all connections that are not in use; calls under way come to their end.
    package func close() {
        let closing = pools
        pools = [:]
        for pool in closing.values { pool.close() }
    }

    private func pool(to endpoint: Endpoint) -> ConnectionPool {
        if let pool = pools[endpoint] { return pool }
        let pool = ConnectionPool(to: endpoint, on: loop, limits: limits)
        pools[endpoint] = pool
        // Endpoints come and go: one that is not used any more is forgotten.
        pool.whenEmpty = { [weak self, unowned pool] in
            guard let self, pools[endpoint] === pool else { return }
            pools[endpoint] = nil
        }
        return pool
    }
}

/// Gathers an answer whose size the call has bounded.
private final class Collector: ResponseReceiver {
    private let completion: (Result<ClientResponse, ClientFault>) -> Void
    private var head: ResponseHead?
    private var body: [UInt8] = []

    init(_ completion: @escaping (Result<ClientResponse, ClientFault>) -> Void) {
        self.completion = completion
    }

    func responseBegan(_ head: ResponseHead) {
        self.head = head
    }

    func responseReceived(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { body.append(contentsOf: $0) }
    }

    func responseEnded() {
        guard let head else { preconditionFailure("an answer ends after it has begun") }
        completion(.success(ClientResponse(head: head, body: body)))
    }

    func responseFailed(_ fault: ClientFault) {
        completion(.failure(fault))
    }
}
