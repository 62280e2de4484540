import EventLoop
import Wire

/// A request under way. On the client's loop.
package final class ClientCall {
    let request: ClientRequest
    let limits: ClientLimits
    let deadline: MonotonicTime
    /// The request's head, as it leaves.
    private(set) var head: [UInt8] = []
    private(set) var receiver: (any ResponseReceiver)?
    private(set) var isPaused = false
    /// Whether it is asked a second time already.
    var isRepeated = false
    /// Where it is, unless it is over.
    weak var pool: ConnectionPool?
    weak var connection: ClientConnection?

    init(_ request: ClientRequest, limits: ClientLimits, receiver: any ResponseReceiver, now: MonotonicTime) {
        self.request = request
        self.limits = limits
        self.receiver = receiver
        deadline = now + limits.deadlineMilliseconds
    }

    func writeHead(to endpoint: Endpoint) throws(HTTPHeadWriteFault) {
        head = try request.head(to: endpoint)
    }

    package var isOver: Bool { receiver == nil }

    /// Gives the call up; its receiver hears `cancelled`, unless it has heard of an end before.
    package func cancel() {
        guard !isOver else { return }
        let (pool, connection) = (pool, connection)
        fail(.cancelled)
        connection?.abandonCall()
        pool?.abandon(self)
    }

    /// Stops the answer until `resume`: not another piece of it comes, and the server waits meanwhile. The
    /// call's deadline stays what it is.
    package func pause() {
        guard !isOver, !isPaused else { return }
        isPaused = true
        connection?.callPaused()
    }

    package func resume() {
        guard !isOver, isPaused else { return }
        isPaused = false
        connection?.callResumed()
    }

    func fail(_ fault: ClientFault) {
        leave()?.responseFailed(fault)
    }

    func end() {
        leave()?.responseEnded()
    }

    /// The connection will be another call's, or nobody's: from here on this one must not touch it.
    private func leave() -> (any ResponseReceiver)? {
        let last = receiver
        receiver = nil
        connection = nil
        pool = nil
        return last
    }
}
