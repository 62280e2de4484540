import Glibc

@testable import EventLoop

/// A client that sends whatever it is told, right or wrong, and waits for what comes. It shares nothing with
/// the server: it has a dull reader of its own, so that a mistake can't hide by being made twice.
final class RawClient {
    enum Fault: Error, Equatable {
        /// Nothing came for five seconds.
        case silence
        case ended(after: String)
        /// The connection was broken, not closed.
        case reset
        case notHTTP(String)
    }

    private enum Arrival {
        case bytes, end
    }

    private var descriptor: Int32
    private var unread: [UInt8] = []
    private var room = [UInt8](repeating: 0, count: 64 * 1_024)

    private static let patienceSeconds = 5

    /// A small `receiveBuffer` makes the other side feel early that nobody reads. `source` is where it comes
    /// from, where that matters.
    init(_ address: SocketAddress, from source: SocketAddress? = nil, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("make a socket") }
        if let receiveBuffer { set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if address.family != AF_UNIX { set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1)) }
        set(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: Self.patienceSeconds, tv_usec: 0))
        set(SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: Self.patienceSeconds, tv_usec: 0))
        // Everything is initialised by now: `deinit` closes what can't be connected.
        guard source?.withSystemAddress({ bind(descriptor, $0, $1) }) ?? 0 == 0,
            address.withSystemAddress({ Glibc.connect(descriptor, $0, $1) }) == 0
        else { throw SystemError("connect") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) {
        withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
    }

    // MARK: Sending

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: some Collection<UInt8>) throws {
        try Array(bytes).withUnsafeBytes { whole in
            var rest = whole[...]
            while !rest.isEmpty {
                let count = Glibc.send(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                guard count > 0 else { throw errno == EAGAIN ? Fault.silence : Fault.reset }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends in pieces of so many bytes, each in a call of its own.
    func send(_ bytes: [UInt8], inPiecesOf size: Int) throws {
        for start in stride(from: 0, to: bytes.count, by: size) {
            try send(bytes[start..<min(start + size, bytes.count)])
        }
    }

    /// Says that no more will come, and goes on reading.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Goes away rudely: the server's next look at this connection is an error.
    func reset() {
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        close(descriptor)
        descriptor = -1
    }

    // MARK: Receiving

    private func receive() throws -> Arrival {
        let count = recv(descriptor, &room, room.count, 0)
        guard count >= 0 else { throw errno == EAGAIN ? Fault.silence : Fault.reset }
        unread += room[..<count]
        return count == 0 ? .end : .bytes
    }

    /// At least so many bytes; the rest stays for later.
    func bytes(_ count: Int) throws -> [UInt8] {
        while unread.count < count {
            guard try receive() == .bytes else { throw Fault.ended(after: text(unread)) }
        }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// Reads and forgets so many bytes, however many they are.
    func skip(_ count: Int) throws {
        var rest = count
        while rest > 0 {
            if unread.isEmpty, try receive() == .end { throw Fault.ended(after: "") }
            let taken = min(rest, unread.count)
            unread.removeFirst(taken)
            rest -= taken
        }
    }

    /// Everything that still comes, until the other side closes.
    func rest() throws -> [UInt8] {
        while try receive() == .bytes {}
        defer { unread = [] }
        return unread
    }

    /// Whether the other side closes, and sends nothing before.
    func isClosedNow() throws -> Bool {
        try rest().isEmpty
    }

    /// Whether nothing has come by now.
    func isSilent(forMilliseconds milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unread.isEmpty && poll(&wanted, 1, milliseconds) == 0
    }

    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = unread[..<end]
                unread.removeFirst(end + 1)
                guard line.last == UInt8(ascii: "\r") else { throw Fault.notHTTP("a bare LF after \(text(line))") }
                return text(line.dropLast())
            }
            guard try receive() == .bytes else { throw Fault.ended(after: text(unread)) }
        }
    }

    /// The head of an answer, or of an interim one.
    func head() throws -> RawResponse {
        let first = try line()
        guard first.hasPrefix("HTTP/1.1 "), first.utf8.count >= 13, let status = Int(first.dropFirst(9).prefix(3))
        else { throw Fault.notHTTP(first) }
        var response = RawResponse(status: status)
        while true {
            let field = try line()
            if field.isEmpty { return response }
            guard let colon = field.firstIndex(of: ":") else { throw Fault.notHTTP(field) }
            let value = field[field.index(after: colon)...].drop { $0 == " " }
            response.fields.append((String(field[..<colon]), String(value)))
        }
    }

    /// A whole answer to a request with that method. A 100 before it is noted.
    func response(to method: String = "GET") throws -> RawResponse {
        var response = try head()
        if response.status == 100 {
            response = try head()
            response.isContinued = true
        }
        guard method != "HEAD", response.status != 204, response.status != 304 else { return response }
        if response["Transfer-Encoding"] == "chunked" {
            while let chunk = try chunk() { response.body += chunk }
        } else if let length = response["Content-Length"] {
            guard let count = Int(length) else { throw Fault.notHTTP(length) }
            response.body = try bytes(count)
        } else {
            response.body = try rest()
        }
        return response
    }

    /// A chunk's data; nil after the last one.
    func chunk() throws -> [UInt8]? {
        let size = try line()
        guard let count = Int(size, radix: 16) else { throw Fault.notHTTP(size) }
        let data = try bytes(count)
        guard try line() == "" else { throw Fault.notHTTP("a chunk without its end") }
        return count > 0 ? data : nil
    }

    /// Sends a request and waits for its answer.
    func ask(_ request: String) throws -> RawResponse {
        try send(request)
        return try response(to: String(request.prefix { $0 != " " }))
    }

    private func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

struct RawResponse {
    var status: Int
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Whether a 100 came before it.
    var isContinued = false

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The values of all fields of that name; nil where there is none.
    subscript(_ name: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Whether it says that the connection ends with it.
    var closes: Bool { self["Connection"] == "close" }
}
