import EventLoop
import Glibc
import Outbound
import RawSockets
import Synchronization
import Testing
import Wire

/// What names mean in a test, and how often that was asked.
final class Names: Sendable {
    private let state: Mutex<(answers: [String: [Resolver.Answer]], asked: [String])>

    /// For each name, what the first question is answered with, the second, and so on; the last stays.
    init(_ answers: [String: [Resolver.Answer]]) {
        state = Mutex((answers, []))
    }

    /// Each name has these addresses.
    convenience init(_ addresses: [String: [String]]) {
        self.init(addresses.mapValues { [.success($0.map { SocketAddress(host: $0, port: 0)! })] })
    }

    var asked: [String] { state.withLock { $0.asked } }

    func lookUp(_ name: String) -> Resolver.Answer {
        state.withLock { state in
            state.asked.append(name)
            guard var answers = state.answers[name] else { return .failure(.unknown) }
            let answer = answers.removeFirst()
            if !answers.isEmpty { state.answers[name] = answers }
            return answer
        }
    }
}

/// An `Outbound` on a loop that turns only while a test waits.
final class Lab {
    struct Stuck: Error {
        let awaited: String
    }

    let loop: EventLoop
    let outbound: Outbound
    let names: Names

    init(
        _ names: Names = Names(["push.example": ["127.0.0.1"], "two.example": ["127.0.0.1"]]),
        courier: String = "/nonexistent/parley-courier", _ configure: (inout CourierLimits) -> Void = { _ in }
    ) throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
        self.names = names
        var limits = CourierLimits()
        configure(&limits)
        outbound = Outbound(
            on: loop, resolver: try Resolver(on: loop, threads: 1) { names.lookUp($0) }, courier: courier,
            courierLimits: limits)
    }

    deinit {
        outbound.close()
    }

    func turn(until condition: () -> Bool, _ awaited: String) throws {
        let end = MonotonicTime.now() + 20_000
        while !condition() {
            guard MonotonicTime.now() < end else { throw Stuck(awaited: awaited) }
            try loop.turn(waitingAtMost: 2)
        }
    }

    func turn(milliseconds: UInt64) throws {
        let end = MonotonicTime.now() + milliseconds
        repeat { try loop.turn(waitingAtMost: 2) } while MonotonicTime.now() < end
    }

    /// Asks, and waits for what comes of it only where the test does.
    func ask(
        _ url: String, policy: AddressPolicy = .privateToo, _ configure: (inout OutboundRequest) -> Void = { _ in }
    ) throws -> Outcome {
        var request = OutboundRequest(.get, try OutboundURL(url), policy: policy)
        request.deadlineMilliseconds = 15_000
        configure(&request)
        let outcome = Outcome()
        outcome.call = outbound.send(request) { outcome.results.append($0) }
        #expect(outcome.results.isEmpty, "nothing is told before the caller has gone on")
        return outcome
    }

    @discardableResult
    func finish(_ outcome: Outcome) throws -> Result<OutboundAnswer, OutboundFailure> {
        try turn(until: { !outcome.results.isEmpty }, "an end")
        try loop.settle()
        #expect(outcome.results.count == 1)
        return outcome.results[0]
    }

    /// Asks and waits for the answer, or throws why there is none.
    func answer(
        _ url: String, policy: AddressPolicy = .privateToo, _ configure: (inout OutboundRequest) -> Void = { _ in }
    ) throws -> OutboundAnswer {
        try finish(ask(url, policy: policy, configure)).get()
    }
}

/// What was told of one request.
final class Outcome {
    var call: OutboundCall?
    var results: [Result<OutboundAnswer, OutboundFailure>] = []
}

extension OutboundAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A plain server, as far as a test plays it.
final class PlainServer {
    let port: UInt16
    private let listener: RawSocket

    init() {
        listener = RawSocket.tcp()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = listener.number
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(number, $0, length) == 0 && listen(number, 16) == 0, "no listener")
                precondition(getsockname(number, $0, &length) == 0, "no name")
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// A connection that waits to be taken, if there is one.
    func accept() -> RawSocket? {
        let number = Glibc.accept(listener.number, nil, nil)
        guard number >= 0 else { return nil }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        return RawSocket(owning: number)
    }

    func accept(in lab: Lab) throws -> RawSocket {
        var found: RawSocket?
        try lab.turn(
            until: {
                found = found ?? accept()
                return found != nil
            }, "a connection")
        return found!
    }
}

extension RawSocket {
    /// All that comes, up to and with this.
    func text(endingWith end: String, in lab: Lab) throws -> String {
        var bytes: [UInt8] = []
        try lab.turn(
            until: {
                bytes += receiveAll()
                return bytes.suffix(end.utf8.count).elementsEqual(end.utf8)
            }, end)
        return String(decoding: bytes, as: UTF8.self)
    }

    func head(in lab: Lab) throws -> String { try text(endingWith: "\r\n\r\n", in: lab) }
}
