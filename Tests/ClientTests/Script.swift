import Client
import EventLoop
import Glibc
import Wire

/// A client and the servers it asks, played on one thread: the client's loop turns only while the script
/// waits for something, so that whatever happens on both sides happens in the order of the lines.
final class Script {
    /// What the script waited for did not come about.
    struct Stuck: Error {
        let awaited: String
    }

    let loop: EventLoop
    let client: HTTPClient
    let listener: RawListener
    var endpoint: Endpoint { listener.endpoint }

    init(_ pool: PoolLimits = .init(), listener: RawListener? = nil) throws {
        signal(SIGPIPE, SIG_IGN)
        loop = try EventLoop()
        client = HTTPClient(on: loop, limits: pool)
        self.listener = try listener ?? RawListener()
    }

    /// Turns the loop until `condition` holds.
    func turn(until condition: () -> Bool, _ awaited: String) throws {
        let end = MonotonicTime.now() + 5_000
        while !condition() {
            guard MonotonicTime.now() < end else { throw Stuck(awaited: awaited) }
            try loop.turn(waitingAtMost: 1)
        }
    }

    /// Turns the loop for a while, for what must not happen.
    func turn(milliseconds: UInt64) throws {
        let end = MonotonicTime.now() + milliseconds
        repeat { try loop.turn(waitingAtMost: 1) } while MonotonicTime.now() < end
    }

    // MARK: The client's side

    func ask(
        _ request: ClientRequest = ClientRequest(.get, "/"), at endpoint: Endpoint? = nil,
        _ configure: (inout ClientLimits) -> Void = { _ in }
    ) -> Answer {
        var limits = ClientLimits()
        configure(&limits)
        let answer = Answer()
        answer.call = client.send(request, to: endpoint ?? self.endpoint, limits: limits, receiver: answer)
        return answer
    }

    /// Waits until the answer has come to its end, and looks that it has only one.
    func finish(_ answer: Answer) throws {
        try turn(until: { answer.outcomes > 0 }, "the end of an answer")
    }

    // MARK: The server's side

    func accept(from other: RawListener? = nil) throws -> Peer {
        var accepted: Peer?
        try turn(
            until: {
                accepted = (other ?? listener).accept(script: self)
                return accepted != nil
            }, "a connection")
        return accepted!
    }

    /// Whether a connection waits to be accepted.
    func hasConnection() throws -> Bool {
        try turn(milliseconds: 10)
        return listener.accept(script: self) != nil
    }
}

/// Everything that a receiver was told.
final class Answer: ResponseReceiver {
    var call: ClientCall!
    private(set) var heads: [ResponseHead] = []
    private(set) var body: [UInt8] = []
    private(set) var pieces = 0
    private(set) var ends = 0
    private(set) var faults: [ClientFault] = []
    /// How often it was told anything after the end.
    private(set) var callsAfterEnd = 0

    var whenBegan: (() -> Void)?
    var whenReceived: (() -> Void)?
    var whenOver: (() -> Void)?

    var outcomes: Int { ends + faults.count }
    var status: UInt16? { heads.last?.status }
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The fault, if that was the one thing that ended it.
    var fault: ClientFault? { outcomes == 1 && callsAfterEnd == 0 ? faults.first : nil }
    /// Whether it came to a good end, once.
    var isWhole: Bool { heads.count == 1 && ends == 1 && faults.isEmpty && callsAfterEnd == 0 }

    private func note() {
        if outcomes > 0 { callsAfterEnd += 1 }
    }

    func responseBegan(_ head: ResponseHead) {
        note()
        heads.append(head)
        whenBegan?()
    }

    func responseReceived(_ bytes: Span<UInt8>) {
        note()
        pieces += 1
        bytes.withUnsafeBufferPointer { body.append(contentsOf: $0) }
        whenReceived?()
    }

    func responseEnded() {
        note()
        ends += 1
        over()
    }

    func responseFailed(_ fault: ClientFault) {
        note()
        faults.append(fault)
        over()
    }

    private func over() {
        let last = whenOver
        whenOver = nil
        whenBegan = nil
        whenReceived = nil
        last?()
    }
}

extension ClientFault {
    /// Whether it is the connection that failed, and how.
    func isConnection(code: Int32) -> Bool {
        if case .connection(let error) = self { error.code == code } else { false }
    }

    var isConnection: Bool {
        if case .connection = self { true } else { false }
    }
}
