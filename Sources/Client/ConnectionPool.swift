import EventLoop
import Wire

/// The connections to one endpoint, and the calls that wait for one.
final class ConnectionPool {
    let loop: EventLoop
    let endpoint: Endpoint
    let limits: PoolLimits
    /// Called once there is neither a connection nor a call left. Then the pool is of no more use.
    var whenEmpty: (() -> Void)?
    private var idle: [ClientConnection] = []
    private var waiting: [ClientCall] = []
    /// Calls that failed as they were sent, and have not been told yet.
    private var failing: [(call: ClientCall, fault: ClientFault)] = []
    private var connectionCount = 0
    private var isClosed = false
    private var timer: LoopTimer?
    /// What the timer is set to.
    private var nextLook = MonotonicTime.never

    init(to endpoint: Endpoint, on loop: EventLoop, limits: PoolLimits) {
        self.loop = loop
        self.endpoint = endpoint
        self.limits = limits
        // The timer holds the pool until it is empty, whoever else has forgotten it.
        timer = loop.timer { [self] in look() }
    }

    func send(_ call: ClientCall) {
        call.pool = self
        do throws(HTTPHeadWriteFault) {
            try call.writeHead(to: endpoint)
        } catch {
            failSoon(call, .unsendable(error))
            return
        }
        if let connection = idle.popLast() {
            connection.begin(call)
        } else if connectionCount < limits.connectionsMax {
            open(for: call)
        } else if waiting.count < limits.waitingMax {
            waiting.append(call)
            look(at: call.deadline)
        } else {
            failSoon(call, .tooManyWaiting)
        }
    }

    /// Its connection is about to leave, and a fresh one takes its place: the idle ones are of an age with it.
    func askAgain(_ call: ClientCall) {
        call.isRepeated = true
        call.connection = nil
        waiting.insert(call, at: 0)
    }

    /// The call was given up. Its receiver has been told.
    func abandon(_ call: ClientCall) {
        waiting.removeAll { $0 === call }
    }

    private func open(for call: ClientCall) {
        do throws(SystemError) {
            let connection = try ClientConnection(to: endpoint, pool: self)
            connectionCount += 1
            connection.begin(call)
        } catch {
            failSoon(call, .connection(error))
        }
    }

    /// Fails a call later: its sender should have it in hand by then, and should the sender ask again at
    /// once, that must neither recurse nor keep the loop from turning.
    private func failSoon(_ call: ClientCall, _ fault: ClientFault) {
        failing.append((call, fault))
        look(at: loop.now + 1)
    }

    // MARK: The connections' side

    func becameIdle(_ connection: ClientConnection) {
        if !waiting.isEmpty {
            connection.begin(waiting.removeFirst())
        } else if isClosed {
            connection.stream.close()
        } else {
            idle.append(connection)
        }
    }

    func left(_ connection: ClientConnection) {
        connectionCount -= 1
        idle.removeAll { $0 === connection }
        while connectionCount < limits.connectionsMax, !waiting.isEmpty {
            open(for: waiting.removeFirst())
        }
        leaveIfEmpty()
    }

    // MARK: Time

    private func look(at time: MonotonicTime) {
        guard time < nextLook else { return }
        nextLook = time
        timer?.set(time)
    }

    private func look() {
        nextLook = .never
        let now = loop.now
        let failed = failing
        failing = []
        let overdue = waiting.filter { $0.deadline <= now }
        waiting.removeAll { $0.deadline <= now }
        for call in waiting { look(at: call.deadline) }
        for (call, fault) in failed { call.fail(fault) }
        for call in overdue { call.fail(.deadlinePassed) }
        leaveIfEmpty()
    }

    // MARK: Ending

    /// Closes what is idle, now and later; calls under way and waiting go on.
    func close() {
        isClosed = true
        for connection in idle { connection.stream.close() }
        leaveIfEmpty()
    }

    private func leaveIfEmpty() {
        guard connectionCount == 0, waiting.isEmpty, failing.isEmpty, let last = timer else { return }
        timer = nil
        last.end()
        whenEmpty?()
        whenEmpty = nil
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
