import CourierFrames
import EventLoop
import Wire

/// What the companion may cost, and how long we are patient with it.
package struct CourierLimits: Sendable {
    package var underWayMax = 64
    /// With one host, so that one that answers nobody doesn't keep the others waiting.
    package var underWayMaxOfOne = 8
    package var waitingMax = 256
    /// Its memory grows slowly with what it does: after so many requests, or bytes, it gets nothing new, and ends when it
    /// is idle; another takes over meanwhile.
    package var requestsMax = 2_000
    package var bytesMax = 256 << 20
    /// Without work for so long it is ended.
    package var idleMilliseconds: UInt64 = 300_000
    /// How long it may take to give up a request that nobody waits for any more.
    package var dropMilliseconds: UInt64 = 3_000
    /// How long it stays away after its first death; twice as long after each further one that follows without an
    /// answer in between.
    package var backoffMilliseconds: UInt64 = 100
    package var backoffMillisecondsMax: UInt64 = 60_000

    package init() {}
}

/// The node's side of `parley-courier`, which speaks TLS for it: started when it is first needed, started again
/// when it has died, ended at the end.
final class Courier {
    private let loop: EventLoop
    private let program: String
    private let limits: CourierLimits
    /// Made with the first process, and kept for all.
    private var tunnels: Tunnels?
    private var process: CourierProcess?
    private var timer: LoopTimer?

    private var waiting: [CourierExchange] = []
    /// Those that the process knows of, by number.
    private var underWay: [UInt64: CourierExchange] = [:]
    private var lastNumber: UInt64 = 0
    /// What the process has had to do.
    private var requests = 0
    private var bytes = 0
    /// Deaths since the last answer.
    private var deaths = 0
    private var notBefore = MonotonicTime(milliseconds: 0)
    private var isClosed = false
    /// Called once, when its process has had enough to do, with what waits: that goes to another, and this ends when what is
    /// under way has.
    var succeeded: (([CourierExchange]) -> Void)?
    private var isRetired = false

    /// So often in a row it dies by itself, and not for one request's sake.
    private static let deathsMax = 3

    init(_ program: String, on loop: EventLoop, limits: CourierLimits) {
        self.loop = loop
        self.program = program
        self.limits = limits
        timer = loop.timer { [weak self] in self?.advance() }
    }

    var isOver: Bool { isClosed }

    /// The process id, while there is a process.
    var pid: Int32? { process?.pid }

    /// Takes a request on; its completion comes later, once, unless `drop` is called before.
    func ask(_ exchange: CourierExchange) throws(OutboundFailure) {
        guard !isClosed else { throw .cancelled }
        guard deaths < Self.deathsMax || loop.now >= notBefore else { throw .noCourier }
        guard waiting.count < limits.waitingMax else { throw .busy }
        take([exchange])
    }

    /// What another has had waiting comes without being asked for anew.
    func take(_ exchanges: [CourierExchange]) {
        for exchange in exchanges { exchange.courier = self }
        waiting += exchanges
        timer?.set(loop.now)
    }

    /// Nobody waits for that answer any more.
    func drop(_ exchange: CourierExchange) {
        exchange.completion = nil
        waiting.removeAll { $0 === exchange }
        guard let number = exchange.number, underWay[number] != nil, exchange.droppedAt == nil else { return }
        exchange.droppedAt = loop.now
        process?.tell(.drop(number: number))
        setTimer()
    }

    func close() {
        isClosed = true
        timer?.end()
        timer = nil
        stop()
        tunnels?.close()
        tunnels = nil
        let left = waiting
        waiting = []
        for exchange in left { exchange.finish(.failure(.cancelled)) }
    }

    // MARK: What is to be done now

    private func advance() {
        guard !isClosed else { return }
        if underWay.values.contains(where: { $0.droppedAt.map { $0 + limits.dropMilliseconds <= loop.now } ?? false }) {
            // It does not listen any more.
            lost()
        }
        if isSpent, !underWay.isEmpty, !waiting.isEmpty, let succeeded {
            self.succeeded = nil
            isRetired = true
            let left = waiting
            waiting = []
            succeeded(left)
        }
        guard !isRetired || !underWay.isEmpty else { return close() }
        if underWay.isEmpty, isSpent || (waiting.isEmpty && loop.now >= idleSince + limits.idleMilliseconds) { stop() }
        if process == nil, !waiting.isEmpty, loop.now >= notBefore { start() }
        if let process {
            while !isSpent, underWay.count < limits.underWayMax, let index = nextIndex {
                hand(waiting.remove(at: index), to: process)
            }
        }
        setTimer()
    }

    /// The first whose host has a place left.
    private var nextIndex: Int? {
        var places: [String: Int] = [:]
        for exchange in underWay.values { places[exchange.request.url.hostAndPort, default: 0] += 1 }
        return waiting.firstIndex { places[$0.request.url.hostAndPort, default: 0] < limits.underWayMaxOfOne }
    }

    private var isSpent: Bool { requests >= limits.requestsMax || bytes >= limits.bytesMax }
    private var idleSince = MonotonicTime(milliseconds: 0)

    private func setTimer() {
        if process == nil {
            timer?.set(waiting.isEmpty ? .never : notBefore)
        } else if underWay.isEmpty {
            timer?.set(idleSince + limits.idleMilliseconds)
        } else {
            let oldest = underWay.values.compactMap(\.droppedAt).min()
            timer?.set(oldest.map { $0 + limits.dropMilliseconds } ?? .never)
        }
    }

    private func start() {
        do {
            let tunnels = try self.tunnels ?? Tunnels(on: loop)
            tunnels.overrun = { [weak self] in self?.cut(from: $0) }
            self.tunnels = tunnels
            let process = try CourierProcess(
                program,
                environment: [
                    "https_proxy": tunnels.proxyURL,
                    // A crash is ours to handle; the tracer would outlive it by minutes.
                    "SWIFT_BACKTRACE": "enable=no",
                ], on: loop)
            process.reported = { [weak self] in self?.take($0) ?? false }
            process.died = { [weak self] in
                self?.lost()
                self?.advance()
            }
            self.process = process
            idleSince = loop.now
        } catch {
            lost()
        }
    }

    private func stop() {
        process?.end()
        process = nil
        requests = 0
        bytes = 0
        failAll(.cancelled)
    }

    private func lost() {
        process?.end()
        process = nil
        requests = 0
        bytes = 0
        deaths += 1
        let doublings = min(deaths - 1, 20)
        notBefore = loop.now + min(limits.backoffMilliseconds << doublings, limits.backoffMillisecondsMax)
        failAll(.noCourier)
        guard deaths >= Self.deathsMax else { return }
        let left = waiting
        waiting = []
        for exchange in left { exchange.finish(.failure(.noCourier)) }
    }

    private func failAll(_ failure: OutboundFailure) {
        let lost = underWay.values.sorted { $0.number! < $1.number! }
        underWay = [:]
        for exchange in lost {
            tunnels?.unpin(exchange.request.url.hostAndPort, bytesMax: exchange.wireBytesMax, isWhole: false)
            exchange.finish(.failure(failure))
        }
    }

    private func hand(_ exchange: CourierExchange, to process: CourierProcess) {
        let request = exchange.request
        lastNumber += 1
        exchange.number = lastNumber
        underWay[lastNumber] = exchange
        requests += 1
        bytes += request.body.count
        tunnels?.pin(request.url.hostAndPort, to: exchange.address, bytesMax: exchange.wireBytesMax)
        process.tell(
            .ask(
                CourierRequest(
                    number: lastNumber, method: request.method.name, url: request.url.description,
                    fields: request.fields, body: request.body, answerBytesMax: request.answerBytesMax)))
    }

    // MARK: What it tells

    /// False where it makes no sense.
    private func take(_ report: CourierReport) -> Bool {
        switch report {
        case .head(let number, let status, let fields):
            guard let exchange = underWay[number], exchange.head == nil else { return false }
            exchange.head = (status, fields)
        case .body(let number, let piece):
            guard let exchange = underWay[number], exchange.head != nil else { return false }
            bytes += piece.count
            guard exchange.completion != nil else { break }
            exchange.body += piece
            guard exchange.body.count <= exchange.request.answerBytesMax else { return false }
        case .end(let number):
            guard let exchange = underWay[number], let answer = exchange.answer else { return false }
            leave(exchange, exchange.isCut ? exchange.cutOff : .success(answer), isWhole: !exchange.isCut)
        case .failure(let number, let failure, let text):
            guard let exchange = underWay[number] else { return false }
            let isCut = failure == .tooLarge || exchange.isCut
            leave(
                exchange, isCut ? exchange.cutOff : .failure(self.failure(failure, text, of: exchange)), isWhole: false)
        }
        return true
    }

    private func failure(_ failure: CourierFailure, _ text: String, of exchange: CourierExchange) -> OutboundFailure {
        switch failure {
        case .tls: return .tls(text)
        case .tooLarge: return .tooLarge
        case .dropped: return .cancelled
        case .broken:
            // It only knows that there is no tunnel; why not is known here.
            let error = exchange.head == nil ? tunnels?.error(reaching: exchange.request.url.hostAndPort) : nil
            return error.map { .unreachable($0) } ?? .broken(text)
        }
    }

    /// A host has sent more than it may, and its tunnel ends there. What that means the courier can't know: what it
    /// calls an end, or broken, is an answer cut off.
    private func cut(from hostAndPort: String) {
        for exchange in underWay.values where exchange.request.url.hostAndPort == hostAndPort { exchange.isCut = true }
    }

    private func leave(
        _ exchange: CourierExchange, _ result: Result<OutboundAnswer, OutboundFailure>, isWhole: Bool
    ) {
        underWay[exchange.number!] = nil
        tunnels?.unpin(exchange.request.url.hostAndPort, bytesMax: exchange.wireBytesMax, isWhole: isWhole)
        deaths = 0
        idleSince = loop.now
        timer?.set(loop.now)
        exchange.finish(result)
    }
}

/// One request on its way through the courier.
final class CourierExchange {
    let request: OutboundRequest
    let address: SocketAddress
    /// Nil once it was called, or nobody waits.
    var completion: ((Result<OutboundAnswer, OutboundFailure>) -> Void)?
    /// To which it was given.
    weak var courier: Courier?
    /// Since the courier was told of it.
    var number: UInt64?
    var droppedAt: MonotonicTime?
    /// Its host has sent more than it may.
    var isCut = false
    var head: (status: UInt16, fields: CourierFields)?
    var body: [UInt8] = []

    init(
        _ request: OutboundRequest, at address: SocketAddress,
        _ completion: @escaping (Result<OutboundAnswer, OutboundFailure>) -> Void
    ) {
        self.request = request
        self.address = address
        self.completion = completion
    }

    /// As far as it has come.
    var answer: OutboundAnswer? {
        head.map { OutboundAnswer(status: $0.status, fields: HTTPFields($0.fields), body: body) }
    }

    /// What comes of an answer that is too large.
    var cutOff: Result<OutboundAnswer, OutboundFailure> {
        if request.cutsAnswer, let answer { .success(answer) } else { .failure(.tooLarge) }
    }

    /// What may come over the wire for this request: a handshake, a head, and an answer in small pieces.
    var wireBytesMax: Int { (256 << 10) + 2 * request.answerBytesMax }

    func finish(_ result: Result<OutboundAnswer, OutboundFailure>) {
        let last = completion
        completion = nil
        last?(result)
    }
}

extension EventLoop {
    /// A timer of this loop's. Only a descriptor could be refused, and a timer has none.
    func timer(_ due: @escaping () -> Void) -> LoopTimer {
        do throws(SystemError) {
            return try LoopTimer(on: self, due)
        } catch {
            preconditionFailure("a member without a descriptor is always taken in")
        }
    }
}
