import EventLoop
import Wire

/// A request under way. On the client's loop.
package final class ClientCall {
    let request: ClientRequest
    let limits: ClientLimits
    let deadline: MonotonicTime
    private(set) var receiver: (any ResponseReceiver)?
    /// Whether it may be asked again on another connection.
    var mayRetry: Bool
    weak var connection: ClientConnection?

    init(_ request: ClientRequest, limits: ClientLimits, receiver: any ResponseReceiver, now: MonotonicTime) {
        self.request = request
        self.limits = limits
        self.receiver = receiver
        deadline = now + limits.deadlineMilliseconds
        switch request.method {
        // Asking twice is as good as asking once (RFC 9110, section 9.2.2).
        case .get, .head, .options, .put, .delete: mayRetry = true
        case .post, .patch, .other: mayRetry = false
        }
    }

    package var isOver: Bool { receiver == nil }

    /// Gives the call up; its receiver hears `cancelled`.
    package func cancel() {
        fail(.cancelled)
        connection?.abandonCall()
    }

    /// Stops the answer's body until `resume`; the server waits meanwhile.
    package func pause() {
        connection?.stream.pauseReading()
    }

    package func resume() {
        connection?.stream.resumeReading()
    }

    func fail(_ fault: ClientFault) {
        let last = receiver
        receiver = nil
        last?.responseFailed(fault)
    }

    func end() {
        let last = receiver
        receiver = nil
        last?.responseEnded()
    }
}
