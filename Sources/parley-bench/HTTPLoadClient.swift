import Bytes
import EventLoop
import Wire

/// Asks the same questions again and again on one connection: bytes made once, straight on the stream, for
/// what the client spends is missing elsewhere on this machine.
final class HTTPLoadClient: LoadClient, ByteStreamOwner {
    private unowned let load: Load
    private let target: Target
    private let requests: [Request]
    private var next = 0
    private var stream: ByteStream?
    private var parser = HTTPResponseParser()
    private var askedAt: UInt64 = 0
    private var keepsAlive = true
    private var status: UInt16 = 0

    private static let patienceMilliseconds: UInt64 = 10_000

    struct Request {
        let method: HTTPMethod
        let bytes: [UInt8]
    }

    /// It goes round the requests.
    init(_ load: Load, _ target: Target, requests: [Request]) {
        self.load = load
        self.target = target
        self.requests = requests
    }

    /// A GET, or with a body a POST.
    static func request(_ target: Target, bodyBytes: Int) throws(HTTPHeadWriteFault) -> Request {
        let method: HTTPMethod = bodyBytes > 0 ? .post : .get
        var bytes: [UInt8] = []
        try bytes.appendRequestLine(method, target: target.path)
        try bytes.appendField("Host", target.authority)
        if bodyBytes > 0 { bytes.appendField("Content-Length", decimal: UInt64(bodyBytes)) }
        bytes.appendHeadEnd()
        bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: "x"), count: bodyBytes))
        return Request(method: method, bytes: bytes)
    }

    func open() {
        parser = HTTPResponseParser()
        do throws(SystemError) {
            let stream = try ByteStream(connectingTo: target.address, on: load.loop)
            stream.owner = self
            stream.setDeadline(load.loop.now + Self.patienceMilliseconds)
            self.stream = stream
        } catch {
            load.lost(self, "\(error)")
        }
    }

    func close() {
        let last = stream
        stream = nil
        last?.close()
    }

    // MARK: The stream's side

    func streamConnected() {
        ask(at: Clock.now())
    }

    private func ask(at now: UInt64) {
        askedAt = now
        let request = requests[next]
        next = (next + 1) % requests.count
        parser.expect(request.method)
        stream?.setDeadline(load.loop.now + Self.patienceMilliseconds)
        stream?.write(request.bytes)
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        var at = 0
        do throws(HTTPFault) {
            while true {
                switch try parser.step(unread.extracting(at..<unread.count)) {
                case .needBytes(let consumed):
                    return at + consumed
                case .head(let head, let consumed):
                    at += consumed
                    status = head.status
                    keepsAlive = head.keepsAlive
                case .body(_, let consumed):
                    at += consumed
                case .end(let consumed):
                    at += consumed
                    answered()
                    if stream == nil { return unread.count }
                }
            }
        } catch {
            lose(error.detail)
            return unread.count
        }
    }

    private func answered() {
        let now = Clock.now()
        if (200...299).contains(status) {
            load.completed(nanoseconds: now - askedAt)
        } else {
            load.failed("status \(status)")
        }
        if keepsAlive { ask(at: now) } else { lose(nil) }
    }

    private func lose(_ error: String?) {
        guard stream != nil else { return }
        close()
        load.lost(self, error)
    }

    func streamEnded() {
        do throws(HTTPFault) {
            try parser.closed()
            // A body that lasts until the connection's end.
            answered()
        } catch {
            lose(error.detail)
        }
    }

    func streamDrained() {}

    func streamDeadlinePassed() {
        lose("no answer within \(Self.patienceMilliseconds / 1_000) s")
    }

    func streamClosed(_ error: SystemError?) {
        lose(error?.description ?? "the connection was closed")
    }
}
