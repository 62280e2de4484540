import Bytes
import EventLoop
import Wire

/// One connection of a pool: one call at a time, kept for the next where both sides agree.
final class ClientConnection: ByteStreamOwner {
    let stream: ByteStream
    private let pool: ConnectionPool
    private var parser = HTTPResponseParser()
    private var call: ClientCall?
    private var isConnected = false
    private var hasServedBefore = false
    private var hasBegun = false
    private var receivedBytes: UInt64 = 0
    private var bytesSinceLook = 0
    private var sentAtLook: UInt64 = 0

    init(to endpoint: Endpoint, pool: ConnectionPool) throws(SystemError) {
        self.pool = pool
        stream = try ByteStream(connectingTo: endpoint.address, on: pool.loop)
        stream.owner = self
        // An answer may come, and say no, while much of the request still waits to be sent.
        stream.readsWhenCongested = true
    }

    // MARK: Asking

    func begin(_ call: ClientCall) {
        self.call = call
        call.connection = self
        hasBegun = false
        receivedBytes = 0
        look()
        if isConnected { ask(call) }
    }

    func streamConnected() {
        isConnected = true
        if let call { ask(call) } else { becomeIdle() }
    }

    private func ask(_ call: ClientCall) {
        let request = call.request
        parser.expect(request.method)
        do throws(HTTPHeadWriteFault) {
            var head: [UInt8] = []
            try head.appendRequestHead(request, host: pool.endpoint.authority)
            stream.write(head, request.body)
        } catch {
            fail(.unsendable(error))
        }
    }

    // MARK: The answer

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        bytesSinceLook += unread.count
        var at = 0
        do throws(HTTPFault) {
            while let call {
                let rest = unread.extracting(at..<unread.count)
                switch try parser.step(rest) {
                case .needBytes(let consumed):
                    return at + consumed
                case .head(let head, let consumed):
                    at += consumed
                    hasBegun = true
                    if head.status >= 200 { call.receiver?.responseBegan(head) }
                    keepsAlive = head.keepsAlive
                case .body(let range, let consumed):
                    receivedBytes += UInt64(range.count)
                    guard receivedBytes <= call.limits.responseBytesMax else {
                        fail(.tooLarge)
                        return unread.count
                    }
                    call.receiver?.responseReceived(rest.extracting(range))
                    at += consumed
                case .end(let consumed):
                    at += consumed
                    finishCall()
                }
            }
        } catch {
            fail(.malformed(error))
            return unread.count
        }
        // Nobody has asked for what is left: this server is confused, or means us harm.
        if at < unread.count { stream.close() }
        return unread.count
    }

    private var keepsAlive = false

    private func finishCall() {
        let done = call
        call = nil
        hasServedBefore = true
        let isReusable = keepsAlive && stream.isDrained && !stream.hasEnded
        if isReusable { becomeIdle() }
        done?.end()
        if !isReusable { stream.close() }
    }

    private func becomeIdle() {
        stream.setDeadline(stream.loop.now + pool.limits.idleMilliseconds)
        pool.becameIdle(self)
    }

    private func fail(_ fault: ClientFault) {
        let failed = call
        call = nil
        stream.close()
        failed?.fail(fault)
    }

    /// The call was given up: what of its answer is still on its way can't be told from the next one's.
    func abandonCall() {
        call = nil
        stream.close()
    }

    // MARK: Time

    private func look() {
        guard let call else { return }
        bytesSinceLook = 0
        sentAtLook = stream.sentBytes
        let next = stream.loop.now + call.limits.silenceMilliseconds
        stream.setDeadline(min(next, call.deadline))
    }

    func streamDeadlinePassed() {
        guard let call else {
            stream.close()
            return
        }
        if stream.loop.now >= call.deadline {
            fail(.deadlinePassed)
        } else if bytesSinceLook == 0, stream.sentBytes == sentAtLook, stream.isReading {
            fail(.silence)
        } else {
            look()
        }
    }

    // MARK: The stream's side

    func streamEnded() {
        guard call != nil else {
            stream.close()
            return
        }
        do throws(HTTPFault) {
            // A body without a length ends like this.
            try parser.closed()
            keepsAlive = false
            finishCall()
        } catch {
            lose(.closedEarly)
        }
    }

    func streamDrained() {}

    func streamClosed(_ error: SystemError?) {
        if let error { lose(.connection(error)) } else { lose(.closedEarly) }
        pool.left(self)
    }

    /// The connection is gone with the call on it. One that had served before may have been closed just as
    /// we asked: then the question was never heard, and is asked again.
    private func lose(_ fault: ClientFault) {
        guard let lost = call else { return }
        call = nil
        stream.close()
        if hasServedBefore, !hasBegun, lost.mayRetry {
            lost.mayRetry = false
            pool.retry(lost)
        } else {
            lost.fail(fault)
        }
    }
}

extension [UInt8] {
    mutating func appendRequestHead(_ request: ClientRequest, host: String) throws(HTTPHeadWriteFault) {
        try appendRequestLine(request.method, target: request.target)
        try appendField("Host", host)
        try appendFields(HTTPFields(request.fields))
        let needsLength =
            switch request.method {
            case .post, .put, .patch: true
            case .get, .head, .delete, .options, .other: request.body.count > 0
            }
        if needsLength { appendField("Content-Length", decimal: request.body.count) }
        appendHeadEnd()
    }
}
